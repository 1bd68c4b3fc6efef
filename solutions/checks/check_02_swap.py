"""The public checks of 02_swap. A model is judged by what it is: its layers, their settings, and what it gives.

What the submission built is looked at in its own worker: its layers, their settings and their weights. For ids that nobody could
know beforehand it has to give what these layers and weights give by themselves. What is kept is compared with the solution's
own model.
"""

import pytest

from grader.checks.authoring import Answer, NotDone, NotRight, StudentStopped

OTHERWISE = {"build_model": "model"}  # a model at module level is judged if there is no function
DEFAULTS = (5000, 64, 64, 50)
OTHER_SIZES = (40, 7, 5, 9)  # no two alike, and none a default
VOCABULARY, LENGTH = DEFAULTS[0], DEFAULTS[-1]
FREE = {"name", "trainable", "dtype", "seed", "unroll", "quantization_config", "kernel_initializer",
        "recurrent_initializer", "bias_initializer", "zero_output_for_mask", "implementation"}  # fmt: skip
LATER = {"dropout", "recurrent_dropout", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer",
         "activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint"}  # fmt: skip
EMBEDDING = ("input_dim", "output_dim")
BY_DEFAULT = dict(zip((*EMBEDDING, "units"), DEFAULTS, strict=False))
MASKED = (
    "mask_zero=True makes the GRU pass over the zeros that fill a text up to its length, so padding behind the words works as "
    "well. On a GPU the fast program (cuDNN) then wants the zeros behind the words: with zeros in front it is slow, or stops with "
    "an error. Without a mask pad in front, so that the words are what the GRU reads last."
)


def ids(rng, vocabulary, length):
    """Eight sequences of ids, from the first to the last that the embedding knows."""
    drawn = rng.integers(0, vocabulary, size=(8, length)).astype("int32")
    drawn[0, 0], drawn[0, -1] = 0, vocabulary - 1
    return drawn


def core(layer):
    """The recurrent layer itself, even if it stands in a wrapper or is written as a cell."""
    return core(layer.inner) if layer.inner is not None else layer


def kind(layer):
    """What a layer does: GRU, also for a wrapped one or RNN(GRUCell); a layer that somebody wrote does what nobody knows."""
    return core(layer).kind.removesuffix("Cell") if core(layer).own else f"{core(layer).kind} (written by hand)"


def kinds(seen):
    """The kinds of all layers, in order."""
    return [kind(layer) for layer in seen.layers]


def is_kept(layer, right, settings):
    """Whether a layer has the settings of the solution's."""
    return layer.kind == right.kind and all(layer.settings.get(name) == right.settings.get(name) for name in settings)


def built(student, *sizes):
    """The model that build_model gives; raises NotRight if it raises and still names the LSTM beside the GRU."""
    try:
        return student.build_model(*sizes)
    except StudentStopped as stop:
        if {"LSTM", "GRU"} <= stop.stopped.names:
            both = "both of them in the function, which ends in an error instead of a model"
            raise NotRight(Answer(stop.call, None), "the GRU in the LSTM's place", both, mistake="S1") from None
        raise


def looked_at(models, note, got, inputs, right):
    """The model that a call gave, by its layers; a stub's model is not done yet."""
    seen = models.look(got, inputs)
    if not seen.built:
        note(
            "The model had no weights yet when it was handed over: it is built when it first sees data. "
            "model.build((None, max_len)) or an Input layer does it at once, and count_params() works."
        )
    if any(layer.kind == "Embedding" and layer.settings.get("mask_zero") is True for layer in seen.layers):
        note(MASKED)
    if kinds(seen) == ["Embedding", "LSTM", "Dense"] and not seen.layers[1].inner:
        same = is_kept(seen.layers[0], right.layers[0], EMBEDDING) and is_sigmoid(seen.layers[2])
        if same and seen.layers[1].settings.get("units") == right.layers[1].settings["units"]:
            raise NotDone("build_model still builds the LSTM of the earlier lesson: the swap is to be done.")
    return seen


def honest(models, seen):
    """The model is what its layers are one after the other; raises NotRight."""
    why = models.difference(seen)
    if why:
        raise NotRight(
            seen.answer, "a model of keras.layers alone, one after the other, keras.layers.GRU among them", why
        )


