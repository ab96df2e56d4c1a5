#!/usr/bin/env python3
"""What the binary says to whoever types something wrong: which word it was, and what would be right.

  tests/process/usage_test.py --tael build/dev/runtime/tael

Exit codes: 0 every answer is as it should be, 1 one is not (it is named).
"""
import argparse
import http.server
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "scripts" / "story")]

# pylint: disable=wrong-import-position
from configuration import copy_folder, make_keys, make_secrets  # noqa: E402

story = "scripts/scenarios/a_lost_callback_is_found_by_inquiry.yaml"
# Command line, exit code, what it says.
answers = [
    (["nope"], 2, "there is no command 'nope'"),
    (["chanel", "list"], 2, "did you mean 'channel'?"),
    (["config", "chekc"], 2, "tael config: there is no command 'chekc', did you mean 'check'?"),
    (["config"], 2, "A subcommand is required"),
    (["serve", "--node", "bad name!"], 2, "a node's name is small letters, digits and _, at most 32, not 'bad name!'"),
    (["scenario", "run", story, "--seed", "-1"], 2, "a seed is a whole number from 0, not '-1'"),
    (["scenario", "run", story, "--seed", "7"], 0, "seed 7"),
    (["channel", "certify", "aurora", "--config", "nowhere"], 2, "nowhere:1: is no folder"),
    (["alert", "show", "x"], 2, "an alert's id is its number in `tael alert list`"),
]
# Channel, key of its file, its wrong value, what `tael config check` says of it. LINE is where the key stands.
refusals = [
    ("stripe", "url", "http://api.stripe.com", "channels/stripe.yaml:LINE: 'url' must be https"),
    ("stripe", "slow_after", "40s",
     "channels/stripe.yaml:LINE: 'breaker.slow_after' must be shorter than 'deadline' (20s)"),
    ("stripe", "url", "https://api.stripe.com", ": good, "),
    ("harbor", "fields", '["18=abcd"]', "channels/harbor.yaml:LINE: 'bank_host.fields' has '18=abcd', which is wrong: DE18"),
    ("stripe", "currencies", "[CNY, IQD]", "channels/stripe.yaml:LINE: 'currencies': how adapter 'stripe' counts 'IQD' is not known"),
]


def examples(tael, words=()):
    """The example lines of every command's help."""
    told = subprocess.run([tael, *words, "--help"], cwd=root, text=True, capture_output=True, check=False).stdout
    lines = [line.strip() for line in told.splitlines() if line.startswith("  tael ")]
    listed = told.split("ubcommands:", 1)[1] if "ubcommands:" in told else ""
    for line in listed.splitlines():
        if re.match(r"  [a-z-]+ ", line):
            lines += examples(tael, (*words, line.split()[0]))
    return lines


def unknown_in(line, channels, kinds):
    """Paths and accounts of an example that the repository's own configuration has not."""
    paths = [path for path in re.findall(r"(?<![\w./-])[a-z]+(?:/[a-z]+){1,2}(?![\w./])", line)
             if path.split("/")[0] in channels]
    accounts = re.findall(r"\b([a-z_]+):[a-z:]*[A-Z]{3}\b", line)
    return ([path for path in paths if any(word not in channels[path.split("/")[0]] for word in path.split("/")[1:])]
            + [kind for kind in accounts if kind not in kinds])


def check_examples(tael):
    channels = {file.stem: file.read_text() for file in (root / "config/channels").glob("*.yaml")}
    channels = {name: {word for line in text.splitlines() if not line.lstrip().startswith("#")
                       for word in re.findall(r"[a-z]+", line.split("#")[0])} for name, text in channels.items()}
    lines, kinds = examples(tael), (root / "config/accounts.yaml").read_text()
    broken = 0 if len(lines) > 30 else check(subprocess.CompletedProcess([], 1, "", ""), 0, "", "too few examples were found")
    for line in lines:
        if wrong := unknown_in(line, channels, kinds):
            print(f"BROKEN: the example '{line}' names {wrong}, which is not in config/")
            broken += 1
    return broken


