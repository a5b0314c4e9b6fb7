"""Which matrix stands for W where a cell's file does not say."""

import pytest

from explorer.engine import Network, Recurrence
from explorer.engine.network.matrices import recurrent_matrices
from explorer.engine.recurrence.library import cell

_TYPED = """d = sigmoid(W_3 @ y + U_3 @ x + b_3)
e = sigmoid(W_4 @ y + U_4 @ x + b_4)
z = (1 - d) * z + d * tanh(W_1 @ y + U_1 @ x + b_1)
y = (1 - e) * y + e * tanh(W_2 @ z + U_2 @ x + b_2)"""


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "mgu", "peephole", "slstm", "cornn", "residual"])
def test_the_rule_finds_the_candidate_that_a_cells_file_declares(name: str) -> None:
    chains = Network.random(cell=name, inputs=2, hidden=3, outputs=1, seed=0).architecture.chains
    declared = cell(name).recurrence.candidate
    assert declared is not None
    assert recurrent_matrices(chains, None)[0].rpartition("/")[2] == declared


def test_of_a_typed_cell_a_matrix_stands_for_w_that_makes_what_is_put_in_and_none_of_a_gate() -> None:
    network = Network.random(cell=Recurrence.parse(_TYPED), inputs=2, hidden=3, outputs=1, seed=0)
    assert [name.rpartition("/")[2] for name in network.architecture.matrices] == ["W_1", "W_2", "W_3", "W_4"]
