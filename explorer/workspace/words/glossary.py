"""The glossary: one word for one thing, in every language; the window explains with it, and all that is said keeps to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import msgspec
from msgspec import Struct

from explorer.paths import resources
from explorer.workspace.words.sentence import Words


class Term(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word, its symbol and its formula in TeX ("" where it has none), its meaning, and what is ``never`` said for it."""

    name: str
    symbol: str = ""
    formula: str = ""
    titles: Words
    meaning: Words
    never: dict[str, tuple[str, ...]] = {}


@cache
def glossary() -> Mapping[str, Term]:
    """Return all terms by name, in the order in which they explain one another.

    Raises
    ------
    msgspec.ValidationError
        If the file holds anything else: the installation is damaged.
    """
    terms = msgspec.json.decode((resources() / "glossary.json").read_bytes(), type=tuple[Term, ...])
    return MappingProxyType({term.name: term for term in terms})
