"""The public checks of 03_measure. They ask `expected` for every answer, so no solution stands here.

Models are tiny and real; the clock tells the time of a script, which depends on nothing but the rows that a model has been
trained on. So every honest way of running an epoch reads the same times.
"""

from decimal import Decimal

import pytest

from grader.checks.authoring import GapKind, NotRight, ScriptedClock, TinyModel, same, timed, trained, whole

EPOCHS = 4  # even, so that the median lies between two epochs
# Seconds of the warm-up, of four epochs, and of each epoch after them. Whatever they are multiplied by, the median of the four
# is no other quantity that somebody may take for it, and no two known mistakes that train alike give the same number. So the
# warm-up lies between the two epochs in the middle: then the median of all five shows.
SCRIPT = (5.3, 15.7, 9.3, 3.6, 3.8, 13.8)
COMPARED = 2  # epochs of each of three models: training is what a grading spends its time on
ROWS = 64
LARGEST = 1e15  # parameters, bytes or seconds; no measurement of a model is anywhere near
AROUND_THE_LAYER = 5000 * 64 + 64 + 1  # parameters of the lesson's models: the embedding and the head
BATCHES_ONE_EPOCH = "Count the rows that one epoch shows to the model, and the epochs of the warm-up and of the loop."
MEDIAN = "Which of the epochs may count, and which one number of their seconds does a single slow epoch not move?"


def data(rng):
    """Inputs (64, 4) and targets (64, 1): two batches of 32 rows."""
    return rng.normal(size=(ROWS, 4)).astype("float32"), rng.normal(size=(ROWS, 1)).astype("float32")


def script(scale):
    """The seconds of a model's epochs, the warm-up first."""
    return tuple(round(scale * seconds, 5) for seconds in SCRIPT)


def drawn_scale(rng):
    """What the script is multiplied by, so that the median is neither whole seconds nor hundredths, such as 8.3137."""
    hundredths = int(rng.integers(655, 1255))
    return (hundredths / 100 + 0.0037) / 6.55


def training_call(rng):
    """The arguments of the one call by which time_training is judged."""
    x, y = data(rng)
    return (TinyModel(4, ((2, "float32"), (1, "float32"))), x, y), ScriptedClock(ROWS, (script(drawn_scale(rng)),))


def comparison(rng):
    """The arguments of the one call by which compare_models is judged, and its clock.

    The first is neither the smallest nor the largest, nor the slowest, the quickest or the first in the alphabet. The
    last has fewer bytes than the first, and more parameters; two of them have weights that do not learn.
    """
    x, y = data(rng)
    units, scale = int(rng.integers(4, 7)), drawn_scale(rng)
    models = {
        "plain": TinyModel(4, ((units, "float32"), (1, "float32"))),
        "wide": TinyModel(4, ((units + 3, "float64"), (1, "float32")), seed=1, frozen=1),
        "half": TinyModel(4, ((units + 2, "float16"), (1, "float32")), seed=2, frozen=1),
    }
    clock = ScriptedClock(ROWS, (script(scale), script(1.75 * scale), script(0.625 * scale)))
    return (models, x, y), clock


@pytest.mark.points(2)
@pytest.mark.hint(
    "Write the shapes of layer.get_weights() of a small keras.layers.GRU one under the other, and add up."
)
@pytest.mark.parametrize("sizes", [(64, 64), (10, 7), (3, 2)])
def check_gru_parameter_count_default(sizes, student, expected):
    """gru_parameter_count counts a Keras GRU as it is by default"""
    whole(student.gru_parameter_count(*sizes), expected.gru_parameter_count(*sizes))


@pytest.mark.points(2)
@pytest.mark.hint("With reset_after=False there is one bias for each gate and the candidate, not two.")
@pytest.mark.parametrize("sizes", [(64, 64), (10, 7), (3, 2)])
def check_gru_parameter_count_reset_before(sizes, student, expected):
    """gru_parameter_count counts a GRU with reset_after=False"""
    whole(student.gru_parameter_count(*sizes, False), expected.gru_parameter_count(*sizes, False))


@pytest.mark.points(2)
@pytest.mark.hint("How many gates and candidates has an LSTM, and which three arrays belong to each of them?")
@pytest.mark.parametrize("sizes", [(64, 64), (10, 7), (3, 2)])
def check_lstm_parameter_count_values(sizes, student, expected):
    """lstm_parameter_count counts a Keras LSTM"""
    whole(student.lstm_parameter_count(*sizes), expected.lstm_parameter_count(*sizes))


