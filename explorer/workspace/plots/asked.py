"""Libraries that are asked for only when something is drawn or labelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from explorer.engine.errors import Missing
from explorer.paths import resources
from explorer.workspace.words.catalogues import SOURCE

_CJK = "Gradient Flow CJK"


def matplotlib(part: str = "pyplot") -> Any:
    """Return a part of Matplotlib.

    Raises
    ------
    Missing
        If it is not installed.
    """
    return _found(f"matplotlib.{part}", "Matplotlib", "plot")


@contextmanager
def lettered(code: str) -> Iterator[None]:
    """Let what is drawn meanwhile be in fonts that have the letters of the language ``code``."""
    if code == SOURCE:
        yield
        return
    fonts, pyplot = matplotlib("font_manager"), matplotlib()
    if _CJK not in {font.name for font in fonts.fontManager.ttflist}:
        fonts.fontManager.addfont(resources() / "fonts" / "GradientFlowCJK-Regular.otf")
    with pyplot.rc_context({"font.family": [*pyplot.rcParams["font.family"], _CJK]}):
        yield


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
