#!/usr/bin/env python3
"""Runs the README's console blocks: every line after `$ ` must exit 0, or as its comment says ("exits 1").

  scripts/check_readme.py           all blocks
  scripts/check_readme.py WORD      the blocks in which WORD stands
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    blocks = re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    lines = [line[2:] for block in blocks if wanted in block for line in block.splitlines() if line.startswith("$ ")]
    if not lines:
        print("readme: no console block to run")
        return 1
    for line in lines:
        command, comment = (re.split(r"\s{2,}#", line) + [""])[:2]
        said = re.search(r"\bexits (\d+)", comment)
        expected = int(said[1]) if said else 0
        print(f"readme: {command.strip()}", flush=True)
        done = subprocess.run(command, shell=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        if done.returncode != expected:
            print(f"readme: `{command.strip()}` exited {done.returncode}, not {expected}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
