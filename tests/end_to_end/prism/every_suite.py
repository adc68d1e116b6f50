#!/usr/bin/env python3
"""Nothing is sent to a gateway that the OpenAPI document has not judged: every end-to-end test that ctest knows
runs once more through Prism, and every suite in the folder is known to ctest.

    every_suite.py CTEST BUILD_FOLDER SOURCE_FOLDER

A suite that is new, and not named in CMakeLists.txt where the others run through Prism, fails here. What is left
out is left out below, with its reason; a reason that nothing needs any more fails too.
"""
import fnmatch
import json
import pathlib
import subprocess
import sys

# "program" or "program test", with wildcards: why no document judges it.
LEFT_OUT = {
    "end_to_end_conformance_test": "bytes that are no HTTP, which no proxy would send on; it looks at every envelope itself",
    "end_to_end_contract_proxy_test": "Prism's own test: its gateway is made up",
    "end_to_end_certificates_test": "over TLS, where no proxy can look, or about upstream's side; what clients ask is asked in other suites",
    "end_to_end_log_lines_test": "bytes that no proxy would send on; it looks at the log alone",
    "end_to_end_crash_test": "over TLS, and cut off by the gateway's end",
    "end_to_end_audio_pressure_test": "it measures times, and its requests are those of the other suites",
    "end_to_end_hostile_connections_test": "connections that ask for nothing, and bytes that no proxy would send on; what is asked is asked in other suites",
    "end_to_end_formats_test FormatsInABrowser*": "Chromium asks by itself; the same answers are judged in Formats*",
    "end_to_end_console_test ConsoleBy*": "Chromium asks the admin port, which is no part of the API",
}


def property_of(test, name):
    return next((each["value"] for each in test.get("properties", []) if each["name"] == name), [])


def program_of(test):
    """The end-to-end test's program, wherever in the command it stands; empty when there is none."""
    names = (pathlib.PurePath(word).name.removesuffix("_NOT_BUILT") for word in test.get("command", []))
    return next((each for each in names if fnmatch.fnmatchcase(each, "end_to_end_*_test")), "")


def filter_of(test):
    marked = [word.split("=", 1)[1] for word in test.get("command", []) if word.startswith("--gtest_filter=")]
    return marked[-1] if marked else "*"


def selects(pattern, name):
    """As GoogleTest reads --gtest_filter."""
    wanted, _, unwanted = pattern.partition("-")
    matches = lambda patterns: any(fnmatch.fnmatchcase(name, each) for each in patterns.split(":") if each)
    return matches(wanted or "*") and not matches(unwanted)


def complaints(tests, suites, left_out):
    """What is not judged, in sentences. `tests`: as `ctest --show-only=json-v1` lists them; `suites`: names of files."""
    of_suites = [each for each in tests if program_of(each)]
    judged = {}  # by program: the filters of its runs through Prism
    for each in of_suites:
        if any(entry.startswith("GATEWAY_E2E_PROXY=") for entry in property_of(each, "ENVIRONMENT")):
            judged.setdefault(program_of(each), []).append(filter_of(each))
    found = []
    needed = set()
    for each in of_suites:
        program, name = program_of(each), filter_of(each)
        if name == "*" or any(selects(pattern, name) for pattern in judged.get(program, [])):
            continue
        reasons = [key for key in left_out if fnmatch.fnmatchcase(f"{program} {name}", key) or key == program]
        needed.update(reasons)
        if not reasons:
            found.append(f"{program} {name} does not run through Prism")
    for suite in suites:
        program = f"end_to_end_{suite}"
        if program in left_out:
            needed.add(program)
        elif program not in {program_of(each) for each in of_suites}:
            found.append(f"{suite}.cpp is no test that ctest knows")
        elif program not in judged:
            found.append(f"{program} does not run through Prism")
    found += [f"nothing needs the exception for {key} any more" for key in left_out if key not in needed]
    return found


def main(ctest, build, source):
    said = subprocess.run([ctest, "--test-dir", build, "--show-only=json-v1"], check=True, capture_output=True, text=True)
    tests = json.loads(said.stdout)["tests"]
    suites = sorted(path.stem for path in pathlib.Path(source).glob("*_test.cpp"))
    found = complaints(tests, suites, LEFT_OUT)
    for each in found:
        print(each)
    if found:
        print("tests/end_to_end/CMakeLists.txt says what runs through Prism, this script what does not, and why.")
    else:
        print(f"{len(suites)} suites; all but these run through Prism:")
        for what, why in LEFT_OUT.items():
            print(f"  {what}: {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
