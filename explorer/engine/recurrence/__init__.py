"""How a state follows from the last one: equations, and all that is read in them. The design in one page.

A recurrence is written as in the paper, one equation a line, in NumPy's notation::

    z = sigmoid(U_z @ x + W_z @ h + b_z)
    h = (1 - z) * h + z * tanh(U_n @ x + b_n)

**Text** (`equations`). A name that is read before its line is a state: before its line it means s_{t−1}, after it
s_t; ``h[2]`` is h_{t−2}. ``x`` is the input, ``t`` the step; a line that assigns a plain number declares a constant;
every other name is a weight, capitals matrices, small letters vectors, with shapes by unification. The last line is
what the layer gives out. The text is bounded, taken apart by Python's parser and never evaluated; a mistake is
refused with its line and column.

**Graph** (`expressions`). What was read is one frozen tuple of nodes of five kinds: given, sum, product, function,
measure. All products, an entry by an entry, a matrix by a vector, outer, a scaled row, are one kind, told apart by
labels as in Einstein's notation. A function is one line of a table: value, slopes, exact change, and the first two in
logarithms. What would lose digits is written as what does not: 1 − σ(a) is σ(−a).

**Readings** (`readings`). One rule for each kind of node and each question, no word of any cell:

- `value`: s_t, for any leading axes (steps, sequences, networks);
- `pull`: the vector–Jacobian product, with the gradients on states, input and weights by name; `uses`: of which factors
  a step's part of a weight's gradient consists;
- `change`: by how much s_t moves with s_{t−1}, with all digits, however little that is;
- `jacobian`: J_t as terms ``coefficient · weight`` or ``coefficient · identity``, and dense; the direct path is the
  terms that no product of a weight matrix and a state lies on;
- `logvalue`, `logjacobian`, `logchange`: the same by logarithm and sign, where a gate of σ(−800) and a slope of
  e^−5000 survive;
- `unsure`: how far the equations' own subtractions may have carried an entry of J off;
- `structure`: what J is made like, read off the equations with no numbers: zero, identity, diagonal, a small matrix a
  unit, a Kronecker product with an identity, blocks, half-steps; `compact`: J in that small form, plain and in
  logarithms;
- `exact`: the dense J with the digits of what float64 can't hold on the way.

**Runs** (`run`). `plan` sorts the nodes by when they are known (once, for all steps, step by step) and lays all
matrices that multiply one vector side by side; `roll` runs a flat list of calls forward, `unroll` back.

**Stacks** (`stack`). Layers that run the same way in a row are one recurrence: their graphs are joined, and all readings
are those of the whole.

**Weights** (`weights`). What a weight starts as and what some are fixed to are names with numbers.

`library` reads cells from ``resources/cells``: equations, starts, titles, source. `cells` are the kernels written by
hand.
"""
