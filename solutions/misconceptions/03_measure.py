# ruff: noqa: F811  a variant bears the name of the function it replaces, and its mistake's name says what it does
"""What goes wrong in 03_measure: each mistake with its name, a sentence for the next lecture, a hint and its variants.

Two are matters of reading, which no function shows: M13 and M21 are recognised by what a student writes, and cost nothing.
"""

import sys
import time

import numpy as np
import pandas as pd

from grader.checks.authoring import Between, mistake, variant

STEPS, VOCABULARY = 50, 5000  # of the lesson's model
REALLY = (0.0, 2.0)  # seconds that two batches really take, on a busy machine too; no epoch of a script is so short
DENIED = (
    r"\b(?:not|no|never|nor|nothing|neither|cannot|without|hardly|only|false|wrong|mistake|myth|contrary|claims?|would|could"
    r"|should|might|may|must|if|whether|unless|tempt\w*|\w+n['\u2019]t)\b|\?"
)  # a sentence with one of these may say the contrary, or ask
# A size may be asserted (a GRU of the same sizes always has fewer parameters), and a conclusion compared with its numbers.
TIMES = (
    r"(?!.*(?:param|byte|size|count|weight|memory|units|len\(|==|!=|\*|\b(?:if|or|is)\b))"
    r"(?=.*(?:second|sec\b|secs\b|time|duration|elapsed|epoch|speed|_s\b|\bt_))"
)
GRU, LSTM = r"[^<>]{0,100}gru[^<>]{0,100}", r"[^<>]{0,100}lstm"

mistake(
    "M1",
    name="the biases of the GRU are miscounted",
    explanation="By default (reset_after=True) a Keras GRU keeps two biases for each gate and for the candidate, and "
    "with reset_after=False one; textbooks know only the one.",
    hint="Build a small GRU in Keras and look at the shape of the last array of layer.get_weights(): how many rows has "
    "it by default, and how many with reset_after=False?",
)


@variant("M1", form="always one")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(3, input_dim, units, biases=1)


@variant("M1", form="always two")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(3, input_dim, units, biases=2)


@variant("M1", form="reset_after read the other way round")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(3, input_dim, units, biases=1 if reset_after else 2)


@variant("M1", form="none at all")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(3, input_dim, units, biases=0)


mistake(
    "M2",
    name="the biases of the LSTM are miscounted",
    explanation="Keras gives an LSTM one bias for each of its four parts. PyTorch gives it two; with those a GRU would "
    "have exactly three quarters of an LSTM's parameters, in Keras it has a little more.",
    hint="Build a small LSTM in Keras and look at the last array of layer.get_weights(): how many numbers has it for "
    "each unit? The second row of bias belongs to the GRU alone.",
)


@variant("M2", form="two")
def lstm_parameter_count(input_dim, units):
    return _count(4, input_dim, units, biases=2)


@variant("M2", form="none at all")
def lstm_parameter_count(input_dim, units):
    return _count(4, input_dim, units, biases=0)


mistake(
    "M3",
    name="everything is counted twice",
    explanation="A much-copied answer has a factor of two in its formula; it was about a Bidirectional layer, which "
    "holds two layers.",
    hint="Count one small layer by hand: the sizes of the arrays in layer.get_weights(), added up. What factor lies "
    "between that and your number, and where in your formula does it come from?",
)


@variant("M3")
def gru_parameter_count(input_dim, units, reset_after=True):
    return 2 * _count(3, input_dim, units, biases=1 + bool(reset_after))


@variant("M3")
def lstm_parameter_count(input_dim, units):
    return 2 * _count(4, input_dim, units, biases=1)


mistake(
    "M4",
    name="the gates are counted, and the candidate is forgotten",
    explanation="A GRU has two gates and an LSTM three, but the candidate has weights of its own as well: that makes "
    "three and four sets.",
    hint="Which things does the layer work out at each step from the word and the state? Count the equations with "
    "weights in them: there is one more than there are gates.",
)


@variant("M4")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(2, input_dim, units, biases=1 + bool(reset_after))


@variant("M4")
def lstm_parameter_count(input_dim, units):
    return _count(3, input_dim, units, biases=1)


@variant("M4", form="with one bias")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(2, input_dim, units, biases=1)


mistake(
    "M5",
    name="the parameters are multiplied by the number of steps",
    explanation="A recurrent layer uses the same weights at every word; how long a sentence is does not matter for its "
    "size.",
    hint="Does a layer for longer sentences hold more numbers? Build the same layer for 50 and for 80 words, and compare "
    "what count_params() says.",
)


