"""Trainers whose processes outlive the windows of tests: a process that trains takes half a second to start."""

from __future__ import annotations

from explorer.gui.training.trainer import Trainer


class Lasting(Trainer):
    """A trainer that its desk does not end but gives back, as good as new, to be taken by the next desk."""

    _idle: list[Lasting] = []  # noqa: RUF012 - the one place where they wait

    @classmethod
    def take(cls) -> Lasting:
        """Return one that no desk has."""
        return cls._idle.pop() if cls._idle else cls()

    @classmethod
    def end_all(cls) -> None:
        """End the processes of those that no desk has."""
        while cls._idle:
            Trainer.close(cls._idle.pop())

    def close(self) -> None:
        """Drop the run, tell this desk nothing more, and wait for another."""
        if self not in self._idle:
            self.drop()
            for signal in (self.progressed, self.ended, self.failed):
                signal.disconnect()
            self._idle.append(self)
