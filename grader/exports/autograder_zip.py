"""An autograder for Gradescope that runs the public checks of the students' package at each hand-in.

Source: gradescope/autograder_samples, docs/specs.md. The container is the instructor's, but a submission runs in it without
the locks that grading needs (it is root there, and no namespaces can be made), so nothing that is secret goes into it: the
zip holds the students' package and no hidden check, and its points are advice. The mark is what `grader score` gives.
"""

from __future__ import annotations

import io
import re
import zipfile

from grader.errors import UsageError
from grader.exports.export_words import Export
from grader.exports.pack_pages import as_zip

SETUP = """#!/usr/bin/env bash
# Installs the students' package for run_autograder. It needs Python 3.11 or newer; Ubuntu 22.04 has 3.11 beside its own.
set -e
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  apt-get update
  apt-get install -y python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv /autograder/checks
/autograder/checks/bin/pip install /autograder/source/*.whl
"""
RUN = '''#!/usr/bin/env python3
"""Runs the public checks on a hand-in and writes results.json from the JUnit file that they give."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

PLACE = Path(os.environ.get("AUTOGRADER", "/autograder"))
ABOUT = "These are the public checks: points as advice. The mark is given when the work is graded."


def main():
    """Give a reason if there are no results: then Gradescope shows no points rather than 0."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        command = [str(PLACE / "checks" / "bin" / "grader"), "check", "--junit", str(report)]
        done = subprocess.run(command, cwd=PLACE / "submission", stdin=subprocess.DEVNULL, check=False)
        if done.returncode not in (0, 1) or not report.is_file():
            return f"The checks could not be run (exit code {done.returncode})."
        results = results_of(report.read_text(encoding="utf-8"))
    (PLACE / "results").mkdir(exist_ok=True)
    (PLACE / "results" / "results.json").write_text(json.dumps(results), encoding="utf-8")
    return ""


def results_of(junit):
    """Turn a JUnit document into what Gradescope reads; a check has its points as properties."""
    tests = []
    for suite in ElementTree.fromstring(junit).iter("testsuite"):
        for case in suite.iter("testcase"):
            facts = {each.get("name"): each.get("value") for each in case.iter("property")}
            stopped = [each for kind in ("failure", "error", "skipped") for each in case.iter(kind)]
            said = [text for each in stopped for text in (each.get("message"), each.text) if text]
            tests.append(
                {
                    "name": f"{suite.get('name')}: {case.get('name')}",
                    "score": int(facts["points"]),
                    "max_score": int(facts["max_points"]),
                    "status": "failed" if stopped else "passed",
                    "output": "\\n".join(said),
                    "output_format": "text",
                    "visibility": "visible",
                }
            )
    score = sum(test["score"] for test in tests)
    return {"score": score, "output": ABOUT, "output_format": "text", "stdout_visibility": "hidden", "tests": tests}


if __name__ == "__main__":
    sys.exit(main() or 0)
'''
_WHEEL = re.compile(r"[\w.+!-]+\.whl", re.ASCII)
_OURS = re.compile(r"^grader\s*=\s*grader\.cli:main\s*$", re.MULTILINE)
_HIDDEN = re.compile(r"(?:^|/)hidden_[^/]*$")


def public_autograder(name: str, wheel: bytes) -> Export:
    """Return the zip with the students' package ``name`` in it; raises UsageError if that is no such package."""
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as package:
            names = package.namelist()
            entry = next((each for each in names if each.endswith(".dist-info/entry_points.txt")), "")
            is_ours = bool(entry) and bool(_OURS.search(package.read(entry).decode("utf-8", "replace")))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        names, is_ours = [], False
    base = re.split(r"[/\\]", name)[-1]
    if not is_ours or not _WHEEL.fullmatch(base):
        raise UsageError(f"{name} is not the students' package; `grader release --wheel` makes it, in dist/.")
    if any(map(_HIDDEN.search, names)):
        raise UsageError(
            f"{name} holds hidden checks, which must not leave; make it again with `grader release --wheel`."
        )
    data = as_zip({"setup.sh": SETUP.encode(), "run_autograder": RUN.encode(), base: wheel})
    return Export(
        data, (f"An autograder that runs the public checks of {base} at each hand-in, as advice; no marks in it.",)
    )
