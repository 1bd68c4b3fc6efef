"""`make attack`: tries every attack in every mode and prints what each must get and got.

``--told FOLDER`` prints what the tests saw instead, as they left it there (ATTACKS_TOLD=FOLDER make test).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from attacks import browser, grading  # noqa: E402
from attacks.told import told  # noqa: E402


def main(argv: list[str]) -> int:
    """Prints the tables; 1 where an attack got more than it must, or where the tests tried none."""
    parser = argparse.ArgumentParser(prog="make attack", description="Try every attack in every mode of this machine.")
    parser.add_argument("--told", type=Path, metavar="FOLDER", help="print what the tests left here, and try nothing")
    folder = parser.parse_args(argv).told
    try:
        runs = [told(folder, "graded", mode) if folder else grading.grade(mode) for mode in grading.MODES]
    except FileNotFoundError as error:
        print(f"the tests did not try every mode: {error.filename} is missing")
        return 1
    shown_in = {each.attack: run for run in reversed(runs) for each in run.verdicts}
    works = {
        name: held
        for mode in (grading.ALL_FAMILIES, grading.WITH_KERAS)
        for name, held in unlocked(mode, folder).items()
    }
    print(f"{'family':20} {'attack':46} {'must get':36} {'got':28} without a lock")
    for run in runs:
        for each in run.verdicts:
            shown = "works" if works.get(each.attack.student) else each.attack.reason or "is no matter of locks"
            if works.get(each.attack.student) is False:
                shown = "FAILS, so it shows nothing"
            if run is shown_in[each.attack] or not each.holds:
                mark = "" if each.holds else f"   BROKEN in {run.mode}"
                print(
                    f"{each.attack.family:20} {each.attack.name:46} {each.wanted:36} {each.got[:60]:28} {shown}{mark}"
                )
    print(f"\n{'mode':34} {'attacks':>8} {'held':>6}  left on disk, changed, alive")
    broken = 0
    for run in runs:
        if run.cannot:
            print(f"{run.mode:34} could not run: {run.cannot}")
            continue
        held = sum(each.holds for each in run.verdicts)
        broken += len(run.verdicts) - held + bool(run.left or run.changed or run.alive != "0")
        left = ", ".join((*run.left, *run.changed)) or "nothing"
        print(f"{run.mode:34} {len(run.verdicts):8} {held:6}  {left}, {run.alive} alive")
    reason = browser.missing()
    print(
        f"{'pages in a real browser':34} "
        + (f"could not run: {reason}" if reason else "run by the tests (tests/attacks/test_browser.py)")
    )
    return 1 if broken else 0


def unlocked(mode: str, folder: Path | None) -> dict[str, bool]:
    """Which attacks work where nothing is locked; none where the tests skipped that, as they do without TensorFlow."""
    if folder is None:
        return grading.controls(mode)
    try:
        works: dict[str, bool] = told(folder, "controls", mode)
    except FileNotFoundError:
        return {}
    return works


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
