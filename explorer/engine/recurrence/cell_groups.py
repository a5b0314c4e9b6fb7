"""The ideas by which cells are grouped: titles by language, from ``resources/cell_groups.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from explorer.paths import resources

ByLanguage = Mapping[str, str]


@cache
def cell_groups() -> Mapping[str, ByLanguage]:
    """Return the titles of each group by language, the groups in the order in which they are shown."""
    told = tomllib.loads((resources() / "cell_groups.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: MappingProxyType(group["title"]) for name, group in told.items()})
