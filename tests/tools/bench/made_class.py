"""Files to be measured: of each kind, as many as are asked for, no two alike; and classes of 01_gates of any size."""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from course.otherwise.files import faulty
from grader.checks.mistakes.declare import defining_part
from grader.course.course_toml import load_course
from grader.course.master import read_master, solution_text
from tools.invariance import draw
from tools.invariance.edits import body_of, code_of
from tools.invariance.work import Cell, Work, originals, stub

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT / "solutions")
# What any two students' files differ in; none makes a file of another kind.
LIGHT = ("remark", "remark_behind", "renamed_local", "other_order", "blank_lines", "bracketed_return", "local_hint")
EDITS = 3
BESIDE = frozenset({"other_name", "in_a_folder", "things_beside"})
INITIALISERS = ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal")
BASES = 200  # different files that a class is made of

Marks = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its name in the table, its sources in turn, and which points out of the most it should get."""

    name: str
    sources: Callable[[str], Sequence[Work]]
    marks: Marks = lambda points, most: points == most
    edits: int = EDITS
    own: Callable[[Work, random.Random], Work] = lambda work, rng: work


def _small(exercise: str) -> Work:
    """The solution's functions as a student writes them who works in a file of his own: no prose, nothing that is not needed."""
    master = read_master(ROOT / "solutions" / f"{exercise}.py")
    tree = ast.parse(defining_part(master.text))
    needed = set(master.graded_names)
    kept: list[ast.stmt] = []
    for node in reversed(tree.body):
        if not isinstance(node, ast.FunctionDef):
            kept.insert(0, node)
        elif node.name in needed:
            needed |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            node.body = body_of(node)
            kept.insert(0, node)
    return Work("right", exercise, "py", (Cell("code", f"{ast.unparse(ast.Module(kept, []))}\n"),))


def _model_of_its_own(work: Work, rng: random.Random) -> Work:
    """The work with a model that begins with other weights than anyone's."""
    first, second, third = (rng.choice(INITIALISERS) for _ in range(3))
    code = work.code.replace(
        "GRU(units)", f"GRU(units, kernel_initializer='{first}', recurrent_initializer='{second}')"
    )
    code = code.replace("output_dim=embedding_dim)", f"output_dim=embedding_dim, embeddings_initializer='{third}')")
    assert code.count("initializer") == 3, "the solution's model is written otherwise than it was"
    return work.with_cell(0, code)


def _notebook(exercise: str) -> Work:
    small = _small(exercise)
    code = code_of(small.code)
    assert code is not None
    cells = tuple(Cell("code", code.of(node)) for node in code.tree.body)
    return replace(small, form="ipynb", cells=cells)


def _wrong(exercise: str) -> list[Work]:
    return [Work(f"wrong-{each.path.stem}", exercise, "py", (Cell("code", each.source),)) for each in faulty(exercise)]


def _from_the_stub(exercise: str) -> Work:
    text = solution_text(read_master(ROOT / "solutions" / f"{exercise}.py"))
    return Work("from the stub", exercise, "py", (Cell("code", text),))


def _untouched(exercise: str) -> Work:
    return replace(stub(exercise, "py"), sealed=True)


KINDS = {
    "right": Kind("right, small", lambda exercise: [_small(exercise)]),
    "model": Kind("right, own weights", lambda exercise: [_small(exercise)], own=_model_of_its_own),
    "notebook": Kind("right, notebook", lambda exercise: [_notebook(exercise)]),
    "wrong": Kind("one mistake", _wrong, lambda points, most: 0 <= points < most),
    "made": Kind("right, from the stub", lambda exercise: [_from_the_stub(exercise)]),
    "stub": Kind("stub, untouched", lambda exercise: [_untouched(exercise)], lambda points, _: points == 0, edits=0),
    "answers": Kind("six answers", lambda exercise: [*originals((exercise,))], lambda points, most: True, edits=0),
}
OF = {
    "01_gates": ("right", "wrong", "made", "stub", "notebook"),
    "02_swap": ("model", "right", "wrong", "made", "stub"),
    "03_measure": ("right", "wrong", "made", "stub"),
    "04_theory": ("answers", "stub"),
    "05_trace": ("right", "wrong", "made", "stub", "notebook"),
}


