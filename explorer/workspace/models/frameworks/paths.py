"""Names of arrays as paths: which of them stand below one module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from explorer.workspace.models.stored import Array
from explorer.workspace.models.taken import Taken

_SIGNS = re.compile(r"[/.:]+")


def modules(arrays: Mapping[str, Array], depth: int = 1) -> dict[str, dict[str, Taken]]:
    """Return the arrays of floats by module, and by what they are called in it: the last ``depth`` parts of a name."""
    found: dict[str, dict[str, Taken]] = {}
    for name, array in arrays.items():
        parts = _SIGNS.split(name.strip("./:"))
        if array.dtype.kind == "f" and len(parts) >= depth:
            module, leaf = "/".join(parts[:-depth]), "/".join(parts[-depth:])
            found.setdefault(module, {})[leaf] = Taken(array, (name,))
    return found


def complete(
    arrays: Mapping[str, Array], needed: Mapping[str, int], depth: int = 1
) -> Iterator[tuple[str, dict[str, Taken]]]:
    """Yield the modules that have all that is ``needed``, each with so many axes, with all that they have."""
    for module, parts in modules(arrays, depth).items():
        if all(name in parts and parts[name].array.ndim == axes for name, axes in needed.items()):
            yield module, parts


def called(module: str) -> str:
    """Return what a module is called, "net" where all arrays are one's."""
    return module.removeprefix("params/") or "net"
