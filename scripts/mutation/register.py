"""The register of planted bugs: one patch each in tests/mutants/, whose head says who must catch it. Pure reading."""
import random
import re
from dataclasses import dataclass
from pathlib import Path

AREAS = ("machines", "orders", "store", "timers", "notices", "breaker", "ledger", "accounts", "api", "channels")
COMPILER = "compiler"
KEYS = ("Area", "Caught by", "Builds")


class RegisterError(Exception):
    """A patch whose head does not say what it must; the text names file and line."""


@dataclass(frozen=True)
class Mutant:
    """`caught_by`: a regular expression of whole ctest names, or the compiler, which then must say that a
    static_assert failed. `builds`: targets of the build; for the compiler the one source file that must not compile."""

    name: str
    area: str
    caught_by: str
    builds: tuple
    hurts: str
    files: tuple
    patch: Path

    @property
    def by_compiler(self):
        return self.caught_by == COMPILER

    @property
    def is_quick(self):
        """Without the whole binary: its link takes longer than most tests."""
        return "tael" not in self.builds


def read_mutant(patch):
    text = patch.read_text()
    head, _, diff = text.partition("\ndiff --git ")
    found, hurts = {}, []
    for no, line in enumerate(head.splitlines(), 1):
        key, colon, value = line.partition(": ")
        if colon and key in KEYS and not hurts:
            if key in found:
                raise RegisterError(f"{patch.name}:{no}: '{key}:' is given twice")
            found[key] = value.strip()
        elif line.strip():
            hurts.append(line.strip())
    for key in KEYS:
        if not found.get(key):
            raise RegisterError(f"{patch.name}:1: the head has no line '{key}: ...'")
    if found["Area"] not in AREAS:
        raise RegisterError(f"{patch.name}:1: area '{found['Area']}' is none of {', '.join(AREAS)}")
    if not hurts:
        raise RegisterError(f"{patch.name}:1: the head does not say what would hurt")
    try:
        re.compile(found["Caught by"])
    except re.error as error:
        raise RegisterError(f"{patch.name}:1: 'Caught by' is no regular expression: {error}") from None
    files = re.findall(r"^\+\+\+ b/(\S+)$", diff, re.M)
    if not files:
        raise RegisterError(f"{patch.name}: it changes no file")
    mutant = Mutant(patch.stem, found["Area"], found["Caught by"], tuple(found["Builds"].split()), " ".join(hurts),
                    tuple(files), patch)
    if mutant.by_compiler and (len(mutant.builds) != 1 or not mutant.builds[0].endswith(".cpp")):
        raise RegisterError(f"{patch.name}:1: for the compiler 'Builds' names the one source file that must not compile")
    return mutant


def read_register(folder):
    return [read_mutant(patch) for patch in sorted(folder.glob("*.patch"))]


def draw(mutants, count, seed):
    """A random few: the same seed draws the same ones from the same register."""
    pool = sorted(mutants, key=lambda mutant: mutant.name)
    return random.Random(seed).sample(pool, min(count, len(pool)))


def readme(mutants):
    lines = [
        "# Bugs on purpose",
        "",
        "A test that cannot fail proves nothing. Each patch here is a bug that would cost somebody money or sleep, and",
        "names the test that must turn red. `scripts/mutants` plants them one by one in a copy of the tree under",
        "`build/mutants`, expects red, and takes them back; the checkout is never touched. One that survives shows a test",
        "that is missing. `ctest` plants a random few of the quick ones (test `mutants`) and holds this page to the",
        "patches (test `mutants_register`).",
        "",
        "```sh",
        "scripts/mutants                      # all of them",
        "scripts/mutants fee_is_not_taken     # this one",
        "scripts/mutants --random 5 --seed 7  # five, drawn by a seed",
        "scripts/mutants --readme             # writes this page anew",
        "```",
        "",
        "A patch begins with `Area:`, `Caught by:` (whole names of ctest tests as a regular expression, or `compiler` where",
        "a `static_assert` must fail), `Builds:` (targets, or the source file that must not compile) and one sentence that",
        "says what would hurt. A build that fails is no catch, unless the patch says so.",
        "",
        f"{len(mutants)} of them:",
        "",
        "| what | would hurt | where | caught by |",
        "|---|---|---|---|",
    ]
    for area in AREAS:
        rows = [mutant for mutant in mutants if mutant.area == area]
        if rows:
            lines.append(f"| **{area}** ({len(rows)}) | | | |")
        for mutant in rows:
            where = ", ".join(f"`{file}`" for file in mutant.files)
            witness = mutant.caught_by.replace("|", "\\|")
            lines.append(f"| `{mutant.name}` | {mutant.hurts} | {where} | `{witness}` |")
    return "\n".join(lines) + "\n"
