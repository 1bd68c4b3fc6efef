ANSWERS = {
    "gates_in_your_own_words": (
        "The udpate gate decides how much of the old memroy is kept and how much new informaton comes in."
        " The rseet gate decides how much of the past is ignored when the candiate is made."
    ),
    "memory_gate": "Teh updaet gate",
    "simpler_model": "GRU, becuase it has fewer gates then the LTSM",
    "long_term": "yes they dont forget: the update gate keeps it",
}
