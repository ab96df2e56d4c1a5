"""What must hold once everything has come to rest, asked of four witnesses: the business's history of answers, its door
where notices came in, the institutions' books, and the store."""
import json

import checks

# Events of the node's log that say that a promise was broken inside, whatever came of it.
never_logged = ("order_crashed", "breaker_died", "notice_let_go", "channel_crashed")
alerts_allowed = ("amount_mismatch",)


def all_of(house, history, orders, received, institutions):
    ledger = house.ledger()
    return [*checks.ledger_holds(ledger),
            *books_agree(ledger, orders, institutions),
            *channels_add_up(ledger),
            *checks.notices_are_kept_once(orders, received),
            *checks.answers_stay_true(history, orders),
            *everything_is_finished(orders),
            *one_version_is_one_answer(history, orders),
            *refusals_had_no_effect(history, orders),
            *every_channel_transaction_is_booked_once(house, institutions),
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


def nobody_was_alerted(house):
    kinds = ", ".join(f"'{kind}'" for kind in alerts_allowed)
    alerts = house.ask(f"select kind || ' ' || ref || ': ' || message from tael.alerts where kind not in ({kinds})")
    broken = [f"alert: {alert}" for alert in alerts]
    for line in house.node.log.read_text(errors="replace").splitlines():
        if any(f'"{event}"' in line for event in never_logged):
            broken.append(f"the node's log: {line}")
    return broken
