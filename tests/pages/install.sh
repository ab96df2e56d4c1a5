#!/usr/bin/env bash
# Installs what the page tests need as locked. Silent and quick when they are there; several callers at once wait for one.
set -euo pipefail
cd "$(dirname "$0")"

is_installed() { [ -e node_modules/.installed ] && [ ! package-lock.json -nt node_modules/.installed ]; }

is_installed && exit 0
mkdir -p node_modules
exec 9>.install.lock
flock 9
is_installed && exit 0
npm ci --ignore-scripts --loglevel=error
touch node_modules/.installed
