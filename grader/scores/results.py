"""results.json: the records of a run in their fixed layout, and back."""

from __future__ import annotations

import dataclasses
import enum
import json
from typing import NoReturn

from grader.errors import UsageError
from grader.scores.node import BrokenValueError, Node
from grader.scores.records import (
    CellResult,
    CheckResult,
    Evidence,
    ExerciseRecord,
    Flag,
    Gap,
    Isolation,
    KnownMistake,
    Misconception,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)

SCHEMA_VERSION = 1
_MAY_BE_ABSENT = {"submitted_at": None, "cause": "", "needs": None, "unjudged": False}  # left out where it is this


def in_order(results: Results) -> Results:
    """Return the same results with students by id, each with the exercises in the course's order."""
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    rows = sorted(results.submissions, key=lambda row: (row.student, place.get(row.exercise, len(place)), row.exercise))
    mistakes = sorted(results.misconceptions, key=lambda mistake: mistake.id)
    return dataclasses.replace(results, submissions=tuple(rows), misconceptions=tuple(mistakes))


def to_json(results: Results) -> str:
    """Write ``results`` as the text of results.json, in a fixed order, so that equal results give equal text.

    A lone surrogate (from a file name that is no UTF-8) is written as a visible escape. Raises ValueError for a
    number that JSON does not have.
    """
    ordered = in_order(results)
    document: dict[str, object] = {
        "schema_version": ordered.schema_version,
        "run": _plain(ordered.run),
        "exercises": _plain(ordered.exercises),
        "submissions": _plain(ordered.submissions),
        "misconceptions": {
            mistake.id: {"name": mistake.name, "explanation": mistake.explanation} for mistake in ordered.misconceptions
        },
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    # The reverse solidus of the escape is doubled: in JSON's own notation one alone would be a surrogate again, which
    # other readers of JSON refuse.
    return "".join(f"\\\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text) + "\n"


def from_json(text: str) -> Results:
    """Return the results that ``text``, a results.json, holds; fields that this version does not know are passed over.

    Raises UsageError, in one line, if the text is no results.json of this schema.
    """
    try:
        document = Node(json.loads(text, parse_constant=_refuse), "the file")
        version = document.field("schema_version").integer()
        if version != SCHEMA_VERSION:
            raise UsageError(
                f"results.json has schema_version {version}; this grader reads {SCHEMA_VERSION}. "
                "Use the grader that wrote it, or score again."
            )
        return _results(document)
    except BrokenValueError as broken:
        raise UsageError(f"results.json can't be used: {broken}. Score again to get a whole one.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"results.json is not whole JSON ({_first_line(error)}). Score again.") from None


def submission_to_json(result: SubmissionResult) -> str:
    """Write one submission's result, as it passes from the process that graded it to the one that reports."""
    return json.dumps(_plain(result), allow_nan=False)


def submission_from_json(text: str) -> SubmissionResult:
    """Return what ``submission_to_json`` wrote; raises ValueError for anything else, a text cut short among it."""
    return _submission(Node(json.loads(text, parse_constant=_refuse), "the submission"))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]


def _plain(value: object) -> object:
    """``value`` in JSON's own types; records keep the order of their fields, dicts are sorted."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        members = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {name: _plain(each) for name, each in members.items() if not _is_left_out(name, each)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _is_left_out(name: str, value: object) -> bool:
    return name in _MAY_BE_ABSENT and value == _MAY_BE_ABSENT[name]


def _results(document: Node) -> Results:
    explained = document.field("misconceptions", {})
    return Results(
        run=_run(document.field("run")),
        exercises=document.field("exercises").each(_exercise),
        submissions=document.field("submissions").each(_submission),
        misconceptions=tuple(
            KnownMistake(key, node.field("name").string(), node.field("explanation").string())
            for key, node in explained.items()
        ),
    )


def _run(node: Node) -> RunRecord:
    isolation = node.field("isolation")
    return RunRecord(
        started=node.field("started").string(),
        seconds=node.field("seconds").number(),
        seed=node.field("seed").integer(),
        versions={key: value.string() for key, value in node.field("versions").items()},
        isolation=Isolation(isolation.field("backend").string(), isolation.field("protections").each(Node.string)),
        engine=node.field("engine").string(),
        jobs=node.field("jobs").integer(),
        course=node.field("course", "").string(),
        contact=node.field("contact", "").string(),
        unplaced=node.field("unplaced", []).each(Node.string),
        faults=node.field("faults", []).each(Node.string),
    )


def _exercise(node: Node) -> ExerciseRecord:
    return ExerciseRecord(node.field("id").string(), node.field("title").string(), node.field("max_points").integer())


def _submission(node: Node) -> SubmissionResult:
    return SubmissionResult(
        student=node.field("student").string(),
        exercise=node.field("exercise").string(),
        path=node.field("path").optional(Node.string),
        page=node.field("page").string(),
        sha256=node.field("sha256").optional(Node.string),
        status=node.field("status").one_of(Status),
        points=node.field("points").integer(),
        pending_points=node.field("pending_points").integer(),
        max_points=node.field("max_points").integer(),
        seconds=node.field("seconds").number(),
        flags=node.field("flags").each(_flag),
        cells=node.field("cells").each(_cell),
        output=node.field("output").string(),
        checks=node.field("checks").each(_check),
        graded_at=node.field("graded_at", None).optional(Node.string),
        submitted_at=node.field("submitted_at", None).optional(Node.string),
    )


def _flag(node: Node) -> Flag:
    return Flag(node.field("kind").string(), node.field("message").string(), node.field("check").optional(Node.string))


def _cell(node: Node) -> CellResult:
    return CellResult(
        index=node.field("index").optional(Node.integer),
        line=node.field("line").integer(),
        outcome=node.field("outcome").one_of(Outcome),
        message=node.field("message").string(),
    )


def _check(node: Node) -> CheckResult:
    return CheckResult(
        id=node.field("id").string(),
        title=node.field("title").string(),
        points=node.field("points").integer(),
        max_points=node.field("max_points").integer(),
        outcome=node.field("outcome").one_of(Outcome),
        hidden=node.field("hidden").boolean(),
        message=node.field("message").string(),
        hint=node.field("hint").string(),
        misconception=node.field("misconception").optional(_misconception),
        seconds=node.field("seconds").number(),
        gap=node.field("gap").optional(_gap),
        counterexample=node.field("counterexample").optional(_gap),
        suggested_points=node.field("suggested_points").optional(Node.integer),
        evidence=node.field("evidence").each(_evidence),
        cause=node.field("cause", "").string(),
        needs=node.field("needs", None).optional(Node.string),
        unjudged=node.field("unjudged", False).boolean(),
    )


def _misconception(node: Node) -> Misconception:
    return Misconception(node.field("id").string(), node.field("name").string())


def _gap(node: Node) -> Gap:
    return Gap(node.field("called").string(), node.field("expected").string(), node.field("got").string())


def _evidence(node: Node) -> Evidence:
    return Evidence(node.field("idea").string(), node.field("quote").string())
