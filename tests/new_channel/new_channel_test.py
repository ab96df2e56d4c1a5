#!/usr/bin/env python3
"""Follows adapters/channels/ADDING.md to the letter, in a copy of the tree: skeletons of all four kinds are made, build at once
and fail with sentences; then the page's own code goes in, for JSON, XML and forms, and everything is green, the torture suite too.

  tests/new_channel/new_channel_test.py [--keep]

Exit codes: 0 as the page says, 1 not (it is named).
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
page = (root / "adapters/channels/ADDING.md").read_text(encoding="utf-8")
made = {"acme": "http_json", "zed": "http_xml", "fox_pay": "http_form", "quay": "iso8583"}
wrong = []


def run(*command, cwd, seconds=1200):
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=seconds,
                          check=False)


def expect(holds, what, shown=None):
    if not holds:
        wrong.append(what + (f"\n{shown.stdout[-3000:]}{shown.stderr[-1500:]}" if shown else ""))
    return holds


def copy_tree(folder):
    files = run("git", "ls-files", "-co", "--exclude-standard", cwd=root).stdout.splitlines()
    if not files:  # A tree without git: everything but what was built.
        files = [p.relative_to(root).as_posix() for p in root.rglob("*")
                 if p.is_file() and not p.relative_to(root).parts[0].startswith(("build", "."))]
    for file in files:
        if (root / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / file, folder / file)


def refuses_what_cannot_be(folder):
    for name, reason in (("Acme", "cannot be a channel"), ("a", "cannot be a channel"), ("x__y", "cannot be a channel"),
                         ("../up", "cannot be a channel"), ("class", "taken"), ("stripe", "already")):
        before = run("find", ".", "-newer", "CMakeLists.txt", "-type", "f", cwd=folder).stdout
        told = run("scripts/new_channel", name, "--like", "http_json", cwd=folder)
        expect(told.returncode == 2 and reason in told.stderr, f"'{name}' is refused: {reason}", told)
        expect(run("find", ".", "-newer", "CMakeLists.txt", "-type", "f", cwd=folder).stdout == before,
               f"'{name}' leaves nothing behind")
    told = run("scripts/new_channel", "acme", "--like", "http_yaml", cwd=folder)
    expect(told.returncode == 2 and "http_json" in told.stderr, "a kind that is none is refused with those there are", told)
    told = run("scripts/new_channel", "--help", cwd=folder)
    expect(told.returncode == 0 and "ADDING.md" in told.stdout, "--help leads to the walk-through", told)


def build(folder, targets):
    told = run("cmake", "--build", "--preset", "dev", "-j2", "--target", *targets, cwd=folder)
    return expect(told.returncode == 0, f"{' '.join(targets)} builds", told)


def test_of(folder, name):
    return run(folder / f"build/dev/tests/adapters/channels/{name}_test", cwd=folder, seconds=300)


def fails_with_sentences(folder, name):
    told = test_of(folder, name)
    sentences = {"zed": ["zed.codes", "sign_zed", "ZedAssembler::assemble", "sample_answer", "ZedDialect", "tael channel certify zed"],
                 "quay": ["quay_fields", "sample_frame", "tael channel certify quay"]}
    wanted = [each.replace("zed", name).replace("Zed", "".join(p.capitalize() for p in name.split("_")))
              for each in sentences.get(name, sentences["zed"])]
    expect(told.returncode == 1 and "0 tests." in told.stdout.split("[  PASSED  ]")[-1], f"every test of {name} fails", told)
    for each in wanted:
        expect(each in told.stdout, f"a failing test of {name} says '{each}'", told)


def blocks_of(text):
    """Fenced blocks with the file that the line before each names."""
    return re.findall(r"^`([\w/.]+)`:\n\n```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def with_lines(whole, lines, place):
    """Lines in place of those that begin alike."""
    for line in lines.splitlines():
        head = line[:line.index(" = ")]
        whole, count = re.subn(rf"^{re.escape(head)} = .*$", lambda _, to=line: to, whole, flags=re.MULTILINE)
        expect(count == 1, f"{place} has one line '{head}'")
    return whole


def with_diff(whole, diff, place):
    """Each run of `-` lines, wherever it stands, becomes the run of `+` lines behind it."""
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE):
        old, new = ("".join(line[1:] + "\n" for line in run.splitlines()) for run in (old, new))
        expect(old in whole, f"{place} has the lines\n{old}")
        whole = whole.replace(old, new)
    return whole


def follow_the_page(folder, name):
    """Writes each step of the page, as said for Acme, with the name of the channel that was made; last what XML or a form changes."""
    steps, changed = page.split("\n## 9. ")
    blocks = blocks_of(steps)
    expect(len(blocks) == 6, f"the page has six steps to write, not {len(blocks)}")
    if made[name] != "http_json":
        blocks += blocks_of(changed)
        expect(len(blocks) == 10, f"the page has four changes for XML, not {len(blocks) - 6}")
    table = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", changed, re.MULTILINE) if made[name] == "http_form" else []
    expect(made[name] != "http_form" or len(table) == 4, "the page's table of forms has four rows")

    def named(text):
        for xml, form in table:
            text = text.replace(xml, form)
        camel = "".join(part.capitalize() for part in name.split("_"))
        text = text.replace('"acme-', f'"{camel.lower()}-')  # Of a header: no underscore there.
        return text.replace("acme", name).replace("Acme", camel)

    for place, kind, text in blocks:
        place = named(place)
        if not expect((folder / place).exists(), f"the skeleton has {place}"):
            continue
        whole = (folder / place).read_text(encoding="utf-8")
        fill = {"lines": with_lines, "diff": with_diff}.get(kind, lambda _, written, __: written)
        (folder / place).write_text(fill(whole, named(text), place), encoding="utf-8")


def fill_the_bank(folder):
    """What the page says of a bank's host: nothing but its table and a sample of its own."""
    place = folder / "adapters/iso8583/quay_dialect.hpp"
    text = place.read_text(encoding="utf-8")
    begin, end = text.index("inline constexpr auto quay_fields"), text.index("// clang-format on")
    place.write_text(text[:begin] + "inline constexpr auto quay_fields = ascii87_fields;\n" + text[end:], encoding="utf-8")
    test = folder / "tests/adapters/channels/quay_test.cpp"
    test.write_text(test.read_text(encoding="utf-8")
                    .replace('sample_frame = ""', 'sample_frame = "3032313000000000020000003030"')
                    .replace('sample_code = ""', 'sample_code = "00"'), encoding="utf-8")


