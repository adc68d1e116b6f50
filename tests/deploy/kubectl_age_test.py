"""The manifests' test says in plain words when the kubectl it finds can't render them."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TEST = pathlib.Path(__file__).with_name("kubernetes_test.py")


def run_with(kubectl):
    return subprocess.run([sys.executable, "-B", str(TEST)], env={**os.environ, **kubectl}, capture_output=True, text=True)


class Kubectl(unittest.TestCase):
    def answer_of_one_that_says(self, text):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "kubectl"
            program.write_text(f"#!/bin/sh\necho '{text}'\n")
            program.chmod(0o755)
            return run_with({"KUBECTL": str(program)})

    def test_one_that_is_too_old_is_named(self):
        # What 1.20 prints, and 1.26.
        for text in ['{"clientVersion": {"gitVersion": "v1.20.2"}}',
                     '{"clientVersion": {"gitVersion": "v1.26.0"}, "kustomizeVersion": "v4.5.7"}', "not json"]:
            done = self.answer_of_one_that_says(text)
            self.assertEqual(done.returncode, 77, done.stderr)
            self.assertIn("too old", done.stdout)
            self.assertIn("1.27", done.stdout)

    def test_none_at_all_is_said(self):
        done = run_with({"KUBECTL": "", "PATH": "/nowhere"})
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("no kubectl", done.stdout)


if __name__ == "__main__":
    unittest.main()
