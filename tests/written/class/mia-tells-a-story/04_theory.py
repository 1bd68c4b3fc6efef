ANSWERS = {
    "gates_in_your_own_words": (
        "It is like keeping a diary. In the evening one voice says which of yesterday's lines may stand "
        "and which I write afresh. Another voice has spoken before it: whether I should so much as glance"
        " at yesterday when I pick up my pen."
    ),
}
