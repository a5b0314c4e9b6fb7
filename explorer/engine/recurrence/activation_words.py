"""What a person is told of the activations: labels and notes by language, from ``resources/activations.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.cell_file import by_language
from explorer.engine.recurrence.cell_groups import ByLanguage
from explorer.paths import resources


@dataclass(frozen=True, slots=True)
class ActivationWords:
    """``labels`` for a button and ``notes`` on what becomes of the gradient, by language."""

    labels: ByLanguage
    notes: ByLanguage


@cache
def activation_words() -> Mapping[str, ActivationWords]:
    """Return the words of each activation, in the order of `ACTIVATIONS`."""
    told = tomllib.loads((resources() / "activations.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {name: ActivationWords(*(by_language(told[name][key]) for key in ("label", "note"))) for name in ACTIVATIONS}
    )
