#!/usr/bin/env python3
"""What we ship for Prometheus and Grafana, held to promtool and to the metrics there really are.

  prometheus_test.py ROOT     exit 1 and one line per finding
"""
import json
import re
import subprocess
import sys
from pathlib import Path

PROMISED = {"business", "path", "type", "outcome", "shard"}
EXPLAINED = {"version"}  # Of build_info alone, as is the custom.
SUFFIXES = ("_bucket", "_sum", "_count")


def metrics_of(root):
    table = (root / "runtime/metrics/metric_table.hpp").read_text()
    return {"tael_" + name for name in re.findall(r'\{"([a-z_]+)",\s+MetricKind::', table)}


def named_in(text):
    for name in set(re.findall(r"\btael_[a-z_]+", text)):
        yield next((name[: -len(s)] for s in SUFFIXES if name.endswith(s)), name)


def counters_that_begin_in_the_middle(root, text):
    """A fresh node shows every counter at zero, so a rule that is tested on anything else is tested on a node there is not."""
    table = (root / "runtime/metrics/metric_table.hpp").read_text()
    counters = {"tael_" + name for name in re.findall(r'\{"([a-z_]+)",\s+MetricKind::counter', table)}
    for name, labels, values in re.findall(r"series: '([a-z_]+)(\{[^']*\})?', values: \"([^\"]*)\"", text):
        if name in counters and not re.match(r"0(?![.\d])", values):
            yield f"rule tests: {name}{labels} begins with '{values}', a fresh node shows 0"


def promtool(findings, *words, cwd):
    done = subprocess.run(["promtool", *words], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        findings.append(f"promtool {' '.join(words)}: {done.stdout}{done.stderr}")


def main():
    root = Path(sys.argv[1])
    folder, known, findings = root / "config/prometheus", metrics_of(root), []
    if len(known) < 10:
        findings.append("the metric table was not understood")
    promtool(findings, "check", "rules", "tael.rules.yml", cwd=folder)
    promtool(findings, "test", "rules", "tael.rules.test.yml", cwd=folder)
    findings += counters_that_begin_in_the_middle(root, (folder / "tael.rules.test.yml").read_text())
    dashboard = json.loads((folder / "grafana_dashboard.json").read_text())
    used = set()
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            names = set(named_in(target["expr"]))
            used |= names
            if not names:
                findings.append(f"dashboard: '{panel['title']}' shows nothing of ours")
    used |= set(named_in((folder / "tael.rules.yml").read_text()))
    findings += [f"{name} is shown or judged, but there is no such metric" for name in sorted(used - known)]
    for folder_name in ("actors", "adapters", "runtime"):
        for source in (root / folder_name).rglob("*.cpp"):
            if "scenario" in source.parts:
                continue
            for call in re.findall(r"\bmeter_?\.(?:count|observe|set)\(\s*\"[a-z_]+\",\s*\{(.*?)\}\s*[,)]", source.read_text(), re.S):
                for label in re.findall(r"\{\"([a-z_]+)\",", "{" + call):
                    if label not in PROMISED | EXPLAINED:
                        findings.append(f"{source.relative_to(root)}: the label '{label}' is not promised")
    print("\n".join(findings) or f"prometheus: {len(used)} metrics used, all there")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
