"""The live names of a notebook as the checks see them: functions are called where they are, in the kernel itself."""

from __future__ import annotations

import _thread
import contextlib
import io
import random
import signal
import sys
import threading
import time
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.meant import closest
from grader.sandbox.inside import calls, model_facts, rebuild_model
from grader.sandbox.inside.objects import Live
from grader.sandbox.outside.conversation import NoAnswer
from grader.sandbox.outside.models import predicted, to_predict, to_train, trained_to
from grader.sandbox.outside.replies import Asked, Reply, Returned, understand, understand_look
from grader.sandbox.outside.stops import Absence, AbsenceKind, StopKind, Stopped
from grader.sandbox.outside.what_ran import Reading
from grader.sandbox.wire import values
from grader.sandbox.wire.codec import NotARecord, decode, encode
from grader.sandbox.wire.messages import (
    CallOne,
    CallRaised,
    CallReply,
    LookRaised,
    ModelFacts,
    NotBuilt,
    PredictAgain,
    Predicted,
    TrainAgain,
    TrainedTo,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.sandbox.outside.conversation import AnswerPart
    from grader.sandbox.outside.models import Clean, Layer, LookedAt, NoModel
    from grader.sandbox.wire.codec import AnyArray, WireRecord


class LiveNames:
    """Calls the functions of a namespace, drops what they print, and interrupts one that takes too long."""

    def __init__(self, namespace: dict[str, Any], names: tuple[str, ...], seconds: float, memory: str) -> None:
        """``names`` are those that the exercise grades, ``seconds`` limits one call, ``memory`` says its limit in words."""
        self._module = _Holder(namespace)
        self._reading = LiveReading(names, namespace)
        self._seconds = seconds
        self._memory = memory
        self._late: dict[str, int] = {}
        self._live = Live()
        functions = [each for each in namespace.values() if isinstance(each, types.FunctionType)]
        own = [each for each in functions if each.__globals__ is namespace]
        self._filenames = frozenset(each.__code__.co_filename for each in own)

    def call_each(self, calls: Sequence[Asked]) -> list[Reply]:
        """The replies to some calls, one after the other."""
        return [self.call(*each) for each in calls]

    def value(self, name: str) -> Reply:
        """What a name stands for now."""
        value = self._module.__dict__.get(name)
        return Stopped(name, StopKind.UNSET) if value is None else Returned(_plain(value))

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
        """The reply of one function; raises KeyboardInterrupt if a person stops it."""
        if self._late.get(name, 0) >= 2:
            return Stopped(name, StopKind.LATE_TWICE)

        def ask(part: str, asked: list[Any]) -> Any:
            if answer_part is None:
                raise TypeError(f"{part} is not there")
            try:
                return answer_part(part, _plain(asked))
            except NoAnswer as none:
                raise TypeError(str(none)) from None

        replaced = {part: tuple(parameters) for part, parameters in (parts or {}).items()}
        one = CallOne(name, tuple(args), dict(kwargs or {}), replaced, otherwise)
        answer = self._limited(
            name,
            CallReply,
            lambda: calls.call(self._module, one, _plain(one.args), ask, self._filenames, self._live),
        )
        if isinstance(answer, Stopped):
            return answer
        return understand(name, answer, self._reading, self._memory, name_places=False)

    def look(self, name: str, number: int, inputs: Any) -> LookedAt | Stopped:
        """What the model that a call of ``name`` gave is, by its number; raises KeyboardInterrupt if a person stops it."""
        answer = self._limited(
            name,
            ModelFacts | LookRaised,
            lambda: model_facts.look_or_tell(lambda: self._live.model(number), inputs, self._filenames),
        )
        if isinstance(answer, Stopped):
            return answer
        return understand_look(name, answer, self._reading, self._memory)

    def clean(self) -> Clean:
        """The kernel itself: at home cheating wins nothing, and importing Keras once more would take time."""
        return Kernel()

    def _limited(self, name: str, kinds: object, work: Callable[[], WireRecord]) -> Any | Stopped:
        """The record that some work on ``name`` gives, one of ``kinds``, as if it had crossed; `Stopped` if it takes too long."""
        limit = Limit(self._seconds)
        nowhere = _Nowhere()
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), undisturbed(), limit:
            answer = work()
        if isinstance(answer, CallRaised | LookRaised) and answer.fault.kind == "interrupted":
            if not limit.reached:
                raise KeyboardInterrupt
            self._late[name] = self._late.get(name, 0) + 1
            return Stopped(name, StopKind.LATE, seconds=self._seconds)
        try:
            return crossed(kinds, answer)
        except NotARecord:
            return Stopped(name, StopKind.GARBLED)


