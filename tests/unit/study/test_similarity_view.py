"""What a person is shown: words for a terminal, and a page on which no student's text is markup."""

from __future__ import annotations

import re

import pytest

from grader.study.similar_work import SameFunction, WrongAlike, rank_works, with_functions, works_of
from grader.study.similarity_page import similarity_page
from grader.study.similarity_view import CAUTIONS, same_functions, show_works, wrong_checks
from helpers.hostile_texts import HOSTILE
from unit.study.made_works import kept, results, row

TEXT = "def sigmoid(a):\n    b = np.exp(-a)\n    # {}\n    return 1 / (1 + b)\n"
ELSE = "def gru_step(x, h, params):\n    return x @ params['W_z'] + h @ params['U_z']\n"


def shown(texts: dict[str, str], **options):
    made = results(*(row(name, text) for name, text in texts.items()))
    return show_works(rank_works("01_gates", "Gates", with_functions(works_of(made, "01_gates"), kept(texts)), [], 9))


def test_the_lines_that_both_have_are_marked() -> None:
    found = shown({"ana": TEXT.format("mine") + ELSE, "bo": TEXT.format("yours").replace("b", "c")})
    (pair,) = found.pairs
    (side,) = pair.sides

    assert (side.name, side.note) == ("sigmoid", "the same, in 2 works of the class")
    assert "".join(piece.text for piece in side.one) == TEXT.format("mine")
    assert [piece.both for piece in side.one] == [True]
    assert pair.same == "1 of 1: sigmoid (only these two)"
    assert found.compared == "2 works"
    assert found.spread.startswith("1 pair, half of them at ")


def test_lines_that_only_one_has_are_not_marked() -> None:
    lines = "".join(f"    v{at} = np.tanh(x @ params['W_{at}'] + {at})\n" for at in range(8))
    one, other = (
        f"def gru_step(x, params):\n{lines}    return {end}\n" for end in ("v0 + v1 + v2", "max(v3, 7, v4, 8)")
    )
    (side,) = shown({"ana": one, "bo": other}).pairs[0].sides

    assert [piece.both for piece in side.one] == [True, False]
    assert "return v0" in side.one[1].text


@pytest.mark.parametrize(
    ("same", "words"),
    [
        ([], "none of 7"),
        ([SameFunction("f", 2)], "1 of 7: f (only these two)"),
        ([SameFunction("f", 9), SameFunction("", 3)], "2 of 7: own helpers (in 3 works), f (in 9 works)"),
        (
            [SameFunction(name, 4) for name in "abcdef"],
            "6 of 7: " + ", ".join(f"{n} (in 4 works)" for n in "abcd") + ", 2 more",
        ),
    ],
)
def test_the_rarest_functions_are_named_first(same, words) -> None:
    assert same_functions(same, 7, in_class=True) == words


def test_two_works_of_the_class_besides_an_earlier_one_are_not_called_the_only_two() -> None:
    assert same_functions([SameFunction("f", 2)], 7, in_class=False) == "1 of 7: f (in 2 works)"


def test_wrong_checks_are_told_with_their_mistakes() -> None:
    assert wrong_checks(WrongAlike(0, 0, ())) == "nothing is wrong"
    assert wrong_checks(WrongAlike(2, 3, ("z the other way round",))) == "2 of 3: z the other way round"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_student_is_markup_on_the_page(text: str) -> None:
    name = text[:60].replace("\n", " ").replace("/", " ")
    comment = " ".join(text.splitlines()).replace("\0", "")[:200]
    page = similarity_page(
        "GRU <b>", [shown({f"{name} 1": TEXT.format(comment), f"{name} 2": TEXT.format(f"2 {comment}")})]
    )
    bare = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    tags = {found.split()[0] for found in re.findall(r"<([^!/][^>]*)>", bare)}

    assert "script" not in {tag.lower() for tag in tags}
    assert tags <= {
        "html", "head", "meta", "title", "body", "a", "div", "header", "p", "h1", "nav", "ul", "li", "main", "section", "h2",
        "details", "summary", "table", "caption", "thead", "tr", "th", "td", "tbody", "span", "bdi", "br", "h3", "pre", "mark",
    }  # fmt: skip
    assert "default-src 'none'" in page
    assert "script-src 'none'" in page
    assert all(caution.partition("'")[0] in page for caution in CAUTIONS)
