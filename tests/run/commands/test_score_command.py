"""``grader score`` as an instructor types it: exit codes, what is printed, and nothing left behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import cli
from grader.course.course_toml import load_course
from grader.engine.folder import open_run
from grader.release.write_exercises import release_solutions
from grader.scores.atomic import UNFINISHED
from helpers.processes import command_line, descendants, is_alive, parent, wait_for
from helpers.repository import SOLUTIONS
from helpers.scored import Scored, score

from .conftest import EXERCISES, ROOT, environment

EXERCISE = "01_gates"
SOLUTION = (ROOT / "solutions" / f"{EXERCISE}.py").read_text(encoding="utf-8")
STUB = (ROOT / "exercises" / f"{EXERCISE}.py").read_text(encoding="utf-8")
Start = Callable[..., "subprocess.Popen[str]"]
FORMS = ("py", "ipynb")
MARK = "# a-mark-that-stands-in-no-other-file"


def make_class(folder: Path, **students: str) -> Path:
    """Write one folder per student."""
    for student, text in students.items():
        (folder / student).mkdir(parents=True)
        (folder / student / f"{EXERCISE}.py").write_text(text, encoding="utf-8")
    return folder


def forks(pid: int) -> list[int]:
    """List the processes that grade a submission now: what the host of a run has forked."""
    hosts = [each for each in descendants(pid) if "grader.engine.host" in command_line(each)]
    own = [each for each in hosts if parent(each) not in hosts]
    return [each for host in own for each in descendants(host) if is_alive(each)]


def holding(folder: Path, text: str) -> list[Path]:
    """List the files that hold a text."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and text.encode() in path.read_bytes()
    ]


