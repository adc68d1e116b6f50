"""deploy/Dockerfile and deploy/compose.yaml, judged without an engine: what they say, and that what they name is there."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import running_gateway

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
VERSION = re.search(r"project\(music-gateway VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]


def instructions():
    """(stage, instruction, its text, its --options) of the Dockerfile, lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", (DEPLOY / "Dockerfile").read_text())
    text = re.sub(r"\\\n\s*", " ", text)
    stage, found = "", []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, rest = line.split(None, 1)
        options = re.match(r"((?:--\S+\s+)*)", rest)[1]
        rest = rest[len(options):]
        if word == "FROM":
            stage = rest.split(" AS ")[1] if " AS " in rest else ""
        found.append((stage, word, rest, options.split()))
    return found


class Dockerfile(unittest.TestCase):
    def of(self, stage, word):
        return [rest for where, what, rest, _ in instructions() if where == stage and what == word]

    def test_it_has_the_stages_and_pinned_roots(self):
        roots = [rest.split(" AS ") for _, word, rest, _ in instructions() if word == "FROM"]
        self.assertEqual([each[1] for each in roots if len(each) > 1], ["build", "gateway", "simulator"])
        self.assertEqual(roots[-1], ["gateway"], "a build without --target makes the gateway")
        names = {each[1] for each in roots if len(each) > 1}
        for each in roots:
            self.assertTrue(each[0] in names or each[0] == "debian:12-slim", each)

    def test_nothing_needs_a_shell(self):
        for stage, word, rest, _ in instructions():
            if word in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
                words = json.loads(rest.removeprefix("CMD ") if word == "HEALTHCHECK" else rest)
                self.assertTrue(words and all(isinstance(each, str) for each in words), rest)
                self.assertFalse(any(re.search(r"[*?$;|&]", each) and "://" not in each for each in words), rest)
                self.assertNotIn(pathlib.PurePath(words[0]).name, ("sh", "bash"), f"{stage} {word}")
            self.assertNotIn(word, ("SHELL", "ADD"))

    def test_what_it_runs_and_copies_is_in_the_tree(self):
        for _, word, rest, options in instructions():
            bound = {}
            for option in options:
                parts = dict(part.split("=", 1) for part in option.removeprefix("--mount=").split(",") if "=" in part)
                if "target" in parts and "from" not in parts:
                    bound[parts["target"]] = parts["source"]
            if word == "RUN":
                program = json.loads(rest)[0]
                path = ROOT / bound.get(program, program)
                self.assertTrue(path.is_file() and os.access(path, os.X_OK), f"{path} can't be run")
            if word == "COPY" and not any(each.startswith("--from") for each in options):
                for source in rest.split()[:-1]:
                    self.assertTrue((ROOT / source).exists(), source)

    def test_it_runs_as_a_fixed_user_who_is_nobody_else(self):
        self.assertEqual(self.of("gateway", "USER"), ["10001:10001"])
        order = [word for stage, word, _, _ in instructions() if stage == "gateway"]
        self.assertLess(max(at for at, word in enumerate(order) if word == "RUN"), order.index("USER"))
        script = (DEPLOY / "image-root").read_text()
        self.assertIn("--uid 10001 --gid 10001", script)
        manifest = (DEPLOY / "kubernetes/overlays/standalone/deployment.yaml").read_text()
        self.assertIn("runAsUser: 10001", manifest)

    def test_its_health_check_is_a_command_that_the_program_knows(self):
        for stage in ("gateway", "simulator"):
            command = json.loads(self.of(stage, "HEALTHCHECK")[0].removeprefix("CMD "))
            self.assertEqual(command[0], "/usr/bin/music-gateway")
            self.assertEqual(command[1], "--probe")
            port = re.search(r":(\d+)/", command[2])[1]
            self.assertIn(port, self.of(stage, "EXPOSE")[0].split())
            # 1, since nobody listens on this port of no machine; 2 would be wrong use.
            done = running_gateway.run([command[1], command[2].replace(":" + port, ":1")])
            self.assertEqual(done.returncode, 1, done.stderr)

    def test_what_must_not_get_into_the_image_is_left_out(self):
        ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split("\n")
        for each in (".git", "deploy/secrets", "build*"):
            self.assertIn(each, ignored)


