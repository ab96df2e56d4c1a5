"""A configuration folder for one run: the repository's own, with free ports, short waits and fresh secrets.

Secrets stay references in the folder; their values go to the processes by environment and are written nowhere.
"""
import base64
import os
import re
import secrets
import shutil
import socket
import subprocess
from pathlib import Path


def free_ports(count):
    """Held all at once, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def copy_folder(source, target, changes):
    """`changes`: file to {key: value}. A value of None takes the key's line out; a key that is not there is added."""
    shutil.copytree(source, target)
    for file, keys in changes.items():
        path = Path(target) / file
        text = path.read_text()
        for key, value in keys.items():
            text = set_key(text, key, value)
        path.write_text(text)


def set_key(text, key, value):
    """The first line `key:` at any depth keeps its depth and loses its comment."""
    line = re.compile(rf"^( *){re.escape(key)}:.*\n", re.MULTILINE)
    if value is None:
        return line.sub("", text, count=1)
    changed, found = line.subn(lambda match: f"{match[1]}{key}: {value}\n", text, count=1)
    return changed if found else f"{text.rstrip()}\n\n{key}: {value}\n"


def enabled_channels(source, changes):
    """Codes of the channels that take part: those that are not switched off, or that `changes` switch on."""
    def is_enabled(path):
        wish = changes.get(f"channels/{path.name}", {}).get("enabled")
        return wish == "true" if wish else not re.search(r"^enabled: *false", path.read_text(), re.MULTILINE)
    return sorted(path.stem for path in (Path(source) / "channels").glob("*.yaml") if is_enabled(path))


def make_keys(folder):
    """Key files for the channels that want some; made anew for each run."""
    script = Path(__file__).resolve().parent.parent / "keys"
    subprocess.run([script, Path(folder) / "keys"], check=True, stdin=subprocess.DEVNULL)


def make_secrets(folder):
    """A value for every secret that the folder names by `${env:NAME}`, outside comments."""
    names = set()
    for path in Path(folder).rglob("*.yaml"):
        for line in path.read_text().splitlines():
            names.update(re.findall(r"\$\{env:(\w+)\}", line.split("#")[0]))
    return {name: secret_for(name) for name in sorted(names)}


def secret_for(name):
    if name.endswith("NOTICE_SECRET"):  # Standard Webhooks.
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    if name.endswith(("API_V3_KEY", "API_V2_KEY", "MAC_KEY")):  # Thirty-two characters, no more and no less.
        return secrets.token_hex(16)
    return secrets.token_hex(20)


def everyone_may_enter(folder):
    folder = Path(folder).resolve()
    return all(each.stat().st_mode & 0o001 for each in (folder, *folder.parents))


def make_store_folder(run):
    """Where the private PostgreSQL lives. Started by root it runs as somebody else, who must be able to get there."""
    base = Path(run)
    if os.geteuid() == 0 and not everyone_may_enter(base):
        base = Path("/var/tmp") / f"tael_{secrets.token_hex(6)}"
    store = base / "store"
    store.mkdir(parents=True)
    for each in (base, store):
        each.chmod(0o755)
    return store
