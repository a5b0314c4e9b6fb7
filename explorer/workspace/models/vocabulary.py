"""The vocabulary in a file's settings: as many different texts as an embedding has rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_MOST = 50_000
_DEEPEST = 8


def words_in(config: object, sizes: Iterable[int]) -> tuple[str, ...]:
    """Return the first list of texts, or dict of texts to places, with as many entries as one of ``sizes``; () for none."""
    wanted, rest = set(sizes), [(config, 0)]
    for _ in range(_MOST):
        if not rest:
            break
        value, depth = rest.pop(0)
        if isinstance(value, Mapping) and depth < _DEEPEST:
            found = _of_dict(value) if len(value) in wanted else ()
            rest.extend((one, depth + 1) for one in value.values() if isinstance(one, (Mapping, list)))
        elif isinstance(value, list) and depth < _DEEPEST:
            found = tuple(value) if len(value) in wanted and all(isinstance(one, str) for one in value) else ()
            rest.extend((one, depth + 1) for one in value if isinstance(one, (Mapping, list)))
        else:
            continue
        if found and len(set(found)) == len(found):
            return found
    return ()


def _of_dict(table: Mapping[object, object]) -> tuple[str, ...]:
    """Return the texts of a dict in the order of their places, from texts to places or the other way."""
    if all(isinstance(key, str) and key.isdigit() for key in table) and all(
        isinstance(one, str) for one in table.values()
    ):
        pairs = [(int(str(key)), str(one)) for key, one in table.items()]
    elif all(isinstance(key, str) for key in table) and all(type(one) is int for one in table.values()):
        pairs = [(int(str(one)), str(key)) for key, one in table.items()]
    else:
        return ()
    pairs.sort()
    return tuple(word for _, word in pairs) if [place for place, _ in pairs] == list(range(len(pairs))) else ()
