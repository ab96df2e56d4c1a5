#!/usr/bin/env python3
"""Plays stories of the library on a real node with a real PostgreSQL: what holds in virtual time holds there.

  tests/process/live_test.py --tael PATH

Three stories that hold, one that must be found broken, and one that cannot be played live; then the node's own books are
checked. Exit codes: 0 all as it should be, 1 something is not (it is named).
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story"), str(Path(__file__).resolve().parent)]

# pylint: disable=wrong-import-position
from crash_house import waits  # noqa: E402
from processes import Broken, House  # noqa: E402

stories = ["a_forged_callback_pays_nothing", "a_silent_refund_is_found_and_not_repeated",
           "a_rejected_refund_is_told_and_frees_its_amount"]

wrong = """why: a test that must be found broken
clock: {live: 60x}
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:01 bakery pays o-1 by aurora/qr/cmb
  - 00:02 payer pays o-1
expect:
  - at the end order o-1 is closed
"""


class LiveTest:
    def __init__(self, house, run):
        self.house, self.run = house, Path(run)

    def play(self, *files):
        played = self.house.command("scenario", "run", *map(str, files), "--live", f"http://127.0.0.1:{self.house.api}",
                                    "--control", f"http://127.0.0.1:{self.house.control}")
        print(played.stdout + played.stderr, end="", flush=True)
        return played

    def all(self):
        for process in (self.house.others[0], self.house.node):
            process.start()
        files = [root / "scripts" / "scenarios" / f"{story}.yaml" for story in stories]
        played = self.play(*files)
        self.must(played.returncode == 0 and played.stdout.count("holds ") == 3, "three stories hold on a real node")
        broken = self.run / "wrong.yaml"
        broken.write_text(wrong)
        played = self.play(broken)
        self.must(played.returncode == 1 and "but it is paid" in played.stdout, "a wrong expectation is found broken live")
        played = self.play(root / "scripts" / "scenarios" / "a_store_down_for_a_minute_loses_nothing.yaml")
        self.must(played.returncode == 2 and "cannot be played live" in played.stderr and ".yaml:" in played.stderr,
                  "what cannot be played live is refused with its line")
        checked = self.house.command("ledger", "check")
        self.must(checked.returncode == 0, f"the books are right afterwards: {checked.stdout}{checked.stderr}")

    @staticmethod
    def must(holds, claim):
        if not holds:
            raise Broken(claim)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tael", default=root / "build" / "dev" / "runtime" / "tael")
    options = parser.parse_args()
    run = Path(tempfile.mkdtemp(prefix="tael_live_"))
    run.chmod(0o755)
    changes = {f"channels/{channel}.yaml": waits for channel in ("aurora", "borealis")}
    house = House(options.tael, root / "config", run, changes=changes)
    code = 0
    try:
        LiveTest(house, run).all()
    except (Broken, subprocess.SubprocessError) as broken:
        print(f"BROKEN: {broken}; logs in {run}")
        code = 1
    finally:
        complaints = house.stop()
    if complaints:
        print("\n".join(complaints))
        code = 1
    if code == 0:
        house.forget_store()
        shutil.rmtree(run)
    return code


if __name__ == "__main__":
    sys.exit(main())
