#!/usr/bin/env python3
"""Starts a node, its institutions and a business for the browser, and stops them when standard input ends.

  house.py TAEL FOLDER     says on one line of JSON where everything is

The story's own processes (scripts/story) with waits short enough to watch a bank die and come back.
"""
import json
import os
import shutil
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "scripts" / "story"))
from processes import House  # noqa: E402  pylint: disable=wrong-import-position

# Three bad calls close a path, for long enough to be seen and short enough to be waited for.
breaker = "4s\n  open_max: 4s\n  probe_stages: [100% of 1]\n  probes_in_flight_max: 1\n  consecutive_max: 3"
changes = {
    "node.yaml": {"admin_token": "${env:TAEL_ADMIN_TOKEN}",
                  "console": "\n  operators:\n    ada: {password: '${env:TAEL_CONSOLE_PASSWORD}'}"},
    "channels/aurora.yaml": {"consecutive_max": None, "bad_percent": None, "open_max": None, "probe_stages": None,
                             "open_min": breaker},
    "businesses/bakery.yaml": {},
}


def main():
    tael, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True)
    os.environ.pop("TAEL_ADMIN_TOKEN", None)
    house = House(tael, root / "config", folder, changes=changes)
    try:
        house.start()
        print(json.dumps({"api": house.api, "admin": house.admin, "control": house.control, "receiver": house.receiver,
                          "environment": house.environment, "config": str(house.config), "run": str(house.run)}),
              flush=True)
        sys.stdin.read()
    finally:
        complaints = house.stop()
        house.forget_store()
        shutil.rmtree(folder, ignore_errors=not complaints)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
