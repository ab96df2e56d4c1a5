#!/usr/bin/env python3
"""Checks what the compiler cannot: who includes whom, who may ask the time, how long a file is.

  scripts/check_layers.py [ROOT]       exit 1 and one `file:line: what` per finding
  scripts/check_layers.py --self-test  plants one violation of each rule and looks for it

CMake targets say the same about our own libraries, but Debian puts every library's headers under one include path, so
not linking one does not stop anybody from including it. A new folder needs a row in LAYERS; that is the point.
"""
import os
import re
import sys
import tempfile
from pathlib import Path

DOMAIN, PORTS, KIT, ACTORS = "actors/domain", "actors/ports", "actors/kit", "actors"
CORE = {DOMAIN, PORTS}
CRYPTO = "adapters/crypto"
ENCODING = "adapters/encoding"
ISO8583 = "adapters/iso8583"
NETWORK = "adapters/network"
EVERYTHING = {DOMAIN, PORTS, KIT, ACTORS, "adapters", "runtime"}
JSON = "boost/json"

# folder: (folders of ours it may include besides itself, third parties, may it include POSIX headers)
# A folder without a row takes none of its parent's rights: it is refused.
LAYERS = {
    "actors/domain":               (set(), set(), False),
    "actors/ports":                ({DOMAIN}, set(), False),
    "actors/kit":                  (CORE, {"caf"}, False),
    "actors":                      (CORE | {KIT}, {"caf"}, False),
    "adapters/encoding":           (set(), set(), False),  # Others may use it, as they may crypto and iso8583.
    "adapters/crypto":             (CORE | {ENCODING}, {"openssl"}, False),
    "adapters/iso8583":            (CORE | {CRYPTO, ENCODING}, {"openssl"}, False),
    "adapters/channels/access":    (CORE | {CRYPTO, ENCODING}, {"openssl", JSON}, False),
    "adapters/channels/http_json": (CORE | {CRYPTO, ENCODING, "adapters/channels/access"}, {"openssl", JSON}, False),
    "adapters/channels/alipay":    (CORE | {CRYPTO, ENCODING, "adapters/channels/access"}, {JSON}, True),  # zlib, iconv
    "adapters/channels/iso8583":   (CORE | {ENCODING, "adapters/channels/access", ISO8583}, set(), False),
    "adapters/channels/stripe":    (CORE | {CRYPTO, ENCODING, "adapters/channels/access"}, {JSON}, False),
    "adapters/channels/wechat_v2": (CORE | {CRYPTO, ENCODING, "adapters/channels/access"}, {JSON}, False),
    "adapters/channels/wechat_v3": (CORE | {CRYPTO, ENCODING, "adapters/channels/access"}, {JSON}, False),
    "adapters/framed_tcp":         (CORE, {"boost/asio", "boost/system"}, True),
    "adapters/network":            (set(), set(), True),  # Others may use it, as they may encoding.
    "adapters/http":               (CORE | {ENCODING, NETWORK}, {"boost/asio", "boost/beast", "boost/system", "curl", "openssl"}, True),
    "adapters/mail":               (CORE | {ENCODING}, {"curl"}, True),
    "adapters/notices":            (CORE | {CRYPTO, ENCODING}, set(), False),
    "adapters/postgres":           (CORE, {"libpq", JSON}, True),
    "adapters/simulated":          (CORE | {CRYPTO, ISO8583}, {JSON}, False),
    "adapters/simulated/dialects": (CORE | {CRYPTO, ENCODING, "adapters/simulated", "adapters/channels/access"}, {JSON}, True),  # zlib, iconv
    "adapters/zeromq":             (CORE, {"zmq"}, True),
    "runtime/api":                 (CORE | {ACTORS, KIT, CRYPTO, ENCODING, NETWORK, "adapters/http", "runtime/config"}, {"caf", "openssl", JSON}, True),
    "runtime/admin":               (EVERYTHING, {"caf", "openssl", "CLI", JSON}, True),
    "runtime/alerts":              (EVERYTHING, {"caf", "openssl", JSON}, True),
    "runtime/bench":               (EVERYTHING, {"caf", JSON}, True),
    "runtime/cashier":             (EVERYTHING, {"caf", "openssl", JSON}, True),
    "runtime/certify":             (EVERYTHING, {JSON}, False),
    "runtime/cluster":             (EVERYTHING, {"caf", JSON}, True),
    "runtime/commands":            (EVERYTHING, {"CLI", JSON}, True),
    "runtime/config":              (CORE | {ENCODING, NETWORK}, {"yaml-cpp"}, True),
    "runtime/console":             (EVERYTHING, {"caf", JSON}, True),
    "runtime/inspect":             (CORE | {ENCODING, "adapters/postgres", "runtime/config"}, {"CLI", JSON}, True),
    "runtime/node":                (EVERYTHING, {"caf"}, True),
    "runtime/institutions":        (CORE | {CRYPTO, ENCODING, ISO8583, "adapters/framed_tcp", "adapters/http", "adapters/simulated", "adapters/simulated/dialects", "runtime/config"}, {JSON}, True),
    "runtime/ledger":              (CORE | {"adapters/postgres"}, {JSON}, False),
    "runtime/log":                 (CORE | {ENCODING, "adapters/channels/access"}, {"spdlog"}, False),
    "runtime/metrics":             (CORE, {"prometheus"}, True),
    "runtime/receiver":            (CORE | {"adapters/http", "adapters/notices", "runtime/wall"}, {JSON}, True),
    "runtime/scenario":            (EVERYTHING, {"caf", "yaml-cpp", JSON}, True),
    "runtime/wall":                (CORE, set(), True),
    "runtime/watch":               (CORE, set(), False),
    "runtime/web":                 (CORE | {CRYPTO, ENCODING, "adapters/http"}, {"qrencode"}, False),
    "runtime":                     (EVERYTHING, {"caf", "spdlog", "prometheus", "CLI", "openssl", JSON, "boost/asio"}, True),
    "tests":                       (EVERYTHING | {"tests"}, None, True),  # None: anything.
}
SOURCE_ROOTS = ("actors", "adapters", "runtime", "tests")
SOURCES = (".hpp", ".cpp", ".cpp.in", ".hpp.in")
NOT_OURS = (".h", ".cc", ".cxx", ".hh", ".ixx")
WITH_SUBFOLDERS = ("adapters", "runtime", "tests")  # Named in a row these mean all below them; `actors` does not.
SKIPPED = {".git", ".cache", "node_modules", "run", "__pycache__"}

