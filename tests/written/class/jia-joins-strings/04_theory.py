NAME = "GRU"
ANSWERS = {}
ANSWERS["gates_in_your_own_words"] = (
    "The update gate decides how much of the old state is kept "
    "and how much of the candidate is added. "
    + "The reset gate decides, before that, how much of the past the candidate may use."
)
ANSWERS["lstm_versus_gru"] = "An {} has two gates.".format(NAME)
ANSWERS["why_faster"] = " ".join(["fewer gates,", "less computation"])
ANSWERS["memory_gate"] = "up" + "date"
ANSWERS["simpler_model"] = f"The {NAME}"
if NAME:
    ANSWERS["long_term"] = "Yes, because the update gate can keep the state."