@cache
def _sources(kind: str, exercise: str) -> tuple[Work, ...]:
    return tuple(KINDS[kind].sources(exercise))


def files_of(kind: str, exercise: str, count: int, seed: str) -> list[Work]:
    """Files of a kind for an exercise, each with changes of its own that move no mark."""
    sources = itertools.cycle(_sources(kind, exercise))
    # another seed begins elsewhere in the list, so that rounds see other mistakes
    start = random.Random(seed).randrange(len(_sources(kind, exercise)))
    chosen = itertools.islice(sources, start, start + count)
    own = KINDS[kind].own
    return [
        lightly_changed(own(work, random.Random(f"{seed}/{number}")), f"{seed}/{number}", KINDS[kind].edits)
        for number, work in enumerate(chosen)
    ]


def lightly_changed(work: Work, seed: str, edits: int = EDITS) -> Work:
    """A work as another student would hand it in: remarks, blank lines and names differ, and a first line does."""
    rng = random.Random(seed)
    for number in range(edits):
        work = draw.Step(rng.choice(LIGHT), f"{seed}/{number}").apply(work)
    own = f"# handed in by {seed}\n"
    at = next((index for index, cell in enumerate(work.cells) if cell.kind == "code"), None)
    if at is None:
        return replace(work, cells=(Cell("code", own), *work.cells))
    return work.with_cell(at, own + work.cells[at].text)


def burning(work: Work, seconds: float) -> Work:
    """The work with a statement that uses CPU time for so long, whoever runs it."""
    burn = f"import time\n_until = time.process_time() + {seconds}\nwhile time.process_time() < _until:\n    pass\n"
    return replace(work, cells=(replace(work.cells[0], text=f"{work.cells[0].text}\n{burn}"), *work.cells[1:]))


def written(works: Sequence[Work], folder: Path) -> list[Path]:
    """Writes each work into a folder of its own and gives the files."""
    files = []
    for number, work in enumerate(works):
        file = folder / f"student-{number:05}" / f"{work.exercise}.{work.form}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(work.data())
        files.append(file)
    return files


def class_of(count: int, seed: int, exercise: str = "01_gates", different: int = BASES) -> list[Work]:
    """A class's work for an exercise: so many different works, each with changes drawn for one student; no two are equal.

    Half of them are right, four in ten have a mistake, the others are hardly begun. They come in turn, so that a class of
    a multiple of ``different`` has the same share of each.
    """
    bases = _bases(exercise, different)
    made: list[Work] = []
    seen: set[bytes] = set()
    for number in itertools.count():
        if len(made) == count:
            break
        work = changed(bases[len(made) % different], f"{seed}-{number}")
        if (data := work.data()) not in seen:
            seen.add(data)
            made.append(work)
    return made


@cache
def _bases(exercise: str, different: int) -> tuple[Work, ...]:
    if exercise == "04_theory":
        works, rest = [*originals((exercise,))], different // 10
        chosen = [*_varied(works, different - rest), *_varied([_untouched(exercise)], rest)]
    else:
        right = [_small(exercise), _from_the_stub(exercise), _notebook(exercise)]
        right += [each for each in originals((exercise,)) if "-honest-" in each.title]
        shares = (right, different // 2), (_wrong(exercise), different * 2 // 5)
        chosen = [work for works, share in shares for work in _varied(works, share)]
        chosen += _varied([_untouched(exercise)], different - len(chosen))
    random.Random(exercise).shuffle(chosen)
    return tuple(chosen)


def _varied(works: Sequence[Work], count: int) -> list[Work]:
    """All works, then the same with a change, and so on."""
    return [
        work if at < len(works) else changed(work, f"base-{at}")
        for at, work in zip(range(count), itertools.cycle(works), strict=False)
    ]


def changed(work: Work, seed: str) -> Work:
    """The work after one to three changes that move no mark; those of its name and of its folder are left out."""
    rng = random.Random(seed)
    names = [change.__name__ for change in draw.CHANGES[work.exercise] if change.__name__ not in BESIDE]
    for number in range(rng.randint(1, 3)):
        work = draw.Step(rng.choice(names), f"{seed}/{number}").apply(work)
    return work
