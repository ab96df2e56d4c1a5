#!/usr/bin/env python3
"""Types what README.md says under "One payment, by hand", on free ports and in a folder of its own, and expects it to work.

  tests/process/by_hand_test.py --tael build/dev/runtime/tael

Exit codes: 0 every line did, 1 one did not (it is named).
"""
import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from configuration import free_ports  # noqa: E402
from processes import Broken, answers, until  # noqa: E402

written_ports = ("8080", "8081", "9400", "9401", "9490", "9500")  # Of the README and of config/.


class ByHand:
    def __init__(self, tael, folder):
        self.folder, self.servers = folder, []
        self.ports = dict(zip(written_ports, map(str, free_ports(len(written_ports)))))
        section = (root / "README.md").read_text().split("## One payment, by hand")[1].split("\n## ")[0]
        self.first, self.then = map(self.elsewhere, re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S))
        self.prelude = f". {folder}/rehearsal/environment; export PATH={Path(tael).resolve().parent}:$PATH TAEL_API=127.0.0.1:" \
                       f"{self.ports['8080']}; cd {root}; set -e\n"

    def elsewhere(self, text):
        text = re.sub(r"\b(" + "|".join(written_ports) + r")\b", lambda port: self.ports[port[1]], text)
        return text.replace("run/rehearsal", f"{self.folder}/rehearsal")

    def run(self, script):
        done = subprocess.run(["bash", "-c", script], cwd=root, text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                              check=False)
        if done.returncode != 0:
            raise Broken(f"{script}\nexited with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def make_the_folder(self):
        """Its own line of the README; then the ports of the copied configuration are moved as the README's were."""
        line = next(line for line in self.first.splitlines() if line.startswith("scripts/rehearsal"))
        self.run(line)
        if self.run(line) != self.run(line):
            raise Broken("made again, what is there stays as it is")
        for file in (self.folder / "rehearsal" / "config").rglob("*.yaml"):
            file.write_text(self.elsewhere(file.read_text()))

    def start_servers(self):
        for line in self.first.splitlines():
            if line.startswith(("tael simulate", "tael serve")):
                log = self.folder / f"{len(self.servers)}.log"
                with open(log, "wb") as out:
                    self.servers.append(subprocess.Popen(["bash", "-c", f"{self.prelude} exec {line}"], stdout=out, stderr=out,
                                                         stdin=subprocess.DEVNULL))
        api, admin = (f"http://127.0.0.1:{self.ports[port]}" for port in ("8080", "8081"))
        until(f"all of it runs:\n{self.first}", lambda: all(server.poll() is None for server in self.servers) and
              answers(f"{api}/readyz"), 60)
        for url in (f"{admin}/metrics", f"{admin}/livez", f"{api}/openapi.yaml"):
            if not answers(url):
                raise Broken(f"the README says that {url} answers")

    def read_the_database(self):
        store = re.search(r'"event":"node_started".*?"store":"(.*?)"', (self.folder / "2.log").read_text())
        asked = self.run(f"psql '{store[1]}' -At -c 'set role tael_reader' -c 'select order_no from tael.orders'")
        if "by-hand-1" not in asked:
            raise Broken(f"tael_reader reads the orders: {asked}")

    def all(self):
        self.make_the_folder()
        self.start_servers()
        told = self.run(self.prelude + self.then)
        for word in ('"kind":"qr"', "by-hand-1", "aurora/qr/cmb", "orders open"):
            if word not in told:
                raise Broken(f"'{word}' is among what it told:\n{told}")
        self.read_the_database()

    def stop(self):
        for server in reversed(self.servers):
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
                server.wait(60)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tael", required=True)
    folder = Path(tempfile.mkdtemp(prefix="tael_by_hand_"))
    folder.chmod(0o755)
    by_hand, code = ByHand(parser.parse_args().tael, folder), 0
    try:
        by_hand.all()
    except (Broken, subprocess.SubprocessError) as broken:
        print(f"BROKEN: {broken}", file=sys.stderr)
        code = 1
    finally:
        by_hand.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
