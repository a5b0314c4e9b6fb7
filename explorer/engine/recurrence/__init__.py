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
- `pull`: the vector–Jacobian product, with the gradients on states, input and weights by name;
- `credit`: the same for rows of many losses, a step at a time, plain (`rows`) and in logarithms (`logrows`);
- `tangents`: forward mode along directions, by `partials` that no other reading uses;
- `change`: by how much s_t moves with s_{t−1}, with all digits, however little that is;
- `jacobian`: J_t as terms ``coefficient · weight`` or ``coefficient · identity``, and dense; the direct path is the
  terms that no product of a weight matrix and a state lies on;
- `logvalue`, `logjacobian`, `logchange`: the same by logarithm and sign, where a gate of σ(−800) and a slope of
  e^−5000 survive;
- `doubtful`: numbers with errors;
- `unsure`: how far the equations' own subtractions may have carried an entry of J off; `unsurerows`: the rows of all steps;
- `structure`: what J is made like, read off the equations with no numbers: zero, identity, diagonal, a small matrix a
  unit, a Kronecker product with an identity, blocks, half-steps; `compact`: J in that small form, plain and in
  logarithms;
- `exact`: the dense J with the digits of what float64 can't hold on the way; `within` proves that nothing is lost there,
  which it is in nearly all runs;
- `formula`: the derivative of a step in marks, worked out once; all that read J put it into their numbers;
- `gates`: where a function is applied to a net input, by name; `curves`: such a function's values and slopes; `bounds`:
  between what each state stays, whatever the weights.

**Motion** (`motion`). What a run can say about how its state moves, asked by all that knows no cell: J along paths, plain
and in logarithms, what it is off by, changes, slopes and W. Kernels answer it, and equations (`run.motion`). `registers` say
what ∂s_t/∂s_k is where older states are read; `scaled` is the sum of matrices with their rows scaled that most of J is.

**Type** (`typeset`). The lines as they were written are kept beside the graph: in TeX, in plain text, as code; and J in
symbols, by taking the derivative over an arithmetic of expressions. `numbers` puts a unit's numbers into a line.

**Credit** (`credit`). What terms of gradients, exact checks and learning forward in time ask of a run, be it one of
equations or of a kernel: rows are pulled back, and of which `shares` a step's part of each weight's gradient consists,
whichever way it acts. `fronts` carries the losses of all steps back in one sweep, each on a scale of its own, `gathered`
those that come down from chains above and enter at many steps; `sensitivity`
carries all of ∂s_t/∂θ forward (real-time recurrent learning).

**Runs** (`run`). `plan` sorts the nodes by when they are known (once, for all steps, step by step) and lays all
matrices that multiply one vector side by side; `program` and `reverse` write from it the flat list of calls of a step, once,
on the way forward and back, and nothing else runs at a step. `legs` runs them: a run is legs, each so many steps with some
weights and the first of the sequences, and a window or detached states say how far a gradient comes back; `roll` and
`unroll` are the run of one leg, `walk` is one step at a time.

**Weights** (`weights`). What a weight starts as and what some are fixed to are names with numbers.

`notes` are what can be doubted in equations that can be read: legal, and seldom meant.

`cell_file` reads a cell from a file's text, equations with what a person is told of it; `library` has those that ship.
`kernels` are written by hand.
"""
