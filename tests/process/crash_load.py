"""What businesses and payers do while the node dies: small stories with everything that can go wrong with a payment.

A story never gives up: what had no answer is asked again under its key. What it is told is kept in the business's history.
Its sleeps are the pauses of clients who look again, not waits of the test: what it claims is claimed at the end.
"""
import random
import threading
import time
import traceback
import uuid

from client import NoAnswer
from processes import Broken

# Endings of amounts that make the institution misbehave (adapters/channels/README.md) and leave the payer able to pay.
paid_all_the_same = (0, 0, 0, 2, 3, 4, 4, 4, 4, 4, 5, 6, 7, 8, 9, 10, 17, 19, 23, 25, 26, 27)
paths = ("aurora/qr/cmb", "aurora/qr/icbc", "aurora/card/cmb", "aurora/balance/cmb", "borealis/qr/ccb")
refund_endings = (0, 0, 0, 14, 14, 15, 16)


class Load:
    """Workers that tell one story after the other until they are told to end."""

    def __init__(self, business, notify_url, dice, workers=8):
        self.business, self.notify_url = business, notify_url
        self.dice, self.workers = dice, workers
        self.orders = {}  # Order id by order_no, as acknowledged.
        self.failures = []
        self.stories = 0
        self._lock = threading.Lock()
        self._ends = threading.Event()
        self._threads = []

    def start(self):
        self._ends.clear()
        self._threads = [threading.Thread(target=self._work, args=(self.dice.random(),), daemon=True)
                         for _ in range(self.workers)]
        for thread in self._threads:
            thread.start()

    def end(self, patience=90):
        self._ends.set()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                raise Broken("a story of the load comes to its end")

    def _work(self, seed):
        teller = Teller(self, seed)
        while not self._ends.is_set():
            try:
                teller.tell()
            except (Broken, NoAnswer) as failure:
                self.failures.append(str(failure))
            except Exception:  # pylint: disable=broad-except
                self.failures.append(traceback.format_exc())
            with self._lock:
                self.stories += 1

    def acknowledged(self, order_no, order_id):
        with self._lock:
            first = self.orders.setdefault(order_no, order_id)
        if first != order_id:
            self.failures.append(f"{order_no} was made twice, as {first} and as {order_id}")


class Teller:
    def __init__(self, load, seed):
        self.load, self.business, self.dice = load, load.business, random.Random(seed)

    def tell(self):
        stories = ((self.sale, 6), (self.decline, 1), (self.double_payment, 2), (self.close, 2), (self.expiry, 2),
                   (self.other_amount, 1), (self.identical_creates, 1), (self.outage, 1))
        story, = self.dice.choices([each for each, _ in stories], [weight for _, weight in stories])
        story()
        time.sleep(self.dice.uniform(0, 0.2))

    def amount(self, ending):
        return self.dice.randint(10, 500) * 100 + ending

    def order(self, ending, **more):
        order_no = f"N-{uuid.uuid4().hex[:20]}"
        answer = self.business.create_order(order_no, self.amount(ending), self.load.notify_url, **more)
        if not answer.ok:
            raise Broken(f"order {order_no} is made: {answer.status} {answer.text}")
        self.load.acknowledged(order_no, answer.body["id"])
        return answer.body

    def pay(self, order, path=None):
        answer = self.business.pay(order["id"], path or self.dice.choice(paths))
        allowed = ("PATH_OPEN", "PATH_BUSY", "NOT_PAYABLE", "ORDER_EXPIRED", "DECLINED", "OVERLOADED")
        if not answer.ok and answer.body["code"] not in allowed:
            raise Broken(f"{order['order_no']} is paid: {answer.status} {answer.text}")
        return answer

    def until_final(self, order, patience=20):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            seen = self.business.order(order["id"])
            if seen["state"] in ("paid", "closed"):
                return seen
            time.sleep(0.1)
        return seen

    def sale(self):
        order = self.order(self.dice.choice(paid_all_the_same))
        self.pay(order)
        if self.dice.random() < 0.3:
            return  # Whoever does not ask is told all the same.
        seen = self.until_final(order)
        if seen["state"] == "paid" and self.dice.random() < 0.7:
            self.refund(seen)

    def refund(self, order):
        """In parts or whole, and never more than was paid."""
        left = order["amount"]
        for part in range(self.dice.randint(1, 3)):
            ending = self.dice.choice(refund_endings)
            amount = left if self.dice.random() < 0.3 else min(left, self.dice.randint(1, left // 100 + 1) * 100 + ending)
            answer = self.business.refund(order["id"], f"R{part}", amount)
            if answer.status not in (200, 201):
                raise Broken(f"{order['order_no']} is refunded {amount}: {answer.status} {answer.text}")
            left -= amount
            if left <= 0:
                break
        # What was refused may be asked for again, so only the paid amount itself is a sure limit.
        answer = self.business.refund(order["id"], "too_much", order["amount"] + 1)
        if answer.ok or answer.body["code"] != "REFUND_EXCEEDS_PAID":
            raise Broken(f"{order['order_no']} is refunded more than it was paid: {answer.status} {answer.text}")

    def decline(self):
        order = self.order(self.dice.choice((1, 22)), expires_in="3s")
        self.pay(order)
        self.pay(order)

    def double_payment(self):
        order = self.order(self.dice.choice((0, 0, 4, 6)))
        first, second = self.dice.sample(paths, 2)
        self.pay(order, first)
        self.pay(order, second)

    def close(self):
        order = self.order(self.dice.choice((0, 11, 12, 4)))
        self.pay(order)
        answer = self.business.insist("POST", f"/v1/orders/{order['id']}/close")
        if not answer.ok and answer.body["code"] != "NOT_CLOSABLE":
            raise Broken(f"{order['order_no']} is closed: {answer.status} {answer.text}")

    def expiry(self):
        order = self.order(self.dice.choice((11, 12, 4)), expires_in="2s")
        if self.dice.random() < 0.8:
            self.pay(order)

    def other_amount(self):
        self.pay(self.order(13, expires_in="3s"))

    def identical_creates(self):
        """Many at once, some under one key, some under none: one order."""
        order_no, amount, key = f"S-{uuid.uuid4().hex[:20]}", self.amount(0), uuid.uuid4().hex
        body = {"order_no": order_no, "scene": "shop", "amount": amount, "currency": "CNY", "subject": "bread",
                "notify_url": self.load.notify_url}

        def create(with_key):
            for _ in range(200):
                try:
                    answer = self.business.call("POST", "/v1/orders", body, key if with_key else None)
                    if answer.ok:
                        return self.load.acknowledged(order_no, answer.body["id"])
                    if answer.outcome == "rejected":
                        return self.load.failures.append(f"an identical create: {answer.status} {answer.text}")
                except NoAnswer:
                    pass
                time.sleep(0.2)
            return self.load.failures.append(f"an identical create of {order_no} was never answered")
        threads = [threading.Thread(target=create, args=(n % 2 == 0,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def outage(self):
        """One bank fails call after call until its breaker opens."""
        order = self.order(24, expires_in="4s")
        for _ in range(7):
            self.pay(order, "aurora/card/cmb")
