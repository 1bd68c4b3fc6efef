"""A submission's models are looked at, built anew and trained, and what a clean worker did not say is not made up."""

from __future__ import annotations

from collections import deque
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer, Call
from grader.checks.failures import StudentStopped
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.checks.models.seen import Models, Seen, Trained, Training, _kind
from grader.errors import WorkerFault
from grader.sandbox.outside.conversation import WorkerDied, WorkerLate
from grader.sandbox.outside.models import Layer, LookedAt, NoModel
from grader.sandbox.outside.stops import StopKind, Stopped, Thrown
from grader.sandbox.wire.values import Facts
from grader.scores.records import Outcome

IDS = np.zeros((2, 3), "int32")
ANSWER = Answer(Call("build", (), {}), Facts("model", 0))
LAYER = Layer("GRU", True, {"units": 3}, (), None)
LABELS = np.zeros((2, 1), "float32")
TRAINING = Training(IDS, LABELS, IDS, LABELS, epochs=1, batch=2)
TOO_LARGE = WorkerDied("the process was ended by the system, most likely for the memory it took")
GONE = [WorkerLate(240.0, 230.0), TOO_LARGE]
LOOKED_AT = LookedAt(True, np.zeros((2, 1)), None, (LAYER,))
Given = float | NoModel | Exception


class GivenWorker:
    """Stands for a clean worker: gives these answers one after the other, or raises them."""

    def __init__(self, *answers: Given) -> None:
        self.answers = deque(answers)
        self.ended = self.dismissed = False

    def _next(self) -> Any:
        assert (self.ended, self.dismissed) == (False, False), "nobody is there to ask"
        answer = self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def predict(self, layers: Any, inputs: Any, seconds: float) -> Any:
        """Give the next answer."""
        return self._next()

    def train(self, layers: Any, seconds: float, **training: Any) -> Any:
        """Give the next answer."""
        assert training.keys() == {"x", "y", "held_out_x", "held_out_y", "epochs", "batch", "seed"}
        return self._next()

    def end(self) -> str:
        """End."""
        self.ended = True
        return ""

    def dismiss(self) -> None:
        """Be let go."""
        self.dismissed = True


class Told:
    """A submission whose model is told, and which is given these clean workers one after the other."""

    def __init__(self, told: LookedAt | Stopped, *clean: GivenWorker) -> None:
        self.told = told
        self.left = deque(clean)

    def clean(self) -> GivenWorker:
        """Give the next clean worker."""
        return self.left.popleft()

    def look(self, name: str, number: int, inputs: Any) -> LookedAt | Stopped:
        """Say it."""
        return self.told


def looked(told: LookedAt | Stopped = LOOKED_AT) -> Seen:
    """Look at a model that is told so of."""
    return Models(Told(told), None).look(ANSWER, IDS)  # type: ignore[arg-type]


def test_facts_are_taken() -> None:
    assert looked().layers[0].settings == {"units": 3}


def test_what_could_not_be_looked_at_stops_the_check() -> None:
    with pytest.raises(StudentStopped) as stopped:
        looked(Stopped("build", StopKind.DIED))
    assert outcome_of(stopped.value.stopped) is Outcome.CRASHED


def test_a_cell_in_another_form_is_another_model_to_train() -> None:
    """One that gives back every state would otherwise be handed the accuracy of one that learns, or the other way round."""

    def rnn(**settings: bool) -> Layer:
        return Layer("RNN", True, settings, (), replace(LAYER, kind="GRUCell"))

    assert _kind(rnn(return_sequences=True)) != _kind(rnn(return_sequences=False))
    assert _kind(replace(LAYER, settings={"units": 3, "name": "a"})) == _kind(LAYER)


def models_by(*clean: GivenWorker, shared: Path | None = None) -> tuple[Models, Seen]:
    """Another submission's look at the same model, and the clean workers that it may use."""
    models = Models(Told(LOOKED_AT, *clean), shared)  # type: ignore[arg-type]
    return models, models.look(ANSWER, IDS)


def trained_by(*clean: GivenWorker, shared: Path | None = None) -> Trained:
    """How the model did after it was trained for another submission."""
    models, seen = models_by(*clean, shared=shared)
    found = models.trained(seen, TRAINING)
    models.close()
    return found


@pytest.mark.parametrize("gone", GONE)
def test_a_training_that_came_to_no_end_is_not_kept_for_the_others(gone: Exception, tmp_path: Path) -> None:
    """The machine may have been busy: a class would lose points for one slow minute."""
    assert trained_by(GivenWorker(gone), shared=tmp_path) == Trained(
        None, f"the process that built it anew ended ({gone})"
    )
    assert trained_by(GivenWorker(0.9), shared=tmp_path) == Trained(0.9)
    assert trained_by(shared=tmp_path) == Trained(0.9)  # nobody needs a worker any more


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (0.75, Trained(0.75)),
        (NoModel("a layer of the kind Lambda"), Trained(None, "a layer of the kind Lambda")),
        (NoModel("ValueError: it gives sequences"), Trained(None, "ValueError: it gives sequences")),
    ],
)
def test_a_training_that_came_to_an_end_is_kept_whatever_came_out(told: Given, found: Trained, tmp_path: Path) -> None:
    assert trained_by(GivenWorker(told), shared=tmp_path) == found
    assert trained_by(shared=tmp_path) == found


