#!/usr/bin/env python3
"""What is parked for a person is taken up again by a person: a real node, its store, an institution and a business.

  tests/process/parked_test.py --tael build/dev/runtime/tael

A business refuses its notice and a bank is away for a refund until both are parked with an alert. `tael order resume` sends
both again, under the same id and the same number; the alerts end, the journal knows who and why, the books hold.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import json
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business  # noqa: E402
from control import Institution, Receiver  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, until  # noqa: E402


class ParkedTest:
    def __init__(self, tael, folder):
        self.house = House(tael, root / "config", folder, changes={
            "node.yaml": {"admin_token": "${env:TAEL_ADMIN_TOKEN}"},
            "channels/aurora.yaml": {"refund_ladder": "[100ms, 100ms]"},
            "businesses/bakery.yaml": {"profile": "standard\n  ladder: [100ms]"}})

    def start(self):
        self.house.start()
        self.institution = Institution(self.house.control, "aurora")
        self.institution.settings(pay_after_ms=100, callback_after_ms=20)
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(self.house.receiver)

    def open_alerts(self):
        done = self.house.command("alert", "list", "--json")
        return sorted(alert["kind"] for alert in json.loads(done.stdout)["alerts"] if not alert["resolved_at"])

    def paid_order(self):
        order = self.business.create_order("p-1", 2500, self.receiver.notify_url).body["id"]
        self.business.pay(order, "aurora/qr/cmb")
        until("the order is paid", lambda: self.business.order(order)["state"] == "paid", patience=60)
        return order

    def play(self):
        self.receiver.behave(refuse=1_000)
        order = self.paid_order()
        until("its notice is parked", lambda: "notice_parked" in self.open_alerts(), patience=60)
        self.institution.break_down("bank_away", op="refund")
        self.business.refund(order, "r-1", 1000)
        until("its refund is parked", lambda: "refund_parked" in self.open_alerts(), patience=60)
        self.institution.heal()
        self.receiver.behave(refuse=0)

        told = self.house.command("order", "resume", order, "--reason", "they are back", "--actor", "ada")
        if told.returncode != 0:
            raise Broken(f"resume: {told.returncode} {told.stderr}")
        until("the refund is done", lambda: self.business.order(order)["refunded_amount"] == 1000, patience=60)
        until("the notices are delivered", lambda: self.business.order(order)["notice"]["state"] == "delivered", patience=60)
        until("the alerts end", lambda: not {"notice_parked", "refund_parked"} & set(self.open_alerts()), patience=60)
        if self.institution.book()["refunded"] != 1000:
            raise Broken(f"it went back once: {self.institution.book()}")
        why = self.house.command("order", "why", order).stdout
        if why.count("because token/admin for ada: they are back") < 2:
            raise Broken(f"the journal knows who and why: {why}")
        again = self.house.command("order", "resume", order, "--reason", "once more")
        if again.returncode != 1 or "parked" not in again.stderr:
            raise Broken(f"nothing is left to take up: {again.returncode} {again.stderr}")
        if (ledger := self.house.command("ledger", "check")).returncode != 0:
            raise Broken(f"the ledger holds: {ledger.stdout}")


def main():
    tael = tael_of(__doc__)
    return play_in_a_house("parked", lambda folder: ParkedTest(tael, folder), ParkedTest.play)


if __name__ == "__main__":
    sys.exit(main())
