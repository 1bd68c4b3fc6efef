ANSWERS = {
    "gates_in_your_own_words": (
        "Update Gate: decides how much past information to keep. Reset Gate: decides how much past "
        "information to forget. If the update gate value is high, the GRU keeps more past context."
    ),
    "lstm_versus_gru": (
        "Number of gates: LSTM 3, GRU 2. Architecture: LSTM more complex, GRU simpler. Training speed: "
        "LSTM slower, GRU faster. Memory handling: LSTM very strong, GRU strong."
    ),
    "why_faster": (
        "LSTMs are powerful but complex. They have multiple gates and many parameters, which can make "
        "training slower and models heavier."
    ),
    "memory_gate": "Update Gate: decides how much past information to keep",
    "simpler_model": "GRUs are simplified versions of LSTMs",
    "long_term": (
        "This lesson introduces Gated Recurrent Units, a simpler and faster alternative to LSTMs that "
        "still handles long-term dependencies well."
    ),
}
