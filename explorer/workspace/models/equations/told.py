"""A cell's text as an exploration holds it: equations, and what a person is told of them in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from explorer.workspace.exploration.cells import CellText

TRAITS: Mapping[str, str] = {
    "projection": "投影",
    "peepholes": "窥孔",
    "coupled gates": "耦合门",
    "clip": "截断",
    "reset before the matrix": "重置门在矩阵之前",
    "own activations": "自定义激活函数",
    "gate behind the matrix": "门在矩阵之后",
}
"""What an imported cell may have that the one which ships has not, with the Chinese for it."""


def cell_text(
    label: str,
    traits: Sequence[str],
    equations: Sequence[str],
    candidate: str | None = None,
    forget: Sequence[str] = (),
    sizes: Mapping[str, object] | None = None,
) -> CellText:
    """Return the text of a cell like the one called ``label``, but for its ``traits``."""
    name = f"{label}: {', '.join(traits)}" if traits else label
    titles = {"en": name, "zh_CN": f"{label}：{'、'.join(TRAITS[one] for one in traits)}" if traits else label}
    lines = [
        f"label = {_quoted(label)}",
        f"title = {{ en = {_quoted(titles['en'])}, zh_CN = {_quoted(titles['zh_CN'])} }}",
        'note = ""',
        'source = ""',
        *([f"candidate = {_quoted(candidate)}"] if candidate else []),
        *([f"forget = [{', '.join(map(_quoted, forget))}]"] if forget else []),
        'equations = """',
        *equations,
        '"""',
        *(["", "[sizes]", *(f"{key} = {json.dumps(size)}" for key, size in sizes.items())] if sizes else []),
    ]
    return CellText(name=name[:60], text="\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
