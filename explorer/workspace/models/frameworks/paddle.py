"""Paddle's names as PyTorch's: each array twice, the second time under ``0.cell_fw``, and the projection there alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from explorer.workspace.models.taken import Taken

_OWN = re.compile(
    r"^(?P<prefix>(?:.*\.)?)(?P<layer>\d{1,3})\.cell(?P<way>_fw|_bw)?\."
    r"(?P<what>weight_ih|weight_hh|weight_ho|bias_ih|bias_hh)$"
)
_SURE = re.compile(r"\.cell_(fw|bw)\.|\.cell\.weight_ho$|^StructuredToParameterName@@")


def as_pytorch(arrays: Mapping[str, Taken], told: Mapping[str, object]) -> dict[str, Taken]:
    """Return the arrays by PyTorch's names where they are Paddle's; what stands there twice once, with both names."""
    if not any(_SURE.search(name) for name in (*arrays, *told)):
        return dict(arrays)
    found: dict[str, Taken] = {}
    for name, part in arrays.items():
        match = _OWN.match(name)
        if match is None:
            target = name
        else:
            what = "weight_hr" if match["what"] == "weight_ho" else match["what"]
            target = f"{match['prefix']}{what}_l{match['layer']}{'_reverse' if match['way'] == '_bw' else ''}"
            part = part.T if match["what"] == "weight_ho" else part
        names = (*found[target].names, *part.names) if target in found else part.names
        found[target] = Taken(part.array, names)
    return found
