ANSWERS = {
    "gates_in_your_own_words": (
        "update gate, reset gate, keep, forget, past information, new information, candidate, hidden "
        "state, memory"
    ),
    "lstm_versus_gru": "gates parameters cell state hidden state faster slower complex simple long short tasks LSTM GRU",
    "why_faster": "fewer gates fewer parameters less computation simpler architecture faster training",
    "memory_gate": "update, reset",
    "simpler_model": "LSTM, GRU",
    "long_term": "yes long term memory update gate hidden state gradient dependencies",
}
