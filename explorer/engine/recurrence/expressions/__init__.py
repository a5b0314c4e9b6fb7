"""What a graph is made of, and the arithmetic of its nodes, plain and in logarithms."""
