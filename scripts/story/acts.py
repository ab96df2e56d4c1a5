"""The acts of the demo's story. Each sets its own scene, tells what happens, and raises Broken when it does not.

Amounts that end in 02, 04, 12 or 16 ask the institution for trouble: adapters/channels/README.md has the table.
"""
import contextlib
import threading
import time
from datetime import datetime, timezone

from client import NoAnswer
from processes import Broken, until
from stage import at_once
from talk import money
from wires import bank_host, payer_of, wires

aurora, aurora_icbc, borealis = "aurora/qr/cmb", "aurora/qr/icbc", "borealis/qr/ccb"


def paid_by_qr(stage):
    order = stage.order("bread-01", 2500, "paid by a QR code")
    stage.talk.wait(1.5)
    attempt = stage.pay(order, aurora)
    stage.talk.wait(2)
    stage.payer_pays(order, attempt)
    order = stage.until(order, "is paid", lambda seen: seen["state"] == "paid")
    stage.talk.say("tael", f"aurora's callback came: bread-01 is paid, transaction {order['channel_transaction']}")
    stage.talk.wait(3)


def callback_lost(stage):
    order = stage.order("bread-02", 1804, "its callback was lost, an inquiry found it")
    attempt = stage.pay(order, aurora)
    stage.talk.wait(1.5)
    stage.payer_pays(order, attempt)
    stage.talk.say("bank", "aurora took the money, and its callback gets lost")
    stage.until(order, "is found by inquiry", lambda seen: seen["state"] == "paid")
    payment = stage.institutions["aurora"].payment(attempt["id"])
    if payment["callbacks_sent"] != 0:
        raise Broken(f"bread-02's callback is lost: {payment}")
    stage.talk.say("tael", "asked aurora itself and found it: bread-02 is paid, without a callback")
    stage.talk.wait(3)


def paid_twice(stage):
    order = stage.order("bread-03", 3600, "its payer paid twice, one came back", surplus_refunds=1)
    stage.talk.wait(1)
    first, second = stage.pay(order, aurora), stage.pay(order, borealis)
    both = [stage.institutions["aurora"], stage.institutions["borealis"]]
    for institution in both:  # Else the first callback closes the other attempt before the payer is there.
        institution.settings(callback_after_ms=800)
    stage.talk.say("payer", f"presses both buttons: {money(3600)} by aurora and {money(3600)} by borealis")
    at_once(lambda: stage.payer_pays(order, first, say=False), lambda: stage.payer_pays(order, second, say=False))
    order = stage.until(order, "is paid once and refunded once", lambda seen: seen["state"] == "paid" and [
        refund["state"] for refund in seen["refunds"]] == ["refunded"])
    for institution in both:
        institution.settings(callback_after_ms=20)
    if [refund["cause"] for refund in order["refunds"]] != ["duplicate"]:
        raise Broken(f"bread-03's surplus is a duplicate: {order['refunds']}")
    surplus = next(each for each in order["attempts"] if each["state"] == "surplus")
    stage.talk.say("tael", f"bread-03 is paid once, by {order['path']}; the money of {surplus['path']} went back, once")
    stage.talk.wait(3)


def paid_late(stage):
    order = stage.order("bread-04", 6412, "timed out, was paid late, refunded itself", "closed", 1, expires_in=4)
    stage.pay(order, aurora)
    stage.talk.say("payer", "hesitates: bread-04 is open for 4 s only")
    stage.until(order, "closes by its time", lambda seen: seen["state"] == "closed")
    stage.talk.say("tael", "bread-04's time is over: closed, at aurora too")
    order = stage.until(order, "refunds late money", lambda seen: [
        refund["state"] for refund in seen["refunds"]] == ["refunded"])
    if order["refunds"][0]["cause"] != "late":
        raise Broken(f"bread-04's surplus is late: {order['refunds']}")
    stage.talk.say("tael", f"{money(6412)} came all the same; it went back by itself, bread-04 stays closed")
    stage.talk.wait(3)


