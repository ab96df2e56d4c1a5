"""Plants bugs in the copy, one by one, and judges what their witnesses said. Only the test that a bug names can catch it."""
import re
import time

from scratch import Trouble


def judge(outcomes, names):
    """Whether one of the tests of these names is red. A test that is not there, or could not run, judges nothing."""
    of_these = {name: outcome for name, outcome in outcomes.items() if re.fullmatch(names, name)}
    if not of_these:
        raise Trouble(f"there is no test called {names}")
    if "fail" in of_these.values():
        return True
    if set(of_these.values()) != {"run"}:
        raise Trouble("could not run: " + ", ".join(name for name, outcome in of_these.items() if outcome != "run"))
    return False


def plant_all(scratch, mutants, say):
    scratch.follow_checkout()
    scratch.configure()
    expect_green(scratch, mutants, say)
    verdicts = []
    for no, mutant in enumerate(mutants, 1):
        started = time.monotonic()
        try:
            verdict, told = plant(scratch, mutant)
        except Trouble as trouble:
            verdict, told = "not judged", str(trouble)
        took = time.monotonic() - started
        say(f"{no}/{len(mutants)} {mutant.name}: {verdict} ({took:.0f} s)")
        if verdict != "caught":
            say(f"{mutant.caught_by} should have caught it:\n{told}")
        verdicts.append({"mutant": mutant.name, "area": mutant.area, "verdict": verdict, "hurts": mutant.hurts,
                         "caught_by": mutant.caught_by, "seconds": round(took, 1),
                         "told": "" if verdict == "caught" else told})
    return verdicts


def expect_green(scratch, mutants, say):
    """A test that is red without a bug proves nothing about one."""
    built = [mutant for mutant in mutants if not mutant.by_compiler]
    tests = sorted({mutant.caught_by for mutant in built})
    sources = sorted({mutant.builds[0] for mutant in mutants if mutant.by_compiler})
    say(f"{len(mutants)} to plant; their {len(tests) + len(sources)} witnesses must be green without them")
    for source in sources:
        if said := scratch.compile(source):
            raise Trouble(f"{source} does not compile without a bug:\n{said[-2000:]}")
    if not tests:
        return
    if said := scratch.build(sorted({target for mutant in built for target in mutant.builds})):
        raise Trouble(f"the tree does not build without a bug:\n{said}")
    outcomes, output = scratch.test("|".join(tests))
    wrong = []
    for test in tests:
        try:
            wrong += [f"{test} is red without a bug"] if judge(outcomes, test) else []
        except Trouble as trouble:
            wrong.append(str(trouble))
    if wrong:
        raise Trouble("\n".join(wrong) + "\n" + output[-3000:])


def plant(scratch, mutant):
    """The verdict, and what was said instead of the red that was expected."""
    with scratch.planted(mutant) as (applied, said):
        if not applied:
            return "does not apply", said
        if mutant.by_compiler:
            said = scratch.compile(mutant.builds[0])
            return "caught" if "static assertion failed" in said else "survived", said[-2000:]
        if said := scratch.build(mutant.builds):
            return "does not build", said
        outcomes, output = scratch.test(mutant.caught_by)
        return "caught" if judge(outcomes, mutant.caught_by) else "survived", output[-2000:]