CODE_RULES = [
    # (what is looked for, in which folders, but not in, why it is wrong)
    (r"\bcaf::", SOURCE_ROOTS, (ACTORS, KIT, "runtime", "tests"), "CAF belongs to actors and runtime"),
    (r"\.await\s*\(", SOURCE_ROOTS, (KIT,), ".await holds back exit and down messages; queue in the actor, then .then"),
    (r"\bdelayed_(anon_)?send\b", SOURCE_ROOTS, (KIT,), "a delayed message cannot be taken back; use the kit's timers"),
    (r"\b(system|steady|high_resolution|utc)_clock::now\b|\b(gettimeofday|clock_gettime)\s*\(|\btime\s*\(\s*(NULL|nullptr|0)\s*\)",
     ("actors",), (), "time is an argument, or the Clock port"),
    (r"\brandom_device\b|\bs?rand(om)?\s*\(\s*\)|\bsrand\s*\(", ("actors",), (), "randomness is an argument, or the Dice port"),
    (r"\b(double|float)\b", (DOMAIN,), (), "no floating point near money"),
]
TEXT_RULES = [
    (r"(?<![\w.:/-])/(home|root|Users|work)/[A-Za-z0-9_.]", "names a folder of one machine"),
    (r"\b(registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org|archive\.ubuntu\.com|pypi\.org|files\.pythonhosted\.org"
     r"|proxy\.golang\.org|crates\.io|docker\.io|ghcr\.io|quay\.io)\b", "names a registry host; machines bring their own"),
]
LINES_MAX = 400


def files_of(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("build"))
        for name in sorted(set(names) - SKIPPED):
            yield (Path(folder) / name).relative_to(root).as_posix()


def is_among(folder, allowed):
    return folder in allowed or any(folder.startswith(a + "/") for a in allowed if a in WITH_SUBFOLDERS)


def layer_of(path):
    folder = os.path.dirname(path)
    if folder == "tests" or folder.startswith("tests/"):
        return "tests"
    if folder in LAYERS:
        return folder
    if folder == "adapters/postgres/migrations":
        return "adapters/postgres"
    return None


def without_comments_and_texts(line):
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return re.sub(r"//.*|/\*.*?\*/", "", line)


