#!/usr/bin/env python3
"""Runs the README's console blocks: every line after `$ ` must exit 0. Comments after two spaces and # are for people."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    blocks = re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    commands = [re.split(r"\s{2,}#", line[2:])[0].strip() for block in blocks for line in block.splitlines()
                if line.startswith("$ ")]
    if not commands:
        print("readme: no console block to run")
        return 1
    for command in commands:
        print(f"readme: {command}", flush=True)
        done = subprocess.run(command, shell=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            print(f"readme: `{command}` exited {done.returncode}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
