"""A Dask cluster that measures the points of a sweep: its scheduler gives a dead worker's tasks to another."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from explorer.engine.errors import BadFile
from explorer.engine.work import Stop
from explorer.workspace.sweeps.apart import without_script
from explorer.workspace.sweeps.measuring import Outcome, nothing
from explorer.workspace.sweeps.portions import Found, Portions, Workers, measure_all
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.words.sentence import Sentence

_CONNECTED = 10.0
"""Seconds in which a scheduler answers."""
_PATIENCE = 0.02
"""Seconds between two looks at what is done."""


@contextmanager
def cluster(count: int, address: str | None) -> Iterator[Workers]:
    """Yield the workers of the Dask scheduler at ``address``, or ``count`` of this machine.

    Raises
    ------
    BadFile
        If no scheduler answers there.
    """
    with ExitStack() as stack, warnings.catch_warnings():
        # That a port is taken, or versions differ a little, is nothing that a sweep suffers from.
        warnings.simplefilter("ignore")
        yield _Cluster(_client(count, address, stack))


def _client(count: int, address: str | None, stack: ExitStack) -> Any:
    """Return Dask's client; ``stack`` closes it."""
    from distributed import Client, LocalCluster

    if address is not None:
        try:
            return stack.enter_context(Client(address, timeout=_CONNECTED))
        except (OSError, TimeoutError, ValueError) as error:
            raise BadFile("No Dask scheduler answers at “{address}”.", address=address) from error
    with without_script():
        own = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=logging.CRITICAL
        )
    return stack.enter_context(Client(stack.enter_context(own)))


class _Cluster:
    def __init__(self, client: Any) -> None:
        self._client = client

    @property
    def name(self) -> Sentence:
        return Sentence(
            "{count} threads of the Dask cluster at {address}",
            {"count": self._count, "address": self._client.scheduler.address},
        )

    @property
    def _count(self) -> int:
        return max(1, sum(self._client.nthreads().values()))

    def measured(self, sweep: Sweep, places: Sequence[Place], stop: Stop) -> Iterator[Found]:
        portions = Portions(places, self._count)
        running: dict[Any, list[Place]] = {}
        try:
            while (portions or running) and not stop():
                while portions and len(running) < portions.abreast:
                    taken = portions.take()
                    # The same points again are other work: nothing is to be taken from a run before. The sweep goes along
                    # each time: what is scattered is lost with the worker that has it.
                    running[self._client.submit(measure_all, sweep, taken, pure=False)] = taken
                for task in [task for task in running if task.done()]:
                    yield from self._found(sweep, task, running.pop(task), portions)
                time.sleep(_PATIENCE)
        finally:
            self._client.cancel(list(running))

    def _found(self, sweep: Sweep, task: Any, taken: list[Place], portions: Portions) -> Iterator[Found]:
        from distributed import KilledWorker

        if task.cancelled():
            if self._client.status != "running":
                raise BadFile("The scheduler of the cluster answers no more; what was measured is kept.")
            portions.suspect(taken)
            return
        try:
            found, seconds = task.result()
        except KilledWorker:
            if len(taken) == 1:
                yield taken[0], Outcome(nothing(sweep), "The process that measured this point died.")
            else:
                portions.suspect(taken)
            return
        except ModuleNotFoundError as error:
            raise BadFile("The workers of the cluster don't have this program: install it there, too.") from error
        portions.heed(len(found), seconds)
        yield from found