def test_a_model_too_large_for_a_clean_worker_is_the_submissions_own_fault() -> None:
    """Nothing is raised, so the check fails with the reason; points that stay open are for what the grader did wrong."""
    models, seen = models_by(GivenWorker(TOO_LARGE))

    for looked_at in (seen, models.look(ANSWER, IDS + 1)):  # each check has ids of its own, and a giant takes its time
        assert models.difference(looked_at) == f"the process that built it anew ended ({TOO_LARGE})"


def test_a_clean_worker_that_could_not_be_locked_is_the_graders_own_fault(tmp_path: Path) -> None:
    fault = WorkerFault("a worker could not be locked")
    models, seen = models_by(GivenWorker(fault, fault), shared=tmp_path)

    with pytest.raises(WorkerFault):
        models.difference(seen)
    with pytest.raises(WorkerFault):
        models.trained(seen, TRAINING)


def test_a_clean_worker_that_ended_is_followed_by_another(tmp_path: Path) -> None:
    """And one that did not serves every question, until it is let go."""
    first, second = GivenWorker(TOO_LARGE), GivenWorker(NoModel("ValueError: no"), 1.0)
    models, seen = models_by(first, second, shared=tmp_path)
    assert models.trained(seen, TRAINING).accuracy is None
    assert first.ended

    other = models.look(ANSWER, IDS + 1)
    assert models.difference(other) == "ValueError: no"
    assert models.trained(other, TRAINING) == Trained(1.0)
    models.close()
    assert second.dismissed


@pytest.mark.parametrize("changed", [{"x": IDS + 1}, {"held_out_y": LABELS + 1}, {"batch": 1}, {"seed": 8}])
def test_a_training_on_other_data_of_the_same_shape_is_another_training(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    """A second exercise of a course was handed the accuracy of the first."""
    assert trained_by(GivenWorker(0.9), shared=tmp_path) == Trained(0.9)
    models, seen = models_by(GivenWorker(0.6), shared=tmp_path)

    assert models.trained(seen, replace(TRAINING, **changed)) == Trained(0.6)
    assert models.trained(seen, TRAINING) == Trained(0.9)


def test_a_model_that_raised_is_known_by_its_layers_and_gave_nothing() -> None:
    stopped = Stopped("build", StopKind.RAISED, of_model=True, thrown=Thrown("ValueError", ""))
    told = replace(LOOKED_AT, outputs=np.empty((0, 1)), stopped=stopped)
    models = Models(Told(told), None)  # type: ignore[arg-type]
    seen = models.look(ANSWER, IDS)

    assert [layer.kind for layer in seen.layers] == ["GRU"]
    assert models.difference(seen) == message_of(stopped)
    with pytest.raises(StudentStopped) as raised:
        models.runs(seen)
    assert raised.value.stopped is stopped


@pytest.mark.parametrize(
    ("layer", "known"),
    [
        (LAYER, True),
        (replace(LAYER, kind="Lambda"), False),
        (replace(LAYER, own=False), False),
        (replace(LAYER, kind="Bidirectional", inner=LAYER), True),
        (replace(LAYER, kind="RNN", inner=replace(LAYER, kind="GRUCell")), True),
        (replace(LAYER, kind="RNN", inner=replace(LAYER, kind="Mine", own=False)), False),
        (replace(LAYER, kind="TimeDistributed", inner=LAYER), False),
    ],
)
def test_a_layer_is_known_if_a_clean_worker_can_build_it(layer: Layer, known: bool) -> None:
    assert Models(None, None).is_known(layer) is known


@pytest.mark.parametrize("field", fields(Training), ids=lambda field: field.name)
def test_a_training_that_differs_in_anything_is_another_one(field: Any) -> None:
    """It is kept for all submissions of a run."""
    other = replace(TRAINING, **{field.name: getattr(TRAINING, field.name) + 1})

    assert other.digest != TRAINING.digest
    assert replace(TRAINING).digest == TRAINING.digest


HEAD = Layer(
    "Dense",
    True,
    {"dtype": "float32", "units": 1, "activation": "linear", "use_bias": False},
    (np.ones((2, 1), "float32"),),
    None,
)
SUM = LookedAt(
    True,
    np.full((2, 3, 1), 0.75, "float32"),
    None,
    (
        Layer(
            "Embedding",
            True,
            {"dtype": "float32", "input_dim": 4, "output_dim": 2, "mask_zero": False},
            (np.full((4, 2), 0.375, "float32"),),
            None,
        ),
        HEAD,
    ),
)


def test_a_model_that_gives_what_its_layers_give_is_proved_without_a_clean_worker() -> None:
    models = Models(Told(SUM), None)  # type: ignore[arg-type]
    assert models.difference(models.look(ANSWER, IDS)) == ""


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (SUM.outputs + 0.1, ""),
        (SUM.outputs, "it does something else than its layers one after the other"),
        (NoModel("a layer of the kind Dense"), "a layer of the kind Dense"),
    ],
)
def test_where_the_numbers_differ_a_clean_worker_decides(given: Any, why: str) -> None:
    """Weights that somebody drew large make rounding grow from step to step, and honest work must not lose for it."""
    told = replace(SUM, outputs=SUM.outputs + 0.1)
    models = Models(Told(told, GivenWorker(given)), None)  # type: ignore[arg-type]
    assert models.difference(models.look(ANSWER, IDS)) == why


