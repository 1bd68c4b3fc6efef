ANSWERS = {
    "gates_in_your_own_words": "The update gate keeps the past, the reset gate ignores it.",
    "memory_gate": "update gate,
    "simpler_model": "GRU",
}
