"""The written answers of a file, read in a locked process that runs none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.sandbox.outside.conversation import WorkerDied, WorkerLate
from grader.sandbox.wire.messages import CantRead, ReadAnswers
from grader.source.written.read_answers import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.sandbox.outside.work import Starting
    from grader.source.text import Kind

READ_SECONDS = 20.0


def read_written(
    spawning: Starting, data: bytes, kind: Kind, name: str, questions: Sequence[str], prompts: Mapping[str, str]
) -> dict[str, Text]:
    """What answers each question, less the stub's own lines (``prompts``); raises UnreadableWork."""
    process = spawning.start()
    try:
        read = process.ask(ReadAnswers(data, kind, tuple(questions), prompts), READ_SECONDS)
    except (WorkerLate, WorkerDied):
        why = f"{name} is too large or too deeply nested to be read"
        raise UnreadableWork(why, repeatable=False) from None
    finally:
        process.end()
    if isinstance(read, CantRead):
        raise UnreadableWork(read.why)
    found = {each.question: Text(each.text, each.certain, each.why) for each in read.answers}
    if found.keys() != set(questions):
        raise UnreadableWork(f"{name} is too large or too deeply nested to be read")
    return found
