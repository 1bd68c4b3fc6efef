"""What Canvas and Moodle read from a file, written down from their importers, to tell whether marks arrive.

Sources: canvas-lms, lib/gradebook_importer.rb; moodle, mod/assign/feedback/offline/importgradeslib.php and locallib.php, and
grade/import/csv/classes/load_data.php.
"""

from __future__ import annotations

import csv
import io
import re


class Aborted(Exception):
    """The importer takes nothing from the file."""


def canvas(data: bytes, assignment: str, users: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Import a gradebook; ``users`` have an SIS id and a login by id, and the answer their grades, as far as there are any."""
    text = data.decode("utf-8-sig")
    first = text.splitlines()[:3]
    counts = {}
    for separator in ";,":
        widths = [len(next(csv.reader([line], delimiter=separator), [])) for line in first]
        counts[separator] = widths[0] if len(set(widths)) == 1 else 0
    separator = ";" if counts[";"] > counts[","] else ","
    lines = [line for line in io.StringIO(text, newline="") if not re.fullmatch(r"[;, ]+\r?\n?", line)]
    header, *rows = csv.reader(lines, delimiter=separator)
    if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
        raise Aborted("Invalid header row")
    about = 3
    sis = login = None
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        login, about = 2, 4
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        sis, login, about = 2, 3, 5
    if "Section" not in header[about - 1]:
        raise Aborted("Invalid header row")
    column = header.index(assignment)
    found = {}
    for row in rows:
        if "Points Possible" in row[0] or all(
            re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.I) for cell in row
        ):
            continue
        user = row[1] if row[1] in users else None
        for place, at in ((sis, 0), (login, 1)):
            if user is None and place is not None:
                user = next((each for each, ids in users.items() if row[place] and ids[at] == row[place]), None)
        if user is not None and row[column].strip() not in ("", "-"):
            found[user] = canvas_number(row[column].strip())
    return found


def canvas_number(field: str) -> str:
    """Read a number as decimal_comma_to_period does; anything else stays."""
    if not re.fullmatch(r"-?[0-9.,]+%?", field):
        return field
    *parts, last = re.split(r"[,.]", field)
    return f"{''.join(parts)}.{last}" if parts else last


def moodle_worksheet(data: bytes, participants: set[int], maximum: float) -> dict[int, float]:
    """Import a worksheet: the grades that are taken, by participant."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    at, grade, _ = (header.index(title) for title in ("Identifier", "Grade", "Last modified (grade)"))
    found = {}
    for row in rows:
        number = row[at][len("Participant ") :]
        value = unformat_float(row[grade])
        if number.isdecimal() and int(number) in participants and value is not None and 0 <= value <= maximum:
            found[int(number)] = value
    return found


def moodle_gradebook(data: bytes, emails: set[str], column: str) -> dict[str, float]:
    """Import a gradebook, mapped from the email address; one stranger or one grade that is no number ends it."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    at, grade = header.index("Email address"), header.index(column)
    found = {}
    for row in rows:
        if row[at] not in emails:
            raise Aborted(row[at])
        if row[grade].strip() in ("", "-"):
            continue
        value = unformat_float(row[grade])
        if value is None:
            raise Aborted(row[grade])
        found[row[at]] = value
    return found


def unformat_float(text: str) -> float | None:
    """Read a number with a decimal point or comma; None for anything else."""
    text = text.strip().replace(" ", "").replace(",", ".")
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None
