#!/usr/bin/env python3
"""The same seed twice, in two processes, gives the same trace byte for byte; another seed gives another.

  tests/scenarios/same_trace.py TAEL STORY...

The processes differ in all that must not matter: addresses in memory, time zone, language, hash seeds, how busy the
machine is.
"""
import hashlib
import os
import subprocess
import sys


def trace(tael, story, seed, **environment):
    done = subprocess.run([tael, "scenario", "run", story, "--seed", str(seed), "--trace", ""], stdout=subprocess.PIPE,
                          env={**os.environ, **environment}, check=True)
    # The last line says how long it took on the wall.
    lines, _, _ = done.stdout.rstrip(b"\n").rpartition(b"\n")
    return lines


def main():
    tael, *stories = sys.argv[1:]
    for story in stories:
        once = trace(tael, story, 7, TZ="UTC", LC_ALL="C")
        again = trace(tael, story, 7, TZ="Asia/Shanghai", LC_ALL="C.UTF-8", MALLOC_PERTURB_="165")
        if len(once) < 1000 or once != again:
            print(f"{story}: two plays of one seed differ, or say nothing ({len(once)} and {len(again)} bytes)")
            return 1
        if trace(tael, story, 8) == once:
            print(f"{story}: another seed changes nothing")
            return 1
        print(f"{story}: {len(once)} bytes, {hashlib.sha256(once).hexdigest()[:16]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