@variant("M5")
def gru_parameter_count(input_dim, units, reset_after=True):
    return STEPS * _count(3, input_dim, units, biases=1 + bool(reset_after))


@variant("M5")
def lstm_parameter_count(input_dim, units):
    return STEPS * _count(4, input_dim, units, biases=1)


mistake(
    "M6",
    name="the vocabulary is taken for the size of the input",
    explanation="The recurrent layer never sees the 5,000 word ids: the embedding has made a row of input_dim numbers of "
    "each.",
    hint="What comes out of the embedding for one word, and so what goes into the recurrent layer? That is input_dim; "
    "the number of words in the vocabulary matters to the embedding alone.",
)


@variant("M6")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(3, VOCABULARY, units, biases=1 + bool(reset_after))


@variant("M6")
def lstm_parameter_count(input_dim, units):
    return _count(4, VOCABULARY, units, biases=1)


mistake(
    "M7",
    name="the input's size and the number of units have changed places",
    explanation="The matrix for the state is (u, u) and a bias has u numbers; where d and u are equal, as in the "
    "lesson's model, an exchange does not show.",
    hint="Try it with sizes that differ, such as 10 and 7. Which matrix is a square, and is its side the number of units "
    "or the size of the input? How long is a bias?",
)


@variant("M7")
def gru_parameter_count(input_dim, units, reset_after=True):
    return _count(3, units, input_dim, biases=1 + bool(reset_after))


@variant("M7")
def lstm_parameter_count(input_dim, units):
    return _count(4, units, input_dim, biases=1)


mistake(
    "M8",
    name="the matrix for the state is left out",
    explanation="What makes a layer recurrent is that it also reads its own state, and that takes a matrix (u, u) in "
    "every gate and in the candidate.",
    hint="A gate listens to the word and to the state. How many numbers does it take to turn a state of u numbers into u "
    "others? Look for that matrix in your sum.",
)


@variant("M8")
def gru_parameter_count(input_dim, units, reset_after=True):
    return 3 * (input_dim * units + (2 if reset_after else 1) * units)


@variant("M8")
def lstm_parameter_count(input_dim, units):
    return 4 * (input_dim * units + units)


mistake(
    "M9",
    name="the size of a file is given for the bytes of the weights",
    explanation="A saved model holds its description too, and after training the optimizer's two numbers for each "
    "weight: a file of three times the size.",
    hint="Save a model before and after one epoch and compare the two files. Which of them has grown, and have its "
    "weights become more? Add up the weights themselves.",
)


@variant("M9")
def model_size_bytes(model):
    return Between(4_000, 1_000_000)  # of the tiny models that are asked for, whose weights are below 1,500 bytes


mistake(
    "M10",
    name="how many bytes a number takes is not asked of its dtype",
    explanation="A float32 has four bytes, a float16 two and a float64 eight; a model may mix them, and the number of weights "
    "is not yet their size.",
    hint='Build a layer with dtype="float16" and print weight.dtype. How many bytes has one of its numbers, and where does '
    "your function ask for that?",
)


@variant("M10", form="four bytes for every weight")
def model_size_bytes(model):
    return 4 * model.count_params()


@variant("M10", form="eight bytes for every weight")
def model_size_bytes(model):
    return 8 * model.count_params()


@variant("M10", form="the number of weights")
def model_size_bytes(model):
    return model.count_params()


mistake(
    "M11",
    name="the size of a Python object is given for the bytes of the weights",
    explanation="sys.getsizeof tells how much the object itself takes, and that merely points to the weights: some 50 "
    "bytes for any model.",
    hint="Ask for the size of a small model and of a large one: do you get the same number twice? Then it is not the "
    "weights that were counted. Go through model.weights one by one.",
)


@variant("M11", form="of the model")
def model_size_bytes(model):
    return Between(40, 72)


@variant("M11", form="of each weight")
def model_size_bytes(model):
    return Between(40 * len(model.weights), 72 * len(model.weights))


@variant("M11", form="of each array")
def model_size_bytes(model):
    return sum(sys.getsizeof(weight.numpy()) for weight in model.weights)


mistake(
    "M12",
    name="the optimizer's own numbers are counted as the model's",
    explanation="Adam keeps two further numbers for each weight, and after training Keras' summary counts them in its "
    "total: three times the model.",
    hint="Look at the summary of a trained model: which of its lines says what the model itself has, and which what the "
    "optimizer keeps? What is needed to make a prediction?",
)


@variant("M12")
def model_size_bytes(model):
    return sum(_bytes(weight) for weight in [*model.weights, *model.optimizer.variables])


