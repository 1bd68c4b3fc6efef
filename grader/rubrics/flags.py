"""What makes a person look twice, whatever the question: copied, stuffed, another language, words to the grader."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from grader.rubrics.answer_words import Words, mixes_scripts, plain, read_words
from grader.rubrics.patterns import compile_pattern
from grader.rubrics.vocabulary import COMMON, FOREIGN, FUNCTION, VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COPIED_SHARE = 0.35
_RUN = 4  # words in a row that are looked for in the lesson
_FEW = 8  # words; a shorter answer can't help using the lesson's

_TO_THE_GRADER = tuple(
    compile_pattern(source, {})
    for source in (
        "ignore|disregard|override|bypass .. instruction*|rubric*|prompt*|criteria|rules|guidelines",
        "forget ?all ?any ?the ?your ?previous|prior|above instruction*|rubric*|prompt*",
        "ignore|disregard ?all ?any ?the previous|above|prior|earlier text|message*|everything",
        "previous|prior|above|system|new|following|hidden instruction*|prompt*",
        "you are|act|behave .. grader|grading|assistant|teacher|examiner|ai|chatbot|model|evaluator|judge",
        "give|award|assign|grant|deserve* ... points|marks|score|grade|credit",
        "output|print|return|write|set .. full|maximum|max|perfect|highest points|marks|mark|score|grade|credit",
        "full|maximum|max|maximal|top|perfect marks|mark|credit|points|grade",
        "give|award|assign|grant|output|return|score ... 100 ?% for|to this|me|the student|answer",
        "output|print|return 100 %",
        "all the points",
        "this answer|student|submission is|deserves|should|must|gets|shall .. correct|right|full|pass|points|excellent|perfect",
        "this student",
        "dear|hello|hi|hey|please teacher|professor|grader|sir|madam|examiner|marker|instructor|chatgpt|ai|llm|bot",
        "the|a|automatic|automated|auto|dear grader|autograder|evaluator",
        "grade|mark|score|rate this|my answer|submission|work|response",
        "explained well|correctly|perfectly",
        "language model|chatgpt|gpt|llm",
        "suggested_points|max_points",
        "volle|alle|maximale punkt*|punktzahl",
    )
)
_TABLE_ROW = re.compile(r"\s*\|.+\|\s*$")
_RULE = re.compile(r"[\s|:-]*$")
_ROLE = re.compile(r"(?:^|\n)\W{0,8}(?:system|assistant|developer|user|instructions?)\W{0,3}[:>\]]", re.IGNORECASE)


def speaks_to_the_grader(words: Words) -> list[tuple[int, int]]:
    """List where an answer speaks to whoever grades it: ranges of words."""
    sentences = words.sentences()
    found = [span for first, last in sentences for each in _TO_THE_GRADER for span in each.find(words, first, last)]
    for match in _ROLE.finditer(words.answer):
        index = next((i for i, word in enumerate(words.words) if word.end > match.start()), None)
        if index is not None:
            found.append((index, index + 1))
    return sorted(found)


def copied_share(words: Words, lesson: str) -> float:
    """Give the share of an answer's runs of four words that stand in the lesson; 0 for a short answer."""
    runs = _runs(words.texts)
    if len(words.words) < _FEW or not runs:
        return 0.0
    known = _lesson_runs(lesson)
    return sum(run in known for run in runs) / len(runs)


def reads_out_a_table(words: Words, lesson: str) -> bool:
    """Tell whether nearly all that an answer says are cells of one of the lesson's tables, in whatever order."""
    content = [word for word in words.texts if word not in FUNCTION]
    most = 0.8 * len(content)
    return len(content) >= _FEW and any(
        sum(word in cells for word in content) >= most for cells in _table_words(lesson)
    )


def is_stuffed(words: Words) -> bool:
    """Tell whether an answer is a heap of key words: hardly a function word, no verb; or the same few over and over."""
    texts = words.texts
    if len(texts) >= 20 and len(set(texts)) < 0.3 * len(texts):
        return True
    if len(texts) < 6:
        return False
    function = sum(text in FUNCTION for text in texts)
    return function <= 0.12 * len(texts) and not any(_acts(words, index) for index in range(len(texts)))


def is_other_language(words: Words) -> bool:
    """Tell whether an answer is written in another language than English, or in hardly any."""
    texts = [text for text in words.texts if text.isalpha() and len(text) > 1]
    letters = [c for c in words.answer[:5_000] if c.isalpha()]
    if letters and sum(not _is_latin(c) for c in letters) > 0.3 * len(letters):
        return True
    english = sum(text in COMMON for text in texts)
    foreign = {text for text in texts if text in FOREIGN and text not in COMMON}
    return (len(foreign) >= 2 and len(foreign) >= 0.5 * english) or (len(foreign) == 1 and not english)


def has_odd_letters(answer: str) -> bool:
    """Tell whether letters that only look like Latin ones, or characters that turn text round, stand in an answer."""
    if any(c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068" for c in answer):
        return True
    if answer.isascii():
        return False
    return any(not part.isascii() and mixes_scripts(plain(part)) for part in re.findall(r"\w{3,}", answer))


def _is_latin(character: str) -> bool:
    return character < "\u0250" or "\u1e00" <= character < "\u1f00" or "\uff21" <= character <= "\uff5a"


def _acts(words: Words, index: int) -> bool:
    """Tell whether a word is a verb that something does: "keeps", or "use" after a plural, a pronoun or a colon."""
    word = words.texts[index]
    if word.endswith("s") and not VERBS.isdisjoint((word[:-1], word[:-2], word[:-3] + "y")):
        return True
    if word not in VERBS or not index:
        return False
    one, two = words.words[index - 1], words.words[index]
    if one.clause != two.clause:
        return ":" in words.answer[one.end : two.start] and words.clause(index, index + 1)[1] > index + 1
    return (one.text.endswith("s") and len(one.text) > 2) or one.text in ("i", "they", "we", "you", "can", "to")


def _runs(texts: Iterable[str]) -> list[tuple[str, ...]]:
    listed = list(texts)
    return [tuple(listed[i : i + _RUN]) for i in range(len(listed) - _RUN + 1)]


@lru_cache(maxsize=8)
def _lesson_runs(lesson: str) -> frozenset[tuple[str, ...]]:
    pieces = [lesson[start : start + 16_000] for start in range(0, len(lesson), 15_000)]
    return frozenset(run for text in (*pieces, *_tables_read_out(lesson)) for run in _runs(read_words(text).texts))


def _tables(lesson: str) -> Iterator[list[list[str]]]:
    """Find the markdown tables of a lesson: rows of cells."""
    for inside, lines in groupby(lesson.splitlines(), lambda line: bool(_TABLE_ROW.match(line))):
        if inside:
            yield [[cell.strip() for cell in line.strip(" |").split("|")] for line in lines if not _RULE.match(line)]


def _tables_read_out(lesson: str) -> Iterator[str]:
    """Give the cells of a lesson's tables in the orders in which a person reads them out."""
    for rows in _tables(lesson):
        for table in (rows, list(zip(*rows, strict=False))):
            yield " ".join(cell for row in table for cell in row)
            for first, *cells in table[1:]:
                yield " ".join([first, *(f"{head} {cell}" for head, cell in zip(table[0][1:], cells, strict=False))])


@lru_cache(maxsize=8)
def _table_words(lesson: str) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(word for row in rows for cell in row for word in read_words(cell).texts) for rows in _tables(lesson)
    )
