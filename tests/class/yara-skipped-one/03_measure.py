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