def takes_ids(models, seen, right):
    """The model gives something for a batch of ids; raises NotRight, which says first what is missing."""
    if seen.stopped is None:
        return
    first, wanted = seen.layers[0], right.layers[0].settings["input_dim"]
    if kind(first) != "Embedding":
        wants = "an Embedding first, which makes a row of numbers of each id"
        raise NotRight(seen.answer, wants, f"{kind(first)} first", mistake="S4")
    rows = first.settings.get("input_dim")
    if rows != wanted:
        raise NotRight(
            seen.answer,
            f"an Embedding with a row for each of the {wanted:,} ids, 0 to {wanted - 1:,}",
            f"one of {rows} rows",
            mistake="S4",
        )
    models.runs(seen)


def is_sigmoid(layer):
    """Whether it is a Dense layer of one unit with a sigmoid."""
    return layer.kind == "Dense" and layer.settings.get("units") == 1 and layer.settings.get("activation") == "sigmoid"


def one_gru(seen):
    """The model's recurrent layer, if it holds a GRU and no other kind; raises NotRight."""
    found = kinds(seen)
    if "LSTM" in found and "GRU" in found:
        raise NotRight(seen.answer, "the GRU in the LSTM's place", "both of them", mistake="S1")
    if "LSTM" in found:
        raise NotRight(seen.answer, "a GRU", "an LSTM", mistake="S12")
    if "SimpleRNN" in found:
        raise NotRight(seen.answer, "a GRU", "a SimpleRNN, which has no gates at all", mistake="S4")
    if "GRU" not in found:
        raise NotRight(seen.answer, "keras.layers.GRU among the layers", ", ".join(found) or "none", mistake="S12")
    return next(layer for layer in seen.layers if kind(layer) == "GRU")


def settings_of(layer):
    """The settings of a layer, those of what it wraps and its own together."""
    return {**layer.settings, **core(layer).settings}


def swapped(seen, right):
    """Exactly one GRU, unwrapped, as it is by default; raises NotRight."""
    gru, wanted, answer = one_gru(seen), right.layers[1].settings, seen.answer
    if kinds(seen).count("GRU") > 1:
        raise NotRight(answer, "one GRU", f"{kinds(seen).count('GRU')} of them", mistake="S4")
    if gru.inner is not None and gru.kind != "RNN":
        raise NotRight(answer, "the GRU by itself", f"it in a {gru.kind}", mistake="S4")
    settings = settings_of(gru)
    if settings.get("units") != wanted["units"]:
        raise NotRight(answer, f"{wanted['units']} units", f"{settings.get('units')}", mistake="S4")
    named = {"return_sequences": "S2", "activation": "S3", "reset_after": "S5"}
    for name, value in wanted.items():
        if name not in FREE | LATER and name in settings and settings[name] != value:
            raise NotRight(
                answer, f"{name} = {value}, as it is by default", f"{settings[name]}", mistake=named.get(name)
            )


