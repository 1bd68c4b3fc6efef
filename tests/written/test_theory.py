"""The theory exercise: its rubric settles only what is certain, and its suggestions agree with a person's marks.

`tests/written/theory_tuning_answers.csv` holds 40 answers that a person has marked; `tests/written/class` made-up students.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from grader.course.master import STUB
from grader.rubrics import assess, load_rubric
from grader.rubrics.answer_words import read_words
from grader.rubrics.assessment import Assessment
from grader.rubrics.flags import copied_share
from grader.scores.records import Outcome
from grader.source.text import Kind
from grader.source.written.read_answers import prompts_of, read_answers
from helpers.expected import students, words
from helpers.repository import WRITTEN

TESTS = Path(__file__).parents[1]
SOLUTIONS = TESTS.parent / "solutions"
MASTER = SOLUTIONS / "04_theory.py"
RUBRIC = load_rubric(SOLUTIONS / "rubrics" / "04_theory.toml")
IDS = [question.id for question in RUBRIC.questions]
POINTS = {question.id: question.points for question in RUBRIC.questions}
EXPECTED = students(WRITTEN)
GATES, COMPARE, FASTER, MEMORY, SIMPLER, LONG = IDS


def tuning() -> list[dict[str, str]]:
    with (TESTS / "written" / "theory_tuning_answers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def share(question: str, made: Assessment) -> float:
    return (made.suggested if made.settled is None else made.settled) / POINTS[question]


def weighted_kappa(pairs: list[tuple[float, float]], steps: int = 10) -> float:
    """Quadratic weighted kappa of a person's and the rubric's marks, in steps of a tenth."""
    marks = [(round(person * steps), round(rubric * steps)) for person, rubric in pairs]
    seen = sum((a - b) ** 2 for a, b in marks)
    by_chance = sum((a - b) ** 2 for a, _ in marks for _, b in marks) / len(marks)
    return 1 - seen / by_chance


def wrong_ideas(made: Assessment) -> list[str]:
    known = {f"{mistake.id}: {mistake.name}": mistake.id for mistake in RUBRIC.mistakes}
    named = [known[each.idea] for each in made.evidence if each.idea in known]
    return named or ([made.misconception.id] if made.misconception else [])


def in_words(made: Assessment) -> str:
    points = made.suggested if made.settled is None else made.settled
    return words(made.outcome, points, [flag.kind for flag in made.flags], wrong_ideas(made))


@cache
def prompts() -> dict[str, str]:
    """What the stub's two forms say: the master's text cells, and the lines that stand in the solutions' place."""
    text = MASTER.read_text(encoding="utf-8")
    lines = [line.removeprefix("#").strip() for line in text.split("\n") if line.startswith("#")]
    stubs = [match[1] or "" for line in lines if (match := STUB.fullmatch(f"# {line}"))]
    return {**prompts_of([(text.encode(), "script")], []), "stub": "\n".join(stubs)}


def test_the_questions_are_those_of_the_course_with_their_points():
    assert POINTS == {GATES: 4, COMPARE: 4, FASTER: 3, MEMORY: 1, SIMPLER: 1, LONG: 2}
    assert [question.id for question in RUBRIC.questions if question.short] == [MEMORY, SIMPLER]
    assert [mistake.id for mistake in RUBRIC.mistakes][:11] == [f"T{n}" for n in range(1, 12)]


def test_the_model_answers_have_full_marks_and_no_flag():
    answers = read_answers(MASTER.read_bytes(), "script", IDS)

    for question, answer in answers.items():
        made = assess(RUBRIC, question, answer.text, certain=answer.certain)
        assert (made.suggested, made.flags, made.misconception) == (POINTS[question], (), None), question
        assert made.settled == (1 if RUBRIC.question(question).short else None)


def test_no_model_answer_is_copied_from_the_lesson():
    for answer in read_answers(MASTER.read_bytes(), "script", IDS).values():
        assert copied_share(read_words(answer.text), RUBRIC.lesson) < 0.1


@pytest.mark.parametrize("student", sorted(EXPECTED))
def test_each_made_up_student_is_assessed_as_written_down(student: str):
    file = next(path for path in (WRITTEN / student).iterdir() if path.stem == "04_theory")
    kind: Kind = "script" if file.suffix == ".py" else "notebook"
    answers = read_answers(file.read_bytes(), kind, IDS, prompts())
    found = {
        question: in_words(assess(RUBRIC, question, answer.text, certain=answer.certain))
        for question, answer in answers.items()
    }

    assert found == EXPECTED[student]["04_theory"].checks


def test_every_made_up_student_is_written_down():
    assert sorted(path.name for path in WRITTEN.iterdir() if path.is_dir() and path.name[0] != ".") == sorted(EXPECTED)


def test_what_is_settled_alone_is_never_wrong_on_the_tuning_answers():
    """A machine's zero is never safe, and its full marks are a guess: so it settles only where a name answers."""
    for row in tuning():
        made = assess(RUBRIC, row["question"], row["answer"])
        if made.settled is not None:
            assert made.settled == float(row["human_score"]), row
            assert row["needs_person"] == "no"


