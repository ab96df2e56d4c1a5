"""What was promised, asked from outside: each check returns sentences about what broke, and none when all held.

They believe nobody's word alone: the business's history, the institutions' books and the ledger must tell one story.
"""
import json

live_attempts = ("sent", "pending", "in_doubt")
final_refunds = ("refunded", "rejected")
final_orders = ("paid", "closed")


def is_at_rest(order):
    """Nothing is left to happen: money has found its place and the business knows."""
    return (order["state"] in final_orders
            and all(attempt["state"] not in live_attempts for attempt in order["attempts"])
            and all(refund["state"] in final_refunds for refund in order["refunds"])
            and (order["notice"] is None or order["notice"]["state"] == "delivered"))


def ending_of(order):
    if order["state"] == "paid" and order["refunded_amount"] == order["paid_amount"]:
        return "refunded"
    return order["state"]


def money_of(order):
    """Where an order's money is: received = booked + refunded + suspense, when every attempt took what was asked."""
    def returned(surplus):
        return sum(refund["amount"] for refund in order["refunds"]
                   if refund["state"] == "refunded" and (refund["cause"] != "requested") == surplus)
    received = sum(attempt["amount"] for attempt in order["attempts"] if attempt["state"] in ("succeeded", "surplus"))
    surplus = sum(attempt["amount"] for attempt in order["attempts"] if attempt["state"] == "surplus")
    return {"received": received, "booked": order["paid_amount"] - order["refunded_amount"],
            "refunded": returned(False) + returned(True), "suspense": surplus - returned(True)}


def notices_expected(order):
    """Surplus that goes back by itself is nobody's refund, so nobody hears of it."""
    kinds = [f"order.{order['state']}"] if order["state"] in final_orders else []
    verdicts = {"refunded": "refund.succeeded", "rejected": "refund.failed"}
    return sorted(kinds + [verdicts[refund["state"]] for refund in order["refunds"]
                           if refund["cause"] == "requested" and refund["state"] in verdicts])


def orders_end_as_told(told):
    """`told`: (order as it is, how it should end, how many surplus refunds it should have)."""
    broken = []
    for order, ending, surplus_refunds in told:
        name = order["order_no"]
        if ending_of(order) != ending:
            broken.append(f"{name} should be {ending} and is {ending_of(order)}")
        if not is_at_rest(order):
            broken.append(f"{name} is not finished: {json.dumps(order)}")
        surplus = [refund for refund in order["refunds"] if refund["cause"] != "requested"]
        if len(surplus) != surplus_refunds:
            broken.append(f"{name} should send back surplus {surplus_refunds} times and did {len(surplus)} times")
    return broken


def notices_are_kept_once(orders, received):
    """Each thing that happened was told, under one id. A delivery may repeat (our death between), an id may not."""
    broken = []
    if received["unverified"]:
        broken.append(f"{received['unverified']} notices did not verify")
    for order in orders:
        kinds = sorted(notice["type"] for notice in received["notices"] if notice["order"] == order["id"])
        if kinds != notices_expected(order):
            broken.append(f"{order['order_no']} should be told {notices_expected(order)} and was told {kinds}")
    known = {order["id"] for order in orders}
    strangers = [notice["id"] for notice in received["notices"] if notice["order"] not in known]
    if strangers:
        broken.append(f"notices about orders that nobody made: {strangers}")
    return broken


def books_agree(ledger, institutions):
    """The institution's own book equals what our ledger says of its channel."""
    broken = []
    ours = {(line["channel"], line["currency"]): line for line in ledger["conservation"]}
    for institution in institutions:
        theirs = institution.book()
        line = ours.get((institution.channel, theirs["currency"]), {"received": 0, "refunded": 0})
        for what in ("received", "refunded"):
            if theirs[what] != line[what]:
                broken.append(f"{institution.channel} {what} {theirs[what]} by its book and {line[what]} by our ledger")
    return broken


def money_is_conserved(orders, ledger):
    """received = booked + refunded + suspense: for each channel by the ledger, and in all by the orders."""
    broken = []
    for line in ledger["conservation"]:
        if not line["holds"] or line["received"] != line["booked"] + line["refunded"] + line["suspense"]:
            broken.append(f"{line['channel']} does not add up: {line}")
    for part in ("received", "booked", "refunded", "suspense"):
        by_orders = sum(money_of(order)[part] for order in orders)
        by_ledger = sum(line[part] for line in ledger["conservation"])
        if by_orders != by_ledger:
            broken.append(f"{part} is {by_orders} by the orders and {by_ledger} by the ledger")
    return broken


def ledger_holds(ledger):
    return [f"invariant {each['invariant']} {each['name']}: {each['violations']} violations, first {each['first']}"
            for each in ledger["invariants"] if not each["ok"]]


def answers_stay_true(history, orders):
    """Whatever a caller was told is still so: nothing acknowledged is gone, nothing final has changed."""
    now = {order["id"]: order for order in orders}
    broken = []
    for answer in history:
        if answer.ok:
            broken += [f"{answer.method} {answer.path} said: {what}" for what in untrue(answer.body, answer.path, now)]
    return broken


def untrue(said, path, now):
    if "order_no" in said:
        return order_untrue(said, now.get(said["id"]))
    order = now.get(said["order_id"] if "refund_no" in said else path.split("/")[3])
    if order is None:
        return ["an order that is gone"]
    if "refund_no" in said:
        return part_untrue(said, order["refunds"], ("amount", "refund_no"), final_refunds)
    return part_untrue(said["attempt"], order["attempts"], ("path", "amount", "no"), ("succeeded", "surplus"))


def order_untrue(said, order):
    if order is None:
        return [f"an order that is gone, {said['id']}"]
    broken = [f"{name} was {said[name]} and is {order[name]}"
              for name in ("order_no", "amount", "currency", "subject", "expires_at", "created_at")
              if said[name] != order[name]]
    if said["state"] in final_orders and said["state"] != order["state"]:
        broken.append(f"it was {said['state']} and is {order['state']}")
    if said["version"] > order["version"] or said["paid_amount"] > order["paid_amount"]:
        broken.append(f"it went back from version {said['version']} to {order['version']}")
    for attempt in said["attempts"]:
        broken += part_untrue(attempt, order["attempts"], ("path", "amount", "no"), ("succeeded", "surplus"))
    for refund in said["refunds"]:
        broken += part_untrue(refund, order["refunds"], ("amount", "refund_no"), final_refunds)
    return broken


def part_untrue(said, parts, fixed, final):
    part = next((each for each in parts if each["id"] == said["id"]), None)
    if part is None:
        return [f"{said['id']} is gone"]
    broken = [f"{said['id']}'s {name} was {said[name]} and is {part[name]}" for name in fixed if said[name] != part[name]]
    if said["state"] in final and said["state"] != part["state"]:
        broken.append(f"{said['id']} was {said['state']} and is {part['state']}")
    return broken


def repeats_answer_the_same(business):
    """A request repeated under its key is answered as it was; one effect, one answer."""
    broken = []
    asked = [each for each in business.history if each.key and each.ok]
    for answer in asked:
        again = business.call(answer.method, answer.path, answer.asked, answer.key)
        if (again.status, again.text) != (answer.status, answer.text):
            broken.append(f"{answer.method} {answer.path} said {answer.status} {answer.text}, "
                          f"its repeat {again.status} {again.text}")
    return broken
