"""A roster is read as spreadsheets and platforms write it, and what can't be read is refused in one line with the way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.scores.records import Person
from grader.submissions import csv_rows
from grader.submissions.roster import LONGEST, read_roster

KIM = Person("kim", "Kim Lee", "kim@uni.edu", "kim-gh", "4001", "Team 1")
CONTRACT = "student,name,email,github,lms_id,group\nkim,Kim Lee,kim@uni.edu,kim-gh,4001,Team 1\n"


@pytest.fixture
def read(tmp_path: Path):
    """Read a text, or bytes, as a roster."""

    def read(content: str | bytes) -> list[Person]:
        file = tmp_path / "roster.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return [listed.person for listed in read_roster(file).people]

    return read


@pytest.fixture
def refused(read, tmp_path: Path):
    """Give the line in which a text is refused, without the file's name."""

    def refused(content: str | bytes) -> str:
        with pytest.raises(UsageError) as error:
            read(content)
        line = str(error.value)
        assert line.startswith(str(tmp_path / "roster.csv"))
        assert "\n" not in line
        return line.removeprefix(str(tmp_path / "roster.csv"))

    return refused


def test_the_columns_of_the_contract_are_read_in_any_order_and_some_are_enough(read):
    assert read(CONTRACT) == [KIM]
    assert read("group,lms_id,github,email,name,student\nTeam 1,4001,kim-gh,kim@uni.edu,Kim Lee,kim\n") == [KIM]
    assert read("github\nkim-gh\n") == [Person("kim-gh", github="kim-gh")]
    assert read("name,room\nKim Lee,B 12\n") == [Person("Kim Lee", "Kim Lee")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-marked", "cp1252"])
def test_each_encoding_and_separator_is_found_by_itself(separator, codec, read):
    text = 'student;name\r\nmüller;"Jörg; genannt ""J"", Müller"\r\nzoë;Zoë Ŵ\r\n'.replace(";", separator)
    text = text.replace("Ŵ", "W") if codec == "cp1252" else text
    data = b"\xfe\xff" + text.encode("utf-16-be") if codec == "utf-16-be-marked" else text.encode(codec)

    first, second = read(data)

    assert (first.student, first.name) == (
        "müller",
        " ".join(f'Jörg{separator} genannt "J", Müller'.split()),
    )
    assert second.student == "zoë"


def test_line_ends_blank_lines_and_excels_own_first_line_change_nothing(read):
    assert read(CONTRACT.replace("\n", "\r")) == [KIM]
    assert read("sep=;\r\n" + CONTRACT.replace(",", ";")) == [KIM]
    assert read("\n\n" + CONTRACT + ",,,,,\n\n") == [KIM]
    assert read('student,name\nkim,"Kim\nLee"\nlee,Lee\n')[0].name == "Kim Lee"


PLATFORMS = {
    "Canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,GRU (77),Final Score\n"
        "    Points Possible,,,,,100,(read only)\n"
        '"Lee, Kim",4001,s01,klee,"Lab 1, Lab 2",,\n'
        '"van Dyke, Jo",4002,s02,jdyke,Lab 1,12,\n'
        '"Student, Test",4099,,0f2a,Lab 1,,\n',
        [Person("klee", "Lee, Kim", lms_id="4001"), Person("jdyke", "van Dyke, Jo", lms_id="4002")],
    ),
    "Canvas with a row about posting": (
        "Student,ID,SIS Login ID,Section,GRU (77)\n,,,,Manual Posting\n"
        '    Points Possible,,,,100\n"Lee, Kim",4001,klee,A,\n',
        [Person("klee", "Lee, Kim", lms_id="4001")],
    ),
    "Moodle's participants": (
        "First name,Last name,ID number,Email address,Username,Groups\nKim,Lee,s01,k@uni.edu,klee,\"Team 1, Lab 2\"\n",
        [Person("klee", "Kim Lee", "k@uni.edu", lms_id="s01", group="Team 1, Lab 2")],
    ),
    "Moodle's grades in German": (
        "Vorname;Nachname;ID-Nummer;E-Mail-Adresse;Gruppen;Aufgabe: GRU (Punkte)\nKim;Lee;s01;k@uni.edu;Team 1;-\n",
        [Person("s01", "Kim Lee", "k@uni.edu", lms_id="s01", group="Team 1")],
    ),
    "Moodle's offline worksheet": (
        "Identifier,Full name,Email address,Status,Grade\nParticipant 12,Kim Lee,k@uni.edu,Submitted,\n",
        [Person("k@uni.edu", "Kim Lee", "k@uni.edu", lms_id="12")],
    ),
    "Moodle's offline worksheet in German": (
        "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung\nTeilnehmer/in12,Kim Lee,k@uni.edu,Abgegeben,\n",
        [Person("k@uni.edu", "Kim Lee", "k@uni.edu", lms_id="12")],
    ),
    "Gradescope": (
        "First Name,Last Name,SID,Email,Sections,Role\nKim,Lee,s01,k@uni.edu,Lab 1,Student\nIda,Dean,,i@uni.edu,,Instructor\n",
        [Person("s01", "Kim Lee", "k@uni.edu", lms_id="s01")],
    ),
    "GitHub Classroom": (
        'identifier,github_username,github_id,name\n"Lee, K",kim-gh,991,Kim Lee\nnobody-yet,,,\n',
        [Person("Lee, K", "Kim Lee", github="kim-gh"), Person("nobody-yet")],
    ),
    "GitHub Classroom's grades": (
        "assignment_name,github_username,roster_identifier,student_repository_name,points_awarded,group_name\n"
        "GRU,kim-gh,k01,gru-kim-gh,12,Team 1\nGRU,leo-gh,,gru-leo-gh,0,\n",
        [Person("k01", github="kim-gh", group="Team 1"), Person("leo-gh", github="leo-gh")],
    ),
    "Classroom 50": (
        "username,first_name,last_name,email,section,github_id,role\n"
        "kim-gh,Kim,Lee,k@uni.edu,A,991,student\n,Jo,Ho,jo@uni.edu,A,,\nprof,Ida,Dean,,A,7,hta\n",
        [
            Person("kim-gh", "Kim Lee", "k@uni.edu", "kim-gh"),
            Person("jo@uni.edu", "Jo Ho", "jo@uni.edu"),
        ],
    ),
    "Brightspace": (
        "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#s01,#klee,Lee,Kim,k@uni.edu,#\n",
        [Person("klee", "Kim Lee", "k@uni.edu", lms_id="s01")],
    ),
    "a gradebook of this grader": (
        '"student","01_gates","total","pending","max"\n"kim","30","30","0","30"\n"\'=cmd|x","0","0","0","30"\n',
        [Person("kim"), Person("=cmd|x")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLATFORMS)
def test_what_platforms_export_is_understood(name, read):
    text, people = PLATFORMS[name]
    assert read(text) == people


@pytest.mark.parametrize(
    "content, line",
    {
        "": ": the file is empty",
        "\n \n": ": the file is empty",
        "x,y\n1,2\n": ": the first line (x,y) has no title that is known",
        "group\nTeam 1\n": ", line 1: no column says who somebody is; name one of them student, name, email, github or lms_id",
        "student,name\n": ": nobody is on it; below the titles there has to be a line for each student",
        "student,Student\nkim,kim\n": ", line 1: two columns are called 'Student'; rename one of them",
        "student,name\nkim,Kim\n,Lee\n": ", line 3: the cell below `student` is empty; give an id, or delete the line",
        "name,email,group\n,,Team 1\n": ", line 2: this row names nobody; fill it in, or delete the line",
        "student\nkim\nlee\nkim\n": ", line 4: the id 'kim' stands in line 2 already; correct one of them, or delete the line",
        "student,github\na,Kim\nb,kim\n": (
            ", line 3: the GitHub login 'kim' stands in line 2 already; correct one of them, or delete the line"
        ),
        "student,email\na,K@uni.edu\nb,k@uni.edu\n": (
            ", line 3: the email address 'k@uni.edu' stands in line 2 already; correct one of them, or delete the line"
        ),
        "student,lms_id\na,1\nb,1\n": (
            ", line 3: the lms_id '1' stands in line 2 already; correct one of them, or delete the line"
        ),
        "name\nKim Lee\nKim Lee\n": (
            ", line 3: the id 'Kim Lee' stands in line 2 already; correct one of them, or delete the line"
        ),
        "student,name\nkim,Lee, Kim\n": (
            ", line 2: 3 cells, but 2 titles; put text that holds the separator in quotes"
        ),
        f"student,name\nlee,Lee\nkim,{'K' * 140_000}\n": (
            ", line 3: this row can't be read (a cell has more than 131,072 characters); mend it, or save it as CSV again"
        ),
        'student,name\nlee,Lee\nkim,"Kim\nmax,Max\n': (
            ", line 3: this row can't be read (a quotation mark is not closed); mend it, or save it as CSV again"
        ),
        "student\nkim\nl\0ee\n": (
            ", line 3: a NUL character, so this is no plain text; save it as CSV with the encoding UTF-8"
        ),
        f"student\nkim\n{'x' * (LONGEST + 1)}\n": ", line 3: a cell holds 201 characters, at most 200 are possible",
        b"student\nkim\nlee\x81\n": ", line 3: a byte here is no cp1252 text; save it as CSV with the encoding UTF-8",
        b"\xff\xfes\0t\0\n\0\x00\xd8": ", line 2: a byte here is no utf-16-le text; save it as CSV with the encoding UTF-8",
        b"PK\x03\x04xl": (
            ": this is a spreadsheet or an archive, not CSV; save it as CSV with the encoding UTF-8"
        ),
        b"<!DOCTYPE html><p>Sign in": ": this is a web page, not CSV; download the file itself",
        b"\xff\xfe\0\0s\0\0\0": ": the text is UTF-32; save it as CSV with the encoding UTF-8",
    }.items(),
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_file_line_reason_and_way_out(content, line, refused):
    assert refused(content) == line


def test_a_file_that_is_none_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(100_000_000)
    for name, words in {
        "gone.csv": "there is no such file",
        ".": "it is a folder, not a file; name a CSV file",
        "pipe": "it is a named pipe, not a file; name a CSV file",
        "large.csv": "it is larger than 32 MB; name a CSV file",
    }.items():
        with pytest.raises(UsageError) as error:
            read_roster(tmp_path / name)
        assert str(error.value) == f"{tmp_path / name}: {words}"


def test_a_roster_behind_a_link_is_read(tmp_path):
    (tmp_path / "this-term.csv").write_text("student\nkim\n")
    (tmp_path / "roster.csv").symlink_to("this-term.csv")
    assert [listed.person.student for listed in read_roster(tmp_path / "roster.csv").people] == ["kim"]


def test_there_are_so_many_rows_and_no_more(refused, monkeypatch):
    monkeypatch.setattr(csv_rows, "MAX_ROWS", 2)
    assert refused("student\na\nb\nc\n") == ", line 4: there are more than 2 rows; give one class at a time"


@given(data=st.binary(max_size=300) | st.text("student,;\t\"'\n\r=email\0ü", max_size=120).map(str.encode))
def test_whatever_the_bytes_are_it_is_people_with_different_ids_or_one_line(data, tmp_path_factory):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(data)
    people, refusal = (), "one line"
    try:
        people = read_roster(file).people
    except UsageError as error:
        refusal = str(error)
    assert len(refusal.splitlines()) == 1
    assert bool(people) == (refusal == "one line")
    if people:
        ids = [listed.person.student for listed in people]
        assert all(ids)
        assert len(set(ids)) == len(ids)


def test_only_a_column_of_groups_names_several(tmp_path):
    cells = {"Group": ("Kim, Leo",), "Groups": ("Kim, Leo", "Kim", "Leo")}
    for title, groups in cells.items():
        (tmp_path / "roster.csv").write_text(f'student,{title}\na,"Kim, Leo"\nb,\n')
        one, other = read_roster(tmp_path / "roster.csv").people
        assert (one.groups, one.person.group, other.groups) == (groups, "Kim, Leo", ())
