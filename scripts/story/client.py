"""A business as a node sees it: signs its requests, repeats them safely, and remembers every answer it was given.

What was acknowledged has to stay true whatever happens to the node afterwards; `history` is the witness (checks.py).
"""
import hashlib
import hmac
import http.client
import json
import time
import uuid
from dataclasses import dataclass, field


class NoAnswer(Exception):
    """The connection ended without an answer: the request may have had its effect or not."""


@dataclass
class Answer:
    """One acknowledged request: what was asked, and what was said to it."""
    method: str
    path: str
    asked: dict | None
    key: str | None
    status: int
    text: str
    headers: dict = field(default_factory=dict)

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def body(self):
        return json.loads(self.text)

    @property
    def outcome(self):
        """Of a refusal: rejected, not_sent or unknown."""
        return None if self.ok else self.body.get("outcome")


class Business:
    def __init__(self, port, code, token, salt, host="127.0.0.1"):
        self.host, self.port, self.code, self.token, self.salt = host, port, code, token, salt
        self.history = []

    def call(self, method, path, body=None, key=None, deadline=30):
        """One request, once. Raises NoAnswer when none came back whole."""
        raw = b"" if body is None else json.dumps(body).encode()
        headers = self._signed(method, path, raw)
        if raw:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection(self.host, self.port, timeout=deadline)
        try:
            connection.request(method, path, raw, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{method} {path}: {error or type(error).__name__}") from error
        finally:
            connection.close()
        named = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(method, path, body, key, response.status, text, named)
        self.history.append(answer)
        return answer

    def insist(self, method, path, body=None, patience=60):
        """One effect, and an answer about it: repeats under one key while nobody knows whether it had one, or while
        the node begins nothing: it starts, or cannot reach its store."""
        key = uuid.uuid4().hex if method == "POST" else None
        deadline = time.monotonic() + patience
        while True:
            try:
                answer = self.call(method, path, body, key)
                was_begun = answer.outcome != "not_sent" or answer.body.get("code") not in ("OVERLOADED", "UNAVAILABLE")
                if (answer.outcome != "unknown" and was_begun) or time.monotonic() > deadline:
                    return answer
            except NoAnswer:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def create_order(self, order_no, amount, notify_url, subject="bread", **more):
        return self.insist("POST", "/v1/orders", {"order_no": order_no, "type": "instant", "scene": "shop",
                                                  "amount": amount, "currency": "CNY", "subject": subject,
                                                  "notify_url": notify_url, **more})

    def pay(self, order_id, path):
        return self.insist("POST", f"/v1/orders/{order_id}/payments", {"path": path})

    def refund(self, order_id, refund_no, amount, reason="asked for"):
        return self.insist("POST", f"/v1/orders/{order_id}/refunds",
                           {"refund_no": refund_no, "amount": amount, "currency": "CNY", "reason": reason})

    def order(self, order_id):
        return self.insist("GET", f"/v1/orders/{order_id}").body

    def _signed(self, method, path, raw):
        timestamp, nonce = str(int(time.time())), uuid.uuid4().hex
        message = "\n".join([method, path, timestamp, nonce, hashlib.sha256(raw).hexdigest()])
        signature = hmac.new(self.salt.encode(), message.encode(), hashlib.sha256).hexdigest()
        return {"Tael-Business": self.code, "Tael-Token": self.token, "Tael-Timestamp": timestamp,
                "Tael-Nonce": nonce, "Tael-Signature": signature}
