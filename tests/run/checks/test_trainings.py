"""How many tiny models one grading of 03_measure trains: training takes most of its time, so four are all that it may ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.checks.mistakes.declare import compose, load_mistakes
from grader.checks.models.live import DoubleModel, TinyModel
from grader.checks.run.bench import CheckBench, with_checks
from grader.course.course_toml import Course
from grader.course.master import read_master
from grader.sandbox.inside import calls
from grader.sandbox.inside.objects import Ask, Live
from grader.sandbox.outside.conversation import AnswerPart, NoAnswer
from grader.sandbox.outside.replies import Asked, Reply, Returned, understand
from grader.sandbox.outside.what_ran import Reading
from grader.sandbox.wire import values
from grader.sandbox.wire.codec import decode, encode
from grader.sandbox.wire.messages import CallOne, CallReply, ModelToMake
from grader.sandbox.wire.values import Facts

SOLUTIONS = Path(__file__).parents[3] / "solutions"
EXERCISE = "03_measure"
MOST = 4
MISTAKES = load_mistakes(
    SOLUTIONS / "misconceptions" / f"{EXERCISE}.py", read_master(SOLUTIONS / f"{EXERCISE}.py").graded_names
)
INSTANCES = {f"{i.id} {i.form}: {', '.join(i.overrides)}": i for mistake in MISTAKES for i in mistake.instances}
TABLE = """
    table = pd.DataFrame(rows, index=list(models), columns=["parameters", "bytes", "seconds_per_epoch"])
    table["relative_size"] = table["bytes"] / table["bytes"].iloc[0]
    table["relative_time"] = table["seconds_per_epoch"] / table["seconds_per_epoch"].iloc[0]
    return table
"""
FAILS = "\n    1 / 0\n"
SIZE, COUNTED = "model_size_bytes(model)", "sum(w.numpy().nbytes for w in model.weights)"
BY_PARTS = f"[model.count_params(), {SIZE}, time_training(model, x, y, epochs=epochs, clock=clock)]"
HEAD = "def compare_models(models, x, y, epochs=3, clock=time.perf_counter):\n    rows = []\n"
EACH = "    for model in models.values():\n"
ONLY_FIRST = f"        if rows:\n            rows.append({BY_PARTS})\n            continue\n"


def own_loop(size: str, end: str = TABLE, average: str = "np.median", first: str = "") -> str:
    """A comparison that trains and times by itself; ``first`` is done with each model before."""
    loop = """
        model.fit(x, y)
        seconds = []
        for _ in range(epochs):
            start = clock()
            model.fit(x, y)
            seconds.append(clock() - start)
"""
    return f"{HEAD}{EACH}{first}{loop}        rows.append([model.count_params(), {size}, float({average}(seconds))])\n{end}"


RAISING = "\n".join(
    f"def {name}(*args, **kwargs):\n    raise ValueError('no')"
    for name in ("gru_parameter_count", "lstm_parameter_count", "model_size_bytes", "time_training", "compare_models")
)
OTHERWISE = {
    "an own loop, and the sizes by the function above": own_loop(SIZE),
    "an own loop, and nothing by a function above": own_loop(COUNTED),
    "an own loop with a mean": own_loop(SIZE, average="np.mean"),
    "an own loop that raises at the end": own_loop(COUNTED, FAILS),
    "an own loop that raises at the end, and the sizes by the function above": own_loop(SIZE, FAILS),
    "an own loop by another clock that raises at the end": own_loop(SIZE, FAILS).replace("clock()", "time.perf_counter()"),
    "the first model by a loop of its own, the second by the function above": own_loop(SIZE, first=ONLY_FIRST),
    "a warm-up of its own, and then the function above": f"{HEAD}{EACH}        model.fit(x, y)\n        rows.append({BY_PARTS})\n{TABLE}",
    "another table": f"{HEAD}{EACH}        rows.append({BY_PARTS})\n    return pd.DataFrame(rows)\n",
    "a comparison that trains nothing": f"{HEAD}{EACH}        rows.append([model.count_params(), {SIZE}, 1.0])\n{TABLE}",
    "functions that all raise": RAISING,
    "a timing that raises after its warm-up": "def time_training(model, x, y, epochs=3, clock=None):\n    model.fit(x, y)\n    1 / 0\n",
    "a timing that gives nothing": "def time_training(model, x, y, epochs=3, clock=None):\n    model.fit(x, y, epochs=epochs)\n",
}  # fmt: skip


class Module:
    """A module whose names are those of a namespace."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.__dict__ = namespace


class LiveDoubles(Live):
    """Makes doubles of the models that a call is handed."""

    def _make(self, facts: Facts, ask: Ask) -> Any:
        if facts.kind != "model":
            return super()._make(facts, ask)
        recipe = decode(ModelToMake, facts.data)
        model = DoubleModel(
            len(self._given), TinyModel(recipe.inputs, recipe.layers, recipe.seed, recipe.slots, recipe.frozen)
        )
        self._counters.append(model)  # type: ignore[arg-type]
        return model