@pytest.mark.points(1)
@pytest.mark.hint("Each weight has a shape and a dtype: how many numbers is that, and how many bytes is one of them?")
@pytest.mark.parametrize("frozen", [0, 1], ids=["all learn", "some frozen"])
@pytest.mark.parametrize("slots", [False, True], ids=["fresh", "trained"])
@pytest.mark.parametrize("units", [(3, 1), (5, 2, 1)], ids=["small", "deep"])
def check_model_size_bytes_values(units, slots, frozen, student, expected):
    """model_size_bytes adds up all weights of a model, before and after training"""
    model = TinyModel(4, tuple((n, "float32") for n in units), slots=slots, frozen=frozen)
    whole(student.model_size_bytes(model), expected.model_size_bytes(model))


@pytest.mark.points(1)
@pytest.mark.hint('Build a model with dtype="float16" and look at weight.dtype: how many bytes has one of its numbers?')
@pytest.mark.parametrize("dtypes", [("float16", "float16"), ("float64", "float64"), ("float16", "float64")])
def check_model_size_bytes_dtypes(dtypes, student, expected):
    """model_size_bytes counts each weight at its own dtype"""
    # Large enough that four bytes a weight, and the weights alone, are no size that a Python object may have.
    model = TinyModel(3, tuple(zip((8, 7), dtypes, strict=True)))
    whole(student.model_size_bytes(model), expected.model_size_bytes(model))


@pytest.mark.points(2)
@pytest.mark.hint(BATCHES_ONE_EPOCH)
def check_time_training_epochs(shared_rng, student, expected):
    """time_training runs a warm-up epoch and then as many epochs as asked for"""
    args, clock = training_call(shared_rng)
    call = {"epochs": EPOCHS, "clock": clock}
    trained(student.time_training(*args, **call), expected.time_training(*args, **call))


@pytest.mark.points(1)
@pytest.mark.hint("Read clock() right before and right after each epoch, and let nothing but the epoch happen between.")
def check_time_training_clock(shared_rng, student):
    """time_training times each epoch by the clock it is given"""
    args, clock = training_call(shared_rng)
    call = {"epochs": EPOCHS, "clock": clock}
    timed(student.time_training(*args, **call), EPOCHS)


@pytest.mark.points(1)
@pytest.mark.needs("time_training_clock")
@pytest.mark.hint(MEDIAN)
def check_time_training_median(shared_rng, student, expected):
    """time_training gives back the median of the epochs, in seconds"""
    args, clock = training_call(shared_rng)
    call = {"epochs": EPOCHS, "clock": clock}
    same(student.time_training(*args, **call), expected.time_training(*args, **call))


@pytest.mark.points(3)
@pytest.mark.composes
@pytest.mark.hint("Print the table: is there one row for each model, and is every ratio 1.0 in the first row?")
def check_compare_models_table(shared_rng, student, expected):
    """compare_models gives a row for each model, with ratios to the first"""
    args, clock = comparison(shared_rng)
    call = {"epochs": COMPARED, "clock": clock}
    same(student.compare_models(*args, **call), expected.compare_models(*args, **call))


def entry(measured, *keys):
    """What stands in MEASURED under some keys; raises NotRight if it is missing."""
    value = measured.value
    for depth, key in enumerate(keys):
        if not isinstance(value, dict):
            raise NotRight(measured, "a dict" + "".join(f'["{k}"]' for k in keys[:depth]), "something else")
        if key not in value:
            raise NotRight(measured, "an entry " + "".join(f'["{k}"]' for k in keys[: depth + 1]), "none")
        value = value[key]
    return value


