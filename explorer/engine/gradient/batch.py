"""Many sequences of unequal length at once: what training stands on.

The sums are those of `bptt` over the sequences one by one; no mask is left to the reader, what lies behind a sequence's end
is never worked out and is zero in every array; targets are filled up with none. A batch may be worked out in float32,
faster and to about six digits; the weights stay float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import NO_CLASS, Targets, find_loss, find_place
from explorer.engine.names import spelt
from explorer.engine.network.given import Input, Read, Words, as_input
from explorer.engine.network.network import Network
from explorer.engine.network.running import read
from explorer.engine.values import Value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Batch(Value):
    """B sequences with their targets, padded with zeros and time-major; arrays are read-only.

    x (T, B, m), lengths (B,) descending, order (B,): row i is the sequence number order[i] of those given. targets are
    classes (T, B) or real (T, B, p) for a loss at every step, none (−1 or NaN) behind a sequence's end; (B,) or (B, p) for
    one at the last state or on the mean.
    All sequences begin at ``s0`` (N,), zero where there is none; a decoder takes over after ``seam`` (B,) steps. Of a network
    with an embedding x are words (T, B), and of one that is given symbols their places; ``features`` (B, k) are those of the
    sequences. All is worked out in ``precision``.

    `Batch.of` makes one of sequences and targets, and refuses what does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Batch, Network
    >>> net = Network.random(inputs=2, hidden=4, outputs=3)
    >>> batch = Batch.of(net, [np.zeros((5, 2)), np.zeros((8, 2))], [0, 2], at="last")
    >>> batch.x.shape, batch.lengths.tolist(), batch.order.tolist(), batch.targets.tolist()
    ((8, 2, 2), [8, 5], [1, 0], [2, 0])
    """

    x: Floats | Words
    lengths: NDArray[np.intp]
    order: NDArray[np.intp]
    targets: Targets
    loss: str
    at: str
    s0: Floats | Mapping[str, Floats] | None = None
    seam: NDArray[np.intp] | None = None
    features: Floats | None = None
    precision: str = "float64"

    @classmethod
    @spelt
    def of(
        cls,
        network: Network,
        sequences: Sequence[ArrayLike | Input],
        targets: Sequence[ArrayLike],
        loss: str = "cross_entropy",
        at: str = "every",
        dtype: DTypeLike = np.float64,
    ) -> Batch:
        """Return a batch for networks with the inputs and outputs of ``network``; sequence by sequence as in `bptt`.

        ``sequences`` are arrays (T_i, m), or `Input`; ``targets``, ``loss`` and ``at`` are as in `Examples`. ``dtype`` is
        float64 or float32, in which all that follows is worked out.

        Raises
        ------
        BadSequence
            If a sequence does not fit the network.
        BadTargets
            If targets don't fit their sequence, there is not one for each, or there is no sequence.

        Examples
        --------
        >>> import numpy as np
        >>> from explorer.engine import Batch, Network
        >>> net = Network.random(inputs=2, hidden=4, outputs=1)
        >>> Batch.of(net, [np.ones((5, 2))], [0.5], loss="squared_error", at="mean").terms
        1
        """
        loss, at = find_loss(loss).name, find_place(at)
        read = read_examples(network, sequences, targets, loss, at)
        return cls.joined([x for x, _ in read], [wanted for _, wanted in read], loss, at, dtype)

    @classmethod
    def joined(
        cls, inputs: Sequence[Read], targets: Sequence[Targets], loss: str, at: str, dtype: DTypeLike = np.float64
    ) -> Batch:
        """Return a batch of examples that `read_examples` has checked."""
        order = np.argsort([-len(one) for one in inputs], kind="stable")
        rows, ordered = [inputs[i] for i in order], [targets[i] for i in order]
        lengths = np.array([len(one) for one in rows])
        nothing = NO_CLASS if ordered[0].dtype.kind == "i" else np.nan
        padded = _padded(ordered, nothing) if at == "every" else np.array(ordered)
        if padded.dtype.kind == "f":
            padded = padded.astype(dtype, copy=False)
        x = _padded([one.x for one in rows], 0.0)
        return cls(
            x.astype(dtype, copy=False) if x.dtype.kind == "f" else x, lengths, order, padded, loss, at,
            seam=_beside([one.seam for one in rows], np.intp), features=_beside([one.features for one in rows], dtype),
            precision=np.dtype(dtype).name,
        )  # fmt: skip

    @property
    def terms(self) -> int:
        """Return how many losses there are: steps with a target, or sequences."""
        return int(find_loss(self.loss).counted(self.targets).sum())

    @property
    def steps(self) -> int:
        """Return T, the length of the longest sequence."""
        return len(self.x)

    @property
    def size(self) -> int:
        """Return B, the number of sequences."""
        return len(self.lengths)


def read_examples(
    network: Network, sequences: Sequence[ArrayLike | Input], targets: Sequence[ArrayLike], loss: str, at: str
) -> list[tuple[Read, Targets]]:
    """Return the sequences with their targets, checked against each other and against the network; as in `Batch.of`."""
    if len(sequences) == 0 or len(sequences) != len(targets):
        raise BadTargets(
            "There are {sequences} sequences and {targets} targets; as many of both are expected, at least one.",
            sequences=len(sequences), targets=len(targets),
        )  # fmt: skip
    kind, p = find_loss(loss), len(network.c)
    xs = [read(network.architecture, as_input(one)) for one in sequences]
    return [(x, kind.read(a, (len(x),) if at == "every" else (), p)) for x, a in zip(xs, targets, strict=True)]


def _beside(rows: Sequence[Any], dtype: DTypeLike) -> NDArray[Any] | None:
    """Return what goes with each sequence (B, …); None where nothing does."""
    return None if rows[0] is None else np.array(rows, dtype=dtype)


def _padded(rows: list[Targets], with_: float) -> Targets:
    """Return the arrays (T_i, …) beside each other, (T, B, …), filled up behind their ends."""
    padded = np.full((max(map(len, rows)), len(rows), *rows[0].shape[1:]), with_, dtype=rows[0].dtype)
    for i, row in enumerate(rows):
        padded[: len(row), i] = row
    return padded
