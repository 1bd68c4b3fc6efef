"""`make bench`: what isolation costs, and how the grader compares with one pytest for each submission, all in one run.

Every figure is for the same made class, one job at a time. "floor" runs the same collected items in one warm process with a fork
for each submission and no isolation at all: the submission lives in the fork that checks it, as in the graders that trust it.
"fresh" starts `python -m pytest` for each submission. The fixed start of the warm ones is printed apart.
"""

from __future__ import annotations

import argparse
import ast
import os
import resource
import subprocess
import sys
import tempfile
import time
import types
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests"))

from grader.checks.compare.answers import copied  # noqa: E402
from grader.checks.run.bench import CheckBench, with_checks  # noqa: E402
from grader.course.course_toml import load_course  # noqa: E402
from grader.engine.local import Pool  # noqa: E402
from grader.sandbox import lockdown  # noqa: E402
from grader.sandbox.inside.calls import changed  # noqa: E402
from grader.sandbox.outside import packages  # noqa: E402
from grader.sandbox.outside.conversation import AnswerPart, NoAnswer  # noqa: E402
from grader.sandbox.outside.replies import Reply, Returned  # noqa: E402
from grader.sandbox.outside.stops import StopKind, Stopped, Thrown  # noqa: E402
from grader.source.read_source import read_source  # noqa: E402
from helpers.made_work import work_of  # noqa: E402
from tools.bench.made_class import write_class  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COURSE = load_course(ROOT / "solutions")
(EXERCISE,) = (exercise for exercise in COURSE.exercises if exercise.id == "01_gates")
SEED = 7
FRESH_FILES = 8  # of the class; each takes most of a second


def main() -> None:
    """Runs the benchmark and prints it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run, in turn")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        files = write_class(Path(name))
        plan = lockdown.survey(packages.interpreter_paths())
        pss: list[float] = []
        figures: dict[str, list[tuple[float, float, float]]] = {"isolated": [], "without lock": [], "floor": []}
        for _ in range(rounds):
            figures["isolated"].append(through_pool(files, plan, pss))
            figures["without lock"].append(through_pool(files, plan.without(*plan.layers), []))
            figures["floor"].append(floor(files))
        fresh = fresh_pytest(files[:: len(files) // FRESH_FILES])
        memory = peak_memory(files, plan)
    report(figures, fresh, memory, plan)


def through_pool(files: Sequence[Path], plan: lockdown.Plan, pss: list[float]) -> tuple[float, float, float]:
    """Start in seconds, then wall and CPU seconds for each submission, as `grader score --jobs 1` grades."""
    began = time.perf_counter()
    works = [work_of(file, EXERCISE.id, file.parent.name) for file in files]
    with Pool(COURSE, [EXERCISE], SEED, plan) as pool:
        coming = pool.grade(works)
        start = time.perf_counter() - began
        cpu, began = _tree_cpu(), time.perf_counter()
        for _, result in coming:
            assert result.checks, "every file of the made class is graded"
        wall, used = time.perf_counter() - began, _tree_cpu() - cpu
    return start, wall / len(files), used / len(files)


def floor(files: Sequence[Path]) -> tuple[float, float, float]:
    """The same for the floor."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _floor_process(files, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        figures = [float(word) for word in said.read().split()]
    os.waitpid(pid, 0)
    assert len(figures) == 3, "the floor's process ended early"
    return figures[0], figures[1], figures[2]


def _floor_process(files: Sequence[Path], writing: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what submissions print
    warnings.simplefilter("ignore")
    began = time.perf_counter()

    def use(bench: CheckBench) -> None:
        start = time.perf_counter() - began
        cpu, wall = _children_cpu(), time.perf_counter()
        for file in files:
            pid = os.fork()
            if pid == 0:
                bench.check(Trusted(file))  # type: ignore[arg-type]
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0, file
        each = len(files)
        os.write(writing, f"{start} {(time.perf_counter() - wall) / each} {(_children_cpu() - cpu) / each}".encode())

    with_checks(EXERCISE, SEED, use)
    os._exit(0)


class Trusted:
    """A submission that runs in the process that checks it: what the floor measures, and what no grader should do."""

    def __init__(self, file: Path) -> None:
        kind = "notebook" if file.suffix == ".ipynb" else "script"
        self._module = types.ModuleType("submission")
        for statement in read_source(file.read_bytes(), kind, file.name).statements:  # type: ignore[arg-type]
            try:
                code = compile(ast.Module([statement.node], []), file.name, "exec", dont_inherit=True)
                exec(code, self._module.__dict__)
            except Exception:
                continue

    def call_each(self, calls: Sequence[tuple[str, Sequence[Any], Mapping[str, Any]]]) -> list[Reply]:
        """Calls several functions one after the other."""
        return [self.call(*call) for call in calls]

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: AnswerPart | None = None,
        otherwise: str | None = None,
    ) -> Reply:
        """Calls a function of the submission, here and now."""
        pristine, space = copied(list(args)), self._module.__dict__
        before = {part: space.get(part) for part in parts or ()}
        for part in parts or ():
            space[part] = _stand_in(part, answer_part)
        try:
            value = space[name](*args, **(kwargs or {}))
        except NotImplementedError:
            return Stopped(name, StopKind.TODO)
        except Exception as error:
            return Stopped(name, StopKind.RAISED, thrown=Thrown(type(error).__name__, str(error)))
        finally:
            space.update(before)
        plain = value if isinstance(value, np.ndarray | np.generic | float) else None
        return Returned(plain, tuple(changed(list(args), pristine)), frozenset())


