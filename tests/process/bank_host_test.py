#!/usr/bin/env python3
"""A bank's host over ISO 8583, on whole processes: a node, a simulated bank with two front machines, a receiving business.

  tests/process/bank_host_test.py --tael build/dev/runtime/tael

Twice: once with a bank that can be asked, where a sale whose answer was lost is found; once with one that cannot, where it is
taken back, by a node that was killed in between. Then the bank's own book must say the same as the ledger.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import json
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business  # noqa: E402
from configuration import free_ports  # noqa: E402
from control import Institution, Receiver  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, until  # noqa: E402

path = "harbor/account/harbor"
ladder = "[" + ", ".join(["300ms"] * 20 + ["1s"] * 30) + "]"
answer_cut = 2510  # The last two digits: executed, and the connection closes without an answer.


class BankTest:
    def __init__(self, tael, folder, when_silent):
        ports = free_ports(2)
        machines = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
        self.house = House(tael, root / "config", folder, changes={
            "channels/harbor.yaml": {"enabled": "true", "machines": f"[{machines}]", "when_silent": when_silent,
                                     "deadline": "1s", "connect_deadline": "500ms", "inquiry_ladder": ladder,
                                     "refund_ladder": ladder},
            "businesses/bakery.yaml": {"paths": f"\n  - {path}"}})

    def start(self):
        self.house.start()
        self.bank = Institution(self.house.control, "harbor")
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(self.house.receiver)

    def order(self, name, amount):
        answer = self.business.create_order(name, amount, self.receiver.notify_url, subject=f"bread {name}")
        if answer.status != 201:
            raise Broken(f"{name} is made: {answer.status} {answer.text}")
        return answer.body["id"]

    def pay(self, order):
        answer = self.business.pay(order, path)
        if not answer.ok:
            raise Broken(f"{order} can be paid by {path}: {answer.status} {answer.text}")
        return answer.body["attempt"]["state"]

    def until_paid(self, order):
        until(f"{order} is paid", lambda: self.business.order(order)["state"] == "paid", patience=60)

    def expect_book(self, received, refunded):
        book = self.bank.book()
        if (book["received"], book["refunded"]) != (received, refunded):
            raise Broken(f"the bank received {received} and gave back {refunded}; its book says {json.dumps(book)}")

    def expect_ledger(self):
        ledger = self.house.command("ledger", "check")
        if ledger.returncode != 0:
            raise Broken(f"the ledger holds: {ledger.stdout}{ledger.stderr}")

    def play_inquiring(self):
        order = self.order("h-01", 2500)
        if self.pay(order) != "succeeded":
            raise Broken("a bank decides in its answer")
        self.until_paid(order)
        refund = self.business.refund(order, "h-r1", 1000, "came back")
        if not refund.ok:
            raise Broken(f"a refund is taken: {refund.status} {refund.text}")
        until("the refund is done", lambda: self.business.order(order)["refunded_amount"] == 1000, patience=60)
        lost = self.order("h-02", answer_cut)
        self.pay(lost)
        self.until_paid(lost)
        self.expect_book(2500 + answer_cut, 1000)

    def play_reversing(self):
        order = self.order("h-01", answer_cut)
        self.bank.break_down("hang", op="refund", count=2)  # The first two reversals have no answer either.
        self.pay(order)
        self.house.node.kill()
        self.house.node.start()
        until("the sale is taken back", lambda: self.business.order(order)["attempts"][0]["state"] == "declined",
              patience=60)
        self.expect_book(answer_cut, answer_cut)
        again = self.order("h-02", 2600)
        self.pay(again)
        self.until_paid(again)
        self.expect_book(answer_cut + 2600, answer_cut)


def main():
    tael = tael_of(__doc__)

    def play(when_silent, story):
        def to_the_books(test):
            story(test)
            test.expect_ledger()
            print(f"{when_silent}: the bank's book and the ledger agree", flush=True)
        return play_in_a_house(f"bank_{when_silent}", lambda folder: BankTest(tael, folder, when_silent), to_the_books)
    return play("inquire", BankTest.play_inquiring) or play("reverse", BankTest.play_reversing)


if __name__ == "__main__":
    sys.exit(main())
