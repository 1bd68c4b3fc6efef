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


class Timer:
    def __init__(self, clock):
        self.clock, self.laps = clock, []

    def __enter__(self):
        self.start = self.clock()

    def __exit__(self, *_):
        self.laps.append(self.clock() - self.start)


def time_training(model, x, y, epochs=3, clock=time.perf_counter):
    timer = Timer(clock)
    model.fit(x, y, epochs=1, verbose=0, batch_size=16)
    for epoch in range(1, epochs + 1):
        with timer:
            model.fit(x, y, initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
    laps = sorted(timer.laps)
    middle = len(laps) // 2
    return laps[middle] if len(laps) % 2 else (laps[middle - 1] + laps[middle]) / 2


def compare_models(models, x, y, epochs=3, clock=time.perf_counter):
    rows = []
    for name, model in models.items():
        rows.append([model.count_params(), model_size_bytes(model), time_training(model, x, y, epochs, clock)])
    df = pd.DataFrame(rows, index=list(models), columns=["parameters", "bytes", "seconds_per_epoch"])
    df["relative_size"] = df["bytes"] / df["bytes"].iloc[0]
    df["relative_time"] = df["seconds_per_epoch"] / df["seconds_per_epoch"].iloc[0]
    return df


MEASURED = {
    "device": "my laptop, CPU",
    "lstm": {"parameters": 353089, "bytes": 1412356, "seconds_per_epoch": 0.52},
    "gru": {"parameters": 345025, "bytes": 1380100, "seconds_per_epoch": 0.61},
    "smaller": "gru",
    "faster": "lstm",
}
