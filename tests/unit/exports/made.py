"""A made-up class of three exercises, and the files that platforms would have exported for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from grader.reports.pages import GENERATOR
from grader.scores.records import (
    CheckResult,
    ExerciseRecord,
    Flag,
    Isolation,
    Outcome,
    Person,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.scores.totals import tally

EXERCISES = (ExerciseRecord("e1", "The first", 20), ExerciseRecord("e2", "The second", 30))
RUN = RunRecord(
    started="2026-11-25T02:18:00Z", seconds=1.0, seed=1, versions={"grader": "0"}, isolation=Isolation("none", ()),
    engine="local", jobs=1, course="GRU lesson",
)  # fmt: skip


def row(student: str, exercise: str, points: int | None, path: str | None = "", **fields: object) -> SubmissionResult:
    """Return a row; points None is nothing handed in."""
    whole = next(each.max_points for each in EXERCISES if each.id == exercise)
    page = f"students/{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}.html"
    place = f"{student}/{exercise}.py" if path == "" else path
    if points is None:
        place = None
        checks: tuple[CheckResult, ...] = ()
    else:
        checks = (
            CheckResult("right", "What is right", points, points, Outcome.PASSED),
            CheckResult("wrong", "What is wrong", 0, whole - points, Outcome.FAILED, hidden=True, message="secret"),
        )
    values = {
        "student": student, "exercise": exercise, "path": place, "page": page, "sha256": place and "0" * 64,
        "status": Status.MISSING if points is None else Status.GRADED, "points": points or 0, "pending_points": 0,
        "max_points": whole, "seconds": 0.1, "checks": checks,
    }  # fmt: skip
    return SubmissionResult(**(values | fields))


def waits(student: str, exercise: str, settled: int, suggested: int | None) -> SubmissionResult:
    """Return a row with one answer that waits for a person."""
    whole = row(student, exercise, settled)
    rest = whole.max_points - settled
    checks = (
        CheckResult("short", "A short one", settled, settled, Outcome.PASSED),
        CheckResult("essay", "An essay", 0, rest, Outcome.REVIEW, suggested_points=suggested),
    )
    sums = tally(checks)
    return replace(whole, checks=checks, status=sums.status, points=sums.points, pending_points=sums.pending_points)


def failed(student: str, exercise: str) -> SubmissionResult:
    """Return a row on which the grader itself failed."""
    whole = row(student, exercise, 0)
    flag = Flag("note", "The grader failed, not the submission: it broke")
    return replace(whole, checks=(), status=Status.FAILED, points=0, pending_points=whole.max_points, flags=(flag,))


def class_of(*rows: SubmissionResult, roster: tuple[Person, ...] = ()) -> Results:
    """Return the results of these rows."""
    return Results(run=RUN, exercises=EXERCISES, submissions=rows, roster=roster)


def student(name: str, first: int | None, second: int | None = None, **fields: object) -> tuple[SubmissionResult, ...]:
    """Return a student's two rows."""
    return row(name, "e1", first, **fields), row(name, "e2", second, **fields)


def page_of(name: str) -> bytes:
    """Return what stands on a student's page."""
    return f"<!doctype html>{GENERATOR}<p>{name}".encode("utf-8", "backslashreplace")


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,GRU lesson (4711),Other (4712),Current Score,Final Grade\r\n"
    ",,,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,,50.00,10.00,(read only),(read only)\r\n"
    '"Lovelace, Ada",101,S1,ada,"Section 1, day",x,,5.00,50.0,B\r\n'
    '"Turing, Alan",102,S2,alan,Section 1,,12.00,,,\r\n'
    '"Hopper, Grace",103,S3,grace@uni.example,Section 1,"""quoted""",EX,,,\r\n'
    '"Student, Test",999,,abc123,Section 1,,,,,\r\n'
)
WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 11","Ada Lovelace",ada@uni.example,"Submitted for grading",,50.00,Yes,'
    '"Monday, 1 June 2026, 10:00 AM",-,"<p>fine, ""really""</p>"\n'
    '"Participant 12","Alan Turing",alan@uni.example,"No submission",-,50.00,Yes,-,-,\n'
)
MOODLE = (
    "First name,Last name,ID number,Email address,Assignment: GRU lesson (Real),Course total (Real)\n"
    "Ada,Lovelace,7,ada@uni.example,-,-\nAlan,Turing,8,alan@uni.example,-,-\n"
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,GRU lesson Points Grade <Numeric MaxPoints:50 Weight:10>,"
    "Other Points Grade <Numeric MaxPoints:5>,End-of-Line Indicator\r\n"
    "#101,#ada,Lovelace,Ada,,1,#\r\n#102,#alan,Turing,Alan,3,,#\r\n"
)
# Titles and words of Moodle's language pack de; a participant has no space before the number there.
GERMAN_WORKSHEET = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden",'
    '"Zuletzt geändert (Abgabe)","Texteingabe online","Zuletzt geändert (Bewertung)","Feedback als Kommentar"\n'
    'Teilnehmer/in11,"Ada Lovelace",ada@uni.example,"Zur Bewertung abgegeben",,"50,00",Ja,-,,-,\n'
    'Teilnehmer/in12,"Alan Turing",alan@uni.example,"Keine Abgabe","12,00","50,00",Nein,-,,-,\n'
)
GERMAN_GRADEBOOK = (
    "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Aufgabe:\u00a0GRU lesson (Punkte),Kurs gesamt (Punkte)\n"
    "Ada,Lovelace,7,ada@uni.example,-,-\nAlan,Turing,8,alan@uni.example,-,-\n"
)