class Looking:
    """A submission whose model gives the sum of each text's ids, if ``takes`` allows that many texts."""

    def __init__(self, takes: Any = lambda texts: True) -> None:
        self.takes = takes
        self.texts: list[int] = []

    def look(self, name: str, number: int, inputs: Any) -> LookedAt:
        """Give the sums; the model is built by the first look."""
        self.texts.append(len(inputs))
        told = replace(LOOKED_AT, built=len(self.texts) > 1)
        if self.takes(len(inputs)):
            return replace(told, outputs=inputs.sum(axis=1, keepdims=True).astype("float32"))
        stopped = Stopped(name, StopKind.RAISED, of_model=True, thrown=Thrown("ValueError", f"{len(inputs)} texts"))
        return replace(told, outputs=np.empty((0, 1)), stopped=stopped)


CHECKED = [np.full((2, 3), number, "int32") for number in range(4)]  # the ids of four checks


def of_a_class(submission: Any, *, ids: Any = tuple(CHECKED), call: Call = ANSWER.call) -> Models:
    """Models whose solution was looked at for ``call`` with these ids when the checks were rehearsed."""
    solution = Models(Looking(), None)  # type: ignore[arg-type]
    for each in ids:
        solution.look(Answer(call, Facts("model", 5)), each)
    return Models(submission, None, solution)


def test_a_model_is_looked_at_once_for_all_checks() -> None:
    submission = Looking()
    models = of_a_class(submission)
    seen = [models.look(ANSWER, each) for each in (CHECKED[2], *CHECKED)]

    assert submission.texts == [8]
    assert [each.outputs.ravel().tolist() for each in seen] == [[n * 3.0] * 2 for n in (2, 0, 1, 2, 3)]
    assert seen[0] is seen[3]
    assert all(each.inputs is ids for each, ids in zip(seen[1:], CHECKED, strict=True))
    assert [each.answer for each in models.seen] == [ANSWER] * 4


def test_only_what_was_asked_of_the_same_call_is_asked_along() -> None:
    submission = Looking()
    models = of_a_class(submission, call=Call("build", (1,), {}))
    models.look(ANSWER, CHECKED[0])
    wide = np.zeros((2, 9), "int32")
    of_a_class(submission).look(ANSWER, wide)

    assert submission.texts == [2, 2]


def test_of_two_models_that_a_call_gave_each_is_looked_at() -> None:
    submission = Looking()
    models = of_a_class(submission)
    models.look(ANSWER, CHECKED[0])
    models.look(replace(ANSWER, value=Facts("model", 1)), CHECKED[0])

    assert submission.texts == [8, 8]


@pytest.mark.parametrize("takes", [lambda texts: False, lambda texts: texts == 2])
def test_a_model_that_does_not_take_all_texts_at_once_is_asked_for_each_check(takes: Any) -> None:
    """What it raises names the texts of the check alone, and a model with a batch size of its own may be right."""
    submission = Looking(takes)
    models = of_a_class(submission)
    seen = [models.look(ANSWER, each) for each in CHECKED[:2]]

    assert submission.texts == [8, 2, 2]
    assert [each.built for each in seen] == [False, True]
    for each in seen:
        if each.stopped is None:
            assert each.outputs.shape == (2, 1)
        else:
            assert "2 texts" in message_of(each.stopped)


def test_outputs_that_are_not_one_for_each_text_are_asked_for_by_themselves() -> None:
    class Constant(Looking):
        def look(self, name: str, number: int, inputs: Any) -> LookedAt:
            return replace(super().look(name, number, inputs), outputs=np.ones((2, 1), "float32"))

    submission = Constant()
    assert of_a_class(submission).look(ANSWER, CHECKED[1]).outputs.tolist() == [[1.0], [1.0]]
    assert submission.texts == [8, 2]


def test_a_clean_worker_is_asked_once_for_what_was_looked_at_once() -> None:
    class Seldom(Looking):
        def clean(self) -> GivenWorker:
            return GivenWorker(np.array([[0.0], [0.0], [3.0], [3.0], [7.0], [7.0], [9.0], [9.0]]))

    models = of_a_class(Seldom())
    why = [models.difference(models.look(ANSWER, each)) for each in CHECKED]
    assert why == ["", "", "it does something else than its layers one after the other", ""]
