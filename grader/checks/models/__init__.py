"""Keras models and the clock as checks see them, on the trusted side."""
