"""`Errands`: what views ask to be worked out besides the analysis, so that the cursor waits for none of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from explorer.engine.work import Report, Stop
from explorer.gui.core.view import Job, View
from explorer.gui.core.worker import LatestWins


class Errands:
    """Runs jobs of views, each in a thread that belongs to its view; a newer job of the same view replaces it."""

    def __init__(self) -> None:
        self._workers: dict[View, LatestWins] = {}

    def run(self, view: View, job: Job | None) -> None:
        """Work on ``job`` and answer ``view``; None gives up what is under way."""
        if job is None:
            if view in self._workers:
                self._workers[view].cancel()
            return
        if view not in self._workers:
            worker = self._workers[view] = LatestWins(_work)
            worker.answered.connect(view.answer)
            worker.failed.connect(view.answer_failure)
        self._workers[view].submit(job)

    def close(self) -> None:
        """Stop all of it."""
        for worker in self._workers.values():
            worker.close()


def _work(job: Job, stop: Stop, report: Report) -> Iterator[Any]:
    return job(stop, report)
