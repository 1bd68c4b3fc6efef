"""The public checks of 02_swap. A model is judged by what it is: its layers, their settings, and what it gives.

What the submission built is looked at in its own worker and built anew from those facts in a clean one; both have to give the
same for ids that nobody could know beforehand. What is kept is compared with the solution's own model.
"""

import pytest

from grader.checks.authoring import NotDone, NotRight

OTHERWISE = {"build_model": "model"}  # a model at module level is judged where there is no function
VOCABULARY, LENGTH = 5000, 50
RECURRENT = ("GRU", "LSTM", "SimpleRNN")
FREE = {"name", "trainable", "dtype", "seed", "unroll", "quantization_config", "kernel_initializer",
        "recurrent_initializer", "bias_initializer", "zero_output_for_mask", "implementation"}  # fmt: skip
LATER = {"dropout", "recurrent_dropout", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer",
         "activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint"}  # fmt: skip
EMBEDDING = ("input_dim", "output_dim")
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
    """The recurrent layer itself, where it stands in a wrapper or is written as a cell."""
    return core(layer.inner) if layer.inner is not None else layer


def kind(layer):
    """What a layer does: GRU, also for a wrapped one or RNN(GRUCell)."""
    return core(layer).kind.removesuffix("Cell")


def kinds(seen):
    """The kinds of all layers, in order."""
    return [kind(layer) for layer in seen.layers]


def is_kept(layer, right, settings):
    """Whether a layer has the settings of the solution's."""
    return layer.kind == right.kind and all(layer.settings.get(name) == right.settings.get(name) for name in settings)


def looked_at(models, note, got, inputs, right):
    """The model, checked to be what its layers are; a stub's model is not done yet."""
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
    own = [layer for layer in seen.layers if not core(layer).own]
    if own:
        raise NotRight(
            got, "layers of keras.layers, and keras.layers.GRU among them", f"a layer of its own: {own[0].kind}"
        )
    why = models.difference(seen)
    if why:
        raise NotRight(got, "a model of keras.layers alone, one after the other, keras.layers.GRU among them", why)
    return seen


def is_sigmoid(layer):
    """Whether it is a Dense layer of one unit with a sigmoid."""
    return layer.kind == "Dense" and layer.settings.get("units") == 1 and layer.settings.get("activation") == "sigmoid"


def one_gru(seen):
    """The model's recurrent layer, if it holds a GRU and no other kind; raises NotRight."""
    found = kinds(seen)
    if "LSTM" in found and "GRU" in found:
        raise NotRight(seen.answer, "the GRU in the LSTM's place", "both of them", mistake="S1")
    if "LSTM" in found:
        raise NotRight(seen.answer, "a GRU", "an LSTM")
    if "SimpleRNN" in found:
        raise NotRight(seen.answer, "a GRU", "a SimpleRNN, which has no gates at all", mistake="S4")
    if "GRU" not in found:
        raise NotRight(seen.answer, "a GRU", f"the layers {', '.join(found)}")
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


def kept(seen, right, *, units=False):
    """The embedding and the sigmoid head as they were, and nothing added; raises NotRight."""
    answer, layers = seen.answer, list(seen.layers)
    gru = one_gru(seen)
    if units and settings_of(gru).get("units") != right.layers[1].settings["units"]:
        raise NotRight(
            answer, f"a GRU of {right.layers[1].settings['units']} units", f"{settings_of(gru).get('units')} units"
        )
    if kinds(seen).count("GRU") > 1:
        raise NotRight(answer, "nothing but the swap", "a second GRU as well", mistake="S4")
    first, wanted = layers[0], right.layers[0]
    if first.kind != "Embedding":
        raise NotRight(answer, "the Embedding first", f"a {first.kind} layer")
    for name in EMBEDDING:
        if first.settings.get(name) != wanted.settings[name]:
            raise NotRight(
                answer, f"Embedding with {name} = {wanted.settings[name]}", f"{first.settings.get(name)}", mistake="S4"
            )
    for layer in layers:
        for name in LATER & set(settings_of(layer)):
            value = settings_of(layer)[name]
            if value not in (None, 0, 0.0):
                raise NotRight(answer, f"no {name}, as before", f"{layer.kind} with {name} = {value}", mistake="S4")
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
        raise NotRight(answer, "nothing but the swap", f"a {rest[0].kind} layer as well", mistake="S4")


def at_defaults(rng, student, expected, models, note):
    """The submission's model at the defaults, and the solution's."""
    inputs = ids(rng, VOCABULARY, LENGTH)
    right = models.of_solution(expected.build_model(), inputs)
    return looked_at(models, note, student.build_model(), inputs, right), right


@pytest.mark.points(5)
@pytest.mark.hint("Put layers.GRU where layers.LSTM stood, with the same units, and leave every other argument out.")
def check_build_model_swaps_lstm_for_gru(rng, student, expected, models, note):
    """build_model has a GRU in the LSTM's place"""
    seen, right = at_defaults(rng, student, expected, models, note)
    swapped(seen, right)
    gru = one_gru(seen)
    if gru.kind == "RNN":
        note("RNN(GRUCell(...)) counts as a GRU; keras.layers.GRU is the same in one layer, and faster on a GPU.")
    if seen.loss not in (None, "binary_crossentropy", "BinaryCrossentropy", "bce"):
        note(f"The loss {seen.loss} is not graded, but binary cross-entropy is the one that fits one sigmoid.")


@pytest.mark.points(3)
@pytest.mark.hint("Compare model.summary() with that of the LSTM's model: only one line may differ.")
def check_build_model_keeps_the_rest(rng, student, expected, models, note):
    """build_model keeps the embedding and the sigmoid head"""
    kept(*at_defaults(rng, student, expected, models, note))


@pytest.mark.points(1)
@pytest.mark.hint(
    "Call the model on a batch of ids and print what comes out: its shape, its smallest and its largest number."
)
def check_build_model_output(rng, student, expected, models, note):
    """build_model gives one number from 0 to 1 for each text"""
    seen, _ = at_defaults(rng, student, expected, models, note)
    one_gru(seen)
    if seen.outputs.shape != (len(seen.inputs), 1):
        sequences = settings_of(one_gru(seen)).get("return_sequences")
        raise NotRight(
            seen.answer,
            f"outputs of shape {(len(seen.inputs), 1)}",
            f"{seen.outputs.shape}",
            mistake="S2" if sequences else None,
        )
    if not bool(((seen.outputs >= 0) & (seen.outputs <= 1)).all()):
        raise NotRight(
            seen.answer, "outputs from 0 to 1", f"{seen.outputs.min():.3g} to {seen.outputs.max():.3g}", mistake="S8"
        )
