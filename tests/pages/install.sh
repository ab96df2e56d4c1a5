#!/usr/bin/env bash
# Installs what the page tests need as locked. Silent and quick when they are there; several callers at once wait for one.
set -euo pipefail
cd "$(dirname "$0")"

# By content: a folder that was copied is newer than what it lacks.
wanted() { sha256sum package-lock.json; }
is_installed() { [ "$(cat node_modules/.installed 2>/dev/null)" = "$(wanted)" ]; }

is_installed && exit 0
mkdir -p node_modules
exec 9>.install.lock
flock 9
is_installed && exit 0
npm ci --ignore-scripts --loglevel=error
wanted >node_modules/.installed
