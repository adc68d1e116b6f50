"""The Debian package's unit, configuration and scripts, as far as they can be judged without installing them."""

import collections
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import running_gateway

DEBIAN = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "debian"
UNIT = DEBIAN / "music-gateway.service"
CREDENTIALS = "/run/credentials/music-gateway.service"


def unit():
    """Key to all its values, of the [Service] section."""
    values = collections.defaultdict(list)
    for line in UNIT.read_text().split("[Service]")[1].split("[Install]")[0].splitlines():
        if line and not line.startswith("#"):
            key, value = line.split("=", 1)
            values[key].append(value)
    return values


class Service(unittest.TestCase):
    def effective(self, missing=(), option="--print-config"):
        """The packaged configuration with the secrets that README.Debian makes, but `missing`; how it ended."""
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            prefix = unit()["LoadCredential"][0].split(":")[0]
            for name in {"producer-api-key", "playback-signing-key"} - set(missing):
                (place / f"{prefix}_{name}").write_text("0123456789abcdef\n")
            (place / "keys.yaml").write_text("[]\n")
            text = (DEBIAN / "gateway.yaml").read_text().replace(CREDENTIALS, folder)
            (place / "gateway.yaml").write_text(text)
            return running_gateway.run(["--config", str(place / "gateway.yaml"), option])

    def test_its_configuration_is_fine_once_the_secrets_are_there(self):
        self.assertEqual(self.effective(option="--check").returncode, 0, self.effective(option="--check").stderr)
        for name in ("producer-api-key", "playback-signing-key"):
            self.assertIn(name, (DEBIAN / "README.Debian").read_text())
            done = self.effective([name], "--check")
            self.assertEqual(done.returncode, 2)
            self.assertIn(name, done.stderr)

    def test_every_secret_comes_from_the_folder_that_systemd_hands_over(self):
        prefix, folder = unit()["LoadCredential"][0].split(":")
        self.assertEqual(folder, "/etc/music-gateway/secrets")
        for reference in re.findall(r"(?m)^[^#\n]*\$\{file:(.*?)\}", (DEBIAN / "gateway.yaml").read_text()):
            if "..." not in reference:
                self.assertTrue(reference.startswith(f"{CREDENTIALS}/{prefix}_"), reference)

    def test_stopping_waits_longer_than_the_drain(self):
        shown = yaml.safe_load(self.effective().stdout)
        drain, stop = (int(each.rstrip("s")) for each in (shown["drain"], unit()["TimeoutStopSec"][0]))
        self.assertGreater(stop, drain + 5)
        self.assertGreater(drain, int(shown["producer"]["create_timeout"].rstrip("s")))

    def test_it_may_write_where_the_audio_goes_and_nowhere_else(self):
        path = yaml.safe_load(self.effective().stdout)["audio"]["archive"]["path"]
        self.assertIn(path, [f"/var/lib/{each}" for each in unit()["StateDirectory"][0].split()])
        self.assertEqual(unit()["ProtectSystem"], ["strict"])
        self.assertNotIn("ReadWritePaths", unit())

    def test_the_commands_are_ones_the_program_has(self):
        commands = unit()["ExecStartPre"] + unit()["ExecStart"] + unit()["ExecReload"][:1]
        self.assertEqual(len(commands), 3)
        for command in commands:
            words = command.split()
            self.assertEqual(words[:3], ["/usr/bin/music-gateway", "--config", "/etc/music-gateway/gateway.yaml"])
            self.assertEqual(running_gateway.run([words[1], "/nowhere", *words[3:]]).returncode, 2)
        self.assertEqual(unit()["ExecReload"][-1], "/bin/sh -c 'kill -HUP $MAINPID'")
        self.assertEqual(unit()["RestartPreventExitStatus"], ["2"], "what a wrong configuration ends with")

    def test_one_version_is_named_everywhere(self):
        root = DEBIAN.parents[1]
        version = re.search(r"project\(music-gateway VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text())[1]
        self.assertRegex((DEBIAN / "changelog").read_text(), rf"^music-gateway \({version}\) ")
        self.assertIn(f'"music-gateway {version}"', (DEBIAN / "music-gateway.1").read_text())
        named = [root / "README.md", *(root / "deploy").rglob("*.yaml"), *(root / "deploy").glob("*.md"), root / "deploy/Dockerfile"]
        found = [(str(each), other) for each in named
                 for other in re.findall(r"music-gateway(?:[:_]|, newTag: )(\d+\.\d+\.\d+)", each.read_text())]
        self.assertGreaterEqual(len(found), 5)
        for where, other in found:
            self.assertEqual(other, version, where)

    def test_systemd_finds_it_well_shut_in(self):
        program = shutil.which("systemd-analyze")
        if not program:
            self.skipTest("no systemd-analyze is here")
        done = subprocess.run([program, "security", "--offline=true", "--threshold=20", "--no-pager", str(UNIT)],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr)

    def test_the_configuration_is_a_conffile_and_the_scripts_are_sound(self):
        self.assertEqual((DEBIAN / "conffiles").read_text(), "/etc/music-gateway/gateway.yaml\n")
        for script in ("postinst", "prerm", "postrm"):
            done = subprocess.run(["sh", "-n", str(DEBIAN / script)], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex((DEBIAN / script).read_text(), r"(?m)^set -e$")


if __name__ == "__main__":
    unittest.main()