def play(folder):
    copy_tree(folder)
    refuses_what_cannot_be(folder)
    for name, like in made.items():
        told = run("scripts/new_channel", name, "--like", like, cwd=folder)
        expect(told.returncode == 0, f"{name} is made like {like}", told)
    told = run(sys.executable, "-B", "scripts/check_layers.py", ".", cwd=folder)
    expect(not any(name in told.stdout for name in made), "the layers know the new channels", told)
    told = run("cmake", "--preset", "dev", cwd=folder)
    targets = [f"{name}_test" for name in made]
    # Where the new ones were entered builds too, without linking the whole.
    entered = [f"runtime/{place}.cpp.o" for place in (
        "config/CMakeFiles/tael_config.dir/channel_fields", "institutions/CMakeFiles/tael_institution_of.dir/institution_of",
        "institutions/CMakeFiles/tael_bank_host.dir/bank_host_of",
        "node/CMakeFiles/tael_gateway.dir/channel_adapters", "certify/CMakeFiles/tael_certify_subjects.dir/subject_of")]
    if not expect(told.returncode == 0, "the copy configures", told) or not build(folder, targets + entered):
        return
    for name in made:
        fails_with_sentences(folder, name)
    for name, like in made.items():
        if like != "iso8583":
            follow_the_page(folder, name)
    fill_the_bank(folder)
    if not build(folder, targets):
        return
    for name in made:
        told = test_of(folder, name)
        expect(told.returncode == 0, f"after the page's steps {name} is green", told)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--keep", action="store_true")
    options = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tael_new_channel_"))
    try:
        play(folder)
    finally:
        if options.keep:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(wrong) or "new_channel: the walk-through walks")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
