"""Plays the demo's story (scripts/demo tells the usage) and says whether every promise held.

Exit codes: 0 every promise held, 1 one broke (it is named), 2 usage; 130 and 143 when it was interrupted before the end.
"""
import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import checks
from acts import acts
from pages import operator
from processes import Broken, House, until
from stage import Stage
from talk import Talk, money
from wires import bank_host, changes_for, wires

root = Path(__file__).resolve().parents[2]

# Waits that fit a talk of a minute. What they are in the field, and why, is in config/.
inquiries, refunds, notices = "[2s, 3s, 3s, 3s, 5s, 5s, 10s, 30s]", "[1s, 2s, 3s, 5s, 10s, 30s]", "[1s, 2s, 5s, 10s, 30s]"
channel_waits = {"inquiry_ladder": inquiries, "refund_ladder": refunds, "deadline": "4s", "slow_after": None,
                 "unknown_final_after": "6s"}
short_waits = {
    "node.yaml": {"admin_token": "${env:TAEL_ADMIN_TOKEN}",
                  "console": f"\n  operators:\n    {operator}: {{password: '${{env:TAEL_CONSOLE_PASSWORD}}'}}"},
    "channels/aurora.yaml": channel_waits,
    "channels/borealis.yaml": channel_waits,
    **changes_for([*wires, bank_host], channel_waits),
}
short_waits["businesses/bakery.yaml"]["profile"] = f"standard\n  ladder: {notices}"


class Interrupted(BaseException):
    """Ctrl-C or SIGTERM. No error of the story's own, so nothing that catches those catches it."""


