"""Libraries that are asked for only when something is drawn or labelled."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from explorer.engine.errors import Missing


def matplotlib(part: str = "pyplot") -> Any:
    """Return a part of Matplotlib.

    Raises
    ------
    Missing
        If it is not installed.
    """
    return _found(f"matplotlib.{part}", "Matplotlib", "plot")


def xarray() -> Any:
    """Return xarray.

    Raises
    ------
    Missing
        If it is not installed.
    """
    return _found("xarray", "xarray", "notebook")


def _found(module: str, name: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise Missing(
            'This needs {name}, which is not installed: pip install "gradient-flow-explorer[{extra}]".',
            name=name, extra=extra,
        ) from error  # fmt: skip
