#!/usr/bin/env bash
# A machine that never had the judges gets all of them at the first call, nothing is left behind, and the second call does nothing.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/judges" "$place/temporary"
cp "$source"/{install.sh,package.json,package-lock.json,stripe_document.mjs} "$place/judges"
export TMPDIR="$place/temporary"

"$place/judges/install.sh"
node -e 'if (!JSON.parse(require("fs").readFileSync(process.argv[1])).paths["/v1/payment_intents"]) process.exit(1)' \
  "$place/judges/node_modules/.stripe_document.json" || { echo "Stripe's document is not whole" >&2; exit 1; }
left=$(ls -A "$TMPDIR")
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
[ -z "$("$place/judges/install.sh" 2>&1)" ] || { echo "the second call was not silent" >&2; exit 1; }
