"""What English joins by a blank, a comma, a colon or brackets, joined as the language that is spoken does it."""

from __future__ import annotations

import math

from explorer.gui.words.i18n import tr
from explorer.workspace.words import numbers


def follow(first: str, second: str) -> str:
    """Return two sentences, one behind the other."""
    return tr("{first} {second}").format(first=first, second=second) if first and second else first or second


def with_key(tip: str, key: str) -> str:
    """Return a tip with the ``key`` that does the same behind it, if there is one."""
    if not key:
        return tip
    return follow(tip, f"[{key}]") if tip.endswith((".", "。")) else f"{tip} [{key}]"


def told(name: str, value: str) -> str:
    """Return what ``name`` is or says."""
    return tr("{name}: {value}").format(name=name, value=value)


def noted(text: str, note: str) -> str:
    """Return ``text`` with a ``note`` in brackets."""
    return tr("{text} ({note})").format(text=text, note=note)


def per_cent(number: str) -> str:
    """Return ``number`` with the sign behind it."""
    return tr("{number} %").format(number=number)


def gradient_share(share: float) -> str:
    """Return a share of a gradient in per cent; see `explorer.workspace.words.numbers.percent`."""
    return "NaN" if math.isnan(share) else per_cent(numbers.percent(share))


def share(part: float) -> str:
    """Return a probability in per cent, with one digit more where it is small: 97, 1.5, < 0.1."""
    percent = 100.0 * part
    if 0.0 < percent < 0.1:
        return per_cent("< 0.1")
    return per_cent(f"{percent:.0f}" if percent >= 9.95 or percent == 0.0 else f"{percent:.1f}")