def _stand_in(part: str, answer: AnswerPart | None) -> Callable[..., Any]:
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        assert answer is not None
        try:
            return answer(part, [*args, *kwargs.values()])
        except NoAnswer as none:
            raise TypeError(str(none)) from None

    return stand_in


def fresh_pytest(files: Sequence[Path]) -> tuple[float, float]:
    """Wall and CPU seconds of one `python -m pytest` for each submission, with as many items."""
    wall, cpu = time.perf_counter(), _children_cpu()
    checks = [str(path) for path in (*EXERCISE.checks, *EXERCISE.hidden)]
    options = "-q -p tools.bench.plain -p no:cacheprovider --import-mode=importlib -o python_files=*.py -o python_functions=check_*"
    command = [sys.executable, "-m", "pytest", *options.split(), "-c", os.devnull, "--rootdir", str(ROOT), *checks]
    for file in files:
        environment = os.environ | {
            "SUBMISSION": str(file),
            "PYTHONPATH": str(ROOT / "tests"),
            "OPENBLAS_NUM_THREADS": "1",
        }
        subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - wall) / len(files), (_children_cpu() - cpu) / len(files)


def peak_memory(files: Sequence[Path], plan: lockdown.Plan) -> float:
    """The most that the grader's own processes held at once with two jobs, in MB: PSS summed, workers left out."""
    peak = 0.0
    works = [work_of(file, EXERCISE.id, file.parent.name) for file in files]
    with Pool(COURSE, [EXERCISE], SEED, plan, 2) as pool:
        for number, _ in enumerate(pool.grade(works)):
            if number % 10 == 5:
                peak = max(peak, sum(_pss(pid) for pid in _tree(os.getpid())))
    return peak


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _tree(root: int) -> list[int]:
    """A process and all that descend from it now."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return found


def _tree_cpu() -> float:
    """CPU seconds of this process and of all that descend from it, ended ones included as far as they were waited for."""
    total = 0.0
    for pid in _tree(os.getpid()):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(
    figures: Mapping[str, Sequence[tuple[float, float, float]]],
    fresh: tuple[float, float],
    memory: float,
    plan: lockdown.Plan,
) -> None:
    """Prints the medians and their ratios."""
    middle = {name: [float(np.median(column)) for column in zip(*rows, strict=True)] for name, rows in figures.items()}
    print(f"isolation: {plan.backend}; layers: {', '.join(plan.layers)}")
    print(
        f"{'':14}{'start':>9}{'wall':>11}{'CPU':>11}   for each submission, medians of {len(figures['floor'])} rounds"
    )
    for name, (start, wall, cpu) in middle.items():
        print(f"{name:14}{start:7.2f} s{1000 * wall:8.1f} ms{1000 * cpu:8.1f} ms")
    print(f"{'fresh pytest':14}{'':9}{1000 * fresh[0]:8.1f} ms{1000 * fresh[1]:8.1f} ms")
    isolated, base = middle["isolated"], middle["floor"]
    print(
        f"\nwall: {isolated[1] / base[1]:.2f} x the floor; goal: 2 x the floor + 25 ms = {2000 * base[1] + 25:.1f} ms"
    )
    print(f"CPU:  {isolated[2] / base[2]:.2f} x the floor; goal: 2 x the floor + 25 ms = {2000 * base[2] + 25:.1f} ms")
    print(
        f"fresh pytest / isolated: {fresh[0] / isolated[1]:.1f} x in wall, {fresh[1] / isolated[2]:.1f} x in CPU; goal: 10"
    )
    print(f"the locks alone: {1000 * (isolated[1] - middle['without lock'][1]):.1f} ms of wall a submission; goal: 15")
    print(f"memory of the grader's processes with 2 jobs, PSS summed: {memory:.0f} MB; goal: 400")


if __name__ == "__main__":
    main()