@variant("M12")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _rows(models, x, y, epochs, clock)
    rows["parameters"] = 3 * rows["parameters"] + 2  # two for each weight, the number of steps and the learning rate
    return _with_ratios(rows)


mistake(
    "M13",
    said=(
        rf"^(?!.*(?:{DENIED}|layer|embedding))(?=.*\bgru\b)(?=.*\bmodels?\b)"
        r"(?=.*(?:parameter|weights|byte|memory|size|small))"
        r".*(?:\b2[45](?:[.,]\d+)? ?(?:%|per ?cent)|\ba quarter\b).{0,40}\b(?:fewer|less|smaller|saved?)\b",
    ),
    name="the layer's saving is told as the whole model's",
    explanation="The recurrent layer shrinks by a quarter, but most of the model's parameters are the embedding's, which stays; "
    "the model shrinks by a fiftieth.",
    hint="Which part of the model holds most of its parameters, and does it change when a GRU takes the LSTM's place? Divide the "
    "two models' counts by each other, and then the two layers'.",
)

mistake(
    "M14",
    name="the first epoch is timed as well",
    explanation="In its first epoch Keras turns the model into a graph, which here takes as long as many epochs; that is "
    "done once and says nothing of the others.",
    hint="Print the times of the single epochs: is the first one much longer? Run one epoch before you read the clock "
    "for the first time, and leave it out of your list.",
)


@variant("M14", form="no warm-up")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    return float(np.median(_timed(model, x, y, epochs, clock)))


@variant("M14", form="the warm-up counts")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    return float(np.median(_timed(model, x, y, epochs + 1, clock)))


@variant("M14", form="no warm-up, and the mean")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    return float(np.mean(_timed(model, x, y, epochs, clock)))


@variant("M14", form="the warm-up counts, and the mean")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    return float(np.mean(_timed(model, x, y, epochs + 1, clock)))


@variant("M14", form="one reading before all epochs and one after, no warm-up")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    start = clock()
    model.fit(x, y, epochs=epochs, verbose=0)
    return (clock() - start) / epochs


mistake(
    "M15",
    name="the model is compiled anew for every epoch",
    explanation="After compile Keras makes its graph afresh, so every epoch becomes a first epoch and takes several "
    "times as long.",
    hint="What is done once, and what for every epoch? Whatever stands in the loop between two readings of the clock is "
    "timed. The models come to you compiled.",
)


@variant("M15", form="while the clock runs")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    seconds = []
    for _ in range(epochs):
        start = clock()
        model.compile(optimizer="adam", loss="binary_crossentropy")
        _epoch(model, x, y)
        seconds.append(clock() - start)
    return float(np.median(seconds))


@variant("M15", form="before the clock is read")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    seconds = []
    for _ in range(epochs):
        model.compile(optimizer="adam", loss="binary_crossentropy")
        seconds += _timed(model, x, y, 1, clock)
    return float(np.median(seconds))


mistake(
    "M16",
    name="the time is not the seconds of one epoch",
    explanation="Asked for are the seconds of one epoch, with their decimals; a total, milliseconds or whole seconds are "
    "other quantities.",
    hint="With the clock that you wind by hand, let every epoch take 2.5 seconds: what should come out? Does your number "
    "grow with the number of epochs, and has it kept its decimals?",
)


@variant("M16", form="of all epochs together")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(np.sum(_timed(model, x, y, epochs, clock)))


@variant("M16", form="of all epochs together, one reading before and one after")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    start = clock()
    model.fit(x, y, epochs=epochs, verbose=0)
    return clock() - start


@variant("M16", form="in milliseconds")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return 1000 * float(np.median(_timed(model, x, y, epochs, clock)))


