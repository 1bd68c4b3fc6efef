from tensorflow.keras import Input, Sequential
from tensorflow.keras.layers import GRU, Dense, Embedding

model = Sequential()
model.add(Input(shape=(50,)))
model.add(Embedding(input_dim=5000, output_dim=64))
model.add(GRU(64))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
