"""Serves one submission inside a locked process: reads it, runs its statements, calls its functions, answers questions.

Everything that it says may be forged by the submission, which lives in the same process. So it says only what the submission
gave; whether that is right is decided on the other side of the channel.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from grader.errors import UnreadableWork
from grader.sandbox.inside import calls, faults, imports, model_facts, rebuild_model, running
from grader.sandbox.inside.objects import Live
from grader.sandbox.wire import values
from grader.sandbox.wire.channel import ChannelClosed, WorkerEnd
from grader.source.copies import defined_again, left_above, without_copies
from grader.source.literals import literals
from grader.source.read_source import Source, describe, describe_source, read_source
from grader.source.sentences import find_said
from grader.source.statements import elsewhere, functions
from grader.source.unrun import unrun
from grader.source.written.read_answers import read_answers, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_STATEMENTS = 5_000  # of one file; a chapter of 120 cells has some hundreds
MAX_NAMES = 20_000  # that its statements bind, all together


class Served:
    """One submission in its process."""

    def __init__(
        self, channel: WorkerEnd, refused: frozenset[str], exercise: str, probe: Callable[[dict[str, Any]], Any]
    ) -> None:
        self._channel = channel
        self._probe = probe
        self._module = running.new_module()
        self._wants = running.Wants()
        self._source: Source | None = None
        self._filenames: frozenset[str] = frozenset()
        self._examples: dict[str, Any] = {}
        self._live = Live()
        imports.install(refused, exercise, self._example)

    def serve(self) -> None:
        """Answers requests until the grader goes."""
        while True:
            try:
                request = self._channel.receive()
            except ChannelClosed:
                return
            except KeyboardInterrupt:
                continue
            try:
                answer = self._answer(request)
                self._channel.send({"id": request["id"], **answer})
            except ChannelClosed:
                return
            except KeyboardInterrupt:
                continue  # a stop that came too late for the statement it was meant for

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "describe":
                wanted = request["names"], request["questions"]
                return {"described": describe(request["data"], request["kind"], request["name"], *wanted)}
            case "answers":
                return self._answers(request)
            case "read":
                return self._read(request)
            case "run":
                return self._run(request)
            case "call":
                return self._call(request)
            case "calls":
                return self._calls(request)
            case "look":
                return self._look(request)
            case "predict" | "train":
                return rebuild_model.answer(request)
            case "probe":
                return {"probed": self._probe(request["targets"])}
        return {"unknown": request["do"]}

    def _look(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a model is that a call gave."""
        try:
            return {"looked": model_facts.look(self._live.model(request["number"]), request["inputs"], self._filenames)}
        except BaseException as error:
            return {"raised": faults.describe(error, self._filenames)}

    def _example(self, exercise: str) -> Any:
        """The data that an exercise comes with; fresh copies every time."""
        if exercise not in self._examples:
            raise LookupError(f"{exercise} comes with no data here")
        return values.loads(*values.dumps(self._examples[exercise]))

    def _answers(self, request: dict[str, Any]) -> dict[str, Any]:
        """Written answers, from the text alone."""
        try:
            texts = read_answers(request["data"], request["kind"], request["names"], request["prompts"])
            return {"answers": to_plain(texts)}
        except UnreadableWork as error:
            return {"unreadable": str(error)}
        except (MemoryError, RecursionError):
            return {"unreadable": "it is too large or too deeply nested to be read"}

    def _read(self, request: dict[str, Any]) -> dict[str, Any]:
        self._examples = request.get("examples", {})
        try:
            source = read_source(request["data"], request["kind"], request["name"])
            self._source = without_copies(source, request.get("stub", {}))
        except UnreadableWork as error:
            return {"unreadable": str(error)}
        except (MemoryError, RecursionError):
            return {"unreadable": "it is too large or too deeply nested to be read"}
        statements, broken = self._source.statements, self._source.broken
        names = sum(len(part.binds) for part in statements) + sum(len(part.binds) for part in broken)
        if len(statements) + len(broken) > MAX_STATEMENTS or names > MAX_NAMES:
            return {"unreadable": f"it has more than {MAX_STATEMENTS:,} statements, or more than {MAX_NAMES:,} names"}
        self._filenames = frozenset(statement.filename for statement in statements)
        return {
            "statements": [[s.cell, s.line, list(s.binds), s.safe] for s in self._source.statements],
            "broken": [[b.cell, b.line, b.message, list(b.binds), b.cause] for b in self._source.broken],
            "elsewhere": elsewhere(self._source.statements),
            "functions": functions(self._source.statements),
            "again": defined_again(self._source, request["names"], request.get("stub", {})),
            "left": left_above(self._source, request["names"]),
            "unrun": unrun(self._source, request["names"], request.get("stub", {})),
            "contents": describe_source(self._source, request["names"]),
            "literals": literals(self._source, request.get("literals", ())),
            "said": find_said(request["data"], request["kind"], request.get("said", {})),
        }

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._source is not None, "run comes after read"

        def tell(event: dict[str, Any]) -> None:
            self._channel.send({"id": request["id"], "event": event})

        running.run(
            self._source,
            self._module,
            self._wants,
            tell,
            self._filenames,
            frozenset(request["skip"]),
            request["full_seconds"],
        )
        return {"ran": True}

    def _calls(self, request: dict[str, Any]) -> dict[str, Any]:
        """Many calls for one question; each answer goes out as soon as it is there."""
        for index, one in enumerate(request["calls"]):
            answer = self._call({**one, "id": request["id"], "parts": {}})
            self._channel.send({"id": request["id"], "event": {"index": index, "answer": answer}})
        return {"called": len(request["calls"])}

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        # a second decoding of the same bytes: the pristine copy that no code of the submission has seen
        header, payload = values.dumps([request["args"], request["kwargs"]])
        pristine = values.loads(header, payload)[0]

        def ask(name: str, args: list[Any]) -> Any:
            self._channel.send({"id": request["id"], "ask": name, "args": args})
            reply = self._channel.receive()
            if "refuse" in reply:
                raise TypeError(reply["refuse"])
            return reply["answer"]

        answer = calls.call(self._module, request, pristine, ask, self._filenames, self._live)
        running.flush()
        raised = answer.get("raised")
        if raised is not None:
            raised["wanted"] = self._wants.explain(raised, self._module)
        elif "missing" in answer:
            answer["wanted"] = self._wants.any or answer["missing"] in self._wants.names
        return answer


def main(
    sock: Any, output: int, refused: frozenset[str], exercise: str, probe: Callable[[dict[str, Any]], Any]
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
