"""Kustomize output as Python values, and the pieces of it that the tests ask about."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

import running_gateway

KUBERNETES = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
SKIPPED = 77  # what ctest takes for "not run"
GATEWAY = "music-gateway"


def kubectl_or_skip():
    """The kubectl to use. Ends the program, in plain words, when there is none that knows what the manifests need."""
    program = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not program:
        print("Skipped: no kubectl is in PATH. Install kubectl 1.27 or later, or name one in KUBECTL.")
        sys.exit(SKIPPED)
    asked = subprocess.run([program, "version", "--client", "--output=json"], capture_output=True, text=True)
    try:
        version = json.loads(asked.stdout)["kustomizeVersion"]
        good = int(version.lstrip("v").split(".")[0]) >= 5
    except (KeyError, ValueError):
        version, good = "none that it names", False
    if not good:
        print(f"Skipped: {program} is too old: it renders with Kustomize {version}, and the manifests need v5 (kubectl 1.27 or "
              "later). Debian 12's own kubectl is 1.20. Put a newer one into PATH, or name it in KUBECTL.")
        sys.exit(SKIPPED)
    return program


def render(kubectl, folder):
    """All objects that `kubectl kustomize` prints for the folder; AssertionError with its words when it refuses."""
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, f"{folder}: {done.stderr}"
    assert "deprecated" not in done.stderr.lower(), f"{folder}: {done.stderr}"
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def of_kind(objects, kind):
    return [each for each in objects if each["kind"] == kind]


def named(objects, kind, name):
    found = [each for each in of_kind(objects, kind) if each["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} objects {kind} {name}"
    return found[0]


def pod_of(workload):
    return workload["spec"]["template"]["spec"]


def containers_of(pod):
    return pod.get("initContainers", []) + pod["containers"]


def gateway_in(pod):
    """The gateway's container; None when the pod has none."""
    found = [each for each in containers_of(pod) if each["name"] == GATEWAY]
    assert len(found) <= 1, "two gateways in one pod"
    return found[0] if found else None


def bytes_of(config_or_secret):
    """File name to content, of a ConfigMap or a Secret."""
    data = config_or_secret.get("data") or {}
    if config_or_secret["kind"] == "Secret":
        return {name: base64.b64decode(text or "") for name, text in data.items()}
    return {name: text.encode() for name, text in data.items()}


def mounted_files(objects, pod, container):
    """Absolute path to content of every file that the pod's ConfigMaps and Secrets put into this container."""
    volumes = {each["name"]: each for each in pod["volumes"]}
    files = {}
    for mount in container["volumeMounts"]:
        assert "subPath" not in mount, "a subPath mount never sees an update"
        volume = volumes[mount["name"]]
        if "configMap" in volume:
            source = named(objects, "ConfigMap", volume["configMap"]["name"])
        elif "secret" in volume:
            source = named(objects, "Secret", volume["secret"]["secretName"])
        else:
            continue
        for name, content in bytes_of(source).items():
            files[f"{mount['mountPath']}/{name}"] = content
    return files


def environment_of(objects, container):
    """The container's variables with their values, those from Secrets and ConfigMaps looked up."""
    values = {}
    for each in container.get("env", []):
        if "value" in each:
            values[each["name"]] = each["value"]
            continue
        source = each["valueFrom"]
        reference = source.get("secretKeyRef") or source["configMapKeyRef"]
        kind = "Secret" if "secretKeyRef" in source else "ConfigMap"
        values[each["name"]] = bytes_of(named(objects, kind, reference["name"]))[reference["key"]].decode()
    return values


def run_mounted(files, container, variables, option):
    """The container's own command with one more option, its mounts below another root; how it ended."""
    assert container["command"] == ["/usr/bin/music-gateway"], container["command"]
    with tempfile.TemporaryDirectory() as root:
        for path, content in files.items():
            place = pathlib.Path(root + path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        arguments = [root + each if each.startswith("/") else each for each in container["args"]]
        return running_gateway.run([*arguments, option], variables)
