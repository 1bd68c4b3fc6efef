"""Hands a class of attacks in, grades it in one mode, and says of each what it got."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attacks.attack import BREACH, EXERCISE, ROOT, TRIED, WORKS, Attack
from attacks.families import ATTACKS
from attacks.targets import Targets, open_targets

ENTER = Path(__file__).with_name("enter.py")
UNLOCKED = Path(__file__).with_name("unlocked.py")
# What a mode is, and whether all families are tried in it, or those against the operating system.
MODES: dict[str, tuple[str, bool]] = {
    "root": ("same", True),
    "root, namespaces refused": ("no-namespaces", False),
    "root, no Landlock": ("no-landlock", False),
    "root of a user namespace": ("alone", False),
    "plain user": ("plain", False),
    "plain user, namespaces refused": ("plain,no-namespaces", False),
    "plain user, no Landlock": ("plain,no-landlock", False),
}
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
    if not mode.startswith("root") and os.geteuid() != 0:
        return ATTACKS
    return ATTACKS if MODES[mode][1] else tuple(each for each in ATTACKS if each.bare)


def handed_in_by(attack: Attack) -> str:
    """Who hands an attack in: those on the operating system share one student for each family, as they cost nothing."""
    return f"{attack.family} - all" if attack.bare else attack.student


def hand_in(attacks: tuple[Attack, ...], targets: Targets, *, apart: bool) -> Path:
    """Write the class: the attacks, each ``apart`` or not, and honest students before, between and behind them."""
    folder = targets.folder / "class"
    honest = {f"{place} {work}": text for place in ("a", "control", "z") for work, text in WORKS.items() if text}
    for student, text in honest.items():
        (folder / student).mkdir()
        (folder / student / f"{EXERCISE}.py").write_text(text, encoding="utf-8")
    for attack in attacks:
        file = folder / (attack.student if apart else handed_in_by(attack)) / attack.file
        if file.exists():
            with file.open("a", encoding="utf-8") as more:
                more.write(attack.code(targets.places))
            continue
        file.parent.mkdir()
        file.write_bytes(attack.submission(targets.places))
    for each in folder.iterdir():
        each.chmod(0o777)
    return folder


def grade(mode: str, chosen: tuple[Attack, ...] = ()) -> Graded:
    """Grade the attacks of a mode (or those chosen) by the command that an instructor types."""
    attacks = chosen or attacks_in(mode)
    if mode.startswith("root") and os.geteuid() != 0:
        return Graded(mode, cannot="the tests are not run by root")
    with open_targets() as targets:
        folder, out = hand_in(attacks, targets, apart=False), targets.folder / "out"
        command = [sys.executable, "-B", "-m", "grader", "score", str(folder), "--out", str(out), "--seed", "7"]
        command += ["--course", targets.places["COURSE"], "--exercise", EXERCISE, "--jobs", "2"]
        run = subprocess.run(
            [sys.executable, str(ENTER), MODES[mode][0], *command],
            cwd=ROOT, capture_output=True, check=False, env={**os.environ, "HOME": "/", "COLUMNS": "200"},
        )  # fmt: skip
        said = (run.stdout + run.stderr).decode(errors="replace")
        if run.returncode == CANNOT:
            return Graded(mode, cannot=said.partition("cannot: ")[2].partition("\n")[0])
        assert run.returncode == 0, f"{mode}: grader score ended with {run.returncode}:\n{said[-3000:]}"
        results = json.loads((out / "results.json").read_text(encoding="utf-8"))
        rows = {row["student"]: row for row in results["submissions"]}
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
    alone = rows[f"control {attack.work}"]["points"] if attack.work in ("right", "zeros") else 0
    bound = f"at most {max(alone, rows['control zeros']['points'])}" if attack.costly else str(alone)
    wanted = f"{'/'.join(attack.statuses)}, {bound}, refused"
    breach = next((line for line in row["output"].splitlines() if line.startswith(f"{BREACH} {attack.name}:")), "")
    if attack.trace in changed:
        breach = f"{BREACH} changed a file outside"
    ran = not attack.bare or f"{TRIED} {attack.name}" in row["output"] or bool(breach)
    excused = bool(attack.needs) and not held & set(attack.needs)
    most = max(alone, rows["control zeros"]["points"])
    points = row["points"] <= most if attack.costly else row["points"] == alone
    open_points = row["pending_points"] == 0
    spoken = attack.says in json.dumps([row["flags"], row["cells"], row["checks"]], ensure_ascii=False)
    got = f"{row['status']}, {row['points']}, {breach or 'refused'}"
    if breach and excused:
        got = f"{row['status']}, {row['points']}, not held by any layer here"
    holds = (
        row["status"] in attack.statuses and points and open_points and spoken and (not breach or excused)
    )  # fmt: skip
    silent = "" if ran else " (it did not run)" if attack.bare else ""
    got += silent + ("" if spoken else " (the row does not say why)")
    return Verdict(attack, wanted, got, holds and ran)


def controls() -> dict[str, bool]:
    """Of each attack on the operating system, whether it works where nothing is locked."""
    attacks = tuple(each for each in ATTACKS if each.bare and not each.reason)
    with open_targets() as targets:
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
