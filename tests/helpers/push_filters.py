"""Which pushes start a workflow or a pipeline: GitHub's filter patterns and GitLab's rules, as far as the templates use them.

GitHub, "Workflow syntax", filter patterns: ``*`` is anything but a slash, ``**`` anything, ``?`` and ``+`` repeat the character before
them, ``[]`` is one of the characters listed, and a pattern fits the whole path. A push of a tag is judged by ``tags`` alone, a push
to a branch by ``branches`` and by ``paths`` of which one changed file must fit one.

GitLab, "CI/CD YAML syntax", ``rules:changes``: Ruby's File.fnmatch, where ``**/`` is any number of folders and ``*`` no slash. A rule
holds if its ``if`` and its ``changes`` do; the first that holds adds the job.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

CONDITION = re.compile(r'\$(?P<name>\w+) (?:== "(?P<equal>[^"]*)"|=~ /(?P<pattern>.*)/)')


def starts_workflow(on: Mapping[str, Any], ref: str, changed: Sequence[str]) -> bool:
    """Tell whether a push of a ref (``refs/heads/main``) with these changed files starts a workflow with these triggers."""
    push = on["push"]
    _, kind, name = ref.split("/", 2)
    if kind == "tags":
        return any(fits(pattern, name) for pattern in push["tags"])
    return any(fits(pattern, name) for pattern in push["branches"]) and any(
        fits(pattern, path) for pattern in push["paths"] for path in changed
    )


def fits(pattern: str, text: str) -> bool:
    """Tell whether one of GitHub's patterns fits a whole path or name."""
    made = ""
    for token in re.findall(r"\*\*|\[[^\]]*\]|.", pattern):
        if token == "**":
            made += ".*"
        elif token == "*":
            made += "[^/]*"
        elif token in "?+" or token.startswith("["):
            made += token
        else:
            made += re.escape(token)
    return re.fullmatch(made, text, re.DOTALL) is not None


def starts_pipeline(rules: Sequence[Mapping[str, Any]], variables: Mapping[str, str], changed: Sequence[str]) -> bool:
    """Tell whether a push with these variables and changed files adds a job with these rules."""
    return any(
        _holds(rule["if"], variables)
        and ("changes" not in rule or any(_fnmatch(pattern, path) for pattern in rule["changes"] for path in changed))
        for rule in rules
    )


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    for part in condition.split(" && "):
        found = CONDITION.fullmatch(part)
        assert found is not None, f"{part!r} is no condition that is known here"
        value = variables.get(found["name"])
        if found["equal"] is not None:
            if value != found["equal"]:
                return False
        elif value is None or re.search(found["pattern"].replace(r"\/", "/"), value) is None:
            return False
    return True


def _fnmatch(pattern: str, path: str) -> bool:
    made = ""
    for token in re.findall(r"\*\*/|\*|\[[^\]]*\]|.", pattern):
        made += {"**/": "(?:.*/)?", "*": "[^/]*"}.get(token) or (token if token.startswith("[") else re.escape(token))
    return re.fullmatch(made, path, re.DOTALL) is not None
