ANSWERS = {
    "gates_in_your_own_words": (
        "The update gate erases the old memory and the reset gate keeps the important memory for long "
        "sentences."
    ),
    "lstm_versus_gru": "The GRU has a cell state and an output gate. The LSTM has only two gates.",
    "why_faster": "Because they read all the words in parallel.",
    "memory_gate": "the reset gate",
    "simpler_model": "LSTM",
    "long_term": "No, GRUs cannot remember long sequences.",
}
