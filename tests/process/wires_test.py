#!/usr/bin/env python3
"""One payment over every real wire, on whole processes: a node, the simulated institutions, a receiving business.

  tests/process/wires_test.py --tael build/dev/runtime/tael [--only wechat]

For each channel: paid by its callback and refunded; a callback that is lost, found by inquiry; an answer that is lost
though executed, found by inquiry. Then the institution's own book must say the same as the ledger.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business  # noqa: E402
from control import Institution, Receiver  # noqa: E402
from processes import Broken, House, until  # noqa: E402
from wires import changes_for, payer_of, wires  # noqa: E402

ladder = "[" + ", ".join(["300ms"] * 20 + ["1s"] * 30) + "]"


class WiresTest:
    def __init__(self, house):
        self.house = house
        self.business = Business(house.api, "bakery", house.environment["TAEL_BAKERY_TOKEN"],
                                 house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(house.receiver)

    def order(self, name, wire, amount):
        answer = self.business.create_order(name, amount, self.receiver.notify_url, subject=f"bread {name}",
                                            **payer_of(wire))
        if answer.status != 201:
            raise Broken(f"{name} is made: {answer.status} {answer.text}")
        return answer.body["id"]

    def pay(self, order, path, wanted=("pending", "succeeded", "in_doubt")):
        answer = self.business.pay(order, path)
        if not answer.ok or answer.body["attempt"]["state"] not in wanted:
            raise Broken(f"{order} can be paid by {path}: {answer.status} {answer.text}")
        return answer.body["attempt"]

    def until_state(self, order, state):
        return until(f"{order} is {state}", lambda: next(
            (seen for seen in [self.business.order(order)] if seen["state"] == state), None), patience=60)

    def play(self, wire):
        bank = Institution(self.house.control, wire.channel)
        bank.settings(pay_after_ms=150, callback_after_ms=20, refund_after_ms=200)
        stem = wire.channel
        # Paid by its callback, refunded by its route.
        order = self.order(f"{stem}-01", wire, 2500)
        self.pay(order, wire.path)
        self.until_state(order, "paid")
        refund = self.business.refund(order, f"{stem}-r1", 1000, "came back")
        if not refund.ok:
            raise Broken(f"{stem}: a refund is taken: {refund.status} {refund.text}")
        until(f"{stem}: the refund is done", lambda: self.business.order(order)["refunded_amount"] == 1000, patience=60)
        # Its callback is lost, or the answer is: an inquiry finds it.
        for name, amount in ((f"{stem}-02", 2504), (f"{stem}-03", 2510)):
            order = self.order(name, wire, amount)
            self.pay(order, wire.path)
            self.until_state(order, "paid")
        book = bank.book()
        if (book["received"], book["refunded"]) != (2500 + 2504 + 2510, 1000):
            raise Broken(f"{stem}: the institution's book says {json.dumps(book)}")
        print(f"{stem}: paid by callback, refunded, found by inquiry twice; its book agrees", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tael", required=True)
    options.add_argument("--only")
    options.add_argument("--keep", action="store_true")
    options = options.parse_args()
    chosen = [wire for wire in wires if options.only in (None, wire.channel)]
    folder = tempfile.mkdtemp(prefix="tael_wires_")
    house = House(options.tael, root / "config", folder, changes=changes_for(
        chosen, {"inquiry_ladder": ladder, "refund_ladder": ladder, "deadline": "4s", "slow_after": None,
                 "unknown_final_after": "6s"}))
    try:
        house.start()
        test = WiresTest(house)
        for wire in chosen:
            test.play(wire)
        ledger = house.command("ledger", "check")
        if ledger.returncode != 0:
            raise Broken(f"the ledger holds: {ledger.stdout}{ledger.stderr}")
        print("ledger check: good")
        return 0
    except Broken as broken:
        print(f"BROKEN: {broken}\n{house.node.last_lines()}", file=sys.stderr)
        return 1
    finally:
        house.stop()
        house.forget_store()
        if options.keep:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
