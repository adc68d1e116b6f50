"""The commands of deploy/README.md that need no cluster, run as they are written."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

from manifests import KUBERNETES, environment_of, gateway_in, kubectl_or_skip, mounted_files, named, pod_of, run_mounted

KUBECTL = kubectl_or_skip()


class Readme(unittest.TestCase):
    def test_its_steps_to_a_standalone_gateway_work_as_they_are_written(self):
        text = (KUBERNETES.parent / "README.md").read_text().split("**Standalone**")[1]
        steps = re.search(r"```\n(.*?)```", text, re.S)[1]
        with tempfile.TemporaryDirectory() as tree:
            shutil.copytree(KUBERNETES, pathlib.Path(tree) / "deploy" / "kubernetes")
            shutil.copy(KUBERNETES.parent / "new-secrets", pathlib.Path(tree) / "deploy")
            path = f"{pathlib.Path(KUBECTL).parent}:{os.environ['PATH']}"
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", steps], cwd=tree, env={**os.environ, "PATH": path},
                                  capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        objects = [each for each in yaml.safe_load_all(done.stdout) if each]
        pod = pod_of(named(objects, "Deployment", "music-gateway"))
        variables = environment_of(objects, gateway_in(pod))
        self.assertEqual(variables["GATEWAY_PUBLIC_URL"], "https://music.example.com")
        self.assertEqual(variables["GATEWAY_LISTEN"], "0.0.0.0:8080", "the patch took the rest away")
        files = mounted_files(objects, pod, gateway_in(pod))
        self.assertNotIn(b"replace-with", b"".join(files.values()), "an example's value is left")
        checked = run_mounted(files, gateway_in(pod), variables, "--check")
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_every_file_it_names_is_there(self):
        for readme in (KUBERNETES.parent / "README.md", KUBERNETES.parents[1] / "README.md"):
            text = readme.read_text()
            for link in re.findall(r"\]\(([^)#:]+)\)", text):
                self.assertTrue((readme.parent / link).exists(), f"{readme.name}: {link}")
            for path in re.findall(r"deploy/[a-z./_-]*[a-z_]", text):
                made = ("deploy/secrets", "deploy/kubernetes/overlays/standalone]")
                self.assertTrue(path.startswith(made) or (KUBERNETES.parents[1] / path).exists(), path)


if __name__ == "__main__":
    unittest.main()