def number(measured, *keys):
    """A positive number that stands in MEASURED; raises NotRight if it is anything else."""
    value = entry(measured, *keys)
    place = "".join(f'["{key}"]' for key in keys)
    if isinstance(value, tuple):
        told = ", ".join(str(part) for part in value[:3])
        raise NotRight(
            measured, f"a number in {place}", f"({told}): a comma makes two values, a point one", about=GapKind.TYPE
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotRight(measured, f"a number in {place}", f"a value of type {type(value).__name__}", about=GapKind.TYPE)
    if not 0 < value < LARGEST:
        raise NotRight(measured, f"a number above zero in {place}", f"{value}"[:40], about=GapKind.TYPE)
    return value


@pytest.mark.points(1)
@pytest.mark.hint("Build both models of the lesson with its own sizes, and copy what the last cell prints.")
@pytest.mark.parametrize("model", ["lstm", "gru"])
def check_MEASURED_sizes(model, student, expected, note):
    """MEASURED holds the parameters and bytes of the lesson's two models"""
    given = student.MEASURED
    layer = getattr(expected, f"{model}_parameter_count")(64, 64).value
    parameters = AROUND_THE_LAYER + layer
    right = {"parameters": parameters, "bytes": 4 * parameters}  # Keras' numbers are float32 by default
    if entry(given, model, "parameters") == layer:
        note(
            f"{layer:,} are the parameters of the {model.upper()} layer alone; the whole model has the embedding and the "
            "head as well, so the layer shrinks by a quarter and the model by a fiftieth."
        )
    for what in ("parameters", "bytes"):
        value, wanted = number(given, model, what), right[what]
        if value != wanted:
            raise NotRight(given, f'{wanted:,} in ["{model}"]["{what}"]', f"{value:,}", "value")


@pytest.mark.points(1)
@pytest.mark.hint(
    "Say where you measured (as in: Colab, CPU) and put in the seconds that an epoch took on that machine."
)
def check_MEASURED_times(student, expected, note):
    """MEASURED names the device and holds the seconds of an epoch for both models"""
    given = student.MEASURED
    device = entry(given, "device")
    if not (isinstance(device, str) and device.strip(" .?-")):
        told = f'"{device}"' if isinstance(device, str) else f"a value of type {type(device).__name__}"
        raise NotRight(given, 'the name of your machine in ["device"]', told, "value")
    lstm, gru = (number(given, model, "seconds_per_epoch") for model in ("lstm", "gru"))
    for counts in parameters(expected):
        if worked_out(gru, lstm, counts["gru"] / counts["lstm"]):
            note(
                f"Your two times stand in the very ratio of the parameters, {counts['gru']:,} to {counts['lstm']:,}. If you worked "
                "one of them out, measure it instead: fewer parameters need not mean less time, and on a CPU the GRU is often the "
                "slower one. If you measured both, it is a coincidence."
            )


def parameters(expected):
    """The parameters of the two layers, and those of the two models."""
    layers = {model: getattr(expected, f"{model}_parameter_count")(64, 64).value for model in ("lstm", "gru")}
    return layers, {model: AROUND_THE_LAYER + layer for model, layer in layers.items()}


def worked_out(gru, lstm, ratio):
    """Whether two times have a ratio to some three digits, one of them being written with enough digits to tell."""
    finest = min(half_a_digit(gru), half_a_digit(lstm))
    return finest <= 1e-3 and abs(gru / lstm / ratio - 1) <= max(finest, 3e-4)


def half_a_digit(value):
    """Half a unit of the last digit that a number is written with, as a share of the number."""
    return 0.5 * 10 ** Decimal(str(value)).as_tuple().exponent / value


@pytest.mark.points(1)
@pytest.mark.hint("Compare the numbers that you wrote down yourself; the GRU may well be the slower one.")
def check_MEASURED_conclusion(student):
    """MEASURED concludes what its own numbers say"""
    given = student.MEASURED
    sizes = {model: number(given, model, "bytes") for model in ("lstm", "gru")}
    seconds = {model: number(given, model, "seconds_per_epoch") for model in ("lstm", "gru")}
    concluded(given, "smaller", sizes, 0.0, "has fewer bytes")
    concluded(given, "faster", seconds, 0.1, "took less time")


def concluded(given, key, numbers, margin, less):
    """The entry names the model with the smaller number, or "equal" if they differ by at most a share of the larger."""
    said, low, high = entry(given, key), min(numbers.values()), max(numbers.values())
    said = said.strip().lower() if isinstance(said, str) else said
    least = min(numbers, key=numbers.get)
    right, why = {least}, f"your {least.upper()} {less}"
    if low == high:
        right, why = {"equal"}, "your two numbers are the same"
    elif high - low <= margin * high:
        right, why = {least, "equal"}, f"{why}, by {margin:.0%} at most"
    if said not in sorted(right):
        wanted = " or ".join(f'"{name}"' for name in sorted(right))
        told = f'"{said[:40]}"' if isinstance(said, str) else f"a value of type {type(said).__name__}"
        raise NotRight(given, f'"{key}": {wanted}, since {why}', told, "value")


LADDER = {
    "gru_parameter_count": [(1, 1), (2, 1), (1, 2), (3, 2), (1, 1, False), (1, 2, False)],
    "lstm_parameter_count": [(1, 1), (2, 1), (1, 2), (3, 2)],
}
