"""One file for each framework: from the names and shapes of arrays to stacks of recurrent layers."""
