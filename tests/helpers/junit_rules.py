"""The rules of the JUnit schemas that most readers go by, written down as rules in Python, since no XSD validator is at hand.

They are those that the schema of Jenkins' xUnit plug-in (``junit-10.xsd``) and the page of testmoapp/junitxml have in common: which
element may stand where, which attributes it must and may have, and that the counts are right.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

ALLOWED = {
    "testsuites": ({"testsuite"}, {"name", "tests", "failures", "errors", "time", "disabled"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "file"},
    ),
    "properties": ({"property"}, set()),
    "property": (set(), {"name", "value"}),
    "testcase": (
        {"properties", "skipped", "failure", "error", "system-out", "system-err"},
        {"name", "classname", "time", "file", "line", "assertions", "status"},
    ),
    "skipped": (set(), {"message", "type"}),
    "failure": (set(), {"message", "type"}),
    "error": (set(), {"message", "type"}),
    "system-out": (set(), set()),
    "system-err": (set(), set()),
}
REQUIRED = {
    "testsuite": {"name", "tests"},
    "testcase": {"name", "classname"},
    "property": {"name", "value"},
    "failure": {"type"},
    "error": {"type"},
}
WHOLE, SECONDS = re.compile(r"\d+"), re.compile(r"\d+(\.\d+)?")
ENDS = ("failure", "error", "skipped")


def faults(text: str) -> list[str]:
    """List what breaks a rule; a text that is no XML raises ParseError."""
    root = ElementTree.fromstring(text.encode())
    found = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    for element in root.iter():
        found += _faults_of(element)
    for suite in [root, *root.iter("testsuite")]:
        cases = list(suite.iter("testcase"))
        counted = {"tests": len(cases)} | {
            name: sum(case.find(tag) is not None for case in cases)
            for tag, name in zip(ENDS, ("failures", "errors", "skipped"), strict=True)
        }
        found += [
            f"{suite.tag}: {name} is {suite.get(name)} and not {number}"
            for name, number in counted.items()
            if suite.get(name) not in (None, str(number))
        ]
    for suite in root:
        names = [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")]
        found += [f"{suite.get('name')}: two tests of one name"] * (len(names) != len(set(names)))
    return found


def _faults_of(element: ElementTree.Element) -> list[str]:
    if element.tag not in ALLOWED:
        return [f"no element is called {element.tag}"]
    inside, attributes = ALLOWED[element.tag]
    found = [f"{child.tag} in {element.tag}" for child in element if child.tag not in inside]
    found += [f"{name} of {element.tag}" for name in element.attrib if name not in attributes]
    found += [f"{element.tag} without {name}" for name in REQUIRED.get(element.tag, set()) if element.get(name) is None]
    for name, form in {
        "tests": WHOLE,
        "failures": WHOLE,
        "errors": WHOLE,
        "skipped": WHOLE,
        "time": SECONDS,
        "line": WHOLE,
    }.items():
        value = element.get(name)
        found += [f"{name} of {element.tag} is {value!r}"] * (value is not None and not form.fullmatch(value))
    if element.tag == "testcase":
        found += ["a test with two ends"] * (sum(child.tag in ENDS for child in element) > 1)
    if element.tag in ("testsuites", "testsuite", "properties", "testcase"):
        found += [f"text in {element.tag}"] * bool((element.text or "").strip())
    return found
