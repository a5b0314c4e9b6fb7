"""Workers that are this very process: for tests of all that stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from explorer.engine.work import Stop
from explorer.workspace.sweeps.measuring import Outcome, measure
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.words.sentence import Sentence


class Here:
    """Measures in this process, the points ``most`` at the most; keeps which."""

    name = Sentence("here")

    def __init__(self, most: int = 10**9) -> None:
        self.places: list[Place] = []
        self._most = most

    def measured(self, sweep: Sweep, places: Sequence[Place], stop: Stop) -> Iterator[tuple[Place, Outcome]]:
        for place in places[: self._most]:
            if stop():
                return
            self.places.append(place)
            yield place, measure(sweep, place)