class OnDoubles:
    """A submission that runs in this process, on doubles of models, and counts how many of them it has trained."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.module: Any = Module(namespace)
        self.trainings = 0
        self.calls: Counter[str] = Counter()

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: AnswerPart | None = None,
        *,
        otherwise: str | None = None,
    ) -> Reply:
        """Call as a worker would."""
        self.calls[name] += 1

        def ask(part: str, given: list[Any]) -> Any:
            assert answer_part is not None
            try:
                return answer_part(part, values.loads(*values.dumps(given)))
            except NoAnswer as none:
                raise TypeError(str(none)) from None

        live = LiveDoubles()
        given, by_name = values.loads(*values.dumps([tuple(args), dict(kwargs or {})]))
        replaced = {part: tuple(taken) for part, taken in (parts or {}).items()}
        request = CallOne(name, given, by_name, replaced, otherwise)
        answer = calls.call(self.module, request, tuple(args), ask, frozenset(), live)
        self.trainings += sum(rows > 0 for rows, _ in live.counted())
        crossed = decode(CallReply, values.loads(*values.dumps(encode(answer))))
        return understand(name, crossed, Reading((), 30.0), "2 GB", name_places=False)

    def value(self, name: str) -> Reply:
        """Give what is written down."""
        return Returned(self.module.__dict__[name])

    def look(self, name: str, number: int, inputs: Any) -> dict[str, Any]:
        """Build no model."""
        raise AssertionError("no function of this exercise gives a model")

    def clean(self) -> Any:
        """Need no other process."""
        raise AssertionError("no function of this exercise gives a model")

    def call_each(self, asked: Sequence[Asked]) -> list[Reply]:
        """Call one after the other."""
        return [self.call(*each) for each in asked]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one grading took and gave: models trained, calls of compare_models, points."""

    trainings: int
    comparisons: int
    points: int


Graded = dict[str, Cost]


@pytest.fixture(scope="module")
def graded(course: Course) -> Graded:
    """Grade the solution, every known mistake and those written otherwise: what each cost."""
    found: Graded = {}

    def namespaces(bench: CheckBench) -> Iterator[tuple[str, dict[str, Any]]]:
        compiled = bench.plans.reference.compiled
        yield "the solution", compose(compiled, {})
        for label, instance in INSTANCES.items():
            yield label, compose(compiled, instance.overrides)
        for label, text in OTHERWISE.items():
            namespace = compose(compiled, {})
            exec(text, namespace)
            yield label, namespace

    def grade_all(bench: CheckBench) -> None:
        for label, namespace in namespaces(bench):
            submission = OnDoubles(namespace)
            results = bench.check(submission).checks
            points = sum(result.points for result in results)
            found[label] = Cost(submission.trainings, submission.calls["compare_models"], points)

    (exercise,) = (each for each in course.exercises if each.id == EXERCISE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        with_checks(exercise, 7, grade_all)
    return found


@pytest.mark.parametrize("label", ["the solution", *INSTANCES, *OTHERWISE])
def test_no_submission_costs_more_than_four_trainings(label: str, graded: Graded) -> None:
    assert graded[label].trainings <= MOST


@pytest.mark.parametrize(
    ("label", "trainings"),
    [
        ("the solution", 1),
        ("functions that all raise", 0),
        ("a comparison that trains nothing", 1),
        ("the first model by a loop of its own, the second by the function above", 2),
        ("M20 in percent: compare_models", 4),
        ("an own loop, and the sizes by the function above", 4),
    ],
)
def test_all_trainings_are_counted(label: str, trainings: int, graded: Graded) -> None:
    """One of time_training, which serves five checks, and three of comparing three models, which serves two."""
    assert graded[label].trainings == trainings


@pytest.mark.parametrize("label", [label for label in OTHERWISE if label.startswith("an own loop")])
def test_a_comparison_that_trains_by_itself_costs_no_more_where_it_fails(label: str, graded: Graded) -> None:
    """One that raised after its loop was once asked anew with no part replaced, and trained all models a second time."""
    assert graded[label] == Cost(4, 1, 23 if "raises" in label else 28)


def test_a_comparison_that_stops_before_it_calls_a_part_is_not_asked_again(graded: Graded) -> None:
    """Whether it would have come back is not known of one that was stopped for its time."""
    assert graded["functions that all raise"].comparisons == 1


@pytest.mark.parametrize(
    "label", ["the first model by a loop of its own, the second by the function above", "the solution"]
)
def test_each_model_may_be_measured_in_its_own_way(label: str, graded: Graded) -> None:
    """What was not called for a model is judged by the truth, for that model alone."""
    assert graded[label].points == 28
