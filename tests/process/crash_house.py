"""The house that the crash test kills: short waits, crash points to arm, and every way a process of it may die.

Its sleeps wait for nothing: they are the moment at which something is killed, drawn by the seed.
A node that dies leaves its private PostgreSQL running, so a restart costs a moment; killing that too is one of the ways.
"""
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from control import ask
from processes import Broken, House, until

# Every place where a node may die between deciding, remembering and acting, with the passings to die at, at most.
# A point that is in the code and not here, or here and never reached, fails the test.
points = {
    "node.store_open": 1, "node.actors_begun": 1,
    "order.loaded": 6, "order.decided": 20, "order.remembered": 20, "order.acted": 20,
    "store.before_commit": 20, "store.commit_sent": 20, "store.after_commit": 20,
    "call.pay": 8, "answer.pay": 8, "call.inquire": 8, "answer.inquire": 8, "call.close": 4, "answer.close": 4,
    "call.refund": 4, "answer.refund": 4, "call.inquire_refund": 2, "answer.inquire_refund": 2,
    "callback.verified": 6, "callback.heard": 6, "callback.acknowledged": 6,
    "notice.before_send": 8, "notice.after_send": 8, "notice.remembered": 8,
    "account.decided": 8, "account.applied": 8, "timer.due": 10,
    "breaker.moved": 1, "breaker.remembered": 1,
    "reply.ready": 20, "reply.given": 20,
}

ladder = "[" + ", ".join(["200ms"] * 10 + ["500ms"] * 10 + ["1s"] * 20) + "]"
waits = {"deadline": "1500ms", "slow_after": None, "connect_deadline": "500ms", "unknown_final_after": "3s", "inquiry_ladder": ladder,
         "refund_ladder": ladder, "close_ladder": "[" + ", ".join(["1s"] * 15) + "]"}
# Open for a moment only, and only after failures in a row: one story of the load brings those about.
breaker = "100ms\n  open_max: 300ms\n  probe_stages: [100% of 2]\n  consecutive_max: 5\n  bad_percent: 100\n  timeout_percent: 100\n" \
          "  slow_percent: 100"
changes = {
    "node.yaml": {},
    "channels/aurora.yaml": {**waits, "consecutive_max": None, "bad_percent": None, "open_max": None, "probe_stages": None,
                             "open_min": breaker, "qr": "{banks: [cmb, icbc]}\n  balance: {banks: [cmb]}"},
    "channels/borealis.yaml": {**waits, "probe_stages": None, "slow_after": "1400ms\n  open_min: " + breaker},
    "businesses/bakery.yaml": {"paths": "\n  - aurora/balance/cmb",
                               "profile": f"standard\n  ladder: {ladder}\n  deadline: 2s", "expires_default": "6s"},
}
payers = {"pay_after_ms": 150, "late_answer_ms": 2500, "slow_answer_ms": 700, "refund_after_ms": 300,
          "late_pay_after_ms": 300, "early_lead_ms": 200, "callback_ladder_ms": [300, 600, 900] + [1000] * 30}

at_rest_sql = """
select (select count(*) from tael.orders where state not in ('paid', 'closed')) as open_orders,
       (select count(*) from tael.attempts where state in ('sent', 'pending', 'in_doubt')) as live_attempts,
       (select count(*) from tael.refunds where state not in ('refunded', 'rejected')) as open_refunds,
       (select count(*) from tael.notices where state <> 'delivered') as notices_due,
       (select count(*) from tael.postings_due) as postings_on_their_way,
       (select count(*) from tael.timers) as timers
"""


