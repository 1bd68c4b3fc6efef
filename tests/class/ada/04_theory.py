ANSWERS = {
    "gates_in_your_own_words": (
        "The update gate is the mixing ratio: it says how much of the old state is kept and how much of "
        "the freshly proposed one is taken in. The reset gate comes before that. It says how much of the "
        "past the proposal may use, so with r near 0 the proposal ignores everything that came earlier."
    ),
    "lstm_versus_gru": (
        "The LSTM has three gates (input, forget, output), a cell state and a hidden state. The GRU has "
        "two gates and one state, so its layer has 24,960 parameters where the LSTM's has 33,024. For "
        "spam filtering on a phone I would use a GRU. For translating whole documents, with plenty of "
        "data, an LSTM."
    ),
    "why_faster": "It has one gate less and no cell state, so there are fewer matrix products at each step.",
    "memory_gate": "update gate",
    "simpler_model": "GRU",
    "long_term": "Yes, because the update gate can carry the state over many steps unchanged.",
}