def bank_dies(stage):
    bank = stage.institutions["aurora"]
    bank.break_down("refuse", "qr/cmb")
    stage.talk.say("bank", f"{aurora} drops every connection")
    stage.talk.wait(1.5)
    waiting, refusal = [], None
    while refusal is None:
        name = f"cake-{len(waiting) + 1:02d}"
        order = stage.order(name, 4800 + 100 * len(waiting), "its bank died, it was paid by another")
        waiting.append(order)
        answer = stage.bakery.pay(order["id"], aurora)
        if answer.ok and len(waiting) < 7:  # Six bad calls in a row, or a bad share of all calls before that.
            stage.talk.say("tael", f"{name} by {aurora}: no answer, attempt 1 is {answer.body['attempt']['state']}")
            stage.talk.wait(0.7)
        elif answer.status == 503 and answer.body["code"] == "PATH_OPEN" and "retry_at" in answer.body:
            refusal = answer
        else:
            raise Broken(f"the breaker opens after six bad calls: {answer.status} {answer.text}")
    stage.talk.say("tael", f"the breaker of {aurora} is open: 503 at once, retry at {refusal.body['retry_at'][11:19]}")
    stage.pages_show(aurora, offered=False, state="open")
    stage.talk.say("payer", f"{aurora} is greyed out on every open cashier page; the console shows it open")
    stage.talk.wait(2)
    for number, order in enumerate(waiting):
        stage.payer_pays(order, stage.pay(order, aurora_icbc if number % 2 else borealis))
        stage.talk.wait(1)
    stage.until_paid(*waiting)
    stage.talk.say("tael", f"all {len(waiting)} are paid: by the bank next door and by another institution")
    bank.heal("qr/cmb")
    stage.talk.say("bank", f"{aurora} is back; nobody tells the breaker")
    stage.talk.wait(1)
    breaker_closes(stage, refusal.body["retry_at"])


def breaker_closes(stage, retry_at):
    wait = datetime.fromisoformat(retry_at.replace("Z", "+00:00")) - datetime.now(timezone.utc)
    time.sleep(max(0.0, wait.total_seconds()) + 0.1)
    probes = [stage.order(f"cake-{11 + number}", 2000, "probed the half-open breaker") for number in range(5)]
    for order in probes:
        def admitted(order=order):  # Refused while two others probe.
            answer = stage.bakery.pay(order["id"], aurora)
            return answer.body["attempt"] if answer.ok else None
        stage.payer_pays(order, until(f"{order['order_no']} is let through as a probe", admitted), say=False)
        stage.talk.say("tael", f"lets {order['order_no']} through to see: {aurora} answers, its payer pays")
        stage.talk.wait(0.7)
    stage.until_paid(*probes)
    stage.until_paid(stage.sell("cake-16", 2700, "went the healed way", aurora))
    stage.pages_show(aurora, offered=True, state="closed")
    stage.talk.say("tael", "five good probes closed the breaker, both pages show it; cake-16 goes the usual way")
    stage.talk.wait(3)


def killed_in_the_middle(stage):
    scene = set_scene(stage)
    stage.talk.wait(1)
    stage.house.node.kill()
    stage.talk.say("tael", "kill -9. The node is gone")
    stage.talk.wait(1)
    for name in ("tart-01", "tart-02"):
        stage.payer_pays(*scene[name])
    stage.talk.say("bank", "calls back about tart-01 and finds nobody; about tart-02 it never will")
    stage.talk.wait(3)
    stage.house.node.start()
    stage.talk.say("tael", "a new process reads the store: what was under way is in doubt, so it asks")
    stage.talk.wait(1.5)
    everything_finishes(stage, scene)


