"""Hands a class of attacks in, grades it in one mode, and says of each what it got."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from attacks.attack import BREACH, EXERCISE, KERAS, ROOT, TRIED, WORKS, Attack
from attacks.families import ATTACKS
from attacks.targets import KERAS_LIMITS, LIMITS, Targets, open_targets

ENTER = Path(__file__).with_name("enter.py")
PLACES = ("a", "control", "z")
UNLOCKED = Path(__file__).with_name("unlocked.py")


@dataclass(frozen=True, slots=True)
class Mode:
    """What a run becomes (``words`` for `enter`), and which attacks are tried in it: all, or those against the system.

    A run with Keras has the exercises that are about it, and no others.
    """

    words: str
    whole: bool = False
    keras: bool = False

    @property
    def exercises(self) -> tuple[str, ...]:
        """The exercises in which its attacks are handed in."""
        return KERAS if self.keras else (EXERCISE,)

    @property
    def limits(self) -> str:
        """The limits of its course."""
        return KERAS_LIMITS if self.keras else LIMITS


WITH_KERAS = "any user, with Keras"
MODES = {
    "root": Mode("same", whole=True),
    "root, namespaces refused": Mode("no-namespaces"),
    "root, no Landlock": Mode("no-landlock"),
    "root of a user namespace": Mode("alone"),
    "plain user": Mode("plain"),
    "plain user, namespaces refused": Mode("plain,no-namespaces"),
    "plain user, no Landlock": Mode("plain,no-landlock"),
    WITH_KERAS: Mode("same", whole=True, keras=True),  # TensorFlow takes its time, so one mode must do
}
SYSTEMS = [mode for mode in MODES if not MODES[mode].keras]
# The mode in which all families are tried but those with Keras.
ALL_FAMILIES = next(mode for mode in SYSTEMS if os.geteuid() == 0 or not mode.startswith("root"))
NO_KERAS = "TensorFlow is not installed"
CANNOT = 77


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one attack must get, what it got, and whether that holds."""

    attack: Attack
    wanted: str
    got: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """One run over a class of attacks with honest work among them; ``cannot`` is the reason if there was none."""

    mode: str
    cannot: str = ""
    verdicts: tuple[Verdict, ...] = ()
    rows: dict[str, dict[str, Any]] | None = None
    results: dict[str, Any] | None = None
    pages: dict[str, str] | None = None
    said: str = ""
    changed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    alive: str = ""


def attacks_in(mode: str) -> tuple[Attack, ...]:
    """The attacks that are tried in a mode."""
    whole = MODES[mode].whole or (not mode.startswith("root") and os.geteuid() != 0)
    return tuple(each for each in ATTACKS if each.exercise in MODES[mode].exercises and (whole or each.bare))


def handed_in_by(attack: Attack) -> str:
    """Who hands an attack in: those on the operating system share one student for each family, as they cost nothing."""
    return f"{attack.family} - all" if attack.bare else attack.student


def honest(place: str, work: str, exercise: str = EXERCISE) -> str:
    """The honest student in a place of the class who hands in some work."""
    return f"{place} {work}" + (f" {exercise}" if exercise != EXERCISE else "")


def hand_in(attacks: tuple[Attack, ...], targets: Targets, *, apart: bool) -> Path:
    """Write the class: the attacks, each ``apart`` or not, and honest students before, between and behind them.

    Those apart come without their work, as it is not looked at.
    """
    folder = targets.folder / "class"
    for exercise, work, place in product({each.exercise for each in attacks}, ("right", "zeros"), PLACES):
        student = folder / honest(place, work, exercise)
        student.mkdir()
        (student / f"{exercise}.py").write_text(WORKS[exercise][work], encoding="utf-8")
    for attack in attacks:
        file = folder / (attack.student if apart else handed_in_by(attack)) / attack.file_name
        if file.exists():
            with file.open("a", encoding="utf-8") as more:
                more.write(attack.code(targets.places))
            continue
        file.parent.mkdir()
        file.write_bytes(attack.code(targets.places).encode() if apart else attack.submission(targets.places))
    for each in folder.iterdir():
        each.chmod(0o777)
    return folder