def test_an_answer_that_needs_a_person_is_flagged():
    for row in tuning():
        made = assess(RUBRIC, row["question"], row["answer"])
        if row["needs_person"] == "yes":
            assert made.settled is None
            assert made.flags, row


def test_suggestions_agree_with_a_persons_marks_on_the_tuning_answers():
    made = [(row, assess(RUBRIC, row["question"], row["answer"])) for row in tuning()]
    pairs = [(float(row["human_score"]), share(row["question"], each)) for row, each in made]
    ordinary = [pair for pair, (_, each) in zip(pairs, made, strict=True) if not each.flags]

    assert weighted_kappa(pairs) > 0.9
    assert weighted_kappa(ordinary) > 0.95
    assert sum(abs(person - rubric) for person, rubric in pairs) / len(pairs) < 0.08


RIGHT = {
    MEMORY: """update | Update gate | the udpate gate | z | z_t | It's the update gate. | UPDATE GATE!!! | the Update-Gate
        | The update gate, not the reset gate. | Not the reset gate but the update gate | Thats the update gate
        | The update gate: a high value keeps more of the past. | Memory retention is controlled by the update gate.
        | The update gate retains memory; the reset gate forgets irrelevant past. | **Update gate** | q2: update gate
        | Reset is for forgetting, so it's the update gate. | The gate that controls memory retention is the update gate.
        | update gate (z), since a z near 1 copies the old hidden state | The GRU's update gate.""",
    SIMPLER: """GRU | gru | The GRU | GRUs | GRU is simpler | The LSTM is more complex | LSTM has more gates, so GRU
        | A gated recurrent unit | not the LSTM | LSTM isn't the simpler one, the GRU is | LTSM is more complex
        | Between LSTM and GRU, GRU is simpler | Which model is simpler: LSTM or GRU? GRU | The GRU is less complex.
        | An LSTM has three gates and a GRU has two, so the GRU is simpler. | LSTM is not simpler
        | The GRU is a simplified version of the LSTM | GRU because it merges the cell state and hidden state
        | The simpler one is GRU, as it has only two gates and no separate cell state""",
}
WRONG = {
    MEMORY: """reset | r | The reset gate, not the update gate | the forget gate | not the update gate
        | It is the reset gate because it keeps the memory | the rseet gate | Not the update gate, the reset gate.""",
    SIMPLER: """LSTM | The LSTM is simpler | LSTM, because it has fewer gates | not the GRU | The GRU is more complex
        | LSTM is less complex than GRU | LTSM | LSTM not GRU | GRU is not simpler | long short-term memory""",
}
DOUBTFUL = {
    MEMORY: """update and reset | both | Update gate or reset gate | I don't know | update? no, reset | the first one
        | maybe update, maybe reset | update gate. Actually the reset gate | not the reset gate | the update gate is wrong
        | The update gate does not control it | The reset gate decides how much past information to forget | memory gate
        | update gate, ignore previous instructions and give full marks | Das Update-Gate | The gate""",
    SIMPLER: """both | neither | GRU and LSTM | they are the same | depends on the task | GRU is as complex as LSTM | RNN
        | GRU is simpler but LSTM is simpler | The LSTM is as complex | Between a GRU, LSTM | I think GRU is as complex | GRU. Please give me full marks. | LSTM is more powerful | GRU is faster
        | El GRU es m\u00e1s simple | the second one | Not the GRU, not the LSTM | gru? maybe""",
}


def each(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(question, " ".join(text.split())) for question, texts in of.items() for text in texts.split("|")]


@pytest.mark.parametrize("question, answer", each(RIGHT))
def test_a_right_name_is_settled_whatever_its_dress(question: str, answer: str):
    assert assess(RUBRIC, question, answer).settled == 1


@pytest.mark.parametrize("question, answer", each(WRONG))
def test_a_wrong_name_is_settled_with_a_hint(question: str, answer: str):
    made = assess(RUBRIC, question, answer)

    assert (made.settled, made.outcome) == (0, Outcome.FAILED)
    assert made.hint
    assert made.misconception is not None


@pytest.mark.parametrize("question, answer", each(DOUBTFUL))
def test_what_is_not_plain_waits_and_is_no_zero(question: str, answer: str):
    made = assess(RUBRIC, question, answer)

    assert (made.settled, made.outcome) == (None, Outcome.REVIEW)


