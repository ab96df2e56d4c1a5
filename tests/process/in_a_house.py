"""How a test of whole processes begins and ends: one folder, one house, and nothing left behind, however it went."""
import argparse
import shutil
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

from processes import Broken  # noqa: E402  pylint: disable=wrong-import-position


def tael_of(description):
    """The binary that the command line names; `--help` says `description`."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tael", required=True)
    return options.parse_args().tael


def play_in_a_house(name, make, play):
    """`make(folder)` gives a test with a `house` and `start()`, `play(test)` raises Broken for a promise that does not hold.
    The exit code: 0 when all held and every process ended well."""
    folder = tempfile.mkdtemp(prefix=f"tael_{name}_")
    test, broken = make(folder), []
    try:
        test.start()
        play(test)
    except Broken as promise:
        broken.append(f"{promise}\n{test.house.node.last_lines(40)}")
    finally:
        broken += test.house.stop()
        test.house.forget_store()
        shutil.rmtree(folder, ignore_errors=True)
    for promise in broken:
        print(f"BROKEN ({name}): {promise}", file=sys.stderr)
    return 1 if broken else 0
