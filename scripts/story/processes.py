"""Starts, kills, restarts and stops what a story needs: a node, the institutions, a receiving business.

Everyone is waited for by asking, with a deadline; nobody is left behind. Output goes to files in the run's folder.
"""
import ctypes
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

from configuration import copy_folder, enabled_channels, free_ports, make_keys, make_secrets, make_store_folder

start_patience = 120
stop_patience = 60
libc = ctypes.CDLL(None)


class Broken(Exception):
    """Something that was promised did not come true. Its text names it."""


def until(what, happens, patience=30, pause=0.05):
    """What `happens()` came to, once it is true."""
    deadline = time.monotonic() + patience
    while True:
        result = happens()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Broken(f"{what}: not within {patience} s")
        time.sleep(pause)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def die_with_parent():
    """PR_SET_PDEATHSIG: SIGTERM when the thread that started it is gone, however it went. So start from the main one."""
    libc.prctl(1, signal.SIGTERM)


class Process:
    """One child process. `on_line` hears each line of its standard output, from a thread of ours."""

    def __init__(self, name, command, environment, folder, ready_url, on_line=None):
        self.name, self.command, self.environment, self.ready_url = name, command, environment, ready_url
        self.log = Path(folder) / f"{name}.log"
        self.on_line = on_line
        self.child = None

    @property
    def runs(self):
        return self.child is not None and self.child.poll() is None

    def start(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                [str(part) for part in self.command], env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if self.on_line else log, stderr=log,
                start_new_session=True,  # The keys that interrupt us are not for it: we stop it, in order.
                preexec_fn=die_with_parent)
        if self.on_line:
            threading.Thread(target=self._listen, args=(self.child.stdout,), daemon=True).start()
        until(f"{self.name} starts", self._is_ready, start_patience)

    def kill(self):
        """kill -9: no farewell, nothing flushed."""
        self.child.kill()
        self.child.wait()

    def stop(self):
        """Its exit code; nothing when it did not run."""
        if not self.runs:
            return None
        self.child.terminate()
        try:
            return self.child.wait(stop_patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.child.returncode

    def _is_ready(self):
        if not self.runs:
            raise Broken(f"{self.name} starts: it ended with {self.child.returncode}\n{self.last_lines()}")
        return answers(self.ready_url)

    def _listen(self, stream):
        with open(self.log, "ab") as log:
            for line in stream:
                log.write(line)
                log.flush()
                self.on_line(line.decode())

    def last_lines(self, count=8):
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else ["(it has not said a word)"]
        return "\n".join(f"  {line}" for line in lines[-count:])


class House:
    """A node with its store, the institutions of its channels and one business, on free ports, in one folder.

    `changes` is for the configuration: file to {key: value}, on top of what finding each other needs."""

    def __init__(self, tael, source, run, business="bakery", changes=None, on_notice=None):
        self.tael, self.run, self.config = Path(tael), Path(run), Path(run) / "config"
        changes = changes or {}
        channels = enabled_channels(source, changes)
        self.api, self.admin, self.control, self.receiver, *ports = free_ports(4 + len(channels))
        self.institutions = {}  # Where each channel's listens.
        self.store = make_store_folder(run)
        wiring = {"node.yaml": {"api": f"127.0.0.1:{self.api}", "admin": f"127.0.0.1:{self.admin}",
                                "folder": self.store / "postgres", "notices": "{allow: [127.0.0.1]}"}}
        for channel, port in zip(channels, ports):
            text = (Path(source) / "channels" / f"{channel}.yaml").read_text()
            if "adapter: iso8583" in text:
                self.institutions[channel] = f"127.0.0.1:{port}"
                wiring[f"channels/{channel}.yaml"] = {"machines": f'["{self.institutions[channel]}"]'}
                continue
            self.institutions[channel] = f"http://127.0.0.1:{port}"
            # Without a callback_url the institution calls the node's own address; Stripe's has to be told beforehand.
            knows_from_dashboard = "adapter: stripe" in text
            wiring[f"channels/{channel}.yaml"] = {
                "url": self.institutions[channel],
                "callback_url": f"http://127.0.0.1:{self.api}/channels/{channel}/callback" if knows_from_dashboard else None}
        for file, keys in changes.items():
            wiring.setdefault(file, {}).update(keys)
        copy_folder(source, self.config, wiring)
        make_keys(self.config)
        self.environment = make_secrets(self.config)

        def process(name, arguments, ready_url, on_line=None):
            return Process(name, [tael, *arguments, "--config", self.config], self.environment, run, ready_url, on_line)
        self.node = process("node", ["serve"], f"http://127.0.0.1:{self.api}/readyz")
        self.others = [
            process("institutions", ["simulate", "channels", "--control-port", self.control],
                    f"http://127.0.0.1:{self.control}/control/channels"),
            process("business", ["simulate", "business", "--business", business, "--port", self.receiver],
                    f"http://127.0.0.1:{self.receiver}/livez", on_notice)]

    def start(self):
        for process in (*self.others, self.node):
            process.start()

    def command(self, *arguments):
        """Runs `tael ...` on this configuration to its end."""
        return subprocess.run([str(self.tael), *arguments, "--config", str(self.config)], text=True,
                              env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120, check=False)

    def stop(self):
        """What did not end well, as sentences; empty when all did."""
        complaints = []
        if self.node.child is not None and not self.node.runs:
            # A node that was killed leaves its private PostgreSQL running, and only a node stops it.
            try:
                self.node.start()
            except Broken as broken:
                complaints.append(str(broken))
        for process in (self.node, *self.others):
            code = process.stop()
            if code not in (None, 0):
                complaints.append(f"{process.name} ended with {code}, see {process.log}")
        return complaints

    def forget_store(self):
        """Removes the data of a stopped house; its logs and configuration stay."""
        shutil.rmtree(self.store, ignore_errors=True)
        if self.store.parent != self.run:
            shutil.rmtree(self.store.parent, ignore_errors=True)
