"""What PyTorch's and NumPy's pickles call: tensors over storages, and containers; anything else stays a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import count_of
from explorer.workspace.models.readers.floats import numbers, size_of
from explorer.workspace.models.readers.pickled import Named, Persistent
from explorer.workspace.models.stored import Array

_OF_STORAGE: Mapping[str, str] = MappingProxyType(
    {
        "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
        "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
        "ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64",
        "ComplexDoubleStorage": "complex128", "UntypedStorage": "uint8",
    }
)  # fmt: skip
_SAME_NAMES: Mapping[str, str] = {
    "double": "float64",
    "float": "float32",
    "half": "float16",
    "long": "int64",
    "int": "int32",
}


@dataclass(frozen=True, slots=True)
class Storage:
    """Numbers that stand outside the pickle: their ``kind``, and by which ``key`` and how many there are."""

    kind: str
    key: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A view of a storage, in numbers from its ``offset`` on; ``kind`` differs from the storage's where that is untyped."""

    storage: Storage
    kind: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self, data: memoryview) -> Array:
        """Return the numbers, given the bytes of the storage.

        Raises
        ------
        Damage
            If it reaches beyond them.
        """
        size = size_of(self.kind)
        if size is None:
            raise Damage("an array has numbers of a sort that is not known, {kind}", kind=self.kind)
        there = len(data) // size
        count = count_of(self.shape, there)
        last = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        if count and (self.offset < 0 or min(self.strides, default=0) < 0 or last >= there):
            raise Damage("an array would have more numbers than the file")
        if not count:
            return np.zeros(self.shape, np.float32)
        flat = numbers(self.kind, data, last + 1 - self.offset, self.offset * size)
        strides = tuple(step * flat.itemsize for step in self.strides)
        return np.lib.stride_tricks.as_strided(flat, self.shape, strides, writeable=False)


@dataclass(slots=True, eq=False)
class NumpyArray:
    """An array that NumPy's own pickle holds, empty until it is given its state."""

    found: Array = field(default_factory=lambda: np.zeros(0))

    def built(self, state: object) -> None:
        """Take the state: version, shape, type, order, bytes."""
        if not isinstance(state, tuple) or len(state) != 5:
            raise Damage("an array is not described as one")
        _, shape, kind, fortran, data = state
        if not isinstance(kind, NumpyType) or not isinstance(data, bytes) or not isinstance(shape, tuple):
            # Objects, or numbers that are written as text.
            return
        if count_of(shape, len(data)) * kind.found.itemsize != len(data):
            raise Damage("an array is not as long as it says")
        self.found = np.frombuffer(data, kind.found).reshape(shape, order="F" if fortran else "C")


@dataclass(slots=True, eq=False)
class NumpyType:
    """A type of numbers in NumPy's own pickle."""

    found: np.dtype[Any]

    def built(self, state: object) -> None:
        """Take the state, of which the order of bytes is all that matters."""
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">"):
            self.found = self.found.newbyteorder(cast(Any, state[1]))


def storage_of(persistent: object) -> Storage:
    """Return the storage that a pickle's note stands for: ("storage", type, key, place, count).

    Raises
    ------
    Damage
        If it is no such note.
    """
    note = persistent.of if isinstance(persistent, Persistent) else None
    if not isinstance(note, tuple) or len(note) < 5 or note[0] != "storage":
        raise Damage("a tensor is not described as one")
    _, kind, key, _, count = note[:5]
    if not isinstance(kind, Named) or not isinstance(count, int) or not isinstance(key, (str, int)):
        raise Damage("a tensor is not described as one")
    name = kind.name.rpartition(".")[2]
    return Storage(_OF_STORAGE.get(name, name), str(key), count)


def _tensor(args: tuple[Any, ...]) -> object:
    storage, offset, shape, strides = args[:4]
    return _checked(storage_of(storage), None, offset, shape, strides)


def _tensor_of_type(args: tuple[Any, ...]) -> object:
    storage, offset, shape, strides, _, _, kind = args[:7]
    if not isinstance(kind, Named):
        raise Damage("a tensor is not described as one")
    return _checked(storage_of(storage), _SAME_NAMES.get(kind.name, kind.name), offset, shape, strides)


