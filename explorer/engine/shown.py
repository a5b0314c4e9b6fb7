"""`Shown`: values that a notebook shows alive, that draw themselves, and that become labelled arrays.

What shows them stands above the mathematics and needs more than NumPy; `shown_by` is told where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Showing(Protocol):
    """What knows how values are shown."""

    def in_notebook(self, value: Any) -> str | None:
        """Return HTML that shows ``value``, None where nothing does."""

    def plotted(self, value: Any, ax: Any, lang: str | None, **how: Any) -> Any:
        """Draw ``value`` into ``ax``, or into axes of its own; return them."""

    def labelled(self, value: Any) -> Any:
        """Return ``value`` as arrays whose axes have names and coordinates."""


_showing: list[Callable[[], Showing]] = []


def shown_by(found: Callable[[], Showing]) -> None:
    """Let values be shown by what is ``found`` when one is first to be shown."""
    _showing[:] = [found]


class Shown:
    """A value that is shown by what `shown_by` was told."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _showing[0]().in_notebook(self) if _showing else None

    def to_xarray(self) -> Any:
        """Return the numbers as an ``xarray.Dataset`` with named dimensions, coordinates, and units in its attributes.

        Raises
        ------
        Missing
            If xarray is not installed.
        """
        return _showing[0]().labelled(self)


class Map(Shown):
    """Gains of all pairs, which are drawn as a map."""

    __slots__ = ()

    def plot(self, ax: Any = None, decades: int | None = None, lang: str | None = None) -> Any:
        """Return Matplotlib axes with the map: k to the right, t upward, a gain's colour that of the window.

        Parameters
        ----------
        ax
            The axes to draw into, a figure's own if None.
        decades
            The colours span 10^±decades; if None, the first whole span that holds every gain.
        lang
            The language of the labels, "en" or "zh_CN"; if None, that of the environment (LC_ALL, LC_MESSAGES, LANG).

        Raises
        ------
        Missing
            If Matplotlib is not installed.
        """
        return _showing[0]().plotted(self, ax, lang, decades=decades)


class States(Shown):
    """States over time, which are drawn unit by unit."""

    __slots__ = ()

    def plot(self, ax: Any = None, lang: str | None = None) -> Any:
        """Return Matplotlib axes with the states: a row for each unit, a column for each step from s_0 on.

        Parameters
        ----------
        ax
            The axes to draw into, a figure's own if None.
        lang
            As for `Map.plot`.

        Raises
        ------
        Missing
            If Matplotlib is not installed.
        """
        return _showing[0]().plotted(self, ax, lang)


class Curves(Shown):
    """A quantity over settings, which is drawn as curves or as a map."""

    __slots__ = ()

    def plot(self, ax: Any = None, quantity: str | None = None, lang: str | None = None) -> Any:
        """Return Matplotlib axes with a quantity over the first axis: a curve for each value of a second, or a map of many.

        Over seeds the median is drawn, and as a band the quartiles; over a theory there is, its line.

        Parameters
        ----------
        ax
            The axes to draw into, a figure's own if None.
        quantity
            Which of them, the first if None.
        lang
            As for `Map.plot`.

        Raises
        ------
        Missing
            If Matplotlib is not installed.
        BadSettings
            If the quantity was not measured.
        """
        return _showing[0]().plotted(self, ax, lang, quantity=quantity)
