"""Serves one submission inside a locked process: reads it, runs its statements, calls its functions, answers questions.

Everything that it says may be forged by the submission, which lives in the same process. So it says only what the submission
gave; the other side of the channel decides whether that is right.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.errors import UnreadableWork
from grader.sandbox.inside import calls, imports, model_facts, rebuild_model, running
from grader.sandbox.inside.objects import Live
from grader.sandbox.wire import values
from grader.sandbox.wire.channel import ChannelClosed, WorkerEnd
from grader.sandbox.wire.codec import reader
from grader.sandbox.wire.messages import (
    LONGEST_FUNCTION,
    MAX_NAMES,
    MAX_STATEMENTS,
    AllCalled,
    AnswersRead,
    AnswerText,
    AnyQuestion,
    AskPart,
    BrokenPiece,
    CallEach,
    CallMissing,
    CallOne,
    CallRaised,
    CallReply,
    CantRead,
    DefinedAgain,
    DescribeFile,
    FileHolds,
    FileRan,
    FileRead,
    FunctionText,
    LookAtModel,
    NamesElsewhere,
    NamesNotRun,
    OneCalled,
    OwnFunction,
    PartGives,
    PartRefuses,
    PredictAgain,
    Probed,
    RaisesAbove,
    ReadAnswers,
    ReadFile,
    RunFile,
    TopStatement,
    TrainAgain,
    TryProbes,
    WrittenValue,
    message,
    opened,
)
from grader.source.copies import defined_again, left_above, without_copies
from grader.source.fingerprints import fingerprints
from grader.source.function_text import function_texts
from grader.source.literals import literals
from grader.source.read_source import Source, describe, describe_source, read_source
from grader.source.sentences import find_said
from grader.source.statements import elsewhere, functions
from grader.source.unrun import unrun
from grader.source.written.read_answers import read_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.sandbox.wire.codec import Plain, WireRecord
    from grader.source.contents import Contents
    from grader.source.fingerprints import Fingerprint

_question = reader(AnyQuestion)
_part_answer = reader(PartGives | PartRefuses)
TOO_LARGE = "it is too large or too deeply nested to be read"


class Served:
    """One submission in its process."""

    def __init__(
        self, channel: WorkerEnd, refused: frozenset[str], exercise: str, probe: Callable[[Plain], dict[str, str]]
    ) -> None:
        self._channel = channel
        self._number = 0  # of the question that is being answered
        self._probe = probe
        self._module = running.new_module()
        self._wants = running.Wants()
        self._source: Source | None = None
        self._filenames: frozenset[str] = frozenset()
        self._examples: Mapping[str, Any] = {}
        self._live = Live()
        imports.install(refused, exercise, self._example)

    def serve(self) -> None:
        """Answers questions until the grader goes."""
        while True:
            try:
                self._number, asked = opened(self._channel.receive())
            except ChannelClosed:
                return
            except KeyboardInterrupt:
                continue
            try:
                self._tell(self._answer(_question(asked)))
            except ChannelClosed:
                return
            except KeyboardInterrupt:
                continue  # a stop that came too late for the statement it was meant for

    def _tell(self, made: WireRecord) -> None:
        self._channel.send(message(self._number, made))

    def _answer(self, asked: AnyQuestion) -> WireRecord:
        match asked:
            case CallOne():
                return self._call(asked)
            case CallEach():
                return self._calls(asked)
            case RunFile():
                return self._run(asked)
            case ReadFile():
                return self._read(asked)
            case DescribeFile():
                return _holds(describe(asked.data, asked.kind, asked.name, asked.names, asked.questions))
            case ReadAnswers():
                return self._answers(asked)
            case LookAtModel():
                return model_facts.look_or_tell(lambda: self._live.model(asked.number), asked.inputs, self._filenames)
            case PredictAgain():
                return rebuild_model.predict(asked)
            case TrainAgain():
                return rebuild_model.train(asked)
            case TryProbes():
                return Probed(self._probe(asked.targets))

    def _example(self, exercise: str) -> Any:
        """The data that an exercise comes with; fresh copies every time."""
        if exercise not in self._examples:
            raise LookupError(f"{exercise} comes with no data here")
        return values.loads(*values.dumps(self._examples[exercise]))

    def _answers(self, asked: ReadAnswers) -> AnswersRead | CantRead:
        """Written answers, from the text alone."""
        try:
            texts = read_answers(asked.data, asked.kind, asked.names, asked.prompts)
        except UnreadableWork as error:
            return CantRead(str(error))
        except (MemoryError, RecursionError):
            return CantRead(TOO_LARGE)
        return AnswersRead(tuple(AnswerText(name, each.text, each.certain, each.why) for name, each in texts.items()))

    def _read(self, asked: ReadFile) -> FileRead | CantRead:
        self._examples = asked.examples
        try:
            source = read_source(asked.data, asked.kind, asked.name)
            self._source = source = without_copies(source, asked.stub)
        except UnreadableWork as error:
            return CantRead(str(error))
        except (MemoryError, RecursionError):
            return CantRead(TOO_LARGE)
        statements, broken = source.statements, source.broken
        names = sum(len(part.binds) for part in statements) + sum(len(part.binds) for part in broken)
        if len(statements) + len(broken) > MAX_STATEMENTS or names > MAX_NAMES:
            return CantRead(f"it has more than {MAX_STATEMENTS:,} statements, or more than {MAX_NAMES:,} names")
        self._filenames = frozenset(statement.filename for statement in statements)
        return read_as_told(source, asked)

    def _run(self, asked: RunFile) -> FileRan:
        assert self._source is not None, "a file is read before it is run"
        running.run(
            self._source,
            self._module,
            self._wants,
            self._tell,
            self._filenames,
            frozenset(asked.skip),
            asked.full_seconds,
        )
        return FileRan()

    def _calls(self, asked: CallEach) -> AllCalled:
        """Many calls for one question; each reply goes out as soon as it is ready."""
        for index, one in enumerate(asked.calls):
            self._tell(OneCalled(index, self._call(one)))
        return AllCalled()

    def _call(self, asked: CallOne) -> CallReply:
        pristine = values.copied(asked.args)  # before any code of the submission has seen them
        reply = calls.call(self._module, asked, pristine, partial(self._ask, self._number), self._filenames, self._live)
        running.flush()
        if isinstance(reply, CallRaised):
            return replace(reply, wanted=self._wants.explain(reply.fault, self._module))
        if isinstance(reply, CallMissing):
            return CallMissing(self._wants.any or asked.name in self._wants.names)
        return reply

    def _ask(self, number: int, name: str, args: list[Any]) -> Any:
        # A clock or a stand-in that was kept asks under the number of its own call, and so ends the worker.
        self._channel.send(message(number, AskPart(name, tuple(args))))
        reply = _part_answer(opened(self._channel.receive())[1])
        if isinstance(reply, PartRefuses):
            raise TypeError(reply.why)
        return reply.value


def read_as_told(source: Source, asked: ReadFile) -> FileRead:
    """All that is said about a file before any of it runs."""
    written = literals(source, asked.literals)
    return FileRead(
        statements=tuple(TopStatement(s.cell, s.line, s.binds, s.safe) for s in source.statements),
        broken=tuple(BrokenPiece(b.cell, b.line, b.message, b.binds, b.cause) for b in source.broken),
        elsewhere=tuple(NamesElsewhere(*each) for each in elsewhere(source.statements)),
        functions=tuple(functions(source.statements)),
        again=tuple(DefinedAgain(*each) for each in defined_again(source, asked.names, asked.stub)),
        left=tuple(RaisesAbove(*each) for each in left_above(source, asked.names)),
        unrun=tuple(NamesNotRun(*each) for each in unrun(source, asked.names, asked.stub)),
        contents=_holds(describe_source(source, asked.names)),
        literals=tuple(WrittenValue(name, w.known, w.value, w.cell, w.line) for name, w in written.items()),
        said=find_said(asked.data, asked.kind, asked.said),
        own=tuple(_own(each) for each in fingerprints(source, asked.names, asked.stub)) if asked.keep else (),
        texts=tuple(FunctionText(*each) for each in function_texts(source, asked.names, LONGEST_FUNCTION).items()),
    )


def _own(found: Fingerprint) -> OwnFunction:
    return OwnFunction(found.name, found.cell, found.line, found.text, found.grams, found.spans, found.helper)


def _holds(found: Contents) -> FileHolds:
    return FileHolds(
        found.unreadable, found.definitions, tuple(sorted(found.bound)), tuple(sorted(found.broken)), found.answers
    )


def main(
    sock: Any, output: int, refused: frozenset[str], exercise: str, probe: Callable[[Plain], dict[str, str]]
) -> None:
    """Serves on ``sock``; ``output`` becomes standard output and error, ``probe`` is the self-test. Never returns."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  lives as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)
    sys.argv = [running.MODULE_NAME]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status = 0
    try:
        Served(WorkerEnd(sock), refused, exercise, probe).serve()
    except BaseException:
        status = 70
    os._exit(status)
