"""How a gate is written: net input, clip, function; one line, or two where the net input needs a name."""

from __future__ import annotations

from explorer.workspace.models.equations.functions import Function


def clipped(z: str, clip: float | None) -> str:
    """Return a net input kept between −clip and clip."""
    return z if clip is None else f"maximum(minimum({z}, {clip!r}), {-clip!r})"


def gate(name: str, net_input: str, of: Function, clip: float | None = None) -> list[str]:
    """Return the lines of ``name`` = function(clip(net input))."""
    if of.once:
        return [f"{name} = {unbracketed(of.of(_argument(clipped(net_input, clip), of)))}"]
    return [f"z_{name} = {clipped(net_input, clip)}", f"{name} = {unbracketed(of.of(f'z_{name}'))}"]


def _argument(z: str, of: Function) -> str:
    """Return a net input in brackets where the function would take it apart: 0.2 * (U @ x + b) + 0.5."""
    return z if "({z})" in of.text else f"({z})"


def at(name: str, value: str, of: Function) -> tuple[list[str], str]:
    """Return the lines that come first, and the text, of a function's value at what ``value`` names."""
    return ([], of.of(value)) if of.once else ([f"{name} = {of.of(value)}"], name)


def unbracketed(text: str) -> str:
    """Return a text without the brackets around all of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]
