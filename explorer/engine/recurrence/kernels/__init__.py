"""The simple cell, LSTM and GRU by hand, for speed; tested equal to their equations."""
