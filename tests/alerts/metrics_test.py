"""Metrics, alert rules, dashboard and runbook say the same: checked against what real gateways expose after one of everything."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import programs
import queries

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
RULES = REPOSITORY / "deploy/monitoring/alerts.yaml"
DASHBOARD = REPOSITORY / "deploy/monitoring/dashboard.json"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def promtool(*arguments, text=None):
    done = subprocess.run(["promtool", *map(str, arguments)], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def one_of_everything(gateway, simulator):
    """Every route, every end of a job, every gate: what an operator's graphs are about."""
    finished = gateway.ended(gateway.created(headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}))
    assert finished["status"] == "succeeded", finished
    programs.ask(finished["playback_url"])
    gateway.call("/generations")
    gateway.call("/engines")
    gateway.call("/tracks/" + finished["result_track_id"])
    gateway.call("/generations/mgen_000000000000")
    gateway.create(prompt="")
    for path in ("/healthz", "/readyz"):
        programs.ask(gateway.admin + path)
    programs.ask(gateway.url + "/hooks/producer/guessed", "POST", {})

    simulator.behave({"task": {"result": "failed", "running_ms": 100}})
    gateway.ended(gateway.created(prompt="a storm"))
    simulator.behave({"task": {"result": "never"}})
    live = gateway.created(prompt="for ever")
    programs.eventually(lambda: gateway.job(live)["status"] == "running", "it runs")
    gateway.call(f"/generations/{live}/cancel", "POST", {})

    simulator.switch(unauthorized=True)
    kept_waiting = gateway.created(prompt="with a key that is refused")
    programs.eventually(lambda: gateway.create(prompt="now refused")[0] == 503, "the access gate shuts")
    gateway.call(f"/generations/{kept_waiting}/cancel", "POST", {})
    simulator.switch(unauthorized=False)


