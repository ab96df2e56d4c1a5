#!/usr/bin/env python3
"""What the binary says to whoever types something wrong: which word it was, and what would be right.

  tests/process/usage_test.py --tael build/dev/runtime/tael

Exit codes: 0 every answer is as it should be, 1 one is not (it is named).
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from configuration import copy_folder, make_keys, make_secrets  # noqa: E402

story = "scripts/scenarios/a_lost_callback_is_found_by_inquiry.yaml"
# Command line, exit code, what it says.
answers = [
    (["nope"], 2, "there is no command 'nope'"),
    (["chanel", "list"], 2, "did you mean 'channel'?"),
    (["config", "chekc"], 2, "tael config: there is no command 'chekc', did you mean 'check'?"),
    (["config"], 2, "A subcommand is required"),
    (["serve", "--node", "bad name!"], 2, "a node's name is small letters, digits and _, at most 32, not 'bad name!'"),
    (["scenario", "run", story, "--seed", "-1"], 2, "a seed is a whole number from 0, not '-1'"),
    (["scenario", "run", story, "--seed", "7"], 0, "seed 7"),
    (["alert", "show", "x"], 2, "an alert's id is its number in `tael alert list`"),
]
# Channel, key of its file, its wrong value, what `tael config check` says of it. LINE is where the key stands.
refusals = [
    ("stripe", "url", "http://api.stripe.com", "channels/stripe.yaml:LINE: 'url' must be https"),
    ("stripe", "slow_after", "40s",
     "channels/stripe.yaml:LINE: 'breaker.slow_after' must be shorter than 'deadline' (20s)"),
    ("stripe", "url", "https://api.stripe.com", ": good, "),
    ("harbor", "fields", '["18=abcd"]', "channels/harbor.yaml:LINE: 'bank_host.fields' has '18=abcd', which is wrong: DE18"),
    ("harbor", "currencies", "[CNY, SEK]", "channels/harbor.yaml:LINE: 'currencies' has 'SEK'"),
]


def check(told, code, wanted, what):
    said = told.stdout + told.stderr
    if told.returncode == code and wanted in said:
        return 0
    print(f"BROKEN: {what}: exit code {told.returncode}, not {code}, or not '{wanted}':\n{said}")
    return 1


def run(command, environment=None):
    return subprocess.run([str(part) for part in command], cwd=root, env={**os.environ, **(environment or {})}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def check_refusals(tael, folder):
    broken = 0
    for no, (channel, key, value, wanted) in enumerate(refusals):
        config = folder / f"config_{no}"
        file = f"channels/{channel}.yaml"
        copy_folder(root / "config", config, {file: {"enabled": "true", key: value}})
        make_keys(config)
        lines = (config / file).read_text().splitlines()
        line = next(at for at, text in enumerate(lines, 1) if text.strip().startswith(f"{key}:"))
        told = run([tael, "config", "check", config], make_secrets(config))
        broken += check(told, 0 if "good" in wanted else 1, wanted.replace("LINE", str(line)), f"{channel} with {key}: {value}")
    return broken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tael", required=True)
    tael = parser.parse_args().tael
    folder = Path(tempfile.mkdtemp(prefix="tael_usage_"))
    try:
        broken = sum(check(run([tael, *words]), code, wanted, " ".join(words)) for words, code, wanted in answers)
        broken += check_refusals(tael, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
