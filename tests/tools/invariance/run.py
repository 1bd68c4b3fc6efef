"""`make invariance`: a longer run than the suite's, over all exercises; 1 if a mark moved.

Each batch is a class with a seed of its own for the checks, so that the same originals are graded under several seeds too.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools.invariance.draw import CHANGES, NOT_YET, Drawn, draw
from tools.invariance.grade import Move, Verdict, graded, moved, original_name, smallest
from tools.invariance.work import KERAS, originals

BATCH = 500
KERAS_SHARE = 25  # of so many changes one is made to work with Keras, which takes as much longer to grade


def main() -> int:
    """Draws, grades and prints the table."""
    parser = argparse.ArgumentParser(prog="make invariance", description="Harmless changes that may move no mark.")
    parser.add_argument("--count", type=int, default=2000, help="how many students are drawn (2000)")
    parser.add_argument(
        "--seed", type=int, default=None, help="what they are drawn with; else a new one, which is told"
    )
    parser.add_argument("--exercise", action="append", choices=list(CHANGES), help="only this one; may be repeated")
    parser.add_argument("--all", action="store_true", help="draw also what is known to move marks")
    parser.add_argument(
        "--keep", type=Path, help="write the files of those whose mark moved, and their originals, here"
    )
    asked = parser.parse_args()
    exercises = tuple(asked.exercise or CHANGES)
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    without = () if asked.all else tuple(NOT_YET)
    print(f"{asked.count} students, drawn with seed {seed}")

    drawn = drawn_students(exercises, asked.count, seed, without)
    found: list[tuple[Move, int]] = []
    marks: dict[str, list[tuple[int, Verdict]]] = {}
    began = time.monotonic()
    for start in range(0, len(drawn), BATCH):
        batch, checks_seed = drawn[start : start + BATCH], seed + start
        verdicts = graded(batch, checks_seed)
        found += [(move, checks_seed) for move in moved(batch, verdicts)]
        for name in {original_name(each.original) for each in batch}:
            marks.setdefault(name, []).append((checks_seed, verdicts[name]))
        print(f"{start + len(batch)} graded in {time.monotonic() - began:.0f} s, {len(found)} moved", flush=True)

    print()
    table(drawn, [move for move, _ in found])
    unsteady = [name for name, several in marks.items() if any(told != several[0][1] for _, told in several)]
    several = sum(len(each) > 1 for each in marks.values())
    print(
        f"\n{several} originals graded under several seeds, {len(unsteady)} with other marks: {', '.join(unsteady) or 'none'}"
    )
    for checks_seed in sorted({each for _, each in found}):
        for move in smallest([move for move, own in found if own == checks_seed], checks_seed):
            print(f"\n(checks drawn with seed {checks_seed})\n{move}")
            if asked.keep:
                keep(move.drawn, asked.keep)
    return 1 if found or unsteady else 0


def drawn_students(exercises: tuple[str, ...], count: int, seed: int, without: tuple[str, ...]) -> list[Drawn]:
    """The students of a run; those whose work needs Keras are few."""
    quick = tuple(each for each in exercises if each not in KERAS)
    slow = tuple(each for each in exercises if each in KERAS)
    shares = ((quick, count), (slow, max(count // KERAS_SHARE, 1) if quick else count))
    return [each for chosen, share in shares if chosen for each in draw(originals(chosen), share, seed, without)]


def table(drawn: list[Drawn], found: list[Move]) -> None:
    """Print how often each change was made, and how often a mark moved where it was."""
    made = Counter(name for each in drawn for name in {step.change for step in each.steps})
    moving = Counter(name for move in found for name in {step.change for step in move.drawn.steps})
    print(f"{'change':24} graded  moved")
    for name in sorted(made):
        print(f"{name:24} {made[name]:6} {moving[name]:6}")
    print(f"{'all students':24} {len(drawn):6} {len(found):6}")


def keep(student: Drawn, folder: Path) -> None:
    """Write a student's files and those of the original."""
    for name, work in ((student.name, student.work()), (f"{student.name}-original", student.original)):
        for path, data in work.files().items():
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
