#!/usr/bin/env python3
"""What a node must survive that somebody else does to it, and how it ends when it cannot: processes from outside.

  tests/process/second_node_test.py --tael build/dev/runtime/tael

A second node by mistake on the same ports, on other ports, with a configuration that is refused; a node that was killed and left its
PostgreSQL; two nodes on one store; a hang-up; a file where a folder should be. Exit codes: 0 every promise held, 1 something broke.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business  # noqa: E402
from configuration import copy_folder, free_ports  # noqa: E402
from control import Receiver  # noqa: E402
from processes import Broken, House, Process, answers, until  # noqa: E402


class SecondNodeTest:
    def __init__(self, tael, run):
        self.run = Path(run)
        self.house = House(tael, root / "config", self.run)
        self.node, self.copies, self.orders = self.house.node, 0, 0

    def another(self, changes):
        """A node on a changed copy of the configuration, on ports of its own unless `changes` says otherwise."""
        self.copies += 1
        folder, (api, admin) = self.run / f"copy_{self.copies}", free_ports(2)
        wiring = {"node.yaml": {"api": f"127.0.0.1:{api}", "admin": f"127.0.0.1:{admin}"}}
        for file, keys in changes.items():
            wiring.setdefault(file, {}).update(keys)
        copy_folder(self.house.config, folder, wiring)
        return Process(f"node_{self.copies}", [self.house.tael, "serve", "--config", folder], dict(self.house.environment),
                       self.run, f"http://127.0.0.1:{api}/readyz")

    def must_end(self, node, code, *words):
        """It says no, in these words, and is gone."""
        ended = subprocess.run([str(part) for part in node.command], env={**os.environ, **node.environment}, text=True,
                               stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        self.must(ended.returncode == code, f"it ends with {code}, not {ended.returncode}: {ended.stderr}")
        for word in words:
            self.must(word in ended.stderr, f"it says '{word}': {ended.stderr}")

    def takes_orders(self, what):
        self.orders += 1
        self.must(answers(self.node.ready_url), f"{what}: ready")
        business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                            self.house.environment["TAEL_BAKERY_SALT"])
        answer = business.create_order(f"o-{self.orders}", 2500, Receiver(self.house.receiver).notify_url)
        self.must(answer.status == 201, f"{what}: takes an order: {answer.status} {answer.text}")

    @staticmethod
    def must(holds, claim):
        if not holds:
            raise Broken(claim)

    def a_second_node_by_mistake_stops_nothing(self):
        self.must_end(self.node, 73, str(self.house.api))
        self.takes_orders("after a second one on the same ports")
        self.must_end(self.another({}), 75, "in use by process", str(self.node.child.pid))
        self.takes_orders("after a second one on other ports")
        self.must_end(self.another({"channels/aurora.yaml": {"adapter": "nonsense"}}), 2, "nonsense")
        self.takes_orders("after a second one that was refused")

    def a_killed_node_leaves_its_postgresql_to_the_next(self):
        self.node.kill()
        self.node.start()
        self.takes_orders("after kill -9")

    def a_fenced_node_says_so_and_ends(self):
        url = self.store_url()
        other = self.another({"node.yaml": {"folder": None, "store": "{url: '${env:TAEL_TEST_STORE}'}"}})
        other.environment["TAEL_TEST_STORE"] = url
        other.start()
        try:
            until("the first node, idle, hears that its shards are gone and ends", lambda: not self.node.runs, 60)
            self.must(self.node.child.returncode == 76, f"it ends with 76, not {self.node.child.returncode}")
            self.must('"event":"node_fenced"' in self.node.log.read_text(), "its log says node_fenced")
        finally:
            other.kill()  # Its PostgreSQL went with the node that owned it.
        self.node.start()
        self.takes_orders("started anew")

    def a_hang_up_ends_a_node_in_order(self):
        self.node.child.send_signal(signal.SIGHUP)
        code = self.node.child.wait(60)
        self.must(code == 0, f"a hang-up ends the node as SIGTERM does: {code}")
        self.must("starts us anew" in self.node.log.read_text(), "its log says what a hang-up is for")
        self.must(not (self.house.store / "postgres" / "data" / "postmaster.pid").exists(), "its PostgreSQL has stopped")
        self.node.command.insert(0, "nohup")
        self.node.start()
        self.node.child.send_signal(signal.SIGHUP)
        self.takes_orders("hung up under nohup")
        self.node.stop()
        self.node.command.pop(0)

    def a_hang_up_into_a_folder_that_cannot_start_ends_nothing(self):
        self.node.start()
        file = self.house.config / "channels" / "aurora.yaml"
        good = file.read_text()
        for wrong, words in ((good + "\nnonsense: 1\n", "nonsense"), (good.replace("channel: aurora ", "channel: aurora: "), "aurora.yaml")):
            file.write_text(wrong)
            self.node.child.send_signal(signal.SIGHUP)
            until(f"its log names the line of {words}",
                  lambda words=words: any("configuration_refused" in line and words in line and '"line":' in line
                                          for line in self.node.log.read_text().splitlines()), 60)
            self.must(self.node.runs, "it stays up")
            self.takes_orders("hung up with a folder that is wrong")
        file.unlink()
        self.node.child.send_signal(signal.SIGHUP)
        until("its log names the paths without a channel",
              lambda: self.node.log.read_text().count("no channel has the path") > 0, 60)
        self.must(self.node.runs, "it stays up without a channel that is offered")
        file.write_text(good)
        self.node.child.send_signal(signal.SIGHUP)
        self.must(self.node.child.wait(60) == 0, "with the folder mended a hang-up ends it in order")

    def a_business_with_open_orders_is_not_forgotten(self):
        self.node.start()
        self.takes_orders("before its business goes")
        self.node.stop()
        file = self.house.config / "businesses" / "bakery.yaml"
        good = file.read_text()
        file.unlink()
        self.must_end(self.node, 2, "businesses/bakery.yaml", "no end yet", "put its file back")
        file.write_text(good)

    def a_file_in_place_of_the_folder_is_named(self):
        file = self.run / "a_file"
        file.write_text("kept")
        self.must_end(self.another({"node.yaml": {"folder": file}}), 72, "a_file is not a folder")
        self.must_end(self.another({"node.yaml": {"folder": file / "below"}}), 72, "a_file")
        self.must(file.read_text() == "kept", "the file is as it was")

    def store_url(self):
        lines = (self.house.store / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        return f"host={lines[4]} user=tael dbname=tael"

    def all(self):
        self.house.start()
        for promise in (self.a_second_node_by_mistake_stops_nothing, self.a_killed_node_leaves_its_postgresql_to_the_next,
                        self.a_fenced_node_says_so_and_ends, self.a_hang_up_ends_a_node_in_order,
                        self.a_hang_up_into_a_folder_that_cannot_start_ends_nothing,
                        self.a_business_with_open_orders_is_not_forgotten,
                        self.a_file_in_place_of_the_folder_is_named):
            promise()
            print(promise.__name__, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tael", required=True)
    options = parser.parse_args()
    run = Path(tempfile.mkdtemp(prefix="tael_second_"))
    run.chmod(0o755)
    test = SecondNodeTest(options.tael, run)
    code = 0
    try:
        test.all()
    except (Broken, subprocess.SubprocessError) as broken:
        print(f"BROKEN: {broken}\n{test.node.last_lines()}", file=sys.stderr)
        code = 1
    finally:
        complaints = test.house.stop()
        test.house.forget_store()
        shutil.rmtree(run, ignore_errors=True)
    print("\n".join(complaints), end="")
    return 1 if complaints else code


if __name__ == "__main__":
    sys.exit(main())
