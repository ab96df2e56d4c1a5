#!/usr/bin/env python3
"""How bugs are read, drawn, planted and judged, on a made-up tree: no build."""
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "mutation"))
from planting import judge, plant_all  # noqa: E402
from register import RegisterError, draw, read_mutant, read_register  # noqa: E402
from scratch import Scratch, Trouble  # noqa: E402

HEAD = "Area: store\nCaught by: Store.Holds\nBuilds: store_test\nMoney is lost.\n\n"
DIFF = """diff --git a/sum.cpp b/sum.cpp
--- a/sum.cpp
+++ b/sum.cpp
@@ -1,3 +1,3 @@
 // A sum.
-int sum(int a, int b) { return a + b; }
+int sum(int a, int b) { return a - b; }
 // Its end.
"""
SOURCE = "// A sum.\nint sum(int a, int b) { return a + b; }\n// Its end.\n"


class Reading(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def read(self, text):
        patch = self.folder / "a_bug.patch"
        patch.write_text(text)
        return read_mutant(patch)

    def test_a_head_says_all_there_is_to_know(self):
        bug = self.read(HEAD + DIFF)
        self.assertEqual((bug.name, bug.area, bug.caught_by, bug.builds, bug.hurts, bug.files),
                         ("a_bug", "store", "Store.Holds", ("store_test",), "Money is lost.", ("sum.cpp",)))

    def test_what_is_missing_or_wrong_is_named(self):
        for text, complaint in ((HEAD.replace("Caught by: Store.Holds\n", ""), "no line 'Caught by: ...'"),
                                (HEAD.replace("store\n", "stores\n", 1), "area 'stores' is none of"),
                                (HEAD.replace("Money is lost.\n", ""), "what would hurt"),
                                (HEAD.replace("Store.Holds", "Store.("), "no regular expression"),
                                (HEAD.replace("Store.Holds", "compiler"), "the one source file"),
                                (HEAD.replace("Money", "Area: store\nMoney"), "given twice")):
            with self.subTest(complaint), self.assertRaisesRegex(RegisterError, complaint):
                self.read(text + DIFF)

    def test_the_same_seed_draws_the_same_few(self):
        bugs = read_register(ROOT / "tests" / "mutants")
        self.assertEqual(draw(bugs, 3, 7), draw(list(reversed(bugs)), 3, 7))
        drawn = {bug.name for seed in range(20) for bug in draw(bugs, 3, seed)}
        self.assertGreater(len(drawn), 20, "all get their turn")


class FakeScratch(Scratch):
    """Plants in a real folder; what a build or a test would say is decided by what the file says."""

    def __init__(self, folder, red, builds=True):
        super().__init__(folder, folder)
        self.tree.mkdir()
        (self.tree / "sum.cpp").write_text(SOURCE)
        self.red, self.builds = red, builds

    def follow_checkout(self):
        pass

    def configure(self):
        pass

    def planted_now(self):
        return (self.tree / "sum.cpp").read_text() != SOURCE

    def build(self, targets):
        return "" if self.builds or not self.planted_now() else "error: no"

    def test(self, names):
        return {"Store.Holds": "fail" if self.red(self.planted_now()) else "run", "Store.Other": "fail"}, "output"


class Planting(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "a_bug.patch").write_text(HEAD + DIFF)
        self.bugs = read_register(self.folder)

    def verdict(self, **ways):
        scratch = FakeScratch(self.folder, **ways)
        verdicts = plant_all(scratch, self.bugs, lambda text: None)
        self.assertFalse(scratch.planted_now(), "it is taken back whatever came of it")
        return verdicts[0]["verdict"]

    def test_red_is_caught(self):
        self.assertEqual(self.verdict(red=lambda planted: planted), "caught")

    def test_green_survives_whatever_other_tests_say(self):
        self.assertEqual(self.verdict(red=lambda planted: False), "survived")

    def test_a_build_that_fails_catches_nothing(self):
        self.assertEqual(self.verdict(red=lambda planted: planted, builds=False), "does not build")

    def test_a_patch_from_another_time_does_not_apply(self):
        (self.folder / "a_bug.patch").write_text(HEAD + DIFF.replace("-int sum(int a", "-int sum(long a"))
        self.assertEqual(self.verdict(red=lambda planted: planted), "does not apply")

    def test_a_test_that_is_always_red_proves_nothing(self):
        with self.assertRaisesRegex(Trouble, "Store.Holds is red without a bug"):
            self.verdict(red=lambda planted: True)

    def test_a_test_that_is_not_there_or_did_not_run_judges_nothing(self):
        with self.assertRaisesRegex(Trouble, "no test called"):
            judge({"Store.Other": "run"}, "Store.Holds")
        with self.assertRaisesRegex(Trouble, "could not run: Store.Holds"):
            judge({"Store.Holds": "notrun"}, "Store.Holds")


if __name__ == "__main__":
    unittest.main()
