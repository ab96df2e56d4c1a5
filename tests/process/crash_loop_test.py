#!/usr/bin/env python3
"""Adapters that crash in whole processes: a node, its PostgreSQL, the simulated institutions.

  tests/process/crash_loop_test.py --tael build/dev/runtime/tael

First one channel's adapter dies of every payment until its budget is spent, while payers of another channel pay. Then another's dies of
one single message, and of the answer to one. The adapters are made to die by TAEL_ADAPTERS_DIE_OF (runtime/wall/frail_adapter.hpp). Only the length of a park is
shorter than a node's own, 5 s instead of 5 min; that it doubles is tests/actors/channel_actor_test.cpp's to show, on a clock turned by hand.
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

restarts_max = 5  # Within a minute: config/channels/aurora.yaml.
probes = 5  # That go well, and a path is trusted again.
poison_max = 3  # Crashes of one message (actors/domain/quarantined.hpp).
sick, healthy = "aurora/qr/cmb", "borealis/qr/ccb"
# The breaker must not be the one who stops the calls.
blind_breaker = {"consecutive_max": 1000, "bad_percent": "100\n  timeout_percent: 100\n  volume_min: 1000"}


def expect(promise, holds, found):
    if not holds:
        raise Broken(f"{promise}: {found}")


class CrashLoopTest:
    def __init__(self, tael, folder):
        self.house = House(tael, root / "config", folder, changes={
            "node.yaml": {"admin_token": "${env:TAEL_ADMIN_TOKEN}"},
            "channels/aurora.yaml": {"restarts_max": f"{restarts_max}\n  parked_for: 5s", **blind_breaker}})
        self.deadly = Path(folder) / "deadly"
        self.house.node.environment = {**self.house.environment, "TAEL_ADAPTERS_DIE_OF": str(self.deadly)}
        self.orders = 0

    def start(self):
        self.house.start()
        self.institutions = [Institution(self.house.control, channel) for channel in ("aurora", "borealis")]
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.notify_url = Receiver(self.house.receiver).notify_url
        for institution in self.institutions:
            institution.settings(pay_after_ms=100, callback_after_ms=20)

    # --- looking ---

    def ask(self, *words):
        done = self.house.command(*words)
        expect(f"tael {' '.join(words)} answers", done.returncode == 0, done.stderr)
        return json.loads(done.stdout)

    def adapter(self, channel):
        """Its row of the supervision tree, as `tael top` has it."""
        row = self.ask("top", "--json")["supervision"]
        for name in ("channels", channel, "adapter"):
            row = next(child for child in row["children"] if child["name"] == name)
        return row

    def alerts(self, kind):
        return [alert for alert in self.ask("alert", "list", "--json")["alerts"] if alert["kind"] == kind]

    def breaker(self, channel):
        return next(row for row in self.ask("channel", "list", "--json")["tree"] if row["path"] == channel)

    def state(self, path):
        return next(row["state"] for row in self.ask("channel", "list", "--json")["paths"] if row["path"] == path)

    # --- paying ---

    def pay(self, path):
        """The order and what its payer was told."""
        self.orders += 1
        made = self.business.create_order(f"loaf-{self.orders}", 2500, self.notify_url)
        expect("an order is made", made.status == 201, made.text)
        return made.body["id"], self.business.pay(made.body["id"], path)

    def pay_well(self, path):
        order, answer = self.pay(path)
        expect(f"a payer of {path} can pay", answer.ok and answer.body["attempt"]["state"] == "pending", answer.text)
        until(f"{order} is paid", lambda: self.business.order(order)["state"] == "paid", patience=60)
        return order

    # --- the claims ---

    def crash_loop(self):
        self.deadly.write_text("aurora pay\n")
        before = self.adapter("aurora")
        expect("the adapter is up", (before["state"], before["starts"]) == ("up", 1), before)
        crashes = 0
        while crashes <= restarts_max:
            until("the adapter is up again", lambda: self.adapter("aurora")["state"] == "up")
            expect("each crash is answered by one restart", self.adapter("aurora")["starts"] == crashes + 1, self.adapter("aurora"))
            self.pay(sick)
            crashes += 1
            self.pay_well(healthy)
        parked = until("the adapter is out of budget", lambda: (row := self.adapter("aurora"))["state"] == "parked" and row)
        expect("it was restarted five times and no more", parked["starts"] == 1 + restarts_max, parked)
        expect("its reason is shown", "fell over" in parked["reason"], parked)

    def closed(self):
        level = until("the breaker is forced open", lambda: (row := self.breaker("aurora"))["static_switch"] == "forced_open" and row)
        expect("it is the supervisor who forces it, for a time",
               (level["actor"], level["cause"], bool(level["until"])) == ("supervisor", "supervisor", True), level)
        _, answer = self.pay(sick)
        expect("a payer is refused, nothing was sent", answer.outcome == "not_sent", answer.text)
        until("an alert says so", lambda: [alert["ref"] for alert in self.alerts("channel_closed")] == ["aurora"])
        self.pay_well(healthy)

    def probes_back(self):
        self.deadly.write_text("")
        until("the adapter is tried again", lambda: self.adapter("aurora")["state"] == "up")
        until("its paths are probed", lambda: self.state(sick) == "half_open")
        for _ in range(probes):
            self.pay_well(sick)
        until("its breaker is closed", lambda: self.state(sick) == "closed")
        self.pay_well(sick)

    def poison(self):
        """An inquiry that kills: two crashes are forgiven, the third keeps it from the adapter, and the money still arrives."""
        institution = self.institutions[1]
        institution.settings(pay_after_ms=3_600_000)
        order, answer = self.pay(healthy)
        number = answer.body["attempt"]["id"]
        message = f"inquire {number}"
        self.deadly.write_text(f"borealis {message}\n")
        for crash in range(1, poison_max + 1):
            self.ask("order", "sync", order, "--json")
            until(f"crash {crash} is answered by a restart", lambda wanted=crash + 1: self.adapter("borealis")["starts"] == wanted)
        self.quarantined(order, f"borealis {message}", starts=1 + poison_max)
        # Not forgotten with the process; the channel's other messages pass.
        expect("the node stops in order", self.house.node.stop() == 0, self.house.node.last_lines())
        self.house.node.start()
        self.quarantined(order, f"borealis {message}", starts=1)
        institution.payer_pays(number)
        until("the callback finds its order", lambda: self.business.order(order)["state"] == "paid", patience=60)

    def deadly_answer(self):
        """The answer to an inquiry kills, on the client's own thread: the adapter dies of it, and the node does not."""
        node = self.house.node.child.pid
        order, answer = self.pay(healthy)
        number = answer.body["attempt"]["id"]
        starts = self.adapter("borealis")["starts"]
        self.deadly.write_text(f"borealis answer inquire {number}\n")
        for crash in range(1, poison_max + 1):
            self.ask("order", "sync", order, "--json")
            until(f"answer {crash} is answered by a restart", lambda wanted=starts + crash: self.adapter("borealis")["starts"] == wanted)
        until("the question is held", lambda: f"borealis inquire {number}" in [a["ref"] for a in self.alerts("message_quarantined")])
        self.ask("order", "sync", order, "--json")
        expect("it is asked no more", self.adapter("borealis")["starts"] == starts + poison_max, self.adapter("borealis"))
        expect("the node has lived through it", self.house.node.runs and self.house.node.child.pid == node, "it ended")
        self.institutions[1].payer_pays(number)
        until("the callback finds its order", lambda: self.business.order(order)["state"] == "paid", patience=60)
        # A new life has a new budget: what dies next is not to be parked for these.
        expect("the node stops in order", self.house.node.stop() == 0, self.house.node.last_lines())
        self.house.node.start()

    def let_go(self):
        """A person resolves the alert: the message comes to the adapter again."""
        order, answer = self.pay(healthy)
        message = f"borealis inquire {answer.body['attempt']['id']}"
        self.deadly.write_text(f"{message}\n")
        starts = self.adapter("borealis")["starts"]
        for crash in range(1, poison_max + 1):
            self.ask("order", "sync", order, "--json")
            until(f"crash {crash} is answered by a restart", lambda wanted=starts + crash: self.adapter("borealis")["starts"] == wanted)
        alert = until("it is held", lambda: next((a for a in self.alerts("message_quarantined") if a["ref"] == message), None))
        held = self.ask("alert", "show", str(alert["id"]), "--json")["quarantined"][0]
        expect("what it died of is written down", "fell over" in held["error"] and held["order_id"] == order, held)
        marked = self.ask("order", "show", order, "--json")["quarantined"]
        expect("its order is marked", [mark["alert"] for mark in marked] == [alert["id"]], marked)
        self.ask("alert", "resolve", str(alert["id"]), "--reason", "the adapter was mended", "--json")
        expect("its order is marked no more", self.ask("order", "show", order, "--json")["quarantined"] == [], order)
        self.ask("order", "sync", order, "--json")
        until("it comes to the adapter again", lambda: self.adapter("borealis")["starts"] == starts + poison_max + 1)

    def quarantined(self, order, ref, starts):
        refs = [alert["ref"] for alert in self.alerts("message_quarantined")]
        expect("one alert names the message", refs == [ref], refs)
        self.ask("order", "sync", order, "--json")
        _, answer = self.pay(healthy)
        expect("the adapter lives on with other messages", answer.ok, answer.text)
        expect("the message does not reach it again", self.adapter("borealis")["starts"] == starts, self.adapter("borealis"))

    def play(self):
        node = self.house.node.child.pid
        self.crash_loop()
        self.closed()
        self.probes_back()
        expect("the node has lived through it", self.house.node.runs and self.house.node.child.pid == node, "it ended")
        self.poison()
        self.deadly_answer()
        self.let_go()
        ledger = self.house.command("ledger", "check")
        expect("the ledger holds", ledger.returncode == 0, ledger.stdout + ledger.stderr)


def main():
    tael = tael_of(__doc__)
    return play_in_a_house("crash_loop", lambda folder: CrashLoopTest(tael, folder), CrashLoopTest.play)


if __name__ == "__main__":
    sys.exit(main())