def set_scene(stage):
    """Several orders, each at another step when the node dies."""
    scene = {}
    for name, amount, what in (("tart-01", 3100, "was paid while the node was dead"),
                               ("tart-02", 2104, "was paid while it was dead, without a callback")):
        order = stage.order(name, amount, what)
        scene[name] = order, stage.pay(order, aurora)
    order = stage.sell("tart-03", 4400, "its refund was under way in the kill", borealis)
    stage.until_paid(order)
    scene["tart-03"] = order, None
    scene["tart-04"] = stage.order("tart-04", 2900, "was made before the kill and paid after"), None
    order = stage.order("tart-05", 3302, "its call to the bank was on the wire in the kill")
    scene["tart-05"] = order, None
    order = stage.order("tart-06", 5000, "its time ran out while the node was dead", "closed", expires_in=3)
    scene["tart-06"] = order, stage.pay(order, borealis)
    stage.institutions["borealis"].settings(refund_after_ms=3000)
    refund = stage.bakery.refund(scene["tart-03"][0]["id"], "tart-03-a", 2016)
    if refund.status != 201:
        raise Broken(f"tart-03 can be refunded: {refund.status} {refund.text}")
    stage.talk.say("business", f"asks {money(2016)} of tart-03 back; borealis is working on it")
    # Its answer takes 3 s, so the node dies while it waits; the business repeats under its key until it knows.
    def insist():
        with contextlib.suppress(NoAnswer):  # When the demo itself is stopped meanwhile.
            stage.bakery.pay(order_id(scene, "tart-05"), aurora)
    scene["call"] = threading.Thread(target=insist, daemon=True)
    scene["call"].start()
    until("aurora hears of tart-05", lambda: any(stage.institutions["aurora"].payment(attempt["id"]) for attempt in
                                                 stage.bakery.order(order_id(scene, "tart-05"))["attempts"]))
    stage.talk.say("tael", "tart-05's call is on the wire; aurora takes its time")
    return scene


def order_id(scene, name):
    return scene[name][0]["id"]


def everything_finishes(stage, scene):
    scene["call"].join()
    order = stage.until(scene["tart-05"][0], "is shown its voucher after the kill", lambda seen: len(
        seen["attempts"]) == 1 and seen["attempts"][0]["voucher"]["kind"] == "qr")
    stage.talk.say("tael", "tart-05: one attempt, still the same; its code is known now")
    stage.payer_pays(order, order["attempts"][0])
    stage.payer_pays(scene["tart-04"][0], stage.pay(scene["tart-04"][0], borealis))
    stage.until_paid(*(scene[f"tart-0{number}"][0] for number in (1, 2, 4, 5)))
    stage.until(scene["tart-03"][0], "gets its refund", lambda seen: seen["refunded_amount"] == 2016)
    stage.talk.say("tael", f"tart-03: {money(2016)} went back, once")
    stage.until(scene["tart-06"][0], "closes", lambda seen: seen["state"] == "closed")
    stage.talk.say("tael", "everything that was in flight has finished")
    stage.talk.wait(2)


def over_every_wire(stage):
    """Real protocols, simulated institutions: each payer pays as that protocol has it."""
    for number, wire in enumerate([*wires, bank_host], 1):
        order = stage.order(f"pie-{number:02d}", 2600, f"went over {wire.channel}", **payer_of(wire))
        attempt = stage.pay(order, wire.path, say=False)
        if attempt["state"] == "pending":  # Bar codes and accounts are charged in the answer itself.
            stage.institutions[wire.channel].payer_pays(attempt["id"])
        stage.until_paid(order)
        stage.talk.say("tael", f"{order['order_no']} is paid by {wire.path}, over its own protocol")
        stage.talk.wait(1)


acts = (
    ("An order is paid by a QR code", paid_by_qr),
    ("Orders are paid over every real protocol", over_every_wire),
    ("A callback is lost", callback_lost),
    ("A payer pays twice", paid_twice),
    ("An order times out and is paid late", paid_late),
    ("A bank dies", bank_dies),
    ("The node is killed in the middle", killed_in_the_middle),
)
