"""Just enough PromQL and text format to say whether a query could find anything in what a gateway exposes."""

import re

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_MATCHER = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*,?')
_OURS = ("music_gateway_", "process_")


def selectors(expression):
    """[(metric, [(label, operator, value)])] of the gateway's own families in a query."""
    found, at = [], 0
    while at < len(expression):
        if expression[at] == '"':
            at = re.compile(r'"(?:[^"\\]|\\.)*"').match(expression, at).end()
            continue
        name = _NAME.match(expression, at)
        if not name:
            at += 1
            continue
        at = name.end()
        matchers = []
        if expression.startswith("{", at):
            at += 1
            while not expression.startswith("}", at):
                matcher = _MATCHER.match(expression, at)
                assert matcher, f"no matcher at: {expression[at:at + 40]}"
                matchers.append(matcher.groups())
                at = matcher.end()
            at += 1
        if name.group().startswith(_OURS):
            found.append((name.group(), matchers))
    return found


def series(exposition):
    """[(metric, {label: value})] of a text in Prometheus's format."""
    found = []
    for line in exposition.splitlines():
        if not line or line.startswith("#"):
            continue
        name = _NAME.match(line)
        labels, at = {}, name.end()
        if line.startswith("{", at):
            at += 1
            while not line.startswith("}", at):
                label = _MATCHER.match(line, at)
                labels[label.group(1)] = label.group(3)
                at = label.end()
        found.append((name.group(), labels))
    return found


# Labels that Prometheus adds when it scrapes.
_ADDED = {"job", "instance"}


def matches(labels, matchers):
    for label, operator, value in matchers:
        if label in _ADDED:
            continue
        actual = labels.get(label, "")
        if operator in ("=", "!="):
            fits = actual == value
        else:
            fits = re.fullmatch(value.replace("\\\\", "\\"), actual) is not None
        if fits == operator.startswith("!"):
            return False
    return True


def finds_something(selector, exposed):
    metric, matchers = selector
    return any(name == metric and matches(labels, matchers) for name, labels in exposed)