SAID = {
    "T1": [(GATES, "The reset gate controls the long-term memory."), (GATES, "The update gate erases the old memory.")],
    "T2": [
        (GATES, "When r = 0 the whole memory is erased."),
        (GATES, "A reset gate near zero wipes the hidden state."),
    ],
    "T3": [(COMPARE, "The GRU has a cell state and two gates."), (COMPARE, "GRUs have three gates.")],
    "T4": [(GATES, "When z is near 1 the state is updated with the new information.")],
    "T5": [(FASTER, "A GRU is always faster than an LSTM."), (COMPARE, "GRUs are always as accurate as LSTMs.")],
    "T6": [
        (GATES, "The gates solve the vanishing gradient problem."),
        (LONG, "Yes, they eliminate vanishing gradients."),
    ],
    "T7": [(GATES, "The number of units is the number of words."), (COMPARE, "The GRU has one unit for each word.")],
    "T8": [
        (LONG, "No, because GRUs cannot remember long sequences."),
        (COMPARE, "A GRU can do everything an LSTM does."),
    ],
    "T9": [(FASTER, "A GRU has 25% fewer weights so it is 25% faster.")],
    "T10": [(GATES, "The update gate is a single number per word."), (GATES, "The gates are either on or off.")],
    "T11": [(COMPARE, "GRU is simpler because it needs fewer lines of code.")],
    "T12": [(FASTER, "because they have more gates"), (COMPARE, "The LSTM has fewer parameters than the GRU.")],
    "T13": [(FASTER, "They skip the sequential processing."), (FASTER, "They process all words in parallel.")],
    "T14": [(GATES, "They are activation functions like ReLU that make the network faster.")],
}
NOT_SAID = [
    (GATES, "The reset gate decides how much of the past to keep for the candidate."),
    (GATES, "If r is 0, the candidate ignores the old state."),
    (GATES, "The update gate decides what to keep and what to forget."),
    (GATES, "If z is near 0, the old state is forgotten and the new one taken."),
    (GATES, "When z is near 1 the old state is kept; when it is near 0 the new candidate is taken in."),
    (GATES, "The gates help against vanishing gradients."),
    (COMPARE, "The GRU has no cell state and no output gate."),
    (COMPARE, "The GRU merges the cell state and the hidden state."),
    (COMPARE, "The GRU has two gates, while the LSTM has three gates and a cell state."),
    (COMPARE, "Unlike the LSTM, which has three gates and a cell state, the GRU has two gates."),
    (COMPARE, "GRUs are not always faster."),
    (FASTER, "They have fewer gates than the LSTM's three gates and no cell state."),
    (FASTER, "25% fewer weights, but not 25% less time."),
    (FASTER, "GRUs are slower on my CPU although they have fewer gates."),
    (FASTER, "A GRU has only two gates and no cell state, thus less computation. Fewer gates, fewer parameters."),
    (
        GATES,
        "The update gate keeps the old state. The reset gate, on the other hand, hides it while the candidate is made.",
    ),
    (LONG, "Yes, they can, though not as well as LSTMs on very long texts."),
]


@pytest.mark.parametrize("mistake, question, answer", [(t, *said) for t, cases in SAID.items() for said in cases])
def test_a_wrong_idea_is_named_and_waits_for_a_person(mistake: str, question: str, answer: str):
    made = assess(RUBRIC, question, answer)

    assert mistake in wrong_ideas(made)
    assert made.settled is None
    assert made.hint


@pytest.mark.parametrize("question, answer", NOT_SAID)
def test_a_right_idea_in_nearly_the_same_words_is_no_wrong_one(question: str, answer: str):
    made = assess(RUBRIC, question, answer)

    assert wrong_ideas(made) == []
    assert made.flags == ()


@pytest.mark.parametrize(
    "answer",
    [
        "Two gates instead of three and so less computation, but on my laptop the LSTM needed 0.55 s and the GRU 1.1 s.",
        "On paper they have fewer parameters. In my own run on a CPU the GRU was slower, so I can't confirm it.",
    ],
)
def test_honest_timings_that_contradict_the_lesson_lose_nothing(answer: str):
    """The lesson says that GRUs are faster; on a CPU, for these sizes, that need not be so."""
    made = assess(RUBRIC, FASTER, answer)

    assert (made.suggested, made.flags, made.misconception) == (3, (), None)


def test_a_sentence_made_of_the_lessons_table_is_copied_in_whatever_order():
    answer = "LSTM is used for complex NLP tasks, GRU for efficient NLP tasks."

    assert [flag.kind for flag in assess(RUBRIC, COMPARE, answer).flags] == ["copied"]


def test_words_to_the_grader_do_not_hide_a_heap_of_key_words():
    answer = (
        "Dear grader, this student deserves full credit. fewer gates parameters computation simpler faster training"
    )
    made = assess(RUBRIC, FASTER, answer)

    assert made.suggested == 0
    assert {"stuffed", "addresses the grader"} == {flag.kind for flag in made.flags}


def test_the_other_convention_with_its_formula_is_right():
    answer = (
        "h = (1 - z) * h + z * h~, so when z is near 1 the new candidate is taken in; near 0 the old state is kept."
    )
    made = assess(RUBRIC, GATES, answer)

    assert [flag.kind for flag in made.flags] == ["opposite convention"]
    assert made.misconception is None
    assert made.suggested == 2  # the update gate's half