def check(told, code, wanted, what):
    said = told.stdout + told.stderr
    if told.returncode == code and wanted in said:
        return 0
    print(f"BROKEN: {what}: exit code {told.returncode}, not {code}, or not '{wanted}':\n{said}")
    return 1


def run(command, environment=None):
    return subprocess.run([str(part) for part in command], cwd=root, env={**os.environ, **(environment or {})}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def check_refusals(tael, folder):
    broken = 0
    for no, (channel, key, value, wanted) in enumerate(refusals):
        config = folder / f"config_{no}"
        file = f"channels/{channel}.yaml"
        copy_folder(root / "config", config, {file: {"enabled": "true", key: value}})
        make_keys(config)
        lines = (config / file).read_text().splitlines()
        line = next(at for at, text in enumerate(lines, 1) if text.strip().startswith(f"{key}:"))
        told = run([tael, "config", "check", config], make_secrets(config))
        broken += check(told, 0 if "good" in wanted else 1, wanted.replace("LINE", str(line)), f"{channel} with {key}: {value}")
    return broken


def check_serve(tael, folder):
    """What nothing else has a code for ends a node with 74 and a sentence, never by a signal."""
    config = folder / "config_of_node"
    copy_folder(root / "config", config, {})
    make_keys(config)
    told = run([tael, "serve", "--config", config], {**make_secrets(config), "TAEL_CRASH_AT": "nonsense"})
    return check(told, 74, "tael: TAEL_CRASH_AT: 'nonsense' is not name:nth", "serve with a crash point of no number")


class Overview(http.server.BaseHTTPRequestHandler):
    """What a node that has nothing to tell would say to `tael top`."""

    def do_GET(self):  # pylint: disable=invalid-name
        body = b'{"node": "tael_1", "at": "2026-11-21T12:00:00.000Z", "up_since": "2026-11-21T12:00:00.000Z"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def check_top(tael):
    """On a terminal it looks again and again, and Ctrl-C is the way to end it: no failure."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Overview)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    terminal, theirs = pty.openpty()
    with subprocess.Popen([tael, "top", "--admin", f"http://127.0.0.1:{server.server_port}"], cwd=root, stdin=theirs,
                          stdout=theirs, stderr=theirs, env={**os.environ, "TAEL_ADMIN_TOKEN": "a token of sixteen"}) as top:
        os.close(theirs)
        shown = b""
        while b"tael_1" not in shown:
            shown += os.read(terminal, 4096)
        top.send_signal(signal.SIGINT)
        code = top.wait(timeout=60)
    os.close(terminal)
    server.shutdown()
    if code == 0:
        return 0
    print(f"BROKEN: tael top ends with {code} at Ctrl-C, not 0")
    return 1


def check_taken_ports(tael, folder):
    """As a node ends, so do both simulators."""
    config = folder / "config_ports"
    copy_folder(root / "config", config, {})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        secrets = make_secrets(config)
        told = run([tael, "simulate", "channels", "--config", config, "--control-port", str(port)], secrets)
        broken = check(told, 73, f":{port}", "simulate channels with a taken port")
        told = run([tael, "simulate", "business", "--config", config, "--business", "bakery", "--port", str(port)], secrets)
        return broken + check(told, 73, f":{port}", "simulate business with a taken port")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tael", required=True)
    tael = parser.parse_args().tael
    folder = Path(tempfile.mkdtemp(prefix="tael_usage_"))
    try:
        broken = sum(check(run([tael, *words]), code, wanted, " ".join(words)) for words, code, wanted in answers)
        broken += check_examples(tael)
        broken += check_refusals(tael, folder)
        broken += check_serve(tael, folder)
        broken += check_top(tael)
        broken += check_taken_ports(tael, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