def _checked(storage: Storage, kind: str | None, offset: object, shape: object, strides: object) -> Tensor:
    def whole(value: object) -> bool:
        return isinstance(value, int) and abs(value) < 2**62

    if not isinstance(shape, tuple) or not isinstance(strides, tuple) or len(shape) != len(strides):
        raise Damage("a tensor is not described as one")
    if not all(map(whole, (offset, *shape, *strides))):
        raise Damage("a tensor is not described as one")
    return Tensor(storage, kind or storage.kind, cast(int, offset), shape, strides)


def _type(args: tuple[Any, ...]) -> object:
    name = args[0] if args and isinstance(args[0], str) else ""
    if name[:1] not in ("f", "i", "u", "b", "c") or not name[1:].isdigit():
        return NotImplemented
    try:
        return NumpyType(np.dtype(name))
    except TypeError:
        return NotImplemented


def _scalar(args: tuple[Any, ...]) -> object:
    kind, data = args[:2]
    if not isinstance(kind, NumpyType) or not isinstance(data, bytes) or len(data) != kind.found.itemsize:
        return NotImplemented
    return np.frombuffer(data, kind.found)[0].item()


def _encoded(args: tuple[Any, ...]) -> object:
    return args[0].encode("latin-1") if isinstance(args[0], str) else NotImplemented


def _first(args: tuple[Any, ...]) -> object:
    return args[0] if args else NotImplemented


def _list(args: tuple[Any, ...]) -> object:
    return list(args[0]) if args and isinstance(args[0], (list, tuple)) else []


def _dict(args: tuple[Any, ...]) -> object:
    pairs = args[0] if args and isinstance(args[0], list) else []
    return {
        one[0]: one[1] for one in pairs if isinstance(one, (list, tuple)) and len(one) == 2 and isinstance(one[0], str)
    }


def _retyped(args: tuple[Any, ...]) -> object:
    """Return the tensor beneath a tensor of another class."""
    of, _, inner = args[:3]
    return known(of, inner) if isinstance(of, Named) and isinstance(inner, tuple) else NotImplemented


_KNOWN: Mapping[str, Callable[[tuple[Any, ...]], object]] = MappingProxyType(
    {
        "torch._utils._rebuild_tensor": _tensor,
        "torch._utils._rebuild_tensor_v2": _tensor,
        "torch._utils._rebuild_tensor_v3": _tensor_of_type,
        "torch._utils._rebuild_parameter": _first,
        "torch._utils._rebuild_parameter_with_state": _first,
        "torch._tensor._rebuild_from_type_v2": _retyped,
        "torch.storage.TypedStorage": _first,
        "torch.Size": lambda args: tuple(args[0]) if args and isinstance(args[0], (list, tuple)) else (),
        "torch.device": lambda args: str(args[0]) if args else "",
        "collections.OrderedDict": _dict,
        "collections.defaultdict": lambda _: {},
        "collections.Counter": lambda args: args[0] if args and isinstance(args[0], dict) else {},
        "builtins.dict": _dict, "builtins.list": _list, "builtins.set": _list, "builtins.frozenset": _list,
        "__builtin__.set": _list, "_codecs.encode": _encoded,
        **{f"numpy.{core}.multiarray._reconstruct": lambda _: NumpyArray() for core in ("core", "_core")},
        **{f"numpy.{core}.multiarray.scalar": _scalar for core in ("core", "_core")},
        "numpy.dtype": _type,
    }
)  # fmt: skip


def known(of: Named, args: tuple[object, ...]) -> object:
    """Return what a call means, `NotImplemented` where that is not known.

    Raises
    ------
    Damage
        If it is known, and its arguments are none.
    """
    make = _KNOWN.get(str(of))
    if make is None:
        return NotImplemented
    try:
        return make(args)
    except (ValueError, TypeError, IndexError) as error:
        if isinstance(error, Damage):
            raise
        raise Damage("a tensor is not described as one") from error
