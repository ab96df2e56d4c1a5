"""The hands on the outside world: a simulated institution, its payers, and the business that receives notices.

What the institution's calls do is told in adapters/channels/README.md.
"""
import json
import urllib.error
import urllib.request


def ask(method, url, body=None, deadline=10):
    """The JSON answer of an unsigned call. Raises urllib.error.HTTPError for a refusal."""
    raw = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, raw, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=deadline) as response:
        return json.loads(response.read())


class Institution:
    """One channel's institution, by its control API. That stays open while the institution refuses connections."""

    def __init__(self, control_port, channel):
        self.channel = channel
        self.url = f"http://127.0.0.1:{control_port}/control/{channel}"

    def settings(self, **changes):
        return ask("POST", f"{self.url}/settings", changes)

    def break_down(self, mode, scope="", **more):
        return ask("POST", f"{self.url}/faults", {"mode": mode, "scope": scope, **more})

    def heal(self, scope=""):
        return ask("POST", f"{self.url}/heal", {"scope": scope})

    def payment(self, number):
        """Nothing when the institution never heard of it."""
        try:
            return ask("GET", f"{self.url}/payments/{number}")
        except urllib.error.HTTPError as refusal:
            if refusal.code == 404:
                return None
            raise

    def payer_pays(self, number):
        return ask("POST", f"{self.url}/pay", {"number": number})

    def book(self, currency="CNY"):
        """What it took and what it gave back, in minor units: the proof from outside."""
        for line in ask("GET", f"{self.url}/book")["currencies"]:
            if line["currency"] == currency:
                return line
        return {"currency": currency, "payments": 0, "received": 0, "refunds": 0, "refunded": 0, "fee": 0}


class Receiver:
    """The business's own door, where notices arrive (`tael simulate business`)."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.notify_url = f"{self.url}/notices"

    def behave(self, **settings):
        """`refuse` (how many of the next notices), `status`, `retry_after`, `slow_ms`."""
        return ask("POST", f"{self.url}/control", settings)

    def received(self):
        return ask("GET", f"{self.url}/received")
