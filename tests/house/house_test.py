#!/usr/bin/env python3
"""What our own scripts promise about themselves, tried on a house of three files: whoever asks later what was checked,
and with what outcome, must not be told something else."""
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class House(unittest.TestCase):
    """A repository with our scripts; what they would call is made up by each test."""

    def setUp(self):
        self.root = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("scripts/check", ".ci/run", ".gitignore"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        self.script("scripts/setup", 'echo "setup $*"')
        self.git("init", "-q")

    def script(self, name, text):
        file = self.root / name
        file.write_text(f"#!/usr/bin/env bash\n{text}\n")
        file.chmod(0o755)

    def git(self, *words):
        who = ["-c", "user.name=n", "-c", "user.email=n@house.test"]
        return subprocess.run(["git", *who, *words], cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "all")
        return self.git("rev-parse", "HEAD").strip()

    def run_it(self, *words):
        return subprocess.run(list(words), cwd=self.root, capture_output=True, text=True, check=False)

    def record(self):
        return [line.split() for line in (self.root / "build/checked").read_text().splitlines()]


class Check(House):
    def setUp(self):
        super().setUp()
        (self.root / "scripts/check_layers.py").write_text("")
        self.script("scripts/test", "exit 0")

    def test_leaves_a_record_of_commit_step_outcome_and_seconds(self):
        commit = self.commit()
        self.assertEqual(self.run_it("scripts/check", "layers", "test").returncode, 0)
        for line, step in zip(self.record(), ("layers", "test"), strict=True):
            self.assertEqual(line[:3], [commit, step, "good"])
            self.assertTrue(line[3].isdigit())
        self.assertEqual(self.git("status", "--porcelain"), "")

    def test_records_a_red_step_as_red_and_no_step_behind_it(self):
        self.script("scripts/test", "exit 1")
        commit = self.commit()
        self.assertEqual(self.run_it("scripts/check", "layers", "test", "layers").returncode, 1)
        self.assertEqual([line[:3] for line in self.record()], [[commit, "layers", "good"], [commit, "test", "red"]])

    def test_keeps_what_other_steps_said_about_an_earlier_commit(self):
        first = self.commit()
        self.run_it("scripts/check", "layers", "test")
        (self.root / "more").write_text("")
        second = self.commit()
        self.run_it("scripts/check", "layers")
        self.assertEqual(sorted(line[:2] for line in self.record()), sorted([[first, "test"], [second, "layers"]]))

    def test_does_not_credit_a_commit_with_what_was_changed_after_it(self):
        commit = self.commit()
        (self.root / "more").write_text("")
        self.run_it("scripts/check", "layers")
        self.assertEqual(self.record()[0][0], commit + "-dirty")

    def test_installs_no_compiler_for_format_and_layers(self):
        self.commit()
        self.assertIn("setup --style\n", self.run_it("scripts/check", "layers").stdout)
        self.assertIn("setup --check\n", self.run_it("scripts/check", "layers", "test").stdout)

    def test_says_which_step_there_is_not(self):
        self.commit()
        done = self.run_it("scripts/check", "layer")
        self.assertEqual((done.returncode, "no step 'layer'" in done.stderr), (2, True))


class Ci(House):
    def ends(self, check, test):
        self.script("scripts/check", f'echo "check $*"; exit {check}')
        self.script("scripts/test", f'echo "summary of ctest"; exit {test}')
        return self.run_it(".ci/run")

    def test_begins_with_format_and_layers_and_ends_with_the_tests_summary(self):
        done = self.ends(check=0, test=0)
        self.assertEqual((done.returncode, done.stdout), (0, "check format layers\nsummary of ctest\n"))

    def test_is_red_where_only_one_of_them_was(self):
        for check, test in ((1, 0), (0, 8)):
            done = self.ends(check, test)
            self.assertNotEqual(done.returncode, 0)
            self.assertTrue(done.stdout.endswith("summary of ctest\n"))


if __name__ == "__main__":
    sys.exit(unittest.main())
