"""What goes wrong in 02_swap: each mistake with its name, a sentence for the next lecture and a hint.

A model is judged by what it is, so the checks themselves recognise these by its layers and settings. Four of
the course's list cost nothing. The checks' notes name S7, a model that is not built yet, and S10, a mask for
padding; what stops while the file is read says what it means: S9, ids as large as the vocabulary, and S11,
training and downloads in the file.
"""

from grader.checks.authoring import mistake

mistake(
    "S1",
    named_by_checks=True,
    name="the GRU was added, and the LSTM is still there",
    explanation="To replace a layer means to take the old one out; with both of them the model has two recurrent layers and more "
    "parameters than before.",
    hint="Write down the layers of your model in order, as the cell below build_model prints them. How many of them keep a state, "
    "and how many did the earlier lesson's model have?",
)

mistake(
    "S2",
    named_by_checks=True,
    name="the layer gives back the state after every word, not only the last",
    explanation="return_sequences=True is for a further recurrent layer on top; here it lets the head make 50 numbers for one "
    "text, and the count of parameters does not tell.",
    hint="Send three texts of 50 ids through your model and look at the shape after each layer. Which axis should go away at the "
    "recurrent layer, and which argument of it keeps that axis?",
)

mistake(
    "S3",
    named_by_checks=True,
    name="the GRU has another activation than by default",
    explanation="The candidate's tanh keeps the state between -1 and 1; with relu it can grow from step to step, and the fast "
    "program of a GPU no longer serves.",
    hint="Which activation did the LSTM have, where none was written? Compare the argument lists of both layers, and leave out "
    "what the earlier lesson's model did not say.",
)

mistake(
    "S4",
    named_by_checks=True,
    name="more was changed than the one layer",
    explanation="Two models can be compared only if they differ in one thing; other sizes, further layers, a wrapper or another "
    "head make it two things.",
    hint="Put the stub beside your file and compare them line by line: embedding, units, head. Only one line should differ, and "
    "in that line only the layer's name. What else did you change, and was it asked for?",
)

mistake(
    "S5",
    named_by_checks=True,
    name="the GRU was told to use reset_after=False",
    explanation="That is the form of the lesson's equations and a good GRU too, but Keras' default is the other one, with 192 "
    "parameters more at the lesson's size; the swap keeps the defaults.",
    hint="Your model has 344,833 parameters where 345,025 are expected: a difference of 3 times 64. Which argument of the GRU "
    "decides how many biases it keeps? Leave it as it is by default.",
)

mistake(
    "S6",
    named_by_checks=True,
    name="a softmax on one unit, which gives 1.0 for every text",
    explanation="A softmax shares out 1 among the units of its layer; one unit alone gets all of it, whatever goes in, so "
    "nothing can be learned.",
    hint="Call your model on a few texts and print what comes out: do any two differ? With one unit, which function turns a single "
    "number into one between 0 and 1? It is the one that the stub's head has.",
)

mistake(
    "S8",
    named_by_checks=True,
    name="the head has lost its sigmoid",
    explanation="Without it the output is any number; that goes well only with a loss that is told so (from_logits=True), and "
    "the model was to keep its head.",
    hint="Print the smallest and the largest output of your model for many random texts. Can each of them be a chance, between 0 "
    "and 1? Compare your last layer with that of the stub.",
)

mistake(
    "S12",
    named_by_checks=True,
    name="there is no GRU in the model",
    explanation="The exercise is one layer for another; a model without a GRU is still the old one, or one that does not read the "
    "words in their order.",
    hint="Write down the layers of your model in order, as the cell below build_model prints them. Which of them reads the words "
    "one after the other, and is it the one that TODO 1 asks for?",
)

mistake(
    "S13",
    named_by_checks=True,
    name="a size is not taken from its argument",
    explanation="The lesson's embedding and state both have 64 numbers, so a number that is written down, or the other argument, "
    "goes unnoticed until the model is built with other sizes.",
    hint="Call build_model(40, 7, 5, 9) and print each layer's settings: which number belongs to which argument, and which one "
    "has not changed with it, or has changed with another?",
)
