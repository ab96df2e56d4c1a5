"""A copy of the tree with its own build folder, in which bugs are planted and taken back. Files are copied only when
they differ, so that a second run builds next to nothing; ccache knows the rest from the checkout's own build."""
import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as xml
from contextlib import contextmanager
from pathlib import Path

KEPT = {"build", "run", "node_modules"}  # Of the copy: what its own builds and tests left.


class Trouble(Exception):
    """Nothing can be learnt: the copy does not build or a test cannot run."""


class Scratch:
    def __init__(self, checkout, folder):
        self.checkout = checkout
        self.tree = folder / "tree"
        self.folder = folder
        self.build_folder = self.tree / "build" / "dev"
        # The copy lies in a repository that is not its own.
        self.environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder)}

    @contextmanager
    def held(self, say):
        """For one process at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another run is at work in the same folder; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield self

    def follow_checkout(self):
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                cwd=self.checkout, check=True, capture_output=True).stdout.decode().split("\0")
        wanted = {name for name in listed if name and (self.checkout / name).is_file()}
        for name in wanted:
            source, copy = self.checkout / name, self.tree / name
            if copy.is_file() and source.read_bytes() == copy.read_bytes() and same_mode(source, copy):
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
        for folder, folders, files in os.walk(self.tree):
            folders[:] = [name for name in folders if name not in KEPT]
            for name in files:
                path = Path(folder, name)
                if str(path.relative_to(self.tree)) not in wanted:
                    path.unlink()

    def configure(self):
        if not (self.build_folder / "build.ninja").is_file():
            done = self.run(["cmake", "--preset", "dev"])
            if done.returncode != 0:
                raise Trouble("the copy cannot be configured:\n" + done.stdout[-2000:])

    @contextmanager
    def planted(self, mutant):
        """The bug is in the copy within this context. True when its patch applied."""
        paths = [self.tree / name for name in mutant.files]
        before = {path: (path.read_bytes(), path.stat()) for path in paths if path.is_file()}
        try:
            done = self.run(["git", "apply", "-p1", "--whitespace=nowarn", str(mutant.patch)])
            yield done.returncode == 0, done.stdout
        finally:
            for path in paths:
                if path not in before:
                    path.unlink(missing_ok=True)
                    continue
                text, stat = before[path]
                path.write_bytes(text)
                if mutant.by_compiler:  # Nothing was built from it.
                    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def build(self, targets):
        """What the compiler said when it failed; empty when all is built."""
        done = self.run(["cmake", "--build", "--preset", "dev", "--parallel", str(os.cpu_count()), "--target", *targets])
        return "" if done.returncode == 0 else errors_of(done.stdout)

    def compile(self, source):
        """What the compiler says to one source file, without building anything."""
        commands = json.loads((self.build_folder / "compile_commands.json").read_text())
        for entry in commands:
            if entry["file"] == str(self.tree / source):
                words = [word for word in shlex.split(entry["command"]) if word not in ("ccache", "-c")]
                at = words.index("-o")
                done = self.run(words[:at] + words[at + 2:] + ["-fsyntax-only"], entry["directory"])
                return "" if done.returncode == 0 else done.stdout
        raise Trouble(f"no target compiles {source}")

    def test(self, names):
        """Outcome by test of those that match: `run`, `fail` or why there is none; and the runner's output."""
        report = self.folder / "tests.xml"
        report.unlink(missing_ok=True)
        done = self.run(["ctest", "--preset", "dev", "-R", f"^({names})$", "--no-tests=error", "--output-junit",
                         str(report)])
        if not report.is_file():
            return {}, done.stdout
        cases = xml.parse(report).getroot().iter("testcase")
        return {case.get("name"): case.get("status") for case in cases
                if re.fullmatch(names, case.get("name"))}, done.stdout

    def run(self, command, folder=None):
        return subprocess.run(command, cwd=folder or self.tree, env=self.environment, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def same_mode(a, b):
    return a.stat().st_mode & 0o111 == b.stat().st_mode & 0o111


def errors_of(output):
    found = [line for line in output.splitlines() if re.search(r"(error|warning): |^FAILED: |^CMake Error", line)]
    return "\n".join(found[:12] or output.splitlines()[-12:])
