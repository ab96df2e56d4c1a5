#!/usr/bin/env python3
"""Kills a node, again and again, between deciding, remembering and acting, and proves that nobody noticed.

  tests/process/crash_test.py                        as in the test suite: about a minute
  tests/process/crash_test.py --deaths 500           as long as it takes, with progress
  tests/process/crash_test.py --seed 7 --keep        the same choices again; keeps the folder with all logs

Rounds of a mixed load; in each, the node dies some twenty times: mostly at a named crash point, sometimes at any moment,
sometimes with PostgreSQL. Then everything comes to rest and four witnesses are heard (crash_verdict.py).
Exit codes: 0 every promise held and every known point was reached, 1 something broke (it is named), 2 usage.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story"), str(Path(__file__).resolve().parent)]

# pylint: disable=wrong-import-position
import crash_verdict  # noqa: E402
from client import Business  # noqa: E402
from control import Institution, Receiver  # noqa: E402
from crash_house import CrashHouse, payers, points  # noqa: E402
from crash_load import Load  # noqa: E402
from processes import Broken  # noqa: E402


class CrashTest:
    def __init__(self, options, run):
        self.options = options
        self.dice = random.Random(options.seed)
        self.house = CrashHouse(options.tael, root / "config", run, self.dice)
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(self.house.receiver)
        self.institutions = [Institution(self.house.control, channel) for channel in self.house.institutions]
        self.load = Load(self.business, self.receiver.notify_url, self.dice)
        self.rounds = 0
        self.settled = {}  # Orders of earlier rounds, as they were in the end.

    @property
    def deaths(self):
        return sum(self.house.deaths.values())

    def play(self):
        for process in self.house.others:
            process.start()
        for institution in self.institutions:
            institution.settings(**payers)
        while self.deaths < self.options.deaths:
            self.play_round(min(self.options.per_round, self.options.deaths - self.deaths))
        self.every_point_was_reached()

    def play_round(self, deaths):
        self.rounds += 1
        began = time.monotonic()
        self.load.start()
        ways = ((self.house.die_at_a_point, 34), (self.house.die_at_random, 2), (self.house.lose_a_backend, 1),
                (self.house.lose_postgres, 1))
        for _ in range(deaths):
            if self.dice.random() < 0.3:
                self.receiver.behave(refuse=self.dice.randint(1, 5), status=self.dice.choice((500, 503, 429)))
            way, = self.dice.choices([each for each, _ in ways], [weight for _, weight in ways])
            way(self.options.patience)
            if self.load.failures:
                raise Broken("\n".join(self.load.failures))
        self.receiver.behave(refuse=0)
        died = time.monotonic()
        self.house.start_node()
        if self.dice.random() < 0.3:
            self.house.lose_a_backend_and_live()
        self.load.end()
        self.house.come_to_rest(self.options.rest)
        rested = time.monotonic()
        broken = [*self.load.failures, *self.witnesses()]
        if broken:
            raise Broken("\n".join(broken))
        self.house.node.kill()
        self.house.note("node", "kill -9 at rest", "node, at rest")
        say(f"round {self.rounds}: {self.deaths} deaths, {len(self.load.orders)} orders, "
            f"{self.load.stories} stories; all held. Died for {died - began:.0f} s, rested after "
            f"{rested - died:.0f} s, proved in {time.monotonic() - rested:.0f} s")

    def witnesses(self):
        """Of all orders; the answers are those of this round, with some of earlier rounds repeated."""
        history = [answer for answer in self.business.history if answer.method == "POST" or not answer.ok
                   or answer.body.get("id") not in self.settled]
        known = {*self.load.orders.values(), *self.house.ask("select id from tael.orders")}
        new = {order_id: self.business.order(order_id) for order_id in sorted(known - set(self.settled))}
        again = self.dice.sample(sorted(self.settled), min(50, len(self.settled)))
        broken = [f"{order_id} was finished, as {self.settled[order_id]}, and is now {now}" for order_id in again
                  if (now := self.business.order(order_id)) != self.settled[order_id]]
        keyed = [answer for answer in history if answer.key and answer.ok]
        broken += crash_verdict.repeats_answer_the_same(self.business, self.dice.sample(keyed, min(50, len(keyed))))
        self.settled.update(new)
        broken += crash_verdict.all_of(self.house, history, new.values(), self.settled.values(),
                                       self.receiver.received(), self.institutions)
        self.business.history.clear()
        return broken

    def every_point_was_reached(self):
        reached = set(self.house.reached.read_text().split())
        if never := sorted(set(points) - reached):
            raise Broken(f"points that no node ever reached: {', '.join(never)}")
        if new := sorted(reached - set(points)):
            raise Broken(f"points that crash_house.py does not know: {', '.join(new)}")

    def report(self):
        for kind, count in sorted(self.house.deaths.items(), key=lambda each: (each[0] in points, each[0])):
            say(f"  {count:4}  {kind}")


def say(text):
    print(text, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deaths", type=int, default=60, help="how often the node dies, at least")
    parser.add_argument("--per-round", type=int, default=20, help="deaths before everything comes to rest and is checked")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--patience", type=float, default=3, help="seconds a node may take to come to its point")
    parser.add_argument("--rest", type=float, default=90, help="seconds in which everything must come to rest")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and data")
    parser.add_argument("--tael", default=os.environ.get("TAEL_BIN", root / "build" / "dev" / "runtime" / "tael"))
    return parser.parse_args()


def main():
    options = arguments()
    run = Path(tempfile.mkdtemp(prefix="tael_crash_"))
    run.chmod(0o755)
    say(f"seed {options.seed}, logs in {run}")
    test = CrashTest(options, run)
    started = time.monotonic()
    code = 0
    try:
        test.play()
    except (Broken, subprocess.SubprocessError) as broken:
        code = 1
        say(f"\nBROKEN (seed {options.seed}): {broken}\nThe last deaths:")
        for line in test.house.last:
            say(f"  {line}")
    finally:
        complaints = test.house.stop()
    test.report()
    say(f"{test.deaths} deaths, {test.rounds} rounds, {len(test.load.orders)} orders, {test.load.stories} stories "
        f"in {time.monotonic() - started:.0f} s")
    if complaints and code == 0:
        say("\n".join(complaints))
        code = 1
    if code == 0 and not options.keep:
        test.house.forget_store()
        shutil.rmtree(run)
    return code


if __name__ == "__main__":
    sys.exit(main())