class Compose(unittest.TestCase):
    file = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = file["services"]

    def test_services_and_profiles(self):
        profiles = {name: each.get("profiles", []) for name, each in self.services.items()}
        self.assertEqual(profiles, {"gateway": [], "redis": [], "simulator": ["simulator"], "prometheus": ["monitoring"],
                                    "grafana": ["monitoring"]})

    def test_every_service_is_hardened(self):
        for name, each in self.services.items():
            self.assertIs(each["read_only"], True, name)
            self.assertEqual(each["cap_drop"], ["ALL"], name)
            self.assertEqual(each["security_opt"], ["no-new-privileges:true"], name)
            self.assertNotIn("privileged", each)
            self.assertNotRegex(each["image"], r":latest$|^[^:]+$", name)

    def test_images_are_of_this_version_and_built_from_stages_that_exist(self):
        stages = {stage for stage, _, _, _ in instructions()}
        for name in ("gateway", "simulator"):
            self.assertTrue(self.services[name]["image"].endswith(":" + VERSION), name)
            build = self.services[name]["build"]
            self.assertTrue((DEPLOY / build["context"] / build["dockerfile"]).is_file())
            self.assertIn(build["target"], stages)

    def test_ports_are_on_loopback(self):
        for each in self.services.values():
            for port in each.get("ports", []):
                port = re.sub(r"\$\{[A-Z_]+:-(.*?)\}", r"\1", port)
                self.assertTrue(port.startswith("127.0.0.1:"), port)

    def test_redis_keeps_what_was_promised(self):
        command = self.services["redis"]["command"]
        for option, value in (("--appendonly", "yes"), ("--maxmemory-policy", "noeviction")):
            self.assertEqual(command[command.index(option) + 1], value)
        self.assertIn("redis:/data", self.services["redis"]["volumes"])
        self.assertIs(self.file["networks"]["store"]["internal"], True)
        self.assertEqual(self.services["redis"]["networks"], ["store"])

    def test_what_is_named_exists(self):
        for name, each in self.services.items():
            for volume in each.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("."):
                    self.assertTrue((DEPLOY / source).is_dir(), f"{name}: {source}")
                else:
                    self.assertIn(source, self.file["volumes"])
            for network in each.get("networks", []):
                self.assertIn(network, self.file["networks"])
            for secret in each.get("secrets", []):
                self.assertIn(secret, self.file["secrets"])

    def test_the_script_makes_every_secret_and_no_secret_is_in_a_variable(self):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder) / "secrets"
            made, again = self.new_secrets(place), self.new_secrets(place)
            self.assertEqual(made, again, "a second time changed something")
            self.assertEqual(place.stat().st_mode & 0o777, 0o700)
        for name, each in self.file["secrets"].items():
            self.assertEqual(each, {"file": f"./secrets/{name}"})
            self.assertIn(name, made)
        self.assertIn("/secrets/", (DEPLOY / ".gitignore").read_text())
        for service in self.services.values():
            for variable in service.get("environment", {}):
                self.assertNotRegex(variable, r"(?i)(key|secret|password)$")

    def new_secrets(self, place):
        subprocess.run([DEPLOY / "new-secrets", place], env={"PATH": os.environ["PATH"]}, check=True, capture_output=True)
        return {each.name: each.read_text() for each in place.iterdir()}

    def test_its_configurations_are_fine(self):
        for name in ("gateway.yaml", "simulator.yaml"):
            text = (DEPLOY / "compose" / name).read_text()
            granted = self.services["gateway"]["secrets"]
            for secret in re.findall(r"/run/secrets/([a-z.-]+)", text):
                self.assertIn(secret, granted)
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([DEPLOY / "new-secrets", folder], check=True, capture_output=True)
                config = pathlib.Path(folder) / "gateway.yaml"
                config.write_text(text.replace("/run/secrets/", folder + "/"))
                variables = {"GATEWAY_PUBLIC_URL": "http://127.0.0.1:8080"}
                self.assertEqual(set(self.services["gateway"]["environment"]), set(variables))
                done = running_gateway.run(["--config", str(config), "--check"], variables)
                self.assertEqual(done.returncode, 0, done.stderr)
                shown = yaml.safe_load(running_gateway.run(["--config", str(config), "--print-config"], variables).stdout)
            grace = int(self.services["gateway"]["stop_grace_period"].rstrip("s"))
            self.assertGreater(grace, int(shown["drain"].rstrip("s")))
            self.assertTrue(shown["admin"].endswith(":9090"))
            self.assertTrue(shown["listen"].endswith(":8080"))

    def test_the_simulators_configuration_differs_in_the_producer_alone(self):
        real, tried = (yaml.safe_load((DEPLOY / "compose" / name).read_text())
                       for name in ("gateway.yaml", "simulator.yaml"))
        real.pop("producer"), tried.pop("producer")
        self.assertEqual(tried["audio"].pop("allowed_hosts"), ["simulator"])
        self.assertEqual(real, tried)

    def test_prometheus_looks_for_the_admin_port_of_the_gateway(self):
        config = yaml.safe_load((DEPLOY / "monitoring/prometheus.yml").read_text())
        found = config["scrape_configs"][0]["dns_sd_configs"][0]
        self.assertIn(found["names"][0], self.services)
        self.assertEqual(found["port"], 9090)
        source = yaml.safe_load((DEPLOY / "monitoring/grafana/provisioning/datasources/prometheus.yaml").read_text())
        self.assertEqual(source["datasources"][0]["url"], "http://prometheus:9090")
        provider = yaml.safe_load((DEPLOY / "monitoring/grafana/provisioning/dashboards/music-gateway.yaml").read_text())
        targets = [each.split(":")[1] for each in self.services["grafana"]["volumes"]]
        self.assertIn(provider["providers"][0]["options"]["path"], targets)

    def test_compose_itself_accepts_it(self):
        text = (DEPLOY / "compose.yaml").read_text()
        program = shutil.which("docker-compose")
        if not program:
            self.skipTest("no docker-compose is here")
        version = subprocess.run([program, "version", "--short"], capture_output=True, text=True).stdout
        if version.startswith("1."):  # Debian 12's, from before the specification that has a name
            text = re.sub(r"(?m)^name:.*\n", "", text)
        tried = ["--env-file", str(DEPLOY / "compose/simulator.env"), "--profile", "simulator", "--profile", "monitoring"]
        for options, configuration in (([], "gateway.yaml"), (tried, "simulator.yaml")):
            done = subprocess.run([program, *options, "-f", "-", "--project-directory", str(DEPLOY), "config"], input=text,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(configuration, done.stdout)


if __name__ == "__main__":
    unittest.main()
