"""ONNX files: a small reader of their protobuf, and what the recurrent nodes in them compute."""
