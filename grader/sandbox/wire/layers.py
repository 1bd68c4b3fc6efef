"""The Keras layers that a clean worker can rebuild, each with the settings that define it; both ends use this list."""

from __future__ import annotations

RECURRENT = frozenset(
    "units activation recurrent_activation use_bias return_sequences go_backwards reset_after dropout recurrent_dropout".split()
)
POOLING = frozenset({"pool_size", "strides", "padding"})
SETTINGS: dict[str, frozenset[str]] = {
    "Activation": frozenset({"activation"}),
    "AveragePooling1D": POOLING,
    "BatchNormalization": frozenset(),
    "Conv1D": frozenset({"filters", "kernel_size", "strides", "padding", "activation", "use_bias"}),
    "Dense": frozenset({"units", "activation", "use_bias"}),
    "Dropout": frozenset({"rate"}),
    "Embedding": frozenset({"input_dim", "output_dim", "mask_zero"}),
    "Flatten": frozenset(),
    "GRU": RECURRENT,
    "GlobalAveragePooling1D": frozenset(),
    "GlobalMaxPooling1D": frozenset(),
    "LSTM": RECURRENT - {"reset_after"},
    "LayerNormalization": frozenset(),
    "MaxPooling1D": POOLING,
    "SimpleRNN": RECURRENT - {"reset_after", "recurrent_activation"},
    "Softmax": frozenset(),
    "SpatialDropout1D": frozenset({"rate"}),
}
AROUND_A_CELL = frozenset({"return_sequences", "go_backwards"})  # of an RNN; the rest are its cell's
