#!/usr/bin/env python3
"""every_suite.py sees what it is there to see."""
import unittest

from every_suite import complaints, selects


def test(program, name=None, **environment):
    return {
        "command": [f"/build/bin/{program}"] + ([f"--gtest_filter={name}"] if name else []),
        "properties": [{"name": "ENVIRONMENT", "value": [f"{key}={value}" for key, value in environment.items()]}],
    }


def judged(program, name=None, **environment):
    return test(program, name, GATEWAY_E2E_PROXY="/x/prism", **environment)


DIRECT = [test("end_to_end_create_test", "Create.Works"), test("end_to_end_create_test", "Slow/Create.Waits/Redis")]


class EverySuite(unittest.TestCase):
    def test_is_content_when_the_whole_suite_is_judged(self):
        self.assertEqual(complaints(DIRECT + [judged("end_to_end_create_test")], ["create_test"], {}), [])

    def test_sees_a_suite_that_is_not_judged(self):
        self.assertEqual(len(complaints(DIRECT, ["create_test"], {})), 3)

    def test_sees_a_test_that_a_filter_leaves_out(self):
        found = complaints(DIRECT + [judged("end_to_end_create_test", "*-Slow*")], ["create_test"], {})
        self.assertEqual(found, ["end_to_end_create_test Slow/Create.Waits/Redis does not run through Prism"])

    def test_sees_the_program_behind_another(self):
        in_shares = judged("end_to_end_create_test")
        in_shares["command"] = ["/prism/side_by_side", "2"] + in_shares["command"]
        self.assertEqual(complaints(DIRECT + [in_shares], ["create_test"], {}), [])

    def test_sees_a_file_that_is_built_by_nobody(self):
        self.assertEqual(complaints([], ["new_test"], {}), ["new_test.cpp is no test that ctest knows"])

    def test_sees_a_program_that_was_not_built(self):
        not_built = [{"command": ["end_to_end_new_test_NOT_BUILT"], "properties": []}]
        self.assertEqual(complaints(not_built, ["new_test"], {}), ["end_to_end_new_test does not run through Prism"])

    def test_takes_a_reason_and_drops_one_that_is_not_needed(self):
        reason = {"end_to_end_create_test": "why"}
        self.assertEqual(complaints(DIRECT, ["create_test"], reason), [])
        self.assertEqual(complaints(DIRECT, ["create_test"], {"end_to_end_create_test Create*": "why"}),
                         ["end_to_end_create_test Slow/Create.Waits/Redis does not run through Prism",
                          "end_to_end_create_test does not run through Prism"])
        self.assertEqual(len(complaints(DIRECT, ["create_test"], reason | {"end_to_end_gone_test": "why"})), 1)

    def test_reads_filters_as_googletest_does(self):
        for pattern, name, selected in (("*", "A.B", True), ("A.*", "A.B", True), ("A.*-A.B", "A.B", False), ("X:A.?", "A.B", True),
                                        ("-A.*", "A.B", False), ("-X.*", "A.B", True), ("A", "A.B", False)):
            self.assertEqual(selects(pattern, name), selected, pattern)


if __name__ == "__main__":
    unittest.main()
