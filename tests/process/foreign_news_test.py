#!/usr/bin/env python3
"""News that is not for us is acknowledged, counted and told of once: a real node, its store, and whoever shares the account.

  tests/process/foreign_news_test.py --tael build/dev/runtime/tael

The institution's own key signs callbacks about numbers of others, another merchant, and a number of our form that no order has.
Exit codes: 0 every promise held, 1 something broke (it is named).
"""
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from in_a_house import play_in_a_house, tael_of  # noqa: E402
from processes import Broken, House, until  # noqa: E402

NEVER_MADE = "01JD0000000000000000000000A01"


class ForeignNewsTest:
    def __init__(self, tael, folder):
        self.house = House(tael, root / "config", folder, changes={"node.yaml": {"admin_token": "${env:TAEL_ADMIN_TOKEN}"}})

    def start(self):
        self.house.start()

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.house.admin}/metrics", timeout=10) as page:
            return page.read().decode()

    def counted(self, why):
        wanted = (f'outcome="{why}"', 'path="aurora"')
        rows = [row for row in self.metrics().splitlines()
                if row.startswith("tael_callbacks_not_ours_total{") and all(label in row for label in wanted)]
        if len(rows) != 1:
            raise Broken(f"one counter of {why} from the start, not {rows}")
        return float(rows[0].rsplit(" ", 1)[1])

    def open_alerts(self):
        done = self.house.command("alert", "list", "--json")
        return sorted(alert["kind"] for alert in json.loads(done.stdout)["alerts"] if not alert["resolved_at"])

    def tell(self, number, merchant="M-TAEL-01", key=None):
        """The status that a payment's callback gets, signed as the institution signs."""
        body = json.dumps({"type": "payment", "merchant": merchant, "number": number, "status": "paid", "amount": 2500,
                           "currency": "CNY", "transaction": "T-elsewhere", "event": "e-1"}).encode()
        at, secret = str(int(time.time())), key or self.house.environment["TAEL_AURORA_CHANNEL_KEY"]
        signature = hmac.new(secret.encode(), at.encode() + b"\nn-1\n" + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "House-Key": "1", "House-Timestamp": at, "House-Nonce": "n-1",
                   "House-Signature": signature}
        call = urllib.request.Request(f"http://127.0.0.1:{self.house.api}/channels/aurora/callback", body, headers)
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def play(self):
        if self.counted("foreign_number") != 0:
            raise Broken("nothing was told yet")
        for number, merchant in (("shop-2026-1", "M-TAEL-01"), ("shop-2026-2", "M-TAEL-01"), (NEVER_MADE, "M-ELSEWHERE"),
                                 (NEVER_MADE, "M-TAEL-01")):
            if (status := self.tell(number, merchant)) != 200:
                raise Broken(f"{number} of {merchant} got {status}: it would come again for days")
        if (status := self.tell("shop-2026-3", key="a guess of somebody")) != 401:
            raise Broken(f"what nobody signed got {status}")
        counts = {why: self.counted(why) for why in ("foreign_number", "wrong_merchant", "unknown_number")}
        if counts != {"foreign_number": 2, "wrong_merchant": 1, "unknown_number": 1}:
            raise Broken(f"each is counted by its reason: {counts}")
        wanted = ["callback_not_ours", "unknown_number"]
        until("one alert of each kind is open", lambda: self.open_alerts() == wanted, patience=60)
        if (ledger := self.house.command("ledger", "check")).returncode != 0:
            raise Broken(f"the ledger holds: {ledger.stdout}")


def main():
    tael = tael_of(__doc__)
    return play_in_a_house("foreign_news", lambda folder: ForeignNewsTest(tael, folder), ForeignNewsTest.play)


if __name__ == "__main__":
    sys.exit(main())