class Metrics(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.exposed, cls.logs = {}, {}
        for store in ("memory", "redis"):
            with tempfile.TemporaryDirectory() as folder, programs.world(folder, store) as (gateway, simulator, _):
                one_of_everything(gateway, simulator)
                cls.exposed[store] = gateway.metrics()
                cls.tasks = programs.ask(simulator.url + "/_control/state")[1]
                gateway.stop()  # so that every line is written
                cls.logs[store] = [json.loads(line) for line in gateway.log().splitlines()]

    def test_promtool_finds_nothing_wrong_with_what_is_exposed(self):
        for store, text in self.exposed.items():
            with self.subTest(store):
                self.assertEqual(promtool("check", "metrics", text=text), (0, ""))

    def test_every_family_has_a_help_line(self):
        for store, text in self.exposed.items():
            families = set(re.findall(r"^# TYPE (\S+)", text, re.M))
            helped = set(re.findall(r"^# HELP (\S+) \S", text, re.M))
            self.assertEqual(families, helped, store)
            self.assertGreater(len(families), 30)

    def test_labels_are_bounded(self):
        for store, text in self.exposed.items():
            for name, labels in queries.series(text):
                for value in labels.values():
                    self.assertNotRegex(value, r"mgen_|mtrack_|usr_|org_abc|ak_|guessed", f"{name} in {store}")

    def expect_finds(self, asked):
        for store, text in self.exposed.items():
            exposed = queries.series(text)
            for where, query in asked:
                for selector in queries.selectors(query):
                    with self.subTest(where, store=store, selector=selector):
                        self.assertTrue(queries.finds_something(selector, exposed))

    def test_every_alert_asks_for_what_exists(self):
        rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
        self.expect_finds([(rule["alert"], rule["expr"]) for rule in rules])

    def test_every_panel_asks_for_what_exists(self):
        panels = json.loads(DASHBOARD.read_text())["panels"]
        asked = [(panel["title"], target["expr"].replace("$__rate_interval", "5m"))
                 for panel in panels for target in panel.get("targets", [])]
        self.assertGreater(len(asked), 30)
        self.expect_finds(asked)

    def test_every_query_of_the_dashboard_is_promql(self):
        panels = json.loads(DASHBOARD.read_text())["panels"]
        rules = [{"record": f"panel:{panel['id']}:{target['refId']}",
                  "expr": re.sub(r"\$(job|instance)", ".*", target["expr"].replace("$__rate_interval", "5m"))}
                 for panel in panels for target in panel.get("targets", [])]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            status, said = promtool("check", "rules", file.name)
        self.assertEqual(status, 0, said)

    def test_the_dashboard_can_be_read_by_grafana(self):
        board = json.loads(DASHBOARD.read_text())
        self.assertEqual({each["name"] for each in board["templating"]["list"]}, {"datasource", "job", "instance"})
        numbers = [panel["id"] for panel in board["panels"]]
        self.assertEqual(len(numbers), len(set(numbers)))
        rows = [panel["title"] for panel in board["panels"] if panel["type"] == "row"]
        self.assertGreaterEqual(len(rows), 7)
        places = [tuple(panel["gridPos"][each] for each in "xy") for panel in board["panels"]]
        self.assertEqual(len(places), len(set(places)), "no panel lies on another")

    def test_the_rules_pass_their_own_tests(self):
        for arguments in (("check", "rules", RULES), ("check", "config", REPOSITORY / "deploy/monitoring/prometheus.yml"),
                          ("test", "rules", pathlib.Path(__file__).parent / "alerts.test.yaml")):
            status, said = promtool(*arguments)
            self.assertEqual(status, 0, said)

    def test_every_alert_is_tested_and_has_a_section_in_the_runbook(self):
        rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
        cases = yaml.safe_load((pathlib.Path(__file__).parent / "alerts.test.yaml").read_text())["tests"]
        fired = {case["alertname"] for test in cases for case in test["alert_rule_test"] if case.get("exp_alerts")}
        silent = {case["alertname"] for test in cases for case in test["alert_rule_test"] if not case.get("exp_alerts")}
        runbook = (REPOSITORY / "README.md").read_text().split("\n## Alerts\n")[1].split("\n## ")[0]
        sections = re.findall(r"^### (\S+)$", runbook, re.M)
        self.assertEqual(sorted(sections), sorted(rule["alert"] for rule in rules))
        for rule in rules:
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("critical", "warning"))
                self.assertTrue(rule["annotations"]["summary"] and rule["annotations"]["description"])
                self.assertEqual(rule["annotations"]["runbook_url"], "README.md#" + rule["alert"].lower())
                self.assertIn(rule["alert"], fired)
                self.assertIn(rule["alert"], silent)

    def test_the_readmes_table_names_what_exists(self):
        table = (REPOSITORY / "README.md").read_text().split("\n## Metrics, logs and traces\n")[1].split("\n- **Logs**")[0]
        names = re.findall(r"`([a-z_]{6,})(?:\{[a-z,]+\})?`", table.split("| --- | --- |")[1])
        exposed = {name for name, _ in queries.series(self.exposed["redis"])}
        for name in names:
            if not name.startswith("process_"):
                self.assertTrue({f"music_gateway_{name}", f"music_gateway_{name}_count"} & exposed, name)

    # ---- what the log says of the same

    def lines(self, store, event):
        return [line for line in self.logs[store] if line["event"] == event]

    def test_a_request_line_says_whose_it_was_and_nothing_secret(self):
        for store in self.logs:
            made = [line for line in self.lines(store, "request") if line["status"] == 202][0]
            self.assertEqual(made["method"], "POST")
            self.assertEqual(made["route"], "/v1/music/{organization_id}/generations")
            self.assertEqual(made["organization"], programs.ORGANIZATION)
            self.assertEqual(made["trace_id"], TRACE)
            self.assertRegex(made["job_id"], "^mgen_[0-9a-f]{12}$")
            self.assertRegex(made["request_id"], "^req_[0-9a-f]{12}$")
            self.assertGreater(made["microseconds"], made["store_microseconds"])
            self.assertGreater(made["bytes"], 0)
            whole = json.dumps(self.logs[store])
            for secret in (programs.CLIENT_KEY, programs.PRODUCER_KEY, "rain on a tin roof", "signature=", "guessed"):
                self.assertNotIn(secret, whole)

    def test_each_step_of_a_job_says_which_of_which_trace(self):
        for store in self.logs:
            for event in ("submitted", "looked", "fetched", "job_ended"):
                with self.subTest(event, store=store):
                    of_first = [line for line in self.lines(store, event) if line["trace_id"] == TRACE]
                    self.assertTrue(of_first)
                    for line in of_first:
                        self.assertEqual(line["organization"], programs.ORGANIZATION)
                        self.assertRegex(line["job_id"], "^mgen_")
                        self.assertTrue(line["task_id"])

    def test_a_job_without_a_trace_has_one_of_its_own(self):
        others = [line for line in self.lines("redis", "submitted") if line["trace_id"] != TRACE]
        self.assertTrue(others)
        for line in others:
            self.assertTrue(line["trace_id"].endswith(line["job_id"].removeprefix("mgen_")), line)

    def test_upstream_is_told_the_trace(self):
        traces = re.findall(r'"traceparent":"([^"]*)"', self.tasks)
        self.assertTrue(any(each.startswith(f"00-{TRACE}-") and "b7ad6b7169203331" not in each and each.endswith("-01")
                            for each in traces), traces)
        self.assertTrue(all(re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", each) for each in traces), traces)


if __name__ == "__main__":
    unittest.main()