def take_folder():
    """The first of run/demo, run/demo_2, ... that no other demo is in, empty but for its lock; and the lock."""
    (root / "run").mkdir(exist_ok=True)
    for number in range(1, 100):
        lock = open(root / "run" / f".demo_{number}.lock", "w", encoding="ascii")  # pylint: disable=consider-using-with
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        folder = root / "run" / ("demo" if number == 1 else f"demo_{number}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder, lock
    raise Broken("a folder under run/ is free")


def say_where(house, talk, window):
    talk.act("Tael is up")
    for what, where in (("cashier", f"{window['cashier_url']}  (an open order: watch it, pay it)"),
                        ("console", f"http://127.0.0.1:{house.admin}/console  (operator {operator}, password "
                                    f"{house.environment['TAEL_CONSOLE_PASSWORD']})"),
                        ("API", f"http://127.0.0.1:{house.api}  (/openapi.yaml)"),
                        ("operators", f"http://127.0.0.1:{house.admin}  (token {house.environment['TAEL_ADMIN_TOKEN']})"),
                        ("institutions", ", ".join(f"{name} {where}" for name, where in house.institutions.items())),
                        ("their faults", f"http://127.0.0.1:{house.control}/control/..."),
                        ("the business", f"http://127.0.0.1:{house.receiver}/received"),
                        ("PostgreSQL", f"private, data in {house.store}/postgres"),
                        ("configuration", house.config),
                        ("logs", f"{house.run}/*.log")):
        talk.plain(f"  {what:14} {where}")
    talk.note("  Waits are shorter than in config/: inquiries after 2 s, 3 s, ...; a number nobody knows is final after 5 s.")


def play(stage, talk):
    """The story; what of it broke, as sentences."""
    for institution in stage.institutions.values():
        institution.settings(pay_after_ms=3_600_000)  # Payers pay when the story says so.
    broken = []
    for title, act in acts:
        talk.act(title)
        try:
            act(stage)
        except (Broken, OSError, ValueError) as what:
            broken.append(f"{title}: {what}")
            talk.verdict(False, broken[-1])
            for institution in stage.institutions.values():
                institution.heal()
            if not stage.house.node.runs:
                stage.house.node.start()
    return broken


def wait_for_rest(stage):
    """Until nothing is left to happen; the checks say what never came to rest."""
    with contextlib.suppress(Broken):
        until("everything comes to rest", lambda: all(checks.is_at_rest(order) for order in stage.orders()), 60, 0.5)
    with contextlib.suppress(Broken):
        until("every notice arrives", lambda: not checks.notices_are_kept_once(
            stage.orders(), stage.receiver.received()), 20, 0.5)


def judge(stage, story_broken):
    """Every promise by name with what broke it, the orders, and the ledger's own report."""
    wait_for_rest(stage)
    told_orders = stage.orders()
    orders = told_orders + [stage.bakery.order(stage.window["id"])]  # Somebody may have paid it meanwhile.
    history = list(stage.bakery.history)
    checked = stage.house.command("ledger", "check", "--json")
    try:
        ledger = json.loads(checked.stdout)
    except ValueError:
        ledger = {"ok": False, "conservation": [], "invariants": [
            {"invariant": 0, "name": "ledger_check_runs", "ok": False, "violations": 1, "first": checked.stderr}]}
    told = [(order, each.ending, each.surplus_refunds) for order, each in zip(told_orders, stage.told)]
    promises = {
        "the story went as told": story_broken,
        "every order ends paid, closed or refunded, as told": checks.orders_end_as_told(told),
        "every notice is told once, signed": checks.notices_are_kept_once(orders, stage.receiver.received()),
        "the institutions' books equal our ledger": checks.books_agree(ledger, stage.institutions.values()),
        "received = booked + refunded + suspense": checks.money_is_conserved(orders, ledger),
        "whatever was answered is still true": checks.answers_stay_true(history, orders),
        "a repeated request gets its answer again": checks.repeats_answer_the_same(stage.bakery),
        "tael ledger check": checks.ledger_holds(ledger),
    }
    return promises, told_orders, ledger


def as_json(stage, promises, orders, ledger):
    table = [{"order_no": order["order_no"], "what": each.what, "amount": order["amount"], "currency": order["currency"],
              "state": order["state"], "ending": checks.ending_of(order), "path": order["path"],
              **checks.money_of(order)} for order, each in zip(orders, stage.told)]
    return {"ok": not any(promises.values()),
            "promises": [{"promise": name, "ok": not broken, "broken": broken} for name, broken in promises.items()],
            "orders": table, "conservation": ledger["conservation"], "ledger": ledger}


def print_result(talk, result):
    parts = ("received", "booked", "refunded", "suspense")

    def amounts(line):
        return [f"{line[part] / 100:,.2f}" for part in parts]
    talk.act("\nThe orders, in CNY: received = booked + refunded + suspense\n")
    total = {part: sum(order[part] for order in result["orders"]) for part in parts}
    talk.table(("order", "state", *parts, "paid by", "what happened"),
               [(order["order_no"], order["ending"], *amounts(order), order["path"] or "", order["what"])
                for order in result["orders"]],
               (f"{len(result['orders'])} orders", "", *amounts(total), "", ""))
    talk.act("\nBy channel, from the ledger")
    for line in result["conservation"]:
        received, booked, refunded, suspense = (money(line[part], line["currency"]) for part in parts)
        talk.plain(f"  {line['channel']:9} {received} = {booked} + {refunded} + {suspense}")
    invariants = result["ledger"]["invariants"]
    held = sum(each["ok"] for each in invariants)
    talk.act(f"\nThe promises  (tael ledger check: {held} of {len(invariants)} invariants hold)")
    for promise in result["promises"]:
        talk.verdict(promise["ok"], promise["promise"])
        for what in promise["broken"]:
            talk.plain(f"            {what}")


def perform(options, house, talk):
    """The evening from curtain to verdict: 0 when every promise held, 1 otherwise."""
    house.start()
    say_where(house, talk, options.stage.open_window())
    broken = play(options.stage, talk)
    talk.note("\nwaiting until nothing is left to happen ...")
    promises, orders, ledger = judge(options.stage, broken)
    result = as_json(options.stage, promises, orders, ledger)
    print_result(talk, result)
    if options.json:
        print(json.dumps(result, indent=1), flush=True)
    return 0 if result["ok"] else 1


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo", add_help=False)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tael = Path(os.environ.get("TAEL_BIN", root / "build/dev/runtime/tael")).resolve()
    if not os.access(tael, os.X_OK):
        parser.error(f"{tael} is not there; build it, or set TAEL_BIN")
    talk = Talk(sys.stderr if options.json else sys.stdout, float(os.environ.get("TAEL_DEMO_PACE", "1")))

    def interrupt(number, _):
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)  # Once is enough; stopping is not to be stopped.
        raise Interrupted(number)
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)

    code, house = None, None
    try:
        folder, lock = take_folder()
        house = House(tael, root / "config", folder, changes=short_waits,
                      on_notice=lambda line: options.stage.hear_notice(line))
        options.stage = Stage(house, talk)
        code = perform(options, house, talk)
        if not options.once:
            talk.act("\nEverything stays up for you to try; Ctrl-C stops it")
            threading.Event().wait()
    except Interrupted as signalled:
        code = 128 + signalled.args[0] if code is None else code
    except (Broken, OSError) as what:
        talk.verdict(False, str(what))
        code = 1
    finally:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        talk.note("\nstopping ...")
        complaints = house.stop() if house else []
        for complaint in complaints:
            talk.verdict(False, complaint)
        if house:
            house.forget_store()
            talk.note(f"stopped; logs are in {house.run}")
    return code or (1 if complaints else 0)


if __name__ == "__main__":
    began = time.monotonic()
    sys.exit(main())
