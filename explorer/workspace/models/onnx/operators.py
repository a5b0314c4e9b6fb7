"""What is computed of constants: the operators that stand between an array of a file and the node that takes it as a weight.

Each takes the node, its inputs (None where one is left out) and the version of ONNX's operators; an input that was an
attribute in earlier versions is read from wherever it stands. How many numbers one makes is told beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadFile
from explorer.workspace.models.onnx.messages import Node
from explorer.workspace.models.onnx.tensors import BRAIN, DTYPES

Array = np.ndarray
Args = Sequence[Array | None]


Operator = Callable[[Node, Args], list[Array]]


def missing(node: Node) -> BadFile:
    """Return what refuses a node that lacks an input or an attribute."""
    return BadFile("The node {node} ({kind}) lacks what it needs.", node=node.name or node.output(0), kind=node.kind)


def given(node: Node, args: Args, place: int) -> Array:
    """Return an input that must be there."""
    found = args[place] if place < len(args) else None
    if found is None:
        raise missing(node)
    return found


def _wholes(node: Node, args: Args, place: int, name: str) -> list[int] | None:
    """Return whole numbers that stand in an input or, in earlier versions, in an attribute."""
    found = args[place] if place < len(args) else None
    listed = node.attribute(name).wholes if found is None else found
    return None if listed is None else [int(one) for one in np.ravel(listed)]


def _whole(node: Node, name: str, default: int) -> int:
    found = node.attribute(name).whole
    return default if found is None else found


def _constant_of_shape(node: Node, args: Args) -> list[Array]:
    # No numbers are made: one is shown everywhere.
    return [np.broadcast_to(np.float32(0.0), _wholes(node, args, 0, "shape") or [])]


def _cast(node: Node, args: Args) -> list[Array]:
    to, value = _whole(node, "to", 0), given(node, args, 0)
    if to not in DTYPES:
        raise missing(node)
    return [value.astype(np.float32 if to == BRAIN else DTYPES[to])]


def _slice(node: Node, args: Args) -> list[Array]:
    data = given(node, args, 0)
    starts, ends = _wholes(node, args, 1, "starts"), _wholes(node, args, 2, "ends")
    if starts is None or ends is None:
        raise missing(node)
    axes = _wholes(node, args, 3, "axes") or range(len(starts))
    steps = _wholes(node, args, 4, "steps") or [1] * len(starts)
    cut = [slice(None)] * data.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        cut[axis] = slice(start, end, step)
    return [data[tuple(cut)]]


def _concat(node: Node, args: Args) -> list[Array]:
    parts = [given(node, args, place) for place in range(len(args))]
    return [np.concatenate(parts, axis=_whole(node, "axis", 1))]


def _unsqueeze(node: Node, args: Args) -> list[Array]:
    return [np.expand_dims(given(node, args, 0), tuple(_wholes(node, args, 1, "axes") or ()))]


def _squeeze(node: Node, args: Args) -> list[Array]:
    axes = _wholes(node, args, 1, "axes")
    return [np.squeeze(given(node, args, 0), None if axes is None else tuple(axes))]


def _transpose(node: Node, args: Args) -> list[Array]:
    perm = _wholes(node, (), 0, "perm")
    return [np.transpose(given(node, args, 0), perm)]


def _reshape(node: Node, args: Args) -> list[Array]:
    data, shape = given(node, args, 0), _wholes(node, args, 1, "shape")
    if shape is None:
        raise missing(node)
    if not _whole(node, "allowzero", 0):
        shape = [data.shape[axis] if size == 0 else size for axis, size in enumerate(shape)]
    return [data.reshape(shape)]


def _flatten(node: Node, args: Args) -> list[Array]:
    data, axis = given(node, args, 0), _whole(node, "axis", 1)
    return [data.reshape(math.prod(data.shape[:axis]), -1)]


def _shape(node: Node, args: Args) -> list[Array]:
    shape = np.array(given(node, args, 0).shape, np.int64)
    return [shape[_whole(node, "start", 0) : node.attribute("end").whole]]


def _gather(node: Node, args: Args) -> list[Array]:
    data, places, axis = given(node, args, 0), given(node, args, 1), _whole(node, "axis", 0)
    return [np.take(data, places.astype(np.int64), axis=axis)]


def _split(node: Node, args: Args) -> list[Array]:
    data, axis = given(node, args, 0), _whole(node, "axis", 0)
    sizes = _wholes(node, args, 1, "split")
    if sizes is None:
        part = -(-data.shape[axis] // len(node.outputs))
        return np.split(data, [part * place for place in range(1, len(node.outputs))], axis)
    return np.split(data, np.cumsum(sizes[:-1]).tolist(), axis)


def _expand(node: Node, args: Args) -> list[Array]:
    data, shape = given(node, args, 0), _wholes(node, args, 1, "shape") or []
    return [np.broadcast_to(data, np.broadcast_shapes(data.shape, tuple(shape)))]


def _dequantize(node: Node, args: Args) -> list[Array]:
    """(x − zero) · scale, for the whole array, an axis of it, or blocks along that."""
    x, scale, axis = given(node, args, 0), given(node, args, 1), _whole(node, "axis", 1)
    zero = args[2] if len(args) > 2 and args[2] is not None else np.zeros(scale.shape, np.int32)
    block = _whole(node, "block_size", 0)
    return [dequantized(x, _along(scale, x, axis, block), _along(zero, x, axis, block))]


def _along(values: Array, x: Array, axis: int, block: int) -> Array:
    """Return scales or zeros so that they broadcast over x."""
    if block > 0:
        return np.repeat(values, block, axis)[tuple(slice(size) for size in x.shape)]
    if values.size == 1:
        return values.reshape(())
    return values.reshape([-1 if place == axis % x.ndim else 1 for place in range(x.ndim)])


def dequantized(x: Array, scale: Array, zero: Array) -> Array:
    """Return the numbers that quantised ones stand for, float64: (x − zero) · scale."""
    return (x.astype(np.float64) - zero.astype(np.float64)) * scale.astype(np.float64)


def _entrywise(function: Callable[..., Array]) -> Operator:
    def apply(node: Node, args: Args) -> list[Array]:
        values = [given(node, args, place) for place in range(len(args))]
        with np.errstate(all="ignore"):
            return [np.asarray(function(*values))]

    return apply


def _divide(a: Array, b: Array) -> Array:
    """Whole numbers divide without a rest, towards zero."""
    return np.trunc(a / b).astype(a.dtype) if a.dtype.kind in "iu" else a / b


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "Cast": _cast, "Concat": _concat, "ConstantOfShape": _constant_of_shape, "DequantizeLinear": _dequantize,
        "Dropout": lambda node, args: [given(node, args, 0)], "Expand": _expand, "Flatten": _flatten,
        "Gather": _gather, "Identity": lambda node, args: [given(node, args, 0)], "Reshape": _reshape,
        "Shape": _shape, "Slice": _slice, "Split": _split, "Squeeze": _squeeze, "Transpose": _transpose,
        "Unsqueeze": _unsqueeze, "Add": _entrywise(np.add), "Sub": _entrywise(np.subtract), "Mul": _entrywise(np.multiply),
        "Div": _entrywise(_divide), "Equal": _entrywise(np.equal), "Not": _entrywise(np.logical_not),
        "Where": _entrywise(np.where), "Size": lambda node, args: [np.array(given(node, args, 0).size)],
    }
)  # fmt: skip
"""The operators that are computed, by the name that ONNX gives them."""


def _all(_: Node, args: Args) -> int:
    return sum(arg.size for arg in args if arg is not None)


def _each(_: Node, args: Args) -> int:
    return math.prod(np.broadcast_shapes(*(arg.shape for arg in args if arg is not None)))


def _dequantized(_: Node, args: Args) -> int:
    return 3 * _all(_, args[:1])


def _gathered(node: Node, args: Args) -> int:
    data, places = given(node, args, 0), given(node, args, 1)
    return places.size * (data.size // max(1, data.shape[_whole(node, "axis", 0)]))


_MAKES: Mapping[str, Callable[[Node, Args], int]] = MappingProxyType(
    {
        **dict.fromkeys(("Cast", "Concat", "Reshape", "Flatten"), _all),
        **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Equal", "Not", "Where"), _each),
        "DequantizeLinear": lambda node, args: 3 * _each(node, args[:1]),
        "Gather": _gathered,
    }
)


def made_by(node: Node, args: Args) -> int:
    """Return how many numbers a node makes at most; none where it shows those that are there."""
    makes = _MAKES.get(node.kind)
    return 0 if makes is None else makes(node, args)


OF_ALL = frozenset({"Concat", "Add", "Sub", "Mul", "Div", "Where"})
"""Those whose numbers come of all inputs; of the others they come of the first, and the rest say how."""