@pytest.fixture(scope="session")
def first_students(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Grade the solutions and the stubs, as scripts and as notebooks, in one run: TensorFlow starts once for all."""
    folder = tmp_path_factory.mktemp("first-students")
    made = folder / "made"
    release_solutions(load_course(SOLUTIONS), made)
    for form in FORMS:
        for student, source in ((f"solutions-{form}", made), (f"stubs-{form}", ROOT / "exercises")):
            (folder / "class" / student).mkdir(parents=True)
            for exercise in EXERCISES:
                name = f"{exercise}.{form}"
                (folder / "class" / student / name).write_bytes((source / name).read_bytes())
    return score(folder / "class", folder / "out")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("who", "outcome"), [("solutions", "passed"), ("stubs", "todo")])
def test_the_solutions_get_full_marks_and_the_stubs_nothing(
    who: str, outcome: str, form: str, first_students: Scored
) -> None:
    rows = [row for (_, student), row in first_students.rows.items() if student == f"{who}-{form}"]
    assert sorted(row["path"] for row in rows) == [f"{who}-{form}/{exercise}.{form}" for exercise in EXERCISES]
    for row in rows:
        assert row["flags"] == [], row["exercise"]
        for check in row["checks"]:
            reached = check["suggested_points"] if check["outcome"] == "review" else check["points"]
            wanted = (outcome, check["max_points"] if outcome == "passed" else 0)
            told = (outcome if check["outcome"] == "review" and outcome == "passed" else check["outcome"], reached)
            assert told == wanted, check["id"]
        assert row["points"] + row["pending_points"] == (row["max_points"] if outcome == "passed" else 0)
        assert row["max_points"] > 0


@pytest.mark.parametrize(("folder", "points"), [("solutions", 30 + 12), ("exercises", 0)])
def test_a_course_has_the_form_of_a_submission(folder: str, points: int, typed: Any, tmp_path: Path) -> None:
    """Both folders are a student of their name as they are committed; what needs Keras is left out, to save its start."""
    chosen = ("--exercise", "01_gates", "--exercise", "05_trace")
    run = typed("score", folder, "--out", tmp_path / "out", *chosen, "--json")
    assert run.returncode == 0, run.stderr
    rows = json.loads(run.stdout)["submissions"]
    assert [(row["student"], row["exercise"]) for row in rows] == [(folder, "01_gates"), (folder, "05_trace")]
    assert sum(row["points"] for row in rows) == points


def test_json_prints_the_results_and_nothing_else_and_fail_under_is_an_exit_code(typed: Any, tmp_path: Path) -> None:
    folder, out = make_class(tmp_path / "class", ada=SOLUTION, zack=STUB), tmp_path / "out"
    command = ("score", folder, "--out", out, "--exercise", EXERCISE)
    run = typed(*command, "--json", "--fail-under", 0)
    assert run.returncode == 0, run.stderr
    assert run.stdout == (out / "results.json").read_text(encoding="utf-8")
    assert run.stderr == ""
    run = typed(*command, "--fail-under", 12.5)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == "grader: 1 below 12.5 points: zack"
    assert "ada" in run.stdout
    assert "30/30" in run.stdout
    run = typed(*command, "--quiet")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_process_that_orders_a_run_imports_no_check_no_rubric_and_nothing_heavy(
    temporary: Path, tmp_path: Path
) -> None:
    """A course's code and the students' runs in processes of their own; TensorFlow is in none of a class without such work."""
    folder = make_class(tmp_path / "class", ada=SOLUTION)
    (folder / "ada" / "04_theory.py").write_text('ANSWERS = {"memory_gate": "the update gate"}\n', encoding="utf-8")
    program = (
        "import json, sys\n"
        "from grader.cli import main\n"
        "from grader.engine.local import Pool\n"
        "close, graded = Pool.close, []\n"
        "Pool.close = lambda pool: (graded.extend(sys.modules), close(pool))\n"
        "code = main(sys.argv[1:])\n"
        "print(json.dumps([code, graded, list(sys.modules)]))"
    )
    command = [sys.executable, "-c", program, "score", str(folder), "--out", str(tmp_path / "out"), "--quiet"]
    run = subprocess.run(command, cwd=ROOT, env=environment(temporary), capture_output=True, text=True, check=True)
    code, *held = json.loads(run.stdout)
    graded, heads = ({".".join(name.split(".")[:2]) for name in names} for names in held)

    assert code == 0, run.stderr
    assert {"grader.engine", "grader.reports"} <= heads
    assert not heads & {"grader.checks", "grader.rubrics", "grader.home"}
    assert not heads & {"pytest", "tensorflow", "keras", "matplotlib"}
    assert "grader.engine" in graded
    assert "pandas" not in graded, "tables are made when all is graded"


def test_nothing_of_a_submission_is_on_the_disk_afterwards(typed: Any, temporary: Path, tmp_path: Path) -> None:
    text = f"{MARK}\nopen('planted.txt', 'w').write('{MARK}')\n{SOLUTION}"
    run = typed("score", make_class(tmp_path / "class", ada=text), "--out", tmp_path / "out", "--quiet")
    assert run.returncode == 0, run.stderr
    assert list(temporary.iterdir()) == []
    assert os.listdir(tmp_path / "class" / "ada") == [f"{EXERCISE}.py"]
    assert holding(tmp_path / "out", MARK) == []


def test_a_platforms_zip_is_graded_as_it_comes_and_nothing_of_it_is_left(
    typed: Any, temporary: Path, tmp_path: Path
) -> None:
    file = tmp_path / "submissions.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"adalovelace_101_5501_{EXERCISE}.py", f"{MARK}\n{SOLUTION}")
        archive.writestr(f"bobb_LATE_102_5502_{EXERCISE}-1.py", STUB)
        archive.writestr("../../eve_103_5503_x.py", SOLUTION)
    run = typed("score", file, "--out", tmp_path / "out", "--exercise", EXERCISE)
    assert run.returncode == 0, run.stderr
    rows = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["submissions"]
    assert [(row["student"], row["path"], row["points"]) for row in rows] == [
        ("adalovelace_101", f"adalovelace_101_5501_{EXERCISE}.py", 30),
        ("bobb_102", f"bobb_LATE_102_5502_{EXERCISE}-1.py", 0),
    ]
    assert "eve_103_5503_x.py (its name leads out of the archive)" in run.stdout
    assert list(temporary.iterdir()) == []
    assert holding(tmp_path / "out", MARK) == []


def test_a_zip_without_work_is_one_line_that_names_it(typed: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("notes.txt", "x")
    run = typed("score", tmp_path / "empty.zip", "--out", tmp_path / "out")
    assert run.returncode == 2
    assert run.stderr.startswith(f"grader: {tmp_path / 'empty.zip'}: nothing to grade here")


@pytest.mark.parametrize(
    "arguments",
    [
        ("score",),
        ("score", "no/such/folder"),
        ("score", "."),
        ("score", "{class}", "--exercise", "02_swop"),
        ("score", "{class}", "--jobs", "0"),
        ("score", "{class}", "--seed", "-1"),
        ("score", "{class}", "--seed", "x"),
        ("score", "{class}", "--course", "{class}"),
        ("score", "{class}", "--no-such-option"),
        ("score", "{class}", "--isolation", "none"),
        ("score", "{class}", "--out", "{class}/ada"),
        ("no-such-command",),
        (),
        ("check", "no_such_file.py"),
        ("release", "--course", "{class}"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_and_exit_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, empty = make_class(tmp_path / "class", ada=SOLUTION), tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    course = (
        []
        if "--course" in arguments or not arguments or arguments[0] != "score"
        else ["--course", str(ROOT / "solutions")]
    )
    code = cli.main([*(each.replace("{class}", str(folder)) for each in arguments), *course])
    said = capsys.readouterr()
    assert code == 2, said.err
    assert said.out == ""
    assert len(said.err.splitlines()) == 1, said.err
    assert said.err.startswith("grader: ")
    assert list(empty.iterdir()) == []


def test_a_second_run_on_the_same_folder_is_one_line_and_exit_2(typed: Any, tmp_path: Path) -> None:
    folder = make_class(tmp_path / "class", ada=SOLUTION)
    with open_run(tmp_path / "out"):
        run = typed("score", folder, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert "nother run" in run.stderr


@pytest.fixture
def start(temporary: Path, tmp_path: Path) -> Iterator[Start]:
    """Start a run and go on while it runs."""
    made: list[subprocess.Popen[str]] = []

    def starting(folder: Path, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "grader", "score", str(folder), "--out", str(tmp_path / "out")]
        command += ["--exercise", EXERCISE, "--jobs", "2"]
        made.append(
            subprocess.Popen(
                [*command, *options],
                cwd=ROOT,
                env=environment(temporary),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return made[-1]

    yield starting
    for process in made:
        if process.poll() is None:
            process.kill()
        process.communicate()


SLEEPS = f"{MARK}\nimport time\nopen('planted.txt', 'w').write('{MARK}')\ntime.sleep(1000)\n"
THREADS = 40
SEEN_SLEEPING = f"""
import threading, time
for _ in range({THREADS}):
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
{SLEEPS}"""


def threads(pid: int) -> int:
    """Count a process's threads."""
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


def test_control_c_keeps_what_was_graded_and_leaves_nobody(start: Start, temporary: Path, tmp_path: Path) -> None:
    """In a terminal Ctrl-C reaches every process of the group at once."""
    folder, out = make_class(tmp_path / "class", ada=SOLUTION, bob=SOLUTION, zoe=SEEN_SLEEPING), tmp_path / "out"
    process = start(folder, "--seed", "4", "--jobs", "1")  # so that the others are done when the last has begun
    seen: set[int] = set()

    def zoe_sleeps() -> bool:
        seen.update(descendants(process.pid))
        return any(threads(pid) > THREADS for pid in seen)

    assert wait_for(zoe_sleeps)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130, said
    assert "grader: interrupted; what was graded is in the report, still to grade: 1." in said
    assert "Traceback" not in said
    rows = {row["student"]: row["status"] for row in json.loads((out / "results.json").read_text())["submissions"]}
    assert rows == {"ada": "graded", "bob": "graded", "zoe": "failed"}
    assert (out / "index.html").is_file()
    assert wait_for(lambda: not [pid for pid in seen if is_alive(pid)])
    assert list(temporary.iterdir()) == []


def test_control_c_while_the_run_starts_is_one_line_and_leaves_the_earlier_report(
    start: Start, temporary: Path, tmp_path: Path
) -> None:
    """The processes of a run that had not come to ignore Ctrl-C yet each printed a traceback."""
    folder, out = make_class(tmp_path / "class", ada=SOLUTION), tmp_path / "out"
    out.mkdir()
    (out / "results.json").write_text("{}")
    process = start(folder)
    assert wait_for(lambda: any("grader.engine.host" in command_line(pid) for pid in descendants(process.pid)))
    seen = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130, said
    assert said.splitlines()[-1:] == ["grader: interrupted"]
    assert "Traceback" not in said
    assert (out / "results.json").read_text() == "{}"
    assert wait_for(lambda: not [pid for pid in seen if is_alive(pid)])
    assert list(temporary.iterdir()) == []


def test_sigkill_leaves_no_process_and_no_half_written_file(start: Start, temporary: Path, tmp_path: Path) -> None:
    """The next run sees whole files: the results of the run before, or none, and goes on with the same seed."""
    folder, out = make_class(tmp_path / "class", ada=SOLUTION), tmp_path / "out"
    first = start(folder, "--quiet")
    assert (first.communicate(), first.returncode)[1] == 0
    before = (out / "results.json").read_bytes()
    make_class(folder, zoe=SLEEPS, yan=f"{SLEEPS}# another file\n")
    process = start(folder)
    assert wait_for(lambda: len(forks(process.pid)) == 2)
    # the host and the zygote, two forks and two workers at least; a plain user's workers have keepers as well
    assert wait_for(lambda: len([pid for pid in descendants(process.pid) if is_alive(pid)]) >= 6)
    seen = descendants(process.pid)
    process.kill()
    process.communicate()
    assert wait_for(lambda: not [pid for pid in seen if is_alive(pid)]), "somebody outlived the grader"
    assert (out / "results.json").read_bytes() == before
    assert not list(out.rglob(f"{UNFINISHED}*"))
    assert holding(temporary, MARK) == []
    assert holding(out, MARK) == []
    (folder / "zoe" / f"{EXERCISE}.py").write_text(SOLUTION)
    (folder / "yan" / f"{EXERCISE}.py").write_text(SOLUTION)
    last = start(folder, "--json")
    text, said = last.communicate()
    assert last.returncode == 0, said
    assert json.loads(text)["run"]["seed"] == json.loads(before)["run"]["seed"]


def test_a_fault_of_ours_is_named_and_is_exit_1(start: Start, tmp_path: Path) -> None:
    process = start(make_class(tmp_path / "class", zoe=SLEEPS))
    assert wait_for(lambda: forks(process.pid))
    os.kill(forks(process.pid)[0], signal.SIGKILL)
    said, told = process.communicate()
    assert process.returncode == 1, told
    assert "the grader itself failed" in told
    assert "zoe" in told
    assert "grader failed" in said


def test_the_report_is_found_where_nobody_looks_at_the_end_of_the_pipe(temporary: Path, tmp_path: Path) -> None:
    """`grader score ... | head -1` ends without a complaint."""
    folder = make_class(tmp_path / "class", zack=STUB)
    command = f"{sys.executable} -m grader score {folder} --out {tmp_path / 'out'} | true; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment(temporary), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in run.stderr
    assert (tmp_path / "out" / "index.html").is_file()


def test_a_platforms_zip_is_read_and_the_run_says_that_nobody_was_lost(typed: Any, tmp_path: Path) -> None:
    """Thirty students in Moodle's folders, two of whom handed in a file; what fits nobody is the last thing said."""
    moodle = "Student {0}_{1}_assignsubmission_{2}_/{3}"
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as file:
        for n in range(30):
            file.writestr(moodle.format(n, 2000 + n, "onlinetext", "onlinetext.html"), "<p>see my file</p>")
        for n in (3, 4):
            file.writestr(moodle.format(n, 2000 + n, "file", f"{EXERCISE}.py"), SOLUTION)
        file.writestr("roster.csv", "x")
    run = typed("score", tmp_path / "class.zip", "--out", tmp_path / "out", "--exercise", EXERCISE)

    assert run.returncode == 0, run.stderr
    assert "Read as: what Moodle gives." in run.stdout
    assert "30 students, 30 with a row; 2 handed in;" in run.stdout
    assert run.stdout.rstrip().splitlines()[-2:] == ["1 entry fits no student and was not graded:", "  roster.csv"]
    rows = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["submissions"]
    graded = {row["student"]: row["points"] for row in rows if row["status"] == "graded"}
    assert graded == {"Student 3_2003": 30, "Student 4_2004": 30}
    missing = [row for row in rows if row["status"] == "missing"]
    assert all("a text typed into Moodle" in row["flags"][0]["message"] for row in missing)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.index("roster.csv") < page.index("Needs a person</h2>")


def test_students_of_an_earlier_run_alone_are_counted_and_named_apart(typed: Any, tmp_path: Path) -> None:
    """It said "1 student, 1 with a row; 2 handed in", below a table of two."""
    first = make_class(tmp_path / "first", ada=SOLUTION, bob=SOLUTION)
    second = make_class(tmp_path / "second", ada=SOLUTION)
    assert typed("score", first, "--out", tmp_path / "out", "--exercise", EXERCISE, "--quiet").returncode == 0

    run = typed("score", second, "--out", tmp_path / "out", "--exercise", "04_theory")

    assert run.returncode == 0, run.stderr
    assert "1 student, 1 with a row, and 1 more of an earlier run; 2 handed in;" in run.stdout
    assert "  of an earlier run, and not among these submissions: bob\n" in run.stdout


def test_who_handed_in_is_dated_where_the_platform_says_when(typed: Any, tmp_path: Path) -> None:
    """Both members of a group have a row with the group's file and time."""
    folder = tmp_path / "assignment_1_export"
    make_class(folder, submission_1=SOLUTION)
    people = "".join(f"  - :name: {name}\n    :sid: ''\n    :email: {name}@x.edu\n" for name in ("Ana", "Bo"))
    text = f"---\nsubmission_1:\n  :submitters:\n{people}  :created_at: 2026-10-03 11:23:45.5 Z\n"
    (folder / "submission_metadata.yml").write_text(text, encoding="utf-8")
    run = typed("score", folder, "--out", tmp_path / "out", "--exercise", EXERCISE, "--json")

    assert run.returncode == 0, run.stderr
    told = [
        (row["student"], row["path"], row["points"], row["submitted_at"])
        for row in json.loads(run.stdout)["submissions"]
    ]
    path = f"submission_1/{EXERCISE}.py"
    assert told == [("Ana", path, 30, "2026-10-03T11:23:45+00:00"), ("Bo", path, 30, "2026-10-03T11:23:45+00:00")]


def test_a_folder_that_cannot_be_told_stops_with_the_option_that_settles_it(typed: Any, tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    for name in ("ada", "bob"):
        (folder / f"{name} {EXERCISE}.py").write_text(SOLUTION, encoding="utf-8")
    command = ("score", folder, "--out", tmp_path / "out", "--exercise", EXERCISE)
    run = typed(*command)

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "--layout flat" in run.stderr
    assert typed(*command, "--layout", "flats").returncode == 2
    run = typed(*command, "--layout", "flat")
    assert run.returncode == 0, run.stderr
    assert "2 students, 2 with a row; 2 handed in; mean 30.0" in run.stdout