def kept(seen, right, *, sizes=None):
    """The embedding and the sigmoid head as they were, and nothing added; raises NotRight.

    ``sizes`` are the arguments that the model was built with, if they are not the defaults: then the GRU's units count too.
    """
    answer, layers = seen.answer, list(seen.layers)

    def of_size(what, name, got, wanted):
        elsewhere = sizes is not None and got in (BY_DEFAULT[name], *sizes)  # written down, or another argument's
        raise NotRight(answer, f"{what} with {name} = {wanted}", f"{got}", mistake="S13" if elsewhere else "S4")

    gru = one_gru(seen)
    units, right_units = settings_of(gru).get("units"), right.layers[1].settings["units"]
    if sizes is not None and units != right_units:
        of_size("a GRU", "units", units, right_units)
    if kinds(seen).count("GRU") > 1:
        raise NotRight(answer, "nothing but the swap", "a second GRU as well", mistake="S4")
    first, wanted = layers[0], right.layers[0]
    if kind(first) != "Embedding":
        raise NotRight(answer, "the Embedding first", f"{kind(first)} first", mistake="S4")
    for name in EMBEDDING:
        if first.settings.get(name) != wanted.settings[name]:
            of_size("an Embedding", name, first.settings.get(name), wanted.settings[name])
    for layer in layers:
        settings = settings_of(layer)
        if settings.get("trainable") is False:
            raise NotRight(
                answer, "layers that learn, as before", f"{kind(layer)} with trainable = False", mistake="S4"
            )
        for name in LATER & set(settings):
            if settings[name] not in (None, 0, 0.0):
                raise NotRight(
                    answer, f"no {name}, as before", f"{layer.kind} with {name} = {settings[name]}", mistake="S4"
                )
    rest = [layer for layer in layers[1:] if kind(layer) != "GRU"]
    if len(rest) == 2 and rest[1].kind in ("Activation", "Softmax") and rest[0].settings.get("activation") == "linear":
        head = {"units": rest[0].settings.get("units"), "activation": rest[1].settings.get("activation", "softmax")}
        rest = rest[:1]
    else:
        head = {name: rest[-1].settings.get(name) for name in ("units", "activation")} if rest else {}
    if not rest or rest[-1].kind != "Dense":
        raise NotRight(
            answer,
            "Dense(1) with a sigmoid at the end",
            "another layer there" if rest else "nothing there",
            mistake="S4",
        )
    if head == {"units": 1, "activation": "softmax"}:
        raise NotRight(answer, "a sigmoid on the one unit", "a softmax, which gives 1.0 whatever goes in", mistake="S6")
    if head == {"units": 1, "activation": "linear"}:
        raise NotRight(answer, "a sigmoid on the one unit", "no activation, so that it leaves 0 to 1", mistake="S8")
    if head != {"units": 1, "activation": "sigmoid"}:
        raise NotRight(
            answer, "Dense(1) with a sigmoid", f"Dense({head['units']}) with {head['activation']}", mistake="S4"
        )
    if len(rest) > 1:
        raise NotRight(answer, "nothing but the swap", f"{kind(rest[0])} as well", mistake="S4")


def at_defaults(rng, student, expected, models, note):
    """The submission's model at the defaults, by its layers, and the solution's."""
    inputs = ids(rng, VOCABULARY, LENGTH)
    right = models.of_solution(expected.build_model(), inputs)
    return looked_at(models, note, built(student), inputs, right), right


def of_other_sizes(rng, student, expected, models, note, sizes):
    """The submission builds the same for these sizes; a model at module level has none, and is looked at as it is."""
    inputs, default = ids(rng, *sizes[::3]), ids(rng, VOCABULARY, LENGTH)
    right = models.of_solution(expected.build_model(*sizes), inputs)
    right_by_default = models.of_solution(expected.build_model(), default)
    got = built(student, *sizes)
    if got.instead:
        inputs, right, sizes = default, right_by_default, None
    seen = looked_at(models, note, got, inputs, right)
    kept(seen, right, sizes=sizes)
    takes_ids(models, seen, right)
    honest(models, seen)


@pytest.mark.points(5)
@pytest.mark.hint("Put layers.GRU where layers.LSTM stood, with the same units, and leave every other argument out.")
def check_build_model_swaps_lstm_for_gru(rng, student, expected, models, note):
    """build_model has a GRU in the LSTM's place"""
    seen, right = at_defaults(rng, student, expected, models, note)
    swapped(seen, right)
    # A model that can't be run, or has further layers that nobody can rebuild, is judged by what it is made of.
    if seen.stopped is None and all(models.is_known(layer) for layer in seen.layers):
        honest(models, seen)
    gru = one_gru(seen)
    if gru.kind == "RNN":
        note("RNN(GRUCell(...)) counts as a GRU; keras.layers.GRU is the same in one layer, and faster on a GPU.")
    if seen.loss not in (None, "binary_crossentropy", "BinaryCrossentropy", "bce"):
        note(f"The loss {seen.loss} is not graded, but binary cross-entropy is the one that fits one sigmoid.")


@pytest.mark.points(3)
@pytest.mark.hint("Compare model.summary() with that of the LSTM's model: only one line may differ.")
def check_build_model_keeps_the_rest(rng, student, expected, models, note):
    """build_model keeps the embedding and the sigmoid head"""
    seen, right = at_defaults(rng, student, expected, models, note)
    kept(seen, right)
    takes_ids(models, seen, right)
    honest(models, seen)


@pytest.mark.points(1)
@pytest.mark.hint("Which numbers stand in the function that should be its arguments?")
def check_build_model_uses_its_arguments(rng, student, expected, models, note):
    """build_model builds the same for other sizes than the defaults"""
    of_other_sizes(rng, student, expected, models, note, OTHER_SIZES)
