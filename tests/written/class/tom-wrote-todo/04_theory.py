ANSWERS = {
    "gates_in_your_own_words": "TODO",
    "lstm_versus_gru": "",
    "why_faster": "TODO: ask Mia",
    "memory_gate": "?",
    "simpler_model": "-",
    "long_term": "# TODO",
}