@variant("M16", form="in whole seconds")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(np.median(_timed(model, x, y, epochs, clock)) // 1)


@variant("M16", form="rounded to whole seconds")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return round(float(np.median(_timed(model, x, y, epochs, clock))))


@variant("M16", form="rounded to hundredths")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return round(float(np.median(_timed(model, x, y, epochs, clock))), 2)


mistake(
    "M17",
    name="another clock is read than the one that is handed in",
    explanation="A function that fetches the time itself can't be tested with a clock that is wound by hand.",
    hint="Call it with the fake clock of the notebook: does the answer have anything to do with the times that you gave "
    "it? Look for the name time in your function, and for calls that do not hand the clock on.",
)


@variant("M17")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    for _ in range(epochs + 1):
        _epoch(model, x, y)
    return Between(*REALLY)


@variant("M17", form="the one handed in is not handed on")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    for model in models.values():
        for _ in range(epochs + 1):
            _epoch(model, x, y)
    size = [model_size_bytes(model) for model in models.values()]
    rows = pd.DataFrame(
        {"parameters": [model.count_params() for model in models.values()], "bytes": size}, index=list(models)
    )
    rows["seconds_per_epoch"] = [Between(*REALLY)] * len(rows)
    rows["relative_size"] = rows["bytes"] / rows["bytes"].iloc[0]
    rows["relative_time"] = [1.0, *[Between(0.0, 1000.0)] * (len(rows) - 1)]
    return rows


mistake(
    "M18",
    name="something else than the median of the epochs is taken",
    explanation="Epochs vary, and one that was disturbed moves the mean as far as it likes; the median of several stays "
    "where it is.",
    hint="With the clock that you wind by hand, let three epochs take 2, 1 and 9 seconds: which of the three should come "
    "out? What does your function do with its list of times?",
)


@variant("M18", form="the mean")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(np.mean(_timed(model, x, y, epochs, clock)))


@variant("M18", form="one reading before all epochs and one after")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    start = clock()
    model.fit(x, y, epochs=epochs, verbose=0)
    return (clock() - start) / epochs


@variant("M18", form="the fastest")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(np.min(_timed(model, x, y, epochs, clock)))


@variant("M18", form="the slowest")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(np.max(_timed(model, x, y, epochs, clock)))


@variant("M18", form="the last")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(_timed(model, x, y, epochs, clock)[-1])


@variant("M18", form="the one in the middle of the list, which was not sorted")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(_timed(model, x, y, epochs, clock)[epochs // 2])


@variant("M18", form="the upper of the two in the middle")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(sorted(_timed(model, x, y, epochs, clock))[epochs // 2])


@variant("M18", form="the lower of the two in the middle")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(sorted(_timed(model, x, y, epochs, clock))[(epochs - 1) // 2])


@variant("M18", form="the first")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(_timed(model, x, y, epochs, clock)[0])


mistake(
    "M19",
    name="the models are not timed on what was handed in",
    explanation="Two times can be compared only if the same was done for both: all of the data, and as many epochs as "
    "were asked for.",
    hint="Write down what your function is handed: all of x and y, the number of epochs, the clock. Follow each of them to the "
    "place where it is used: does it arrive there whole, or does a number of your own stand in its place?",
)


@variant("M19", form="an epoch is the first batch alone")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    model.fit(x[:32], y[:32], verbose=0)
    seconds = []
    for _ in range(epochs):
        start = clock()
        model.fit(x[:32], y[:32], verbose=0)
        seconds.append(clock() - start)
    return float(np.median(seconds))


@variant("M19", form="one epoch, whatever was asked for")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(_timed(model, x, y, 1, clock)[0])


@variant("M19", form="three epochs, whatever was asked for")
def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    _epoch(model, x, y)
    return float(np.median(_timed(model, x, y, 3, clock)))


@variant("M19", form="on the first batch alone")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x[:32], y[:32], epochs, clock))


@variant("M19", form="with three epochs, whatever was asked for")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, 3, clock))


@variant("M19", form="with one epoch, whatever was asked for")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, 1, clock))


mistake(
    "M20",
    name="the ratios are not those to the first row",
    explanation="A ratio says how a row compares with the first: its own number above, the first row's below, so the "
    "first is 1.0.",
    hint="What is the ratio in your first row? It should be 1.0. And a model half as large as the first should have 0.5: "
    "which of the two numbers stands above, and which below?",
)


@variant("M20", form="upside down")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column.iloc[0] / column)


@variant("M20", form="the size upside down")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_size=1 / rows["relative_size"])


@variant("M20", form="the time upside down")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_time=1 / rows["relative_time"])


@variant("M20", form="to the last row")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column / column.iloc[-1])


@variant("M20", form="the size to the last row")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_size=rows["bytes"] / rows["bytes"].iloc[-1])


@variant("M20", form="the time to the last row")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_time=rows["seconds_per_epoch"] / rows["seconds_per_epoch"].iloc[-1])


@variant("M20", form="to the sum")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column / column.sum())


@variant("M20", form="to the largest")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column / column.max())


@variant("M20", form="to the smallest")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column / column.min())


@variant("M20", form="to the mean")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column / column.mean())


@variant("M20", form="by whole division")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column // column.iloc[0])


@variant("M20", form="in percent")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: 100 * column / column.iloc[0])


@variant("M20", form="as the change from the first")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    return _with_ratios(_rows(models, x, y, epochs, clock), lambda column: column / column.iloc[0] - 1)


