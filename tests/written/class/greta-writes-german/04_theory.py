ANSWERS = {
    "gates_in_your_own_words": (
        "Das Update-Gate entscheidet, wie viel vom alten Zustand behalten wird. Das Reset-Gate "
        "entscheidet, wie viel der Vergangenheit für den neuen Kandidaten noch zählt."
    ),
    "lstm_versus_gru": (
        "Das LSTM hat drei Gates und zwei Zustände, die GRU nur zwei Gates und einen Zustand und ist "
        "deshalb kleiner."
    ),
    "why_faster": "Weil sie weniger Gates und weniger Parameter haben und pro Schritt weniger gerechnet wird.",
    "memory_gate": "Das Update-Gate",
    "simpler_model": "Die GRU ist einfacher",
    "long_term": "Ja, weil das Update-Gate den Zustand über viele Schritte behalten kann.",
}
