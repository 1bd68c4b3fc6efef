ANSWERS = {
    "gates_in_your_own_words": (
        "The update gate keeps the past. The update gate does not keep the past. The reset gate ignores "
        "the past while a candidate is made."
    ),
    "lstm_versus_gru": "The GRU has fewer parameters than the LSTM. The GRU has more parameters than the LSTM.",
    "why_faster": "They have fewer gates than an LSTM. They have more gates than an LSTM.",
    "memory_gate": "Both the update gate and the reset gate",
    "simpler_model": "LSTM or GRU, it depends",
    "long_term": "Yes and no",
}
