"""Where the acts play: the house, the bakery, its payers, and the list of what was told about every order."""
import json
import threading
import urllib.request
from dataclasses import dataclass

from client import Business
from control import Institution, Receiver
from pages import Pages
from processes import Broken, until
from talk import money


@dataclass
class Told:
    """An order of the story, how it must end, and how often surplus money of it must go back."""
    id: str
    name: str
    what: str
    ending: str
    surplus_refunds: int


class Stage:
    def __init__(self, house, talk):
        self.house, self.talk = house, talk
        self.bakery = Business(house.api, "bakery", house.environment["TAEL_BAKERY_TOKEN"],
                               house.environment["TAEL_BAKERY_SALT"])
        self.receiver = Receiver(house.receiver)
        self.institutions = {channel: Institution(house.control, channel) for channel in house.institutions}
        self.pages = Pages(house)
        self.window = None  # An order that no act touches, for whoever wants to watch or try its page.
        self.told = []
        self.held = []  # Lines about notices that came before their order had a name here.

    def hear_notice(self, line):
        """A line of the receiving business, from another thread."""
        notice = json.loads(line)
        if notice.get("event") == "notice":
            name = next((told.name for told in self.told if told.id == notice.get("order")), "?")
            again = " again, and knows it" if notice.get("deliveries", 1) > 1 else ""
            self.talk.say("business", f"hears {notice.get('type', notice['verdict'])} of {name}{again}")

    def order(self, name, amount, what, ending="paid", surplus_refunds=0, **more):
        answer = self.bakery.create_order(name, amount, self.receiver.notify_url, subject=what[:60], **more)
        if answer.status != 201:
            raise Broken(f"{name} is made: {answer.status} {answer.text}")
        self.told.append(Told(answer.body["id"], name, what, ending, surplus_refunds))
        self.talk.say("business", f"makes {name} over {money(amount)}")
        return answer.body

    def open_window(self):
        answer = self.bakery.create_order("window-01", 1990, self.receiver.notify_url, subject="A cake in the window",
                                          expires_in=7200, detail={"items": [{"name": "Cake", "quantity": 1, "amount": 1990}]})
        if answer.status != 201:
            raise Broken(f"an order to watch is made: {answer.status} {answer.text}")
        self.window = answer.body
        return self.window

    def pages_show(self, path, offered, state):
        """Both pages, soon: whether payers may choose the path, and its breaker's state."""
        until(f"the cashier {'offers' if offered else 'rests'} {path}",
              lambda: self.pages.cashier_offers(self.window, path) == offered, 10)
        until(f"the console shows {path} {state}", lambda: self.pages.console_state(path) == state, 10)

    def pay(self, order, path, say=True):
        """An attempt on `path`; what the payer is shown is its voucher."""
        answer = self.bakery.pay(order["id"], path)
        if not answer.ok:
            raise Broken(f"{order['order_no']} can be paid by {path}: {answer.status} {answer.text}")
        attempt = answer.body["attempt"]
        if say:
            shown = "a QR code" if attempt["voucher"]["kind"] == "qr" else "nothing yet"
            self.talk.say("tael", f"{order['order_no']} by {path}: attempt {attempt['no']} is {attempt['state']}, "
                                  f"the payer sees {shown}")
        return attempt

    def payer_pays(self, order, attempt, say=True):
        """Follows the code to the institution's page and presses its button."""
        if say:
            self.talk.say("payer", f"scans the code and pays {money(attempt['amount'])} for {order['order_no']}")
        with urllib.request.urlopen(attempt["voucher"]["value"], b"", timeout=10) as page:
            page.read()
        payment = self.institutions[attempt["path"].split("/")[0]].payment(attempt["id"])
        if payment is None or payment["status"] not in ("paid", "closed"):
            raise Broken(f"{order['order_no']}: the institution takes the payer's money, and says {payment}")

    def sell(self, name, amount, what, path, say=True):
        """An order that is simply paid."""
        order = self.order(name, amount, what)
        self.payer_pays(order, self.pay(order, path, say), say)
        return order

    def until(self, order, what, holds, patience=40):
        """The order, once it is as promised."""
        def looks():
            seen = self.bakery.order(order["id"])
            return seen if holds(seen) else None
        return until(f"{order['order_no']} {what}", looks, patience)

    def until_paid(self, *orders):
        for order in orders:
            self.until(order, "is paid", lambda seen: seen["state"] == "paid")

    def orders(self):
        return [self.bakery.order(told.id) for told in self.told]


def at_once(*deeds):
    """Runs them at the same moment; what the first of them raised is raised here."""
    raised = []

    def run(deed):
        try:
            deed()
        except Exception as error:  # pylint: disable=broad-except
            raised.append(error)
    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
