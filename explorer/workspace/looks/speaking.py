"""A language model that goes on by itself: what it draws it reads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.engine import Network
from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.network.feeding import begun
from explorer.engine.network.running import starts_of
from explorer.workspace.feed import tokens as words
from explorer.workspace.tasks.ngrams import UNSAID


def chances(y: Floats, temperature: float, silent: tuple[int, ...] = ()) -> Floats:
    """Return softmax(y/temperature) (p,) with the classes ``silent`` left out."""
    warm = y / temperature
    warm[list(silent)] = -np.inf
    e = np.exp(warm - warm.max())
    return e / e.sum()


class Speaker:
    """A language model in the middle of a text: what it draws it reads itself.

    What it says after so many steps depends on the text and the ``seed`` alone, however it came to be asked; at the
    ``temperature`` 0 it says the likeliest symbol.
    """

    def __init__(self, network: Network, names: tuple[str, ...], temperature: float, seed: int) -> None:
        self._network, self._names, self._temperature, self._seed = network, names, temperature, seed
        self._fresh, self._steps = False, 0

    def read(self, x: Floats, s0: Floats | Mapping[str, Floats]) -> None:
        """Read x (T, m) from the state ``s0``."""
        self._steps = len(x)
        self._walk, h = begun(self._network, x, starts_of(self._network, s0))
        assert h is not None
        self._hear(h)

    def _hear(self, h: Floats) -> None:
        """Take in what the last layer gives out (n,); nothing is drawn of it yet."""
        with np.errstate(all="ignore"):
            self._y, self._drawn = self._network.V @ h + self._network.c, ""

    def _one_hot(self, symbol: str) -> Floats:
        return np.array([[float(name == symbol) for name in self._names]])

    def begin(self, s0: Floats | Mapping[str, Floats]) -> None:
        """Begin another sentence from the state ``s0``; it will have a word at least."""
        self.read(self._one_hot(words.SENTENCE_START), s0)
        self._fresh = True

    @property
    def next(self) -> str:
        """Return the symbol that was drawn after what was read."""
        if not self._drawn:
            odds = chances(self._y, self._temperature or 1.0, self._silent())
            if not np.isfinite(odds).all():
                raise BadSequence("The network's answer is no number: go back to weights that are.")
            self._drawn = self._names[self._choice(odds)]
        return self._drawn

    def _choice(self, odds: Floats) -> int:
        if self._temperature == 0.0:
            return int(odds.argmax())
        return int(np.random.default_rng((self._seed, self._steps)).choice(len(odds), p=odds))

    def speak(self, most: int) -> list[str]:
        """Return at most ``most`` symbols, each read in turn, up to the end of the sentence."""
        said: list[str] = []
        while len(said) < most and self.next != words.SENTENCE_END:
            said.append(self.next)
            self._fresh = False
            self._steps += 1
            self._hear(self._walk.on(self._one_hot(said[-1])[0]))
        return said

    def _silent(self) -> tuple[int, ...]:
        """Return what can't come next; no mark and no end begins a sentence."""
        return tuple(
            i for i, name in enumerate(self._names) if name in UNSAID or (self._fresh and not name[0].isalnum())
        )