class CrashHouse(House):
    def __init__(self, tael, source, run, dice):
        super().__init__(tael, source, run, changes=changes)
        self.dice = dice
        self.reached = Path(run) / "points"
        self.deaths = {}  # By how they came.
        self.last = []  # The story of the last deaths, for whoever has to find out.
        self.deck = []

    def start_node(self, point=None, nth=1):
        """False when it died on its way up, which an armed point may want."""
        self.node.environment = {**self.environment, "TAEL_CRASH_LOG": str(self.reached)}
        if point:
            self.node.environment["TAEL_CRASH_AT"] = f"{point}:{nth}"
        try:
            self.node.start()
        except Broken:
            if not point or self.node.runs or self.node.child.returncode != -signal.SIGKILL:
                raise
        return self.node.runs

    def die_at_a_point(self, patience):
        """One life that ends at the next point of the deck; or by our hand, when it does not come there in time."""
        if not self.deck:
            self.deck = self.dice.sample(sorted(points), len(points))
        point = self.deck.pop()
        often = points[point]
        nth = self.dice.randint(1, often if often < 4 else often * self.dice.choice((1, 1, 4)))
        self.start_node(point, nth)
        try:
            self.node.child.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self.node.kill()
            return self.note(point, f"not reached {nth} times in {patience} s", "not reached in time")
        if self.node.child.returncode != -signal.SIGKILL:
            raise Broken(f"a node armed for {point} ended with {self.node.child.returncode}\n{self.node.last_lines()}")
        return self.note(point, f"passing {nth}", point)

    def die_at_random(self, _):
        self.start_node()
        time.sleep(self.dice.uniform(0.0, 1.5))
        self.node.kill()
        self.note("node", "kill -9 at any moment", "node, at any moment")

    def lose_a_backend(self, _):
        """PostgreSQL ends all sessions and recovers when one of its processes is killed. The node must go on."""
        self.start_node()
        time.sleep(self.dice.uniform(0.1, 1.0))
        self.kill_a_backend()
        time.sleep(self.dice.uniform(0.2, 1.5))
        self.node.kill()
        self.note("backend", "kill -9 of a PostgreSQL session, then of the node", "PostgreSQL session, then node")

    def lose_a_backend_and_live(self):
        time.sleep(self.dice.uniform(0.1, 1.0))
        self.kill_a_backend()
        self.note("backend", "kill -9 of a PostgreSQL session, and the node lives on", "PostgreSQL session alone")

    def kill_a_backend(self):
        backends = [int(pid) for pid in self.ask("select pid from pg_stat_activity where datname = 'tael' "
                                                 "and backend_type = 'client backend' and pid <> pg_backend_pid()")]
        if backends:
            os.kill(self.dice.choice(backends), signal.SIGKILL)

    def lose_postgres(self, _):
        self.start_node()
        time.sleep(self.dice.uniform(0.1, 1.0))
        os.kill(self.postmaster()[0], signal.SIGKILL)
        time.sleep(self.dice.uniform(0.0, 0.5))
        self.node.kill()
        self.note("postgres", "kill -9 of PostgreSQL, then of the node", "PostgreSQL and node")

    def note(self, what, how, kind):
        self.deaths[kind] = self.deaths.get(kind, 0) + 1
        self.last = [*self.last[-9:], f"{what}: {how}"]

    def postmaster(self):
        lines = (self.store / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[4]

    def ask(self, sql):
        """The first column of each row."""
        _, sockets = self.postmaster()
        return subprocess.run(["psql", "-XAt", "-d", f"host={sockets} user=tael dbname=tael", "-c", sql], text=True,
                              capture_output=True, timeout=60, check=True).stdout.splitlines()

    def unrest(self):
        """What is still to happen, by kind; empty at rest."""
        counts = json.loads(self.ask(f"select row_to_json(found) from ({at_rest_sql}) as found")[0])
        counts["callbacks_on_their_way"] = sum(
            ask("GET", f"http://127.0.0.1:{self.control}/control/{channel}/book")["callbacks_on_their_way"]
            for channel in self.institutions)
        return {name: count for name, count in counts.items() if count}

    def come_to_rest(self, patience):
        slow_from = time.monotonic() + 20

        def rests():
            nonlocal slow_from
            try:
                left = self.unrest()
                if left and time.monotonic() > slow_from:
                    print(f"  still to happen after 20 s: {left}", flush=True)
                    slow_from += patience
                return not left
            except subprocess.CalledProcessError:
                return False  # PostgreSQL is recovering.
        try:
            until("everything comes to rest", rests, patience, pause=0.2)
        except Broken as broken:
            raise Broken(f"{broken}; left: {self.unrest()}") from None

    def ledger(self):
        checked = self.command("ledger", "check", "--json")
        if checked.returncode not in (0, 1):
            raise Broken(f"the ledger is checked: {checked.returncode} {checked.stderr}")
        return json.loads(checked.stdout)
