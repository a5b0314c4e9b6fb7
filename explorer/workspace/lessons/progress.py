"""`Progress`: how far a person has come in each lesson. It stays on the person's machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_SEPARATOR, _SIGN = ";", "="


class Progress:
    """Keeps steps by lessons' names, as one text that ``load`` and ``keep`` get and store."""

    def __init__(self, load: Callable[[], str], keep: Callable[[str], object]) -> None:
        self._keep = keep
        self._steps = dict(_read(load()))

    def steps(self, name: str) -> int:
        """Return how many steps of the lesson ``name`` are done."""
        return self._steps.get(name, 0)

    def place(self, name: str, of: int) -> int:
        """Return the step to go on with, of a lesson's steps ``of``: the first again where all are done."""
        return self.steps(name) % of if self.steps(name) <= of else 0

    def reach(self, name: str, steps: int, of: int) -> None:
        """Keep that ``steps`` of a lesson's steps ``of`` are done; fewer than before change nothing."""
        steps = min(steps, of)
        if steps > self.steps(name):
            self._steps[name] = steps
            self._store()

    def reset(self) -> None:
        """Forget all of it."""
        self._steps.clear()
        self._store()

    def _store(self) -> None:
        self._keep(_SEPARATOR.join(f"{name}{_SIGN}{steps}" for name, steps in self._steps.items()))


def _read(text: str) -> Iterator[tuple[str, int]]:
    """Yield the steps by name; what says none is passed over."""
    for part in text.split(_SEPARATOR):
        name, sign, steps = part.rpartition(_SIGN)
        if sign and steps.isascii() and steps.isdigit() and len(steps) < 4:
            yield name, int(steps)
