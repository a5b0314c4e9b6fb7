"""`WatchedRun`: what a file of a run holds so far; it is read on as the file grows, from this machine or a shared disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.engine.errors import BadFile, Damage
from explorer.engine.floats import Floats
from explorer.engine.network.network import Network
from explorer.workspace.models.feeding import noise, sample_of
from explorer.workspace.models.found import Found
from explorer.workspace.models.opening import found_in
from explorer.workspace.models.readers.records import RUN_MARK, End, Head, Moment, Record, is_run, read, stored_of


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A network of a watched run at one ``moment``: its weights then, and what it reads, x (T, m), by its ``name``."""

    name: str
    moment: Moment
    network: Network
    x: Floats
    start: Mapping[str, Floats]


class WatchedRun:
    """The moments of the run in the file at ``path``, as far as they have been read.

    Raises
    ------
    BadFile
        If the file can't be read, or is no watched run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.head: Head | None = None
        self.moments: list[Moment] = []
        self.ended = False
        self._place = len(RUN_MARK)
        if path.exists() and not is_run(path):
            raise BadFile("“{name}” is no watched run.", name=path.name)
        self.grow()

    def grow(self) -> list[Moment]:
        """Read what has come since; return the new moments.

        Raises
        ------
        BadFile
            If the file can't be read any more, or is damaged.
        """
        before = len(self.moments)
        try:
            with self.path.open("rb") as file:
                for record, place in read(file, self._place):
                    self._take(record)
                    self._place = place
        except OSError as error:
            raise BadFile(
                "“{name}” can't be read: {reason}.", name=self.path.name, reason=error.strerror or error
            ) from error
        except Damage as reason:
            raise BadFile(
                "“{name}” is damaged and can't be opened ({reason}).", name=self.path.name, reason=reason
            ) from reason
        return self.moments[before:]

    def found(self, moment: Moment, chose: Mapping[str, str] | None = None) -> Found:
        """Return the recurrent networks as they were; ``chose`` says what the arrays leave open.

        Raises
        ------
        Refusal
            As an opened file does.
        """
        assert self.head is not None
        found = found_in(stored_of(self.head, moment, self.path.name), chose)
        return replace(found, path=self.path.absolute(), chose=dict(chose or {}))

    def sights(self, moment: Moment, layer: str = "") -> Iterator[Sight]:
        """Yield each network as it was, or one ``layer`` alone, with what it read of the sample, or with noise."""
        found = self.found(moment)
        for name in [layer] if layer else found.networks:
            network, x = found.stack(name).network(), sample_of(found, name)
            yield Sight(
                name, moment, network, np.array(noise(found, name).rows) if x is None else x, found.starts(name)
            )

    def _take(self, record: Record) -> None:
        if isinstance(record, Head):
            self.head = record
        elif isinstance(record, Moment):
            self.moments.append(record)
        self.ended = isinstance(record, End)
