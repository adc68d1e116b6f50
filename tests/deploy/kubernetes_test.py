"""What `kubectl kustomize` makes of deploy/kubernetes, judged object by object."""

import hashlib
import pathlib
import re
import tempfile
import unittest
import urllib.error
import urllib.request

import yaml

import running_gateway
from manifests import (KUBERNETES, bytes_of, containers_of, environment_of, gateway_in, kubectl_or_skip, mounted_files,
                       of_kind, named, pod_of, render, run_mounted)

KUBECTL = kubectl_or_skip()
STANDALONE = "overlays/standalone"
SIDECARS = ["examples/aitronos-client", "examples/aitronos-client/unix-socket"]
FOLDERS = [STANDALONE, *SIDECARS]
RENDERED = {folder: render(KUBECTL, KUBERNETES / folder) for folder in FOLDERS}


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m)", text).groups()
    return int(number) * {"ms": 0.001, "s": 1, "m": 60}[unit]


class Rendered(unittest.TestCase):
    def each_gateway(self):
        """(folder, objects, pod, container) of every pod with a gateway; there must be one in every folder."""
        for folder, objects in RENDERED.items():
            found = [pod_of(each) for each in of_kind(objects, "Deployment") if gateway_in(pod_of(each))]
            self.assertEqual(len(found), 1, folder)
            with self.subTest(folder):
                yield folder, objects, found[0], gateway_in(found[0])

    def test_every_kustomization_of_the_tree_is_rendered_here(self):
        kustomizations = {each.parent.relative_to(KUBERNETES) for each in KUBERNETES.rglob("kustomization.yaml")}
        roots = {each for each in kustomizations if each.parts[0] in ("overlays", "examples") and each.name != "app"}
        self.assertEqual(roots, {pathlib.Path(each) for each in FOLDERS})

    def test_gateways_have_the_three_probes(self):
        for _, _, _, container in self.each_gateway():
            port = next(each["name"] for each in container["ports"] if each["containerPort"] == 9090)
            for probe, path in [("startupProbe", "/healthz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/healthz")]:
                self.assertEqual(container[probe]["httpGet"], {"path": path, "port": port}, probe)
            self.assertGreaterEqual(container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"], 20)
            # /readyz asks the store for up to a second.
            self.assertGreater(container["readinessProbe"]["timeoutSeconds"], 1)

    def test_gateways_listen_where_the_manifest_says(self):
        for folder, objects, _, container in self.each_gateway():
            variables = environment_of(objects, container)
            self.assertTrue(variables["GATEWAY_ADMIN"].endswith(":9090"))
            self.assertFalse(variables["GATEWAY_ADMIN"].startswith("127."), "probes come to the pod's address")
            expected = {STANDALONE: "0.0.0.0:8080", SIDECARS[0]: "127.0.0.1:8080",
                        SIDECARS[1]: "unix:/run/music-gateway/gateway.sock"}
            self.assertEqual(variables["GATEWAY_LISTEN"], expected[folder])

    def test_every_container_keeps_to_the_restricted_profile(self):
        for _, _, pod, _ in self.each_gateway():
            self.assertNotIn("hostNetwork", pod)
            self.assertIs(pod.get("automountServiceAccountToken"), False)
            for container in containers_of(pod):
                context = container["securityContext"]
                self.assertIs(context["runAsNonRoot"], True)
                self.assertGreater(context["runAsUser"], 0)
                self.assertIs(context["allowPrivilegeEscalation"], False)
                self.assertIs(context["readOnlyRootFilesystem"], True)
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})
            for volume in pod["volumes"]:
                self.assertTrue(set(volume) & {"configMap", "secret", "persistentVolumeClaim", "emptyDir"}, volume)

    def test_every_container_says_what_it_needs(self):
        for _, _, pod, _ in self.each_gateway():
            for container in containers_of(pod):
                for kind in ("requests", "limits"):
                    self.assertEqual(set(container["resources"][kind]), {"cpu", "memory"})

    def test_pods_are_given_the_time_to_drain(self):
        for folder, objects, pod, container in self.each_gateway():
            shown = run_mounted(mounted_files(objects, pod, container), container, environment_of(objects, container),
                                "--print-config")
            self.assertEqual(shown.returncode, 0, shown.stderr)
            effective = yaml.safe_load(shown.stdout)
            drain = seconds(effective["drain"])
            pre_stop = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            # A sidecar is told to end when the app has ended.
            app = 25 if container in pod.get("initContainers", []) else 0
            self.assertGreaterEqual(pod["terminationGracePeriodSeconds"], app + pre_stop + drain + 5)
            self.assertGreater(drain, seconds(effective["producer"]["create_timeout"]), "a paid call would be cut off")
            if folder == STANDALONE:
                self.assertGreater(pre_stop, 0, "the endpoints need a moment to forget the pod")

    def test_secrets_are_in_secrets_alone(self):
        for _, objects, pod, container in self.each_gateway():
            secret = {value.strip() for each in of_kind(objects, "Secret") for value in bytes_of(each).values()
                      if value.strip()}
            self.assertGreaterEqual(len(secret), 4)
            for each in objects:
                if each["kind"] == "Secret":
                    continue
                text = yaml.safe_dump(each, width=100_000).encode()
                for value in secret:
                    self.assertNotIn(value, text, f"{each['kind']} {each['metadata']['name']}")
            config = yaml.safe_load(mounted_files(objects, pod, container)["/etc/music-gateway/config/gateway.yaml"])
            for value in [config["producer"]["api_key"], config["producer"]["webhook"]["secret"],
                          config["store"]["redis"]["url"], *config["audio"]["signing_keys"]]:
                self.assertRegex(value, r"^\$\{file:\.\./secrets/[a-z-]+\}$")
            self.assertEqual(config["auth"]["keys_file"], "../secrets/keys.yaml")

    def test_a_changed_configuration_or_secret_rolls_the_pods(self):
        for _, objects, pod, _ in self.each_gateway():
            for volume in pod["volumes"]:
                source = volume.get("configMap", {}).get("name") or volume.get("secret", {}).get("secretName")
                if source:
                    self.assertRegex(source, r"-[0-9a-z]{10}$", "a name without the hash of its content")

    def test_the_mounted_configuration_is_fine(self):
        for _, objects, pod, container in self.each_gateway():
            variables = environment_of(objects, container)
            self.check(mounted_files(objects, pod, container), container, variables, 0)

    def test_webhooks_need_both_their_address_and_their_secret(self):
        objects = RENDERED[STANDALONE]
        pod = pod_of(of_kind(objects, "Deployment")[0])
        container = gateway_in(pod)
        variables = {**environment_of(objects, container), "GATEWAY_WEBHOOK_URL": "https://hooks.example.com"}
        files = mounted_files(objects, pod, container)
        self.check(files, container, variables, 2)
        self.check({**files, "/etc/music-gateway/secrets/webhook-secret": b"a secret\n"}, container, variables, 0)

    def check(self, files, container, variables, expected):
        done = run_mounted(files, container, variables, "--check")
        self.assertEqual(done.returncode, expected, done.stderr)

    def test_nothing_but_the_audio_needs_to_be_written(self):
        for _, objects, pod, container in self.each_gateway():
            config = yaml.safe_load(mounted_files(objects, pod, container)["/etc/music-gateway/config/gateway.yaml"])
            volumes = {each["name"]: each for each in pod["volumes"]}
            audio = next(each for each in container["volumeMounts"] if each["mountPath"] == config["audio"]["archive"]["path"])
            claim = named(objects, "PersistentVolumeClaim", volumes[audio["name"]]["persistentVolumeClaim"]["claimName"])
            self.assertEqual(claim["spec"]["accessModes"], ["ReadWriteMany"], "all replicas play what one of them fetched")