def check_include(layer, target, quoted):
    """Why a file of `layer` must not include `target`; nothing when it may."""
    ours, third, posix = LAYERS[layer]
    if quoted:
        if "/" not in target or not target.startswith(tuple(r + "/" for r in SOURCE_ROOTS)):
            return f'write "{target}" from the root of the repository'
        folder = os.path.dirname(target)
        return None if is_among(folder, ours | {layer}) else f"{layer} must not include {folder}"
    first = target.split("/")[0]
    if third is None:
        return None
    if "/" not in target and "." not in target:
        return None  # The standard library.
    library = "/".join(target.split("/")[:2]) if first == "boost" else "zmq" if first.startswith("zmq") else \
        "qrencode" if first == "qrencode.h" else "libpq" if first.startswith(("libpq", "postgres", "pg_config")) else first
    library = re.sub(r"\.hpp$", "", library)
    if library in third:
        return None
    is_system = "/" not in target and target.endswith(".h") or first in ("sys", "netinet", "arpa", "net", "linux")
    if is_system and library not in ("libpq", "qrencode", "zmq"):
        return None if posix else f"{layer} must not include <{target}>: it stands above the operating system"
    return f"{layer} must not include <{target}>"


def first_paragraph(lines):
    taken = []
    for line in lines:
        if not line.strip():
            break
        taken.append(line)
    return "\n".join(taken)