class Kernel:
    """Rebuilds models in this very process."""

    def predict(self, layers: Sequence[Layer], inputs: AnyArray, seconds: float) -> AnyArray | NoModel:
        """As in `Clean`; a person can stop it."""
        del seconds
        asked = crossed(PredictAgain, to_predict(layers, inputs))
        with undisturbed():
            told = rebuild_model.predict(asked)
        return predicted(crossed(Predicted | NotBuilt, told))

    def train(self, layers: Sequence[Layer], seconds: float, **training: Any) -> float | NoModel:
        """As in `Clean`; a person can stop it."""
        del seconds
        asked = crossed(TrainAgain, to_train(layers, **training))
        with undisturbed():
            told = rebuild_model.train(asked)
        return trained_to(crossed(TrainedTo | NotBuilt, told))

    def dismiss(self) -> None:
        """Does nothing: the kernel is the student's, and goes on."""

    def end(self) -> str:
        """Says nothing: the kernel goes on, so it has not ended in any way."""
        return ""


class LiveReading(Reading):
    """What is known about missing names when there is no file to look into."""

    def __init__(self, names: tuple[str, ...], namespace: Mapping[str, Any]) -> None:
        super().__init__(names, 0.0)
        self._graded = names
        self._namespace = namespace

    def missing(self, name: str, *, wanted: bool, inside: str = "") -> Absence:
        """Why a name is not there: it is not written yet, or the cell that binds it did not run."""
        del wanted  # one's own kernel refuses nothing
        if name not in self._graded:
            return Absence(name, AbsenceKind.LIVE_UNKNOWN, inside)
        functions = [(each, value) for each, value in self._namespace.items() if isinstance(value, types.FunctionType)]
        own = [each for each, value in functions if value.__globals__ is self._namespace]  # not one that was imported
        others = [each for each in own if each not in self._graded]
        close = closest(name, others, 0.7)
        return Absence(name, AbsenceKind.LIVE_UNWRITTEN, inside, close)


class Limit:
    """Interrupts the main thread if its block takes too long, as pressing stop would; in other threads it does nothing."""

    def __init__(self, seconds: float) -> None:
        self.reached = False
        self._lock = threading.Lock()
        self._over = False
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self._ignored: signal.Handlers | None = None

    def __enter__(self) -> Limit:
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if isinstance(handler, signal.Handlers):  # what a shell starts in the background ignores interrupts
                self._ignored = handler
                signal.signal(signal.SIGINT, signal.default_int_handler)
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with self._lock:
                self._over = True
            self._timer.cancel()
            if self.reached:
                time.sleep(0)  # an interrupt that came just as the call ended arrives here at the latest
        except KeyboardInterrupt:
            if not self.reached:
                raise  # a person's own
        finally:
            if self._ignored is not None:
                signal.signal(signal.SIGINT, self._ignored)

    def _ring(self) -> None:
        with self._lock:
            if not self._over:
                self.reached = True
                _interrupt()


def _interrupt() -> None:
    """Makes the main thread raise KeyboardInterrupt; if the system has signals, one wakes it even while it waits."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and callable(signal.getsignal(signal.SIGINT)) and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main()


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Leaves the kernel, which goes on, as it was: how TensorFlow runs functions, and Python's and NumPy's random numbers.

    Keras draws the seeds of its layers from Python's, so a notebook that set a seed would get other numbers.
    """
    drawn, drawn_by_numpy = random.getstate(), np.random.get_state()
    eager = "tensorflow" in sys.modules and sys.modules["tensorflow"].config.functions_run_eagerly()
    try:
        yield
    finally:
        random.setstate(drawn)
        np.random.set_state(drawn_by_numpy)
        if "tensorflow" in sys.modules:
            sys.modules["tensorflow"].config.run_functions_eagerly(eager)


class _Holder(types.ModuleType):
    """A module whose names are those of the notebook."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        super().__init__("notebook")
        self._names = namespace

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        return object.__getattribute__(self, "_names")  # type: ignore[no-any-return]


class _Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        """Forgets it."""
        return len(text)


def _plain(value: Any) -> Any:
    """What would have crossed to another process: plain data, or the name of its type for anything else."""
    return values.loads(*values.dumps(value))


def crossed(kinds: object, made: WireRecord) -> Any:
    """A record as it would have come out on the other side; raises NotARecord."""
    return decode(kinds, _plain(encode(made)))
