ANSWERS = {
    "gates_in_your_own_words": (
        "When the update gate is high, more of the new candidate is taken in, and when it is low the old "
        "state stays. The reset gate decides how much of the past is dropped from the candidate."
    ),
    "memory_gate": "The update gate (z)",
    "simpler_model": "not the LSTM",
}
