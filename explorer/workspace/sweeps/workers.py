"""Who measures a sweep: a Dask cluster, of this machine or anywhere, or the processes of this machine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.util import find_spec

from explorer.engine.errors import BadFile
from explorer.workspace.sweeps.portions import Workers
from explorer.workspace.sweeps.processes import cores, processes


def workers(count: int | None, address: str | None) -> AbstractContextManager[Workers]:
    """Return ``count`` processes of this machine (default: one for each core), or the Dask cluster at ``address``.

    Raises
    ------
    Refusal
        If there is no cluster, or nothing installed that could speak to one.
    """
    if address is not None and not speaks_dask():
        raise BadFile("A cluster is spoken to by Dask: install gradient-flow-explorer[sweep].")
    if address is not None or speaks_dask():
        from explorer.workspace.sweeps.cluster import cluster

        return cluster(count or cores(), address)
    return processes(count or cores())


def gentle_workers(address: str | None) -> AbstractContextManager[Workers]:
    """Return the Dask cluster at ``address``, or processes of this machine that leave it to whoever works at it.

    Raises
    ------
    Refusal
        As `workers` does.
    """
    return processes(cores(), gentle=True) if address is None else workers(None, address)


def speaks_dask() -> bool:
    """Return whether a cluster could be spoken to."""
    return find_spec("distributed") is not None
