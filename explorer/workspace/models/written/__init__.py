"""Networks of ours for others: weights by PyTorch's names, ONNX, arrays, and modules that run by themselves."""
