"""What is declared of a cell beside its equations: sizes, and names that must be theirs.

A refusal says in ``table`` which of the declarations it is about, for whoever knows where that stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.expressions.expression import Dimension, Shape

Declaration = int | Sequence[Dimension]
"""A number names a size; a sequence declares the shape of a name."""

_MOST_SIZE = 4096


def check_sizes(sizes: Mapping[str, int]) -> None:
    """Refuse sizes out of range, and names that no size can have.

    Raises
    ------
    BadNetwork
        Naming the size.
    """
    for name, size in sizes.items():
        if name in ("m", "n") or not name.isidentifier():
            raise BadNetwork("`{name}` can't name a size; m is the inputs and n the width.", name=name, table="sizes")
        if not 1 <= size <= _MOST_SIZE:
            raise BadNetwork(
                "The size {name} is {size}; 1 to {most} is expected.",
                name=name, size=size, most=_MOST_SIZE, table="sizes",
            )  # fmt: skip


def shape_of(name: str, declared: Declaration, sizes: Mapping[str, int]) -> Shape:
    """Return a declared shape.

    Raises
    ------
    BadNetwork
        If it is none.
    """
    shape = () if isinstance(declared, int) else tuple(declared)
    for size in shape:
        known = size in ("m", "n") or size in sizes or (isinstance(size, int) and 1 <= size <= _MOST_SIZE)
        if not known or len(shape) > 2:
            raise BadNetwork(
                "{name} is declared as {shape}; at most two of m, n, named sizes and numbers are expected.",
                name=name, shape=list(shape), table="sizes",
            )  # fmt: skip
    return shape


def check_known(there: Collection[str], declared: Mapping[str, Iterable[str]]) -> None:
    """Refuse a name that is declared in one of the tables, but is not there.

    Raises
    ------
    BadNetwork
        Naming the first.
    """
    for table, names in declared.items():
        for name in names:
            if name not in there:
                raise BadNetwork(
                    "`{name}` is declared, but the equations have no such state or weight.", name=name, table=table
                )