mistake(
    "M21",
    said=(
        rf"^assert\b(?!\W*not\b){TIMES}\W*(?:[\d.]+ *<=? *)?{GRU}<=?{LSTM}",
        rf"^assert\b(?!\W*not\b){TIMES}[^<>]{{0,100}}lstm[^<>]{{0,100}}>=?[^<>]{{0,100}}gru",
        rf"^(?:self\.)?assertLess(?:Equal)?\({TIMES}[^,]{{0,80}}gru[^,]{{0,80}},[^,]{{0,80}}lstm",
        rf"^(?:self\.)?assertGreater(?:Equal)?\({TIMES}[^,]{{0,80}}lstm[^,]{{0,80}},[^,]{{0,80}}gru",
        rf"^while\b(?!\W*not\b){TIMES}{GRU}>=?{LSTM}",
        rf"^while\b(?!\W*not\b){TIMES}[^<>]{{0,100}}lstm[^<>]{{0,100}}<=?[^<>]{{0,100}}gru",
        rf"^while not\b{TIMES}{GRU}<=?{LSTM}",
        rf"^# (?!.*(?:{DENIED}))(?=.*\b(?:ran|run|rerun|repeat\w*|measured?|timed|tried|again)\b)"
        r".*\b(?:until|till)\b.{0,20}\bgru\b.{0,30}\b(?:faster|quicker|wins?|won|beats?|ahead|(?:less|shorter) time)\b",
    ),
    name="the measurement has to come out in favour of the GRU",
    explanation="What is repeated, or stops the program, until the GRU is ahead is no measurement. On a CPU the GRU is often the "
    "slower one, and that is a result like any other.",
    hint="What does your file do on a machine where the LSTM takes less time? Let it print both times, whichever is the smaller, "
    "and let the numbers decide what you conclude.",
)


mistake(
    "M22",
    name="weights that do not learn are left out",
    explanation="A frozen layer's weights are as large as any, and a prediction needs them; trainable_weights leaves them out.",
    hint="Freeze the first layer of a small model (layer.trainable = False) and ask for its size again. Has it become smaller? "
    "Compare model.weights with model.trainable_weights.",
)


@variant("M22")
def model_size_bytes(model):
    return sum(_bytes(weight) for weight in model.trainable_weights)


@variant("M22")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _rows(models, x, y, epochs, clock)
    learning = [model.trainable_weights for model in models.values()]
    rows["parameters"] = [sum(int(np.prod(weight.shape)) for weight in weights) for weights in learning]
    return _with_ratios(rows)


mistake(
    "M23",
    name="a ratio is worked out from another column",
    explanation="relative_size is of the bytes and relative_time of the seconds; where all numbers have four bytes, the parameters "
    "give the same size, and the slip does not show.",
    hint="Which column stands behind relative_size, and which behind relative_time? Let one of the models have "
    'dtype="float16": does your relative_size still follow the bytes?',
)


@variant("M23", form="the size of the parameters")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_size=rows["parameters"] / rows["parameters"].iloc[0])


@variant("M23", form="the time of the bytes")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_time=rows["relative_size"])


@variant("M23", form="the size of the seconds")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_size=rows["relative_time"])


@variant("M23", form="each of the other's")
def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = _with_ratios(_rows(models, x, y, epochs, clock))
    return rows.assign(relative_size=rows["relative_time"], relative_time=rows["relative_size"])


def _count(parts, input_dim, units, biases):
    """The parameters of a layer with so many sets of weights, each with so many biases."""
    return parts * (input_dim * units + units * units + biases * units)


def _bytes(weight):
    return int(np.prod(weight.shape)) * np.dtype(weight.dtype).itemsize


def _epoch(model, x, y):
    model.fit(x, y, epochs=1, verbose=0)


def _timed(model, x, y, epochs, clock):
    """The seconds of so many epochs, each timed by itself."""
    seconds = []
    for _ in range(epochs):
        start = clock()
        _epoch(model, x, y)
        seconds.append(clock() - start)
    return seconds


def _rows(models, x, y, epochs, clock):
    """The table without its ratios."""
    rows = [
        {
            "parameters": model.count_params(),
            "bytes": model_size_bytes(model),
            "seconds_per_epoch": time_training(model, x, y, epochs=epochs, clock=clock),
        }
        for model in models.values()
    ]
    return pd.DataFrame(rows, index=list(models))


def _with_ratios(rows, ratio=lambda column: column / column.iloc[0]):
    return rows.assign(relative_size=ratio(rows["bytes"]), relative_time=ratio(rows["seconds_per_epoch"]))
