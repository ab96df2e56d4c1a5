#!/usr/bin/env python3
"""A node whose threads hang, in whole processes: a node, its PostgreSQL, the simulated institutions.

  tests/process/stuck_test.py --tael build/dev/runtime/tael

An adapter that hangs takes one of the two threads that actors share: the node goes on with the other. When a second one hangs too no actor
works any more; the node says where each thread is and, a minute later, ends with 74, so that whoever started it starts it again. Adapters are
made to hang by TAEL_ADAPTERS_DIE_OF (runtime/wall/frail_adapter.hpp). Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import sys
import threading
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business, NoAnswer  # noqa: E402
from control import Institution, Receiver  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, until  # noqa: E402

internal_error = 74
first, second = "aurora/qr/cmb", "borealis/qr/ccb"


class StuckTest:
    def __init__(self, tael, folder):
        self.house = House(tael, root / "config", folder)
        self.deadly = Path(folder) / "deadly"
        self.house.node.environment = {**self.house.environment, "TAEL_ADAPTERS_DIE_OF": str(self.deadly)}
        self.orders = 0

    def start(self):
        self.house.start()
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.notify_url = Receiver(self.house.receiver).notify_url
        Institution(self.house.control, "borealis").settings(pay_after_ms=100, callback_after_ms=20)

    def order(self):
        self.orders += 1
        return self.business.create_order(f"loaf-{self.orders}", 2500, self.notify_url).body["id"]

    def pay_in_vain(self, path):
        order = self.order()

        def call():
            try:
                self.business.call("POST", f"/v1/orders/{order}/payments", {"path": path}, deadline=120)
            except NoAnswer:
                pass
        threading.Thread(target=call, daemon=True).start()

    def log(self):
        return self.house.node.log.read_text(errors="replace")

    def play(self):
        self.deadly.write_text("hang aurora pay\n")
        self.pay_in_vain(first)
        order = self.order()
        until("the other thread carries on", lambda: self.business.pay(order, second).ok)
        until("a payer of another channel is served", lambda: self.business.order(order)["state"] == "paid", patience=60)
        if "service_stuck" in self.log():
            raise Broken("one thread that hangs is not a node that hangs")
        order = self.order()
        self.deadly.write_text("hang aurora pay\nhang borealis pay\n")
        threading.Thread(target=self.pay_second, args=(order,), daemon=True).start()
        until("the node says that it is stuck", lambda: "service_stuck" in self.log(), patience=60)
        until("and where its threads are", lambda: self.log().count("stack of thread") >= 4)
        until("the call that hangs is among it, by name", lambda: "(pause+" in self.log())
        code = self.house.node.child.wait(120)
        if code != internal_error:
            raise Broken(f"the node ends with {internal_error}: it ended with {code}")
        if "node_cannot_go_on" not in self.log():
            raise Broken("its last line says why")
        self.deadly.write_text("")
        self.house.node.start()
        order = self.order()
        self.business.pay(order, second)
        until("started again it works", lambda: self.business.order(order)["state"] == "paid", patience=60)

    def pay_second(self, order):
        try:
            self.business.call("POST", f"/v1/orders/{order}/payments", {"path": second}, deadline=120)
        except NoAnswer:
            pass


def main():
    tael = tael_of(__doc__)
    return play_in_a_house("stuck", lambda folder: StuckTest(tael, folder), StuckTest.play)


if __name__ == "__main__":
    sys.exit(main())
