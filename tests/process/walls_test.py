#!/usr/bin/env python3
"""The avalanche of the old gateways on whole processes: a node, its PostgreSQL, the simulated institutions.

  tests/process/walls_test.py --tael build/dev/runtime/tael

One channel hangs. Its calls come one by one, and after each a payer of another channel pays; then twelve more at once. Twice: without
walls (`channel_isolation: false`, one pool for all), where the other channel succeeds only while the pool has places left, and with
walls, where it does not notice. What is asserted is counts: a call hangs until its institution is gone, however slow the machine.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import collections
import sys
import threading
import time
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business, NoAnswer  # noqa: E402
from control import Institution, Receiver, ask  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, until  # noqa: E402

places = 8  # In the pool that all share, or of the sick channel alone.
crowd = 12  # Payers of the healthy channel once all places are taken.
sick, healthy = "aurora/qr/cmb", "borealis/qr/ccb"
plenty = 1_000_000


class WallsTest:
    def __init__(self, tael, folder, walls):
        self.house = House(tael, root / "config", folder, changes={
            "node.yaml": {"orders_in_flight_max": f"10000\n  channel_isolation: {'true' if walls else 'false'}\n"
                                                  f"  shared_calls_max: {places}"},
            # Nothing may end its calls but its own end: no deadline, no breaker.
            "channels/aurora.yaml": {"deadline": "2min", "unknown_final_after": "5min", "in_flight_max": places, "consecutive_max": 1000, "permit_ttl": None,
                                     "bad_percent": "100\n  timeout_percent: 100\n  volume_min: 1000\n  permit_ttl: 3min"}})

    def start(self):
        self.house.start()
        self.sick, self.well = (Institution(self.house.control, channel) for channel in ("aurora", "borealis"))
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.notify_url = Receiver(self.house.receiver).notify_url
        self.well.settings(pay_after_ms=100, callback_after_ms=20)

    def order(self, name):
        answer = self.business.create_order(name, 2500, self.notify_url)
        if answer.status != 201:
            raise Broken(f"{name} is made: {answer.status} {answer.text}")
        return answer.body["id"]

    def held(self):
        """Calls that the sick institution has heard and keeps."""
        return plenty - ask("GET", f"{self.sick.url}/faults")["faults"][0]["count"]

    def pay_in_vain(self, name):
        order = self.order(name)

        def call():
            try:
                self.business.call("POST", f"/v1/orders/{order}/payments", {"path": sick}, deadline=300)
            except NoAnswer:
                pass
        threading.Thread(target=call, daemon=True).start()
        return order

    def pay(self, name, found):
        """Adds what became of one payment by the healthy channel, and how long its payer waited for an answer."""
        order, begun = self.order(name), time.monotonic()
        answer = self.business.pay(order, healthy)
        state = answer.body["attempt"]["state"] if answer.ok else f"{answer.status} {answer.body.get('code')}"
        found.append((order, state, time.monotonic() - begun))

    def play(self):
        found, hanging = [], []
        self.sick.break_down("hang", count=plenty)
        for no in range(1, places + 1):
            hanging.append(self.pay_in_vain(f"sick-{no}"))
            until(f"{no} calls hang at the sick channel", lambda wanted=no: self.held() == wanted, patience=60)
            self.pay(f"well-{no}", found)
        payers = [threading.Thread(target=self.pay, args=(f"crowd-{no}", found)) for no in range(crowd)]
        for payer in payers:
            payer.start()
        for payer in payers:
            payer.join()
        for order, state, _ in found:
            if state == "pending":
                until(f"{order} is paid", lambda wanted=order: self.business.order(wanted)["state"] == "paid", patience=60)
        for order in hanging:
            if self.business.order(order)["attempts"][0]["state"] != "sent":
                raise Broken(f"{order} hangs until everybody else has paid; its deadline is 2 minutes")
        self.heal()
        afterwards = []
        self.pay("afterwards", afterwards)
        if afterwards[0][1] != "pending":
            raise Broken(f"places are free again once the hanging calls have ended: {afterwards[0]}")
        return found

    def heal(self):
        """The institution goes and comes back: its calls end in silence."""
        institutions = self.house.others[0]
        institutions.stop()
        institutions.start()
        self.well.settings(pay_after_ms=100, callback_after_ms=20)

    def expect_ledger(self):
        ledger = self.house.command("ledger", "check")
        if ledger.returncode != 0:
            raise Broken(f"the ledger holds: {ledger.stdout}{ledger.stderr}")


def judge(test, walls, wanted):
    found = test.play()
    states = collections.Counter(state for _, state, _ in found)
    waits = sorted(took for _, _, took in found)
    print(f"{'with' if walls else 'without'} walls: {states['pending']} of {len(found)} payers of the healthy channel could pay "
          f"{dict(states)}; half were answered within {waits[len(waits) // 2]:.2f} s, all within {waits[-1]:.2f} s", flush=True)
    if states != wanted:
        raise Broken(f"expected {dict(wanted)}, found {dict(states)}")
    test.expect_ledger()


def main():
    tael = tael_of(__doc__)

    def play(walls, wanted):
        return play_in_a_house("walls" if walls else "no_walls", lambda folder: WallsTest(tael, folder, walls),
                               lambda test: judge(test, walls, wanted))
    # The last of the eight hanging calls takes the last place: the payer after it finds none, nor does the crowd.
    without = collections.Counter({"pending": places - 1, "not_sent": 1 + crowd})
    return play(False, without) or play(True, collections.Counter({"pending": places + crowd}))


if __name__ == "__main__":
    sys.exit(main())
