#!/usr/bin/env python3
"""Alerts of a real node that dies between writing one down and telling it, told to a mail server that is ours.

  tests/process/alerts_test.py --tael build/dev/runtime/tael

Three deaths by kill -9: while the mail server is away, before the mail is sent, and after it was sent and before that was written
down. Each time the node that starts again tells exactly one alert; what comes twice has one Message-ID.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import email
import signal
import socketserver
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from client import Business  # noqa: E402
from configuration import free_ports  # noqa: E402
from control import Receiver  # noqa: E402
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, until  # noqa: E402

owner = "bakery-team@example.com"  # config/businesses/bakery.yaml


class MailServer(socketserver.ThreadingTCPServer):
    """As much of SMTP (RFC 5321) as a relay on the same machine needs; `mails` are what it took."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port):
        self.mails = []
        super().__init__(("127.0.0.1", port), Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def ids(self, recipient=owner):
        return [mail["Message-ID"] for to, mail in list(self.mails) if to == [recipient]]

    def end(self):
        self.shutdown()
        self.server_close()


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        recipients = []
        self.say("220 ours")
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "RCPT":
                recipients.append(line[line.index("<") + 1:line.index(">")])
            if verb == "DATA":
                self.say("354 go on")
                self.server.mails.append((recipients, email.message_from_bytes(self.body())))
                recipients = []
            self.say("250 fine")

    def body(self):
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b".") else raw)
        return b"".join(lines)


# However slow the machine is, no mail is on a rung that is longer than this test waits.
ladder = "[" + ", ".join(["1s"] * 40) + "]"


class AlertsTest:
    def __init__(self, tael, folder):
        self.mail_port, = free_ports(1)
        mail = f"{{server: '127.0.0.1:{self.mail_port}', from: tael@example.com, tls: 'off'}}"
        self.house = House(tael, root / "config", folder, changes={
            "node.yaml": {"alerts": f"{{owner: ops@example.com, ladder: {ladder}, email: {mail}}}"},
            "businesses/bakery.yaml": {"profile": "standard\n  ladder: [100ms]"}})
        self.orders = 0

    def start(self):
        self.house.start()
        self.business = Business(self.house.api, "bakery", self.house.environment["TAEL_BAKERY_TOKEN"],
                                 self.house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(self.house.receiver)

    def restart(self, crash_at=None):
        """Another life of the node; one with a crash point may be its last word."""
        self.house.node.stop()
        self.house.node.environment = {**self.house.environment, **({"TAEL_CRASH_AT": crash_at} if crash_at else {})}
        self.house.node.start()

    def ask(self, sql):
        """The first row's first column."""
        lines = (self.house.store / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        return subprocess.run(["psql", "-XAt", "-d", f"host={lines[4]} user=tael dbname=tael", "-c", sql], text=True,
                              capture_output=True, timeout=60, check=True).stdout.strip()

    def park_a_notice(self):
        """An order that is paid, whose business refuses to hear of it: an alert for the business's owner."""
        self.orders += 1
        self.receiver.behave(refuse=1_000)
        order = self.business.create_order(f"a-{self.orders}", 2500, self.receiver.notify_url, subject="bread")
        if order.status != 201:
            raise Broken(f"an order is made: {order.status} {order.text}")
        answer = self.business.pay(order.body["id"], "aurora/qr/cmb")
        if not answer.ok:
            raise Broken(f"it can be paid: {answer.status} {answer.text}")
        with urllib.request.urlopen(answer.body["attempt"]["voucher"]["value"], b"", timeout=10) as page:
            page.read()

    def until_asked(self, what, sql, wanted):
        until(what, lambda: self.ask(sql) == wanted, patience=60)

    def until_killed(self, what):
        try:
            code = self.house.node.child.wait(timeout=60)
        except subprocess.TimeoutExpired:
            raise Broken(f"{what}: the node did not die") from None
        if code != -signal.SIGKILL:
            raise Broken(f"{what}: the node ended with {code}\n{self.house.node.last_lines()}")

    def settled(self, alerts):
        """So many alerts, each raised once, and no message on its way."""
        self.until_asked("every message is delivered",
                         "select count(*) || ' ' || count(*) filter (where state = 'delivered') from tael.alert_messages",
                         f"{alerts} {alerts}")
        found = self.ask("select count(*) || ' ' || coalesce(sum(count), 0) from tael.alerts where kind = 'notice_parked'")
        if found != f"{alerts} {alerts}":
            raise Broken(f"{alerts} alerts, each raised once; there are (alerts, times): {found}")

    def play(self):
        # Nobody listens at the mail server's port: the alert is written down, its mail is due, and the node dies.
        self.park_a_notice()
        self.until_asked("a mail is due", "select count(*) from tael.alert_messages where state = 'due' and tries > 0", "1")
        self.house.node.kill()
        server = MailServer(self.mail_port)
        try:
            self.restart()
            until("the mail of a dead node arrives", lambda: len(server.ids()) == 1, patience=60)
            self.settled(1)

            self.restart("alert.before_send:1")
            self.park_a_notice()
            self.until_killed("before it sends")
            if len(server.ids()) != 1:
                raise Broken("a node that died before it sent sent nothing")
            self.restart()
            until("the mail that was not sent arrives", lambda: len(server.ids()) == 2, patience=60)
            self.settled(2)

            self.restart("alert.after_send:1")
            self.park_a_notice()
            self.until_killed("after it sent")
            self.restart()
            until("the mail comes again", lambda: len(server.ids()) == 4, patience=60)
            self.settled(3)
            ids = server.ids()
            if ids[2] != ids[3] or len(set(ids)) != 3:
                raise Broken(f"three alerts, and the mail that came twice is one: {ids}")
            if strangers := [to for to, _ in server.mails if to != [owner]]:
                raise Broken(f"nobody but the business's owner is told: {strangers}")
        finally:
            server.end()


def main():
    tael = tael_of(__doc__)
    return play_in_a_house("alerts", lambda folder: AlertsTest(tael, folder), AlertsTest.play)


if __name__ == "__main__":
    sys.exit(main())
