"""`Named`: a network's chains and weights by name, and the matrices among them that carry a state to the next step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.names import named, unknown
from explorer.engine.network import making, matrices
from explorer.engine.network.arrays import Arrays
from explorer.engine.network.chain import Chain
from explorer.engine.network.given import FEATURES, widened
from explorer.engine.network.piece import Piece


class Named(Arrays):
    """What a network's ``architecture`` and ``parameters`` say of its chains and weights by name."""

    __slots__ = ()

    _weights: Mapping[str, Floats] | None

    @property
    def weights(self) -> Mapping[str, Floats]:
        """Return the weights by name, read-only."""
        if self._weights is None:
            found = MappingProxyType(making.named_weights(self.architecture, self.parameters))
            object.__setattr__(self, "_weights", found)
            return found
        return self._weights

    def chain(self, name: str) -> Chain:
        """Return a chain by its name.

        Raises
        ------
        BadNetwork
            If there is no such chain.
        """
        for chain in self.architecture.chains:
            if chain.name == name:
                return chain
        raise unknown("chain", name, [chain.name for chain in self.architecture.chains], BadNetwork)

    def of(self, piece: Chain | Piece) -> dict[str, Floats]:
        """Return the weights of a chain or of a piece of it, by their names in its equations.

        What multiplies x has the columns of A before its own where the network reads features of the sequence.
        """
        found, rows = {own: self.weights[name] for own, name in piece.weights.items()}, self.architecture.rows
        for own, name in piece.weights.items() if rows else ():
            if name in rows:
                found[own] = widened(self.weights[FEATURES][..., rows[name], :], found[own])
        return found

    @property
    def matrices(self) -> Mapping[str, Floats]:
        """Return the square matrices that carry a state to the next step, by name; the first one stands for W.

        There are none where states are carried entry by entry, as in an LRU.
        """
        return MappingProxyType({name: self.weights[name] for name in self.architecture.matrices})

    def recurrent(self, name: str | None = None) -> Floats:
        """Return one of the ``matrices`` by its name, "1/W_f"; left out, the one that stands for W.

        Of a network that a kernel runs a gate's letter will do: its (n, n) block of W.

        Raises
        ------
        BadNetwork
            If there is no such matrix, or none that stands for W.
        """
        if not self.matrices:
            raise BadNetwork("The cell {name} has no weight that stands for W.", name=self.cell)
        if name is None:
            return next(iter(self.matrices.values()))
        alone = self.architecture.alone
        gates = () if alone is None or len(alone.kernel.gates) == 1 else alone.kernel.gates
        found = named("recurrent matrix", name, (*self.matrices, *gates), BadNetwork)
        return self.matrices[found] if found in self.matrices else self.gate_rows(self.W, found)

    def eigenvalues(self, name: str | None = None) -> np.ndarray:
        """Return the n complex eigenvalues of a recurrent matrix (see `recurrent`), largest modulus first."""
        return matrices.eigenvalues(self.recurrent(name))

    def spectral_radius(self, name: str | None = None) -> float:
        """Return ρ, the largest modulus of an eigenvalue of a recurrent matrix."""
        return float(np.abs(self.eigenvalues(name)[0]))

    def largest_singular_value(self, name: str | None = None) -> float:
        """Return σ₁, the 2-norm of a recurrent matrix."""
        return matrices.largest_singular_value(self.recurrent(name))
