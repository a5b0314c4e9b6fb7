"""Names of what there is, whatever their capitals, and the nearest one where there is none of that name."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from explorer.engine.errors import Names, Refusal

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")


def named(what: str, name: object, names: Iterable[str], refusal: type[Refusal]) -> str:
    """Return the one of ``names`` that ``name`` is, whatever its capitals.

    Raises
    ------
    Refusal
        Of the kind ``refusal``, if there is none of that name: with the nearest one, and all that there are.
    """
    known = list(names)
    found = name if type(name) is str and name in known else spelt_alike(name, known)
    if found is None:
        raise unknown(what, name, known, refusal)
    return found


def spelt_alike(name: object, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that is ``name`` but for its capitals, or None."""
    plain = str(name).casefold()
    return next((one for one in names if one.casefold() == plain), None)


def nearest(name: object, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that ``name`` was probably meant to be, or None where none is near."""
    plain = {one.casefold(): one for one in names}
    near = difflib.get_close_matches(str(name).casefold(), plain, n=1)
    return plain[near[0]] if near else None


def unknown(what: str, name: object, names: Iterable[str], refusal: type[Refusal]) -> Refusal:
    """Return what refuses a ``name`` that is none of ``names``: with the nearest one, and all that there are."""
    known = list(names)
    near, choices = nearest(name, known), Names(known)
    if near is None:
        return refusal("There is no {what} “{name}”; choose one of {choices}.", what=what, name=name, choices=choices)
    return refusal(
        "There is no {what} “{name}”; did you mean “{nearest}”? Choose one of {choices}.",
        what=what, name=name, nearest=near, choices=choices,
    )  # fmt: skip


def spelt(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function``, which answers an argument that it does not have with the nearest one that it has."""

    @wraps(function)
    def called(*args: P.args, **given: P.kwargs) -> R:
        try:
            return function(*args, **given)
        except TypeError:
            _refuse_misspelt(function, given)
            raise

    return called


def spelt_fields(kind: type[C]) -> type[C]:
    """Return the class ``kind``, made with `spelt` arguments."""
    type.__setattr__(kind, "__init__", spelt(vars(kind)["__init__"]))
    return kind


def _refuse_misspelt(function: Callable[..., object], given: Iterable[str]) -> None:
    """Refuse the first of the arguments that ``function`` does not have.

    Raises
    ------
    TypeError
        As Python does, with the nearest one and all that there are.
    """
    names = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
    for name in given:
        if name not in names:
            near = nearest(name, names)
            choices = ", ".join(names)
            right = f"did you mean “{near}”? It takes {choices}." if near else f"it takes {choices}."
            owner = function.__qualname__.removesuffix(".__init__")
            raise TypeError(f"{owner} has no argument “{name}”; {right}") from None
