from keras import Input, Sequential
from keras.layers import LSTM, Dense, Embedding

model = Sequential([Input((50,)), Embedding(5000, 64), LSTM(32), Dense(1, activation="sigmoid")])