def grade(mode: str) -> Graded:
    """Grade the attacks of a mode by the command that an instructor types."""
    attacks = attacks_in(mode)
    if mode.startswith("root") and os.geteuid() != 0:
        return Graded(mode, cannot="the tests are not run by root")
    if MODES[mode].keras and importlib.util.find_spec("tensorflow") is None:
        return Graded(mode, cannot=NO_KERAS)
    with open_targets(MODES[mode].limits) as targets:
        folder, out = hand_in(attacks, targets, apart=False), targets.folder / "out"
        command = [sys.executable, "-B", "-m", "grader", "score", str(folder), "--out", str(out), "--seed", "7"]
        command += ["--course", targets.places["COURSE"], "--jobs", "2"]
        command += [word for exercise in MODES[mode].exercises for word in ("--exercise", exercise)]
        run = subprocess.run(
            [sys.executable, str(ENTER), MODES[mode].words, *command],
            cwd=ROOT, capture_output=True, check=False, env={**os.environ, "HOME": "/", "COLUMNS": "200"},
        )  # fmt: skip
        said = (run.stdout + run.stderr).decode(errors="replace")
        if run.returncode == CANNOT:
            return Graded(mode, cannot=said.partition("cannot: ")[2].partition("\n")[0])
        assert run.returncode == 0, f"{mode}: grader score ended with {run.returncode}:\n{said[-3000:]}"
        results = json.loads((out / "results.json").read_text(encoding="utf-8"))
        one = len(MODES[mode].exercises) == 1  # where there are two, each student hands in one of them
        rows = {row["student"]: row for row in results["submissions"] if one or row["status"] != "missing"}
        pages = {str(page.relative_to(out)): page.read_text(encoding="utf-8") for page in out.rglob("*.html")}
        pages["gradebook.csv"] = (out / "gradebook.csv").read_text(encoding="utf-8-sig")
        changed = tuple(targets.changed())
        held = {*results["run"]["isolation"]["protections"], results["run"]["isolation"]["backend"]}
        verdicts = tuple(judge(each, rows[handed_in_by(each)], rows, held, changed) for each in attacks)
        alive = said.rpartition("left alive: ")[2].strip()
        return Graded(mode, "", verdicts, rows, results, pages, said, changed, tuple(targets.left()), alive)


def judge(
    attack: Attack,
    row: dict[str, Any],
    rows: dict[str, dict[str, Any]],
    held: set[str],
    changed: tuple[str, ...],
) -> Verdict:
    """Compare what an attack got with what its work gets alone."""
    zeros = rows[honest("control", "zeros", attack.exercise)]["points"]
    alone = rows[honest("control", attack.work, attack.exercise)]["points"] if attack.work != "none" else 0
    alone += attack.gains
    most = max(alone, zeros)
    bound = f"at most {most}" if attack.costly else str(alone)
    wanted = f"{'/'.join(attack.statuses)}, {bound}, {'not ' if attack.gains else ''}refused"
    told = [*row["output"].splitlines(), *(check["message"] for check in row["checks"])]
    breach = next((line for line in told if f"{BREACH} {attack.name}:" in line), "")
    if attack.trace in changed:
        breach = f"{BREACH} changed a file outside"
    ran = not attack.bare or f"{TRIED} {attack.name}" in row["output"] or bool(breach)
    excused = bool(attack.needs) and not held & set(attack.needs)
    points = row["points"] <= most if attack.costly else row["points"] == alone
    open_points = row["pending_points"] == 0
    spoken = attack.says in json.dumps([row["flags"], row["cells"], row["checks"]], ensure_ascii=False)
    got = f"{row['status']}, {row['points']}, {breach or wanted.rpartition(', ')[2]}"
    if breach and excused:
        got = f"{row['status']}, {row['points']}, not held by any layer here"
    holds = (
        row["status"] in attack.statuses and points and open_points and spoken and (not breach or excused)
    )  # fmt: skip
    silent = "" if ran else " (it did not run)" if attack.bare else ""
    got += silent + ("" if spoken else " (the row does not say why)")
    return Verdict(attack, wanted, got, holds and ran)


def controls(mode: str) -> dict[str, bool]:
    """Of each attack on the operating system that is tried in a mode, whether it works where nothing is locked."""
    attacks = tuple(each for each in attacks_in(mode) if each.bare and not each.reason)
    if MODES[mode].keras and importlib.util.find_spec("tensorflow") is None:
        return {}
    with open_targets(MODES[mode].limits) as targets:
        folder = hand_in(attacks, targets, apart=True)
        command = [sys.executable, "-B", str(UNLOCKED), targets.places["COURSE"], str(folder)]
        run = subprocess.run(
            [sys.executable, str(ENTER), "same", *command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr[-3000:]
        printed = json.loads(run.stdout.strip().splitlines()[-1])
        changed = targets.changed()
    return {
        each.student: BREACH in printed[each.student] or each.trace in changed for each in attacks
    }  # fmt: skip
