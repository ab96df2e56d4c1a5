"""What must hold once everything has come to rest, asked of four witnesses: the business's history of answers, its door
where notices came in, the institutions' books, and the store."""
import json

import checks

# Events of the node's log that say that a promise was broken inside, whatever came of it.
never_logged = ("order_crashed", "channel_crashed")
alerts_allowed = ("amount_mismatch", "path_open")  # A story of the load shuts a path for a moment.


def all_of(house, history, new_orders, orders, received, institutions):
    """`history` and `new_orders` are this round's; everything else is of all rounds."""
    ledger = house.ledger()
    return [*checks.ledger_holds(ledger),
            *channels_add_up(ledger),
            *books_agree(ledger, orders, institutions),
            *every_channel_transaction_is_booked_once(house, institutions),
            *checks.notices_are_kept_once(orders, received),
            *everything_is_finished(new_orders),
            *checks.answers_stay_true(history, orders),
            *one_version_is_one_answer(history, new_orders),
            *refusals_had_no_effect(history, new_orders),
            *acknowledged_callbacks_are_written_down(house, new_orders, institutions),
            *nobody_was_alerted(house)]


def books_agree(ledger, orders, institutions):
    """When they do not, the payments of that channel are compared one by one, so that the culprit has a name."""
    broken = checks.books_agree(ledger, institutions)
    by_name = {institution.channel: institution for institution in institutions}
    for order in orders if broken else ():
        for attempt in order["attempts"]:
            theirs = by_name[attempt["path"].split("/")[0]].payment(attempt["id"])
            if (theirs or {}).get("status") == "paid" and attempt["state"] not in ("succeeded", "surplus"):
                broken.append(f"{order['order_no']}: paid by the institution, {json.dumps(theirs)}, "
                              f"and not by us, {json.dumps(order)}")
    return broken


def channels_add_up(ledger):
    return [f"{line['channel']} does not add up: {line}" for line in ledger["conservation"] if not line["holds"]]


def everything_is_finished(orders):
    return [f"{order['order_no']} is not finished: {json.dumps(order)}" for order in orders if not checks.is_at_rest(order)]


def one_version_is_one_answer(history, orders):
    """Whoever was told of a version of an order was told the same: nobody saw what was not on disk."""
    told, broken = {}, []
    views = [(answer.body, f"{answer.method} {answer.path}") for answer in history if answer.ok]
    for view, where in [*views, *((order, "the last look") for order in orders)]:
        if "order_no" not in view:
            continue
        same = {name: value for name, value in view.items() if name != "notice"}  # A notice has versions of its own.
        first, first_where = told.setdefault((view["id"], view["version"]), (same, where))
        if first != same:
            broken.append(f"{first_where} and {where} tell version {view['version']} differently: {first} and {same}")
    return broken


def refusals_had_no_effect(history, orders):
    """`rejected` says that there was no effect and never will be."""
    made = {(order["id"], refund["refund_no"]) for order in orders for refund in order["refunds"]}
    taken = {(answer.path.split("/")[3], answer.asked["refund_no"]) for answer in history
             if answer.path.endswith("/refunds") and answer.ok}
    broken = []
    for answer in history:
        if answer.ok or answer.outcome != "rejected" or not answer.path.endswith("/refunds"):
            continue
        refund = (answer.path.split("/")[3], answer.asked["refund_no"])
        if refund in made and refund not in taken:
            broken.append(f"{answer.path} was rejected with {answer.text} and made refund {refund}")
    return broken


def every_channel_transaction_is_booked_once(house, institutions):
    """As many entries about money in and out of a channel as the institution's book has lines."""
    broken = []
    for institution in institutions:
        theirs = institution.book()
        for what, rules, suffix in (("payments", "'payment', 'surplus_received'", "pay"),
                                    ("refunds", "'refund', 'surplus_refunded'", "refund")):
            ours = int(house.ask(f"select count(*) from tael.entries where rule in ({rules}) "
                                 f"and cause like '{institution.channel}/%/{suffix}'")[0])
            if ours != theirs[what]:
                broken.append(f"{institution.channel} has {theirs[what]} {what} in its book, we have {ours} entries")
    return broken


def acknowledged_callbacks_are_written_down(house, orders, institutions):
    """What the institution was told that we have heard, we had on disk: it is not going to say it again."""
    written = dict(line.split("|") for line in house.ask(
        "select number, count(*) from tael.exchanges where direction = 'in' and number <> '' group by number"))
    by_name = {institution.channel: institution for institution in institutions}
    broken = []
    for order in orders:
        for attempt in order["attempts"]:
            theirs = by_name[attempt["path"].split("/")[0]].payment(attempt["id"])
            acknowledged = theirs["callbacks_acknowledged"] if theirs else 0
            if acknowledged > int(written.get(attempt["id"], 0)):
                broken.append(f"{order['order_no']}: {acknowledged} callbacks about {attempt['id']} were acknowledged, "
                              f"and {written.get(attempt['id'], 0)} were written down")
    return broken


def repeats_answer_the_same(business, answers):
    """A request repeated under its key has its one answer."""
    broken = []
    for answer in answers:
        again = business.call(answer.method, answer.path, answer.asked, answer.key)
        if (again.status, again.text) != (answer.status, answer.text):
            broken.append(f"{answer.method} {answer.path} said {answer.status} {answer.text}, "
                          f"its repeat {again.status} {again.text}")
    return broken


def nobody_was_alerted(house):
    kinds = ", ".join(f"'{kind}'" for kind in alerts_allowed)
    alerts = house.ask(f"select kind || ' ' || ref || ': ' || message from tael.alerts where kind not in ({kinds})")
    broken = [f"alert: {alert}" for alert in alerts]
    for line in house.node.log.read_text(errors="replace").splitlines():
        if any(f'"{event}"' in line for event in never_logged):
            broken.append(f"the node's log: {line}")
    return broken
