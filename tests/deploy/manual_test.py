"""The man page names the options and settings that the program has, no more and no less.

To bring its list of settings up to date after a change to config/gateway.yaml:
    GATEWAY_WRITE_MANUAL=1 GATEWAY_PROGRAM=.../music-gateway python3 tests/deploy/manual_test.py
"""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import running_gateway

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "deploy" / "debian" / "music-gateway.1"
BEGIN, END = '.\\" Settings: written from config/gateway.yaml.\n', '.\\" End of settings.\n'


def settings():
    """(dotted name, default as written, sentence) of every key in the commented default, in its order."""
    found, above = [], []
    for line in (ROOT / "config" / "gateway.yaml").read_text().splitlines():
        read = re.fullmatch(r"( *(?:- )?)([a-z_]+):(?: (.*?))??(?:\s+# (.*))?", line)
        comment = re.fullmatch(r"\s+# (.*)", line)
        if read:
            above = [each for each in above if each[0] < len(read[1])] + [(len(read[1]), read[2])]
            name = ".".join(word for _, word in above)
            found.append([name, (read[3] or "").strip(), read[4] or ""])
        elif comment:
            found[-1][2] += " " + comment[1]
    names = [each[0] for each in found]
    leaves = [each for each in found if not any(name.startswith(each[0] + ".") for name in names)]
    return [(name.replace("engines.", "engines[]."), default, sentence) for name, default, sentence in leaves]


def troff(text):
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("~", "\\(ti")
    return "\\&" + escaped if escaped[:1] in ".'" else escaped


def settings_section():
    lines = []
    for name, default, sentence in settings():
        lines += [".TP", f".B {troff(name)}"]
        lines += [troff(part) for part in [sentence] if part]
        lines += [f"Default: {troff(default)}"] if default else ["Unset by default."]
    return "\n".join(lines) + "\n"


class Manual(unittest.TestCase):
    def test_its_settings_are_those_of_the_program(self):
        self.assertGreater(len(settings()), 50)
        head, rest = PAGE.read_text().split(BEGIN)
        section, tail = rest.split(END)
        if os.environ.get("GATEWAY_WRITE_MANUAL"):
            section = settings_section()
            PAGE.write_text(head + BEGIN + section + END + tail)
        self.maxDiff = None
        self.assertEqual(section, settings_section(), "see the top of this test for how to write it anew")

    def test_every_key_of_the_default_was_understood(self):
        shown = running_gateway.run(["--config", str(ROOT / "config" / "gateway.yaml"), "--print-config"],
                                    {"PRODUCER_API_KEY": "k"}).stdout
        keys = set(re.findall(r"(?m)^[ -]*([a-z_]+):", shown))
        known = {part for name, _, _ in settings() for part in re.split(r"\[?\]?\.", name)}
        self.assertEqual(keys, known)

    def test_its_options_are_those_of_help(self):
        said = set(re.findall(r"--[a-z-]+", running_gateway.run(["--help"]).stdout))
        page = PAGE.read_text().split(".SH CONFIGURATION")[0].replace("\\-", "-")
        described = set(re.findall(r"(?m)^\.TP\n\.B[RI]* (--[a-z-]+|\"(?:keys new )?--[a-z-]+)", page))
        described = {each.strip('"').replace("keys new ", "") for each in described}
        self.assertGreaterEqual(len(said), 8)
        self.assertEqual(described, said)
        self.assertEqual(set(re.findall(r"--[a-z-]+", page)), said, "the page speaks of an option that is not there")

    def test_a_page_without_complaints(self):
        program = shutil.which("groff")
        if not program:
            self.skipTest("no groff is here")
        done = subprocess.run([program, "-man", "-Tutf8", "-ww", "-z", str(PAGE)], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
