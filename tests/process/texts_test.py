#!/usr/bin/env python3
"""What a business sends is kept as it came: a real node, its store, and the database read from outside.

  tests/process/texts_test.py --tael build/dev/runtime/tael

Numbers longer than any of ours, fractions and blanks in `payer` and `detail` stand byte for byte in the database, also behind
a restart; a repeat is a repeat, and a body that differs in the last of 23 digits is another body.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import os
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business  # noqa: E402
from control import Receiver  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House  # noqa: E402

PAYER = {"meter": 12345678901234567890123, "score": 19.99}
DETAIL = {"lines": [{"label": "kWh", "value": "7"}], "price": 0.1, "note": "é \\ \"\n"}


class TextsTest:
    def __init__(self, tael, folder):
        self.house = House(tael, root / "config", folder)

    def start(self):
        self.house.start()
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(self.house.receiver)

    def create(self, **changes):
        body = {"payer": PAYER, "detail": DETAIL, **changes}
        return self.business.create_order("t-1", 2500, self.receiver.notify_url, **body).status

    def expect(self, what, seen, wanted):
        if seen != wanted:
            raise Broken(f"{what}: {seen} instead of {wanted}")

    def kept(self, column):
        lines = (self.house.store / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        done = subprocess.run(["psql", "-XAt", "-d", f"host={lines[4]} user=tael dbname=tael", "-c",
                               f"select {column} from tael.orders where order_no = 't-1'"], text=True, capture_output=True,
                              timeout=60, check=True, env=dict(os.environ))
        return done.stdout.removesuffix("\n")

    def check(self):
        self.expect("the payer as it came", self.kept("payer"), '{"meter": 12345678901234567890123, "score": 19.99}')
        self.expect("the detail as it came", self.kept("detail"),
                    '{"lines": [{"label": "kWh", "value": "7"}], "price": 0.1, "note": "\\u00e9 \\\\ \\"\\n"}')
        self.expect("the same body", self.create(), 200)
        self.expect("another payer in the last of 23 digits",
                    self.create(payer={**PAYER, "meter": 12345678901234567890124}), 409)

    def play(self):
        self.expect("a new order", self.create(), 201)
        self.check()
        self.house.node.kill()
        self.house.node.start()
        self.check()


def main():
    tael = tael_of(__doc__)
    return play_in_a_house("texts", lambda folder: TextsTest(tael, folder), TextsTest.play)


if __name__ == "__main__":
    sys.exit(main())
