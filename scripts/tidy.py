#!/usr/bin/env python3
"""Runs clang-tidy on every source of ours that changed since it was last found clean.

A file is clean for as long as it, everything it includes from this repository, and .clang-tidy stay the same.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("actors/", "adapters/", "runtime/")
TIDY = "clang-tidy-19"


def digest(path, seen):
    """Of the file and of all of ours that it includes."""
    if path in seen:
        return
    seen.add(path)
    for include in re.findall(r'^#include "([^"]+)"', path.read_text(errors="replace"), re.M):
        if (ROOT / include).exists():
            digest(ROOT / include, seen)


def stamp_of(source):
    files = set()
    digest(source, files)
    total = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for file in sorted(files):
        total.update(file.read_bytes())
    return total.hexdigest()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", nargs="?", default="build/asan", help="a configured and built clang tree")
    build = ROOT / options.parse_args().build
    clean = build / "tidy_clean.json"
    known = json.loads(clean.read_text()) if clean.exists() else {}
    todo = []
    for command in json.loads((build / "compile_commands.json").read_text()):
        source = Path(command["directory"], command["file"]).resolve()
        name = os.path.relpath(source, ROOT)
        if name.startswith(OURS) and known.get(name) != (stamp := stamp_of(source)):
            todo.append((name, stamp))
    print(f"tidy: {len(todo)} files to look at")

    def look(item):
        done = subprocess.run([TIDY, "-p", str(build), "--quiet", str(ROOT / item[0])], capture_output=True, text=True)
        return item, done

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for count, ((name, stamp), done) in enumerate(pool.map(look, todo), 1):
            if done.returncode == 0:
                known[name] = stamp
                clean.write_text(json.dumps(known))
            else:
                failed += 1
                print(done.stdout.strip())
            if sys.stdout.isatty():
                print(f"\rtidy: {count}/{len(todo)}", end="", flush=True)
    print(f"tidy: {failed} files with findings" if failed else "tidy: clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
