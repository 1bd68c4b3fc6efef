"""JUnit XML, which CI systems and editors read: a suite for each exercise, a test for each check.

There is no official standard; the names are those that most readers know (testmoapp/junitxml). There is no place for points, so
they are properties of each test.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from grader.reports.checked import said_lines
from grader.reports.harmless import CALL, block, line, name
from grader.reports.words import OUTCOMES
from grader.scores.records import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from xml.etree.ElementTree import Element

_HEAD = 1 << 16  # bytes of a file in which its first elements stand
FAILURE, ERROR, SKIPPED = "failure", "error", "skipped"
_ELEMENTS = {
    Outcome.FAILED: FAILURE,
    Outcome.TODO: FAILURE,
    Outcome.ERROR: ERROR,
    Outcome.TIMEOUT: ERROR,
    Outcome.CRASHED: ERROR,
    Outcome.BLOCKED: ERROR,
    Outcome.REVIEW: SKIPPED,
}
_COUNTED = {FAILURE: "failures", ERROR: "errors", SKIPPED: "skipped"}


@dataclass(frozen=True, slots=True)
class Suite:
    """The checks of one exercise: its id is the ``name``; ``file`` is the student's file, if there is one."""

    name: str
    title: str
    results: tuple[CheckResult, ...]
    file: str = ""


def junit_text(suites: Sequence[Suite], name: str) -> str:
    """All suites as one XML document in UTF-8; ``name`` is the course's or the student's."""
    results = [result for suite in suites for result in suite.results]
    root = ElementTree.Element("testsuites", {"name": line(name), **_counts(results)})
    root.attrib.pop(SKIPPED)  # a suite has it, and some schemas do not know it here
    for suite in suites:
        root.append(_suite(suite))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def is_junit(file: Path) -> bool:
    """Whether a file is empty or JUnit XML, whoever wrote it; raises OSError if it can't be read."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    return not head or (head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<testsuite" in head)


def _suite(suite: Suite) -> Element:
    facts = {"name": line(suite.name), **_counts(suite.results), **_file(suite)}
    element = ElementTree.Element("testsuite", facts)
    element.append(_properties({"title": line(suite.title)}))
    titles = Counter(line(result.title) for result in suite.results)
    for result in suite.results:
        title = line(result.title)
        called = title if titles[title] == 1 else f"{title} ({line(result.id)})"  # readers keep one of two equal names
        facts = {"name": called, "classname": line(suite.name), "time": _seconds([result]), **_file(suite)}
        element.append(_case(result, facts))
    return element


def _case(result: CheckResult, facts: dict[str, str]) -> Element:
    element = ElementTree.Element("testcase", facts)
    element.append(_properties({"points": result.points, "max_points": result.max_points, "check": line(result.id)}))
    kind = _kind(result)
    if kind == SKIPPED:
        ElementTree.SubElement(element, SKIPPED, {"message": OUTCOMES[result.outcome]})
    elif kind:
        adjusted = result.adjusted is not None
        told = [] if adjusted or result.hidden else said_lines(result)
        message = "decided by a person" if adjusted else OUTCOMES[result.outcome]
        if result.message and not result.hidden and not adjusted:
            message = line(result.message)
        type_ = "adjusted" if adjusted else str(result.outcome)
        inner = ElementTree.SubElement(element, kind, {"message": message, "type": type_})
        inner.text = block("\n".join(told), CALL) or None
    return element


def _kind(result: CheckResult) -> str:
    """The element that says what became of a check; none if it passes, or if a person says that it does."""
    if result.passes:
        return ""
    return FAILURE if result.adjusted is not None else _ELEMENTS[result.outcome]


def _counts(results: Sequence[CheckResult]) -> dict[str, str]:
    kinds = Counter(map(_kind, results))
    counted = {word: str(kinds[kind]) for kind, word in _COUNTED.items()}
    return {"tests": str(len(results)), **counted, "time": _seconds(results)}


def _seconds(results: Sequence[CheckResult]) -> str:
    return f"{sum(max(0.0, result.seconds) for result in results):.3f}"


def _file(suite: Suite) -> dict[str, str]:
    return {"file": name(suite.file)} if suite.file else {}


def _properties(facts: dict[str, object]) -> Element:
    element = ElementTree.Element("properties")
    for key, value in facts.items():
        ElementTree.SubElement(element, "property", {"name": key, "value": str(value)})
    return element
