#!/usr/bin/env python3
"""Runs `tael bench breaker` small, beside the others, and looks whether what it prints can be what it claims.

  tests/bench/breaker_bench_test.py --tael PATH --beside SCRIPT

No figure is judged: a busy machine is no bug. Exit codes: 0 all there, 1 something is not (it is named).
"""
import argparse
import json
import subprocess
import sys


def run(tael, *arguments):
    return subprocess.run([tael, "bench", "breaker", "--calls", "2000", "--rounds", "2", *arguments], text=True,
                          capture_output=True, timeout=120, check=False)


def findings(tael, beside):
    measured = run(tael, "--json", "--beside", beside)
    if measured.returncode != 0:
        return [f"exit {measured.returncode}: {measured.stderr}"]
    page, found = json.loads(measured.stdout), []
    if not 1 < page["core_ns"] < 1e6:
        found.append(f"the core takes {page['core_ns']} ns")
    if [loop["callers"] for loop in page["actors"]] != [1, 16]:
        found.append("one caller, then sixteen")
    for loop in page["actors"]:
        if not 0 < loop["permit_p50_us"] <= loop["round_trip_p50_us"] <= loop["round_trip_p99_us"] <= loop["round_trip_p999_us"]:
            found.append(f"a permit is part of its round trip, and percentiles rise: {loop}")
    who = sorted((other["name"], other["levels"]) for other in page["others"])
    if who != [("cockatiel", 1), ("cockatiel", 3), ("opossum", 1), ("opossum", 3)]:
        found.append(f"measured beside: {who}")
    for other in page["others"]:
        if abs(other["mean_over_core"] - other["mean_ns"] / page["core_ns"]) > 1e-6 * other["mean_over_core"]:
            found.append(f"the ratio is not the quotient: {other}")
        if other["calls"] != page["calls"] or not other["version"]:
            found.append(f"as many calls as ours, of a version that is named: {other}")
    text = run(tael)
    if text.returncode != 0 or "core" not in text.stdout or "ratios" in text.stdout:
        found.append(f"without others there are no ratios: {text.stdout}{text.stderr}")
    absent = run(tael, "--beside", beside + ".gone")
    if absent.returncode != 74 or ".gone" not in absent.stderr:
        found.append(f"a script that is not there is named: {absent.returncode} {absent.stderr}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tael", required=True)
    parser.add_argument("--beside", required=True)
    options = parser.parse_args()
    found = findings(options.tael, options.beside)
    print("\n".join(found) or "every figure is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
