ANSWERS = {
    "memory_gate": "I am not sure, maybe the update gate",
    "simpler_model": "Probably the GRU?",
    "long_term": "It would be wrong to say that they don't: the update gate can keep a state.",
}