def check_source(path, lines):
    layer = layer_of(path)
    if layer is None:
        yield 1, f"{os.path.dirname(path)} has no row in scripts/check_layers.py: say what it may include"
        return
    for no, line in enumerate(lines, 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if include:
            why = check_include(layer, include[2], include[1] == '"')
            if why:
                yield no, why
            continue
        code = without_comments_and_texts(line)
        for pattern, roots, but_not, why in CODE_RULES:
            applies = any(layer == r or layer.startswith(r + "/") for r in roots)
            spared = is_among(layer, but_not)
            if applies and not spared and re.search(pattern, code):
                yield no, why


def check_file(root, path):
    top = path.split("/")[0]
    if top in SOURCE_ROOTS and path.endswith(NOT_OURS):
        yield 1, "sources end in .hpp and .cpp"
    try:
        text = (root / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # No text.
    lines = text.split("\n")
    if path.endswith(SOURCES):
        if top in SOURCE_ROOTS:
            yield from check_source(path, lines)
        else:
            yield 1, "sources live in " + ", ".join(SOURCE_ROOTS)
    is_program = path.endswith(SOURCES + (".py", ".sh", ".sql")) or text.startswith("#!")
    if is_program and len(lines) - 1 > LINES_MAX and "Length:" not in first_paragraph(lines):
        yield 1, f"has {len(lines) - 1} lines; split it, or give the reason after `Length:` in its first paragraph"
    if path == "scripts/check_layers.py":
        return  # It spells what it looks for.
    for no, line in enumerate(lines, 1):
        for pattern, why in TEXT_RULES:
            if re.search(pattern, line):
                yield no, why


def check(root):
    for path in files_of(root):
        for line, what in check_file(root, path):
            yield f"{path}:{line}: {what}"


GOOD = {
    "actors/domain/order.hpp": '#include <string>\n#include "actors/domain/money.hpp"\n',
    "actors/ports/store.hpp": '#include "actors/domain/order.hpp"\n',
    "actors/kit/caf.hpp": "#include <caf/all.hpp>\nself->request(a).await(b);  // Allowed here.\n",
    "actors/order_actor.cpp": '#include "actors/kit/caf.hpp"\n#include "actors/ports/store.hpp"\n// not .await( here\ncaf::actor a;\n',
    "adapters/postgres/store.cpp": '#include <libpq-fe.h>\n#include <boost/json.hpp>\n#include <unistd.h>\nsteady_clock::now();\n',
    "adapters/channels/http_json/a.cpp": '#include "adapters/channels/access/b.hpp"\n',
    "runtime/node.cpp": '#include <CLI/CLI.hpp>\n#include "actors/domain/order.hpp"\n#include "adapters/http/server.hpp"\n',
    "runtime/config/yaml.cpp": '#include <yaml-cpp/parser.h>\nauto text = "caf::";\n',
    "tests/order/any_test.cpp": '#include <gtest/gtest.h>\n#include "actors/order_actor.hpp"\n#include "tests/support/fake.hpp"\n',
    "tests/long_test.cpp": "// Length: one table.\n" + "\n" * 400,
    "README.md": "see https://example.com/home/page and `actors/work/`\n",
}
# One line is one planted violation: file, content, a piece of what must be said about it.
BAD = [
    ("actors/domain/a.hpp", "#include <caf/all.hpp>\n", "must not include <caf/all.hpp>"),
    ("actors/domain/a.hpp", '#include "actors/ports/store.hpp"\n', "must not include actors/ports"),
    ("actors/domain/a.hpp", '#include "actors/order_actor.hpp"\n', "must not include actors"),
    ("actors/domain/a.hpp", "#include <unistd.h>\n", "above the operating system"),
    ("actors/domain/a.cpp", "double amount = 0.1;\n", "no floating point"),
    ("actors/domain/a.cpp", "auto t = std::chrono::system_clock::now();\n", "time is an argument"),
    ("actors/ports/a.hpp", "caf::actor a;\n", "CAF belongs"),
    ("actors/ports/a.hpp", '#include "actors/kit/caf.hpp"\n', "must not include actors/kit"),
    ("actors/kit/a.cpp", "auto t = steady_clock::now();\n", "time is an argument"),
    ("actors/kit/a.hpp", '#include "actors/order_actor.hpp"\n', "must not include actors"),
    ("actors/a_actor.cpp", "self->request(b).await(c);\n", ".await"),
    ("actors/a_actor.cpp", "delayed_send(this, 1s, x);\n", "kit's timers"),
    ("actors/a_actor.cpp", "std::random_device d;\n", "Dice port"),
    ("actors/a_actor.cpp", "int x = rand();\n", "Dice port"),
    ("actors/a_actor.cpp", '#include "adapters/http/client.hpp"\n', "must not include adapters/http"),
    ("actors/a_actor.cpp", "#include <libpq-fe.h>\n", "must not include <libpq-fe.h>"),
    ("adapters/http/a.cpp", '#include "actors/messages.hpp"\n', "must not include actors"),
    ("adapters/http/a.cpp", '#include "adapters/postgres/store.hpp"\n', "must not include adapters/postgres"),
    ("adapters/http/a.cpp", "#include <libpq-fe.h>\n", "must not include <libpq-fe.h>"),
    ("adapters/postgres/a.cpp", "#include <curl/curl.h>\n", "must not include <curl/curl.h>"),
    ("adapters/channels/access/a.cpp", '#include "adapters/channels/http_json/b.hpp"\n', "must not include adapters/channels/http_json"),
    ("adapters/channels/http_json/a.cpp", "#include <boost/beast/core.hpp>\n", "must not include <boost/beast/core.hpp>"),
    ("adapters/simulated/a.cpp", "caf::actor a;\n", "CAF belongs"),
    ("adapters/redis/a.cpp", "int x;\n", "has no row"),
    ("adapters/a.cpp", "int x;\n", "has no row"),
    ("runtime/config/a.cpp", "#include <spdlog/spdlog.h>\n", "must not include <spdlog/spdlog.h>"),
    ("runtime/api/a.cpp", '#include "adapters/postgres/store.hpp"\n', "must not include adapters/postgres"),
    ("runtime/a.cpp", '#include "tests/support/fake.hpp"\n', "must not include tests"),
    ("runtime/a.cpp", '#include "node.hpp"\n', "from the root"),
    ("runtime/a.cpp", "#include <yaml-cpp/yaml.h>\n", "must not include <yaml-cpp"),
    ("runtime/a.h", "int x;\n", ".hpp and .cpp"),
    ("utils/a.cpp", "int x;\n", "sources live in"),
    ("tests/a_test.cpp", "int x;\n" * 401, "Length:"),
    ("tests/a_test.cpp", "// A test.\n\n// Length: too late.\n" + "\n" * 400, "Length:"),
    ("scripts/demo", "#!/bin/sh\ncd /home/" + "somebody/tael\n", "one machine"),
    ("config/a.yaml", "x: /work/" + "tael\n", "one machine"),
    ("package-lock.json", '"https://registry.' + 'npmjs.org/x"\n', "registry host"),
]


def findings_in(files):
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content, encoding="utf-8")
        return list(check(root))


def self_test():
    failures = [f"found in a good tree: {found}" for found in findings_in(GOOD)]
    for path, content, said in BAD:
        found = findings_in({path: content})
        if len(found) != 1 or said not in found[0] or not found[0].startswith(path + ":"):
            failures.append(f"{path} with {content[:50]!r} should say '{said}', said {found}")
    print("\n".join(failures) or f"{len(BAD)} planted violations caught, {len(GOOD)} good files passed")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) > 1 or arguments and not os.path.isdir(arguments[0]):
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found = list(check(root))
    print("\n".join(found) or "layers: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
