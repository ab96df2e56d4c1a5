#!/usr/bin/env python3
"""How a node stands when what it stands on gives way: its PostgreSQL dies, its disk is full, it sleeps while another takes over.

  tests/process/standing_test.py --tael build/dev/runtime/tael

Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import http.client
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business, NoAnswer  # noqa: E402
from configuration import copy_folder, free_ports  # noqa: E402
from control import Institution, Receiver  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, Process, answers, until  # noqa: E402

reads_at_once = 40


class StandingTest:
    def __init__(self, tael, folder):
        self.folder = Path(folder)
        self.house = House(tael, root / "config", folder, changes={
            "node.yaml": {"admin_token": "${env:TAEL_ADMIN_TOKEN}"}})
        self.node, self.orders = self.house.node, 0

    def start(self):
        self.house.start()
        Institution(self.house.control, "aurora").settings(pay_after_ms=100, callback_after_ms=20)
        self.receiver = Receiver(self.house.receiver)
        self.business = self.business_at(self.house.api)

    def business_at(self, port):
        return Business(port, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"], self.house.environment["TAEL_BAKERY_SALT"])

    @staticmethod
    def must(holds, claim):
        if not holds:
            raise Broken(claim)

    @property
    def lock_file(self):
        return self.house.store / "postgres" / "data" / "postmaster.pid"

    def postmaster(self):
        """0 while there is none."""
        try:
            return int(self.lock_file.read_text().splitlines()[0])
        except (OSError, IndexError, ValueError):
            return 0

    def store_url(self):
        return f"host={self.lock_file.read_text().splitlines()[4]} user=tael dbname=tael"

    def sql(self, text):
        subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.store_url(), "-c", text], check=True,
                       capture_output=True, timeout=60)

    def create(self):
        self.orders += 1
        return self.done(lambda: self.business.create_order(f"s-{self.orders}", 2500, self.receiver.notify_url))["id"]

    @staticmethod
    def done(ask):
        """A node that has just come back may still say 'not now'; what was not sent is asked for again."""
        def body():
            answer = ask()
            if not answer.ok and answer.outcome == "rejected":
                raise Broken(f"{answer.status} {answer.text}")
            return answer.ok and answer.body
        return until("the node does what it is asked", body, 60)

    def state(self, order):
        return self.done(lambda: self.business.insist("GET", f"/v1/orders/{order}"))["state"]

    def pays(self, what):
        """A whole payment, from the order to its money."""
        order = self.create()
        self.done(lambda: self.business.pay(order, "aurora/qr/cmb"))
        until(f"{what}: it is paid", lambda: self.state(order) == "paid", 60)
        return order

    def until_ready(self, what):
        until(f"{what}: ready", lambda: answers(self.node.ready_url), 120)

    def readiness(self):
        try:
            with urllib.request.urlopen(self.node.ready_url, timeout=5) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as refused:
            return json.loads(refused.read())

    def must_end_with(self, code, what):
        until(f"{what}: the node ends", lambda: not self.node.runs, 120)
        self.must(self.node.child.returncode == code, f"{what}: it ends with {code}, not {self.node.child.returncode}")

    def a_postgresql_that_died_is_started_again_and_nothing_acknowledged_is_lost(self):
        for how in (signal.SIGKILL, signal.SIGTERM):
            paid, old = self.pays(f"before {how.name}"), self.postmaster()
            os.kill(old, how)
            until(f"another one runs after {how.name}", lambda: self.postmaster() not in (0, old), 120)
            self.until_ready(f"after {how.name}")
            self.must(self.state(paid) == "paid", f"what was paid before {how.name} is paid")
            self.pays(f"after {how.name}")
        self.must(self.node.runs, "the node has never ended")

    def a_full_disk_is_said_once_and_seen(self):
        self.sql("create function tael.full() returns trigger language plpgsql as $$ begin "
                 "raise exception 'could not extend file' using errcode = '53100'; end $$; "
                 "create trigger full_disk before insert on tael.journal for each row execute function tael.full()")
        before = self.node.log.read_text().count('"event":"store_lost"')
        for i in range(20):
            answer = self.business.call("POST", "/v1/orders", {
                "order_no": f"full-{i}", "type": "instant", "scene": "shop", "amount": 2500, "currency": "CNY",
                "subject": "bread", "notify_url": self.receiver.notify_url})
            self.must(answer.status == 503, f"nothing is taken that cannot be written: {answer.status} {answer.text}")
        until("it is not ready", lambda: not self.readiness()["ready"], 30)
        self.must("disk is full" in self.readiness()["why"], f"and says why: {self.readiness()}")
        self.must(self.node.log.read_text().count('"event":"store_lost"') == before + 1, "one line says that it began")
        self.sql("drop trigger full_disk on tael.journal; drop function tael.full()")
        self.until_ready("with room on the disk")
        self.pays("with room on the disk")
        until("a person is told", lambda: '"store_out"' in self.house.command("alert", "list", "--json").stdout, 60)

    def another(self):
        """A node on the same database, with ports of its own."""
        folder, (api, admin) = self.folder / "another", free_ports(2)
        copy_folder(self.house.config, folder, {"node.yaml": {
            "api": f"127.0.0.1:{api}", "admin": f"127.0.0.1:{admin}", "folder": None, "store": "{url: '${env:TAEL_TEST_STORE}'}"}})
        other = Process("another", [self.house.tael, "serve", "--config", folder],
                        {**self.house.environment, "TAEL_TEST_STORE": self.store_url()}, self.folder,
                        f"http://127.0.0.1:{api}/readyz")
        other.start()
        return other, self.business_at(api)

    def ask_ahead(self, path):
        """A question that waits at the node's door, to be heard when it wakes up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.house.api, timeout=60)
        connection.request("GET", path, headers=self.business._signed("GET", path, b""))  # pylint: disable=protected-access
        return connection

    @staticmethod
    def answer_to(connection):
        """Status and body; nothing when none came."""
        try:
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def a_node_that_slept_through_a_take_over_tells_nothing_from_the_past(self):
        order = self.create()
        path = f"/v1/orders/{order}"
        self.must(self.state(order) == "created", "it is open, and in memory")
        os.kill(self.node.child.pid, signal.SIGSTOP)
        other, owner = self.another()
        try:
            owner.insist("POST", f"/v1/orders/{order}/close")
            until("the new owner shows it closed", lambda: owner.order(order)["state"] == "closed", 60)
            waiting = [self.ask_ahead(path) for _ in range(reads_at_once)]
            os.kill(self.node.child.pid, signal.SIGCONT)
            heard = [answer for answer in map(self.answer_to, waiting) if answer]
            while self.node.runs:
                try:
                    answer = self.business.call("GET", path)
                    heard.append((answer.status, answer.body))
                except (NoAnswer, ValueError):
                    pass
            for status, body in heard:
                self.must(status != 200 or body["state"] == "closed", f"nothing from the past: {status} {body}")
                self.must(status in (200, 503), f"an answer or none: {status} {body}")
            self.must_end_with(76, "fenced")
        finally:
            os.kill(self.node.child.pid, signal.SIGCONT) if self.node.runs else None
            other.kill()  # Its PostgreSQL went with the node that owned it.
        self.node.start()
        self.pays("started anew")

    def a_postgresql_that_dies_over_and_over_ends_the_node(self):
        killed = 0
        while self.node.runs:
            now = self.postmaster()
            if now and now != killed:
                try:
                    os.kill(now, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                killed = now
        self.must_end_with(72, "killed over and over")
        self.node.start()
        self.pays("started by whoever runs it")

    def a_folder_that_is_gone_is_never_made_anew(self):
        data = self.house.store / "postgres" / "data"
        os.kill(self.postmaster(), signal.SIGKILL)
        data.rename(data.with_name("elsewhere"))
        self.must_end_with(72, "its data gone")
        self.must("is gone" in self.node.log.read_text(), "it says what is gone")
        self.must(not data.exists(), "no empty one stands in its place")
        data.with_name("elsewhere").rename(data)
        self.node.start()
        self.pays("with its data back")


def play(test):
    for promise in (test.a_postgresql_that_died_is_started_again_and_nothing_acknowledged_is_lost,
                    test.a_full_disk_is_said_once_and_seen,
                    test.a_node_that_slept_through_a_take_over_tells_nothing_from_the_past,
                    test.a_postgresql_that_dies_over_and_over_ends_the_node,
                    test.a_folder_that_is_gone_is_never_made_anew):
        promise()
        print(promise.__name__, flush=True)


if __name__ == "__main__":
    tael = tael_of(__doc__)
    sys.exit(play_in_a_house("standing", lambda folder: StandingTest(tael, folder), play))
