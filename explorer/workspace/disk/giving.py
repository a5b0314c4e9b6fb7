"""A network written into files for others."""

from __future__ import annotations

from pathlib import Path

from explorer.engine import Network
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.models.written.writing import ENDINGS, written

__all__ = ["ENDINGS", "give"]


def give(path: Path, network: Network) -> None:
    """Write ``network`` in the format of the ending of ``path``; a module in Python has its weights in a file beside it.

    Raises
    ------
    BadNetwork
        If the format has no such network.
    BadFile
        If a file can't be written.
    """
    for place, data in written(network, path).items():
        write_bytes(place, data)
