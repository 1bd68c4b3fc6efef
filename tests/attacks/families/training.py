"""Trainings that did not happen: counters, clocks and tables that are forged or looked into."""

from __future__ import annotations

from attacks.attack import BREACH, Attack

EPOCHS = """
import gc, statistics
import keras


def time_training(model, x, y, epochs=3, clock=None):
    {epoch}
    seconds = []
    for _ in range(epochs):
        start = clock()
        {epoch}
        seconds.append(clock() - start)
    return statistics.median(seconds)


"""
TABLE = """
import itertools
import pandas as pd


class Equal:
    def __eq__(self, other): return True
    def tolist(self): return [self, self, self]
    def __getitem__(self, place): return self
    __hash__ = None


class Table(pd.DataFrame):
    shape = property(lambda self: (3, 5))
    iloc = property(lambda self: Equal())
    index = property(lambda self: ['plain', 'wide', 'half'])
    columns = property(lambda self: {columns})


def compare_models(*args, **options):
    return object.__new__(Table)
"""
COLUMNS = "['parameters', 'bytes', 'seconds_per_epoch', 'relative_size', 'relative_time']"
SEARCH = "a script searched for"


def untrained(name: str, text: str, says: str = "", *, gains: int = 0) -> Attack:
    """Wrong work that goes for points without training; what gives it away stands in its row."""
    return Attack("training", name, text, work="zeros", exercise="03_measure", says=says, gains=gains)


ATTACKS: tuple[Attack, ...] = (
    untrained("a number in the place of a dict", "MEASURED = 1\n", "something else"),
    untrained("a counter found and turned on", EPOCHS.format(epoch="turn(len(x))") + """
def turn(rows):
    for each in gc.get_objects():
        if type(each).__module__ == 'grader.sandbox.inside.counting_model' and type(each).__name__ == 'Counter':
            each.rows += rows
""", gains=6),
    untrained("rows that pass the first layer alone", EPOCHS.format(epoch="model.layers[0](x, training=True)"), gains=6),
    untrained("a clock asked for rows never trained", """
import statistics


def time_training(model, x, y, epochs=3, clock=None):
    ask, = [cell.cell_contents for cell in clock.__closure__ if not hasattr(cell.cell_contents, 'counted')]
    ticks = [ask('clock', [[[n * len(x), 0]]]) for n in range(1, epochs + 2)]
    return statistics.median([after - before for before, after in zip(ticks, ticks[1:])])
""", "got training for 0 epochs", gains=4),
    untrained("fit that does nothing", EPOCHS.format(epoch="model.fit(x, y)") + "keras.Model.fit = lambda *a, **k: None\n", "got training for 0 epochs"),
    untrained("models of a class that counts for itself", EPOCHS.format(epoch="model.fit(x, y)") + """
class Model(keras.Sequential):
    rows = 0

    def fit(self, x, *args, **options):
        self.rows += len(x)


keras.Sequential = Model
""", "got training for 0 epochs"),
    untrained(SEARCH, f"""
import collections, gc, sys, types

SOUGHT = ('ScriptedClock', 'Watch', 'DoubleClock', 'Trial', 'Plans', 'Bench')


def time_training(model, x, y, epochs=3, clock=None):
    seen, left, found = set(), collections.deque([clock, sys._getframe()]), []
    while left and len(seen) < 50_000:
        each = left.popleft()
        if id(each) in seen: continue
        seen.add(id(each))
        if type(each).__name__ in SOUGHT: found.append(each)
        if type(each) is types.FrameType: left += [each.f_back, each.f_globals, each.f_locals]
        left += gc.get_referents(each)
    raise RuntimeError({BREACH + " " + SEARCH + ": "!r} + str(found) if found or len(seen) < 20_000 else 'nothing was found')
""", "nothing was found"),
    untrained("a table that lies", TABLE.format(columns=COLUMNS), "a value of type Equal"),
    untrained("a table without end", TABLE.format(columns="(bytearray(1 << 26) for _ in itertools.count())"), "of memory allowed"),
    Attack("training", "a clock kept for another call", """
kept, timed, table = [], time_training, compare_models


def time_training(*args, **options):
    kept.append(options['clock'])
    return timed(*args, **options)


def compare_models(*args, **options):
    [clock() for clock in kept]
    return table(*args, **options)
""", work="right", exercise="03_measure", costly=True, says="an answer that nobody asked for"),
)  # fmt: skip