class Sidecar(unittest.TestCase):
    def test_it_is_native_and_the_first_to_start(self):
        for folder in SIDECARS:
            pod = pod_of(of_kind(RENDERED[folder], "Deployment")[0])
            self.assertEqual(pod["initContainers"][0]["name"], "music-gateway")
            self.assertEqual(pod["initContainers"][0]["restartPolicy"], "Always")

    def test_it_is_the_container_of_the_standalone_deployment_but_for_what_must_differ(self):
        alone = gateway_in(pod_of(of_kind(RENDERED[STANDALONE], "Deployment")[0]))
        beside = gateway_in(pod_of(of_kind(RENDERED[SIDECARS[0]], "Deployment")[0]))
        self.assertEqual(set(alone) ^ set(beside), {"lifecycle", "restartPolicy"})
        for member in ("command", "args", "securityContext", "volumeMounts"):
            self.assertEqual(alone[member], beside[member])
        self.assertEqual([each["name"] for each in alone["env"]], [each["name"] for each in beside["env"]])

    def test_the_example_points_its_client_at_it(self):
        objects = RENDERED[SIDECARS[0]]
        pod = pod_of(of_kind(objects, "Deployment")[0])
        variables = environment_of(objects, pod["containers"][0])
        listens = environment_of(objects, gateway_in(pod))["GATEWAY_LISTEN"]
        self.assertEqual(variables["AITRONOS_BASE_URL"], "http://" + listens)
        keys = yaml.safe_load(mounted_files(objects, pod, gateway_in(pod))["/etc/music-gateway/secrets/keys.yaml"])
        self.assertIn(hashlib.sha256(variables["FREDDY_API_KEY"].encode()).hexdigest(), [each["sha256"] for each in keys])

    def test_the_example_on_a_socket_shares_it_with_a_client_who_may_open_it(self):
        objects = RENDERED[SIDECARS[1]]
        pod = pod_of(of_kind(objects, "Deployment")[0])
        app, gateway = pod["containers"][0], gateway_in(pod)
        mount = {"name": "music-gateway-socket", "mountPath": "/run/music-gateway"}
        self.assertIn(mount, app["volumeMounts"])
        self.assertIn(mount, gateway["volumeMounts"])
        self.assertEqual("unix:" + environment_of(objects, app)["AITRONOS_UNIX_SOCKET"],
                         environment_of(objects, gateway)["GATEWAY_LISTEN"])
        self.assertEqual(app["securityContext"]["runAsUser"], gateway["securityContext"]["runAsUser"])

    def test_any_deployment_takes_it_and_keeps_what_it_has(self):
        objects = self.render_with("sidecar")
        pod = pod_of(named(objects, "Deployment", "busy"))
        self.assertEqual([each["name"] for each in pod["initContainers"]], ["music-gateway", "migrate"])
        self.assertEqual([each["name"] for each in pod["containers"]], ["one", "two"])
        self.assertIn({"name": "own", "emptyDir": {}}, pod["volumes"])
        self.assertEqual(pod["securityContext"]["runAsUser"], 7)
        self.assertIsNone(gateway_in(pod_of(named(objects, "Deployment", "bystander"))), "it has no label")

    def test_with_an_existing_secret_none_is_made_and_its_name_is_kept(self):
        objects = self.render_with("sidecar", "existing-secret", "sidecar-podmonitor")
        self.assertEqual(of_kind(objects, "Secret"), [])
        pod = pod_of(named(objects, "Deployment", "busy"))
        self.assertIn("music-gateway-secrets", [each.get("secret", {}).get("secretName") for each in pod["volumes"]])
        monitor = of_kind(objects, "PodMonitor")[0]["spec"]
        labels = named(objects, "Deployment", "busy")["spec"]["template"]["metadata"]["labels"]
        self.assertLessEqual(monitor["selector"]["matchLabels"].items(), labels.items())
        self.assertIn(monitor["podMetricsEndpoints"][0]["port"], [each["name"] for each in gateway_in(pod)["ports"]])

    def render_with(self, *components):
        # Inside the tree, since Kustomize takes relative paths alone.
        with tempfile.TemporaryDirectory(dir=pathlib.Path(__file__).parent) as folder:
            text = (pathlib.Path(__file__).parent / "busy_app.yaml").read_text()
            (pathlib.Path(folder) / "app.yaml").write_text(text)
            (pathlib.Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump({
                "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                "resources": ["../../../deploy/kubernetes/base", "app.yaml"],
                "components": [f"../../../deploy/kubernetes/components/{each}" for each in components]}))
            return render(KUBECTL, folder)


