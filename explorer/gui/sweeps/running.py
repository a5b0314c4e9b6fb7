"""A sweep, its theory, and the network of one of its points, each worked on in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.sweeps.measuring import trained
from explorer.workspace.sweeps.slices import Showing
from explorer.workspace.sweeps.streaming import Asked, streamed
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.sweeps.theory import Prediction, prediction


@dataclass(frozen=True, slots=True)
class Wondered:
    """Of which sweep, and what is shown of it, theory is asked."""

    sweep: Sweep
    showing: Showing
    maps: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The point of a sweep that is to be explored."""

    sweep: Sweep
    place: Place


def swept(asked: Asked, stop: Stop, _: Report) -> Iterator[Any]:
    """Yield what is known, and then what comes."""
    return streamed(asked, stop)


def foretold(asked: Wondered, stop: Stop, _: Report) -> Iterator[Prediction | None]:
    """Yield what theory says."""
    yield prediction(asked.sweep, asked.showing, asked.maps, stop)


def found(asked: Wanted, stop: Stop, _: Report) -> Iterator[Exploration]:
    """Yield the exploration of a point, trained as it was when it was measured."""
    yield trained(asked.sweep.at(asked.place), asked.sweep.updates, stop)