class Standalone(unittest.TestCase):
    objects = RENDERED[STANDALONE]
    deployment = of_kind(objects, "Deployment")[0]
    labels = deployment["spec"]["template"]["metadata"]["labels"]

    def test_selectors_choose_the_pods(self):
        selectors = [self.deployment["spec"]["selector"]["matchLabels"]]
        selectors += [each["spec"]["selector"] for each in of_kind(self.objects, "Service")]
        selectors += [of_kind(self.objects, "PodDisruptionBudget")[0]["spec"]["selector"]["matchLabels"],
                      of_kind(self.objects, "NetworkPolicy")[0]["spec"]["podSelector"]["matchLabels"],
                      pod_of(self.deployment)["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]]
        self.assertEqual(len(selectors), 6)
        for each in selectors:
            self.assertTrue(each)
            self.assertLessEqual(each.items(), self.labels.items())

    def test_named_ports_exist(self):
        ports = {each["name"] for each in gateway_in(pod_of(self.deployment))["ports"]}
        services = of_kind(self.objects, "Service")
        for service in services:
            for port in service["spec"]["ports"]:
                self.assertIn(port["targetPort"], ports)
        for rule in of_kind(self.objects, "NetworkPolicy")[0]["spec"]["ingress"]:
            for port in rule["ports"]:
                self.assertIn(port["port"], ports)
        clients = named(self.objects, "Service", "music-gateway")["spec"]["ports"]
        self.assertEqual([each["targetPort"] for each in clients], ["http"], "health and metrics are not for clients")

    def test_prometheus_finds_the_admin_port(self):
        monitor = of_kind(self.objects, "ServiceMonitor")[0]["spec"]
        chosen = [each for each in of_kind(self.objects, "Service")
                  if monitor["selector"]["matchLabels"].items() <= each["metadata"]["labels"].items()]
        self.assertEqual([each["metadata"]["name"] for each in chosen], ["music-gateway-admin"])
        self.assertIn(monitor["endpoints"][0]["port"], [each["name"] for each in chosen[0]["spec"]["ports"]])

    def test_the_autoscaler_scales_this_by_a_metric_that_the_gateway_has(self):
        scaler = of_kind(self.objects, "HorizontalPodAutoscaler")[0]
        self.assertEqual(scaler["apiVersion"], "autoscaling/v2")
        self.assertEqual(scaler["spec"]["scaleTargetRef"]["name"], self.deployment["metadata"]["name"])
        self.assertNotIn("replicas", self.deployment["spec"], "an apply would undo the autoscaler")
        self.assertGreaterEqual(scaler["spec"]["minReplicas"], 2)
        wanted = [each["pods"]["metric"]["name"] for each in scaler["spec"]["metrics"]]

        rules = yaml.safe_load((KUBERNETES / STANDALONE / "prometheus-adapter.yaml").read_text())["rules"]["custom"]
        self.assertEqual(wanted, [each["name"]["as"] for each in rules])
        with tempfile.TemporaryDirectory() as folder, running_gateway.serving(folder) as (clients, admin):
            with self.assertRaises(urllib.error.HTTPError):
                urllib.request.urlopen(clients + "/v1/music/org_abc123/engines")
            exposed = urllib.request.urlopen(admin + "/metrics").read().decode()
        for rule in rules:
            series = re.match(r"[a-z_]+", rule["seriesQuery"])[0]
            self.assertRegex(exposed, rf"(?m)^{series}\b")


if __name__ == "__main__":
    unittest.main()
