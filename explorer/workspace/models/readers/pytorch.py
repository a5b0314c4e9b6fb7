"""PyTorch's files: the zip of today, and the row of pickles of before 1.6, read without PyTorch; nothing in them is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.engine.errors import BadFile, Damage
from explorer.workspace.models.readers.bounds import MOST_ARRAYS
from explorer.workspace.models.readers.floats import size_of
from explorer.workspace.models.readers.pickled import Called, read_pickle
from explorer.workspace.models.readers.plain import arrays_in, leaves, plain
from explorer.workspace.models.readers.tensors import NumpyArray, Storage, Tensor, known
from explorer.workspace.models.readers.zipped import Zipped
from explorer.workspace.models.stored import Array, Stored

FORMAT = "PyTorch"
_MAGIC = 0x1950A86A20F9469CFC6C
_PICKLE = "/data.pkl"
QUANTISED = "quantised layers"
"""By which name what is said of a file has the names of its arrays that only PyTorch can read."""


def is_zip(parts: Mapping[str, object]) -> bool:
    """Return whether an archive with such parts is PyTorch's."""
    return any(name.endswith(_PICKLE) for name in parts)


def is_pickle(data: bytes) -> bool:
    """Return whether bytes begin as a pickle does."""
    return len(data) > 2 and data[0] == 0x80 and data[1] in (2, 3, 4, 5)


def read_zip(parts: Zipped, name: str) -> Stored:
    """Return what PyTorch's archive holds.

    Raises
    ------
    Damage, BadFile
        If it is none, or holds a program.
    """
    pickles = [one for one in parts if one.endswith(_PICKLE)]
    folder = min(pickles, key=len).removesuffix("data.pkl")
    if folder + "constants.pkl" in parts:
        raise BadFile(
            "“{name}” is a TorchScript program, not weights: in Python save torch.jit.load(file).state_dict().",
            name=name,
        )
    if folder + "byteorder" in parts and bytes(parts[folder + "byteorder"]) == b"big":
        raise Damage("its numbers are stored with the large end first, as no machine of today does")
    held, _ = read_pickle(parts[folder + "data.pkl"], 0, known)

    def bytes_of(storage: Storage) -> memoryview:
        place = f"{folder}data/{storage.key}"
        if place not in parts:
            raise Damage("a tensor is not described as one")
        return parts[place]

    return _stored(held, name, bytes_of)


def read_legacy(data: bytes, name: str) -> Stored:
    """Return what PyTorch's file of before 1.6 holds, or a pickle of NumPy's arrays.

    Raises
    ------
    Damage, BadFile
        If it is none, or holds a program.
    """
    view = memoryview(data)
    first, at = read_pickle(view, 0, known)
    if first != _MAGIC:
        return _stored(first, name, _no_storage)
    _, at = read_pickle(view, at, known)
    _, at = read_pickle(view, at, known)
    held, at = read_pickle(view, at, known)
    keys, at = read_pickle(view, at, known)
    places = _storages(view, at, keys, _kinds(held))

    def bytes_of(storage: Storage) -> memoryview:
        if storage.key not in places:
            raise Damage("a tensor is not described as one")
        return places[storage.key]

    return _stored(held, name, bytes_of)


def _no_storage(storage: Storage) -> memoryview:  # noqa: ARG001
    raise Damage("a tensor is not described as one")


def _kinds(held: object) -> dict[str, str]:
    return {leaf.storage.key: leaf.storage.kind for _, leaf in leaves(held, ".") if isinstance(leaf, Tensor)}


def _storages(view: memoryview, at: int, keys: object, kinds: Mapping[str, str]) -> dict[str, memoryview]:
    """Return the bytes of the storages, which stand one behind the other, each after its length."""
    if not isinstance(keys, list) or len(keys) > MOST_ARRAYS:
        raise Damage("its pickle is none that a framework writes")
    found = {}
    for key in keys:
        if at + 8 > len(view):
            raise Damage("it ends too early")
        count = int.from_bytes(view[at : at + 8], "little", signed=True)
        size = size_of(kinds.get(str(key), ""))
        if size is None or count < 0 or at + 8 + count * size > len(view):
            raise Damage("it ends too early")
        found[str(key)] = view[at + 8 : at + 8 + count * size]
        at += 8 + count * size
    return found


def _stored(held: object, name: str, bytes_of: Callable[[Storage], memoryview]) -> Stored:
    _refuse_module(held, name)
    seen: dict[str, memoryview] = {}

    def made(leaf: object) -> Array | None:
        if isinstance(leaf, Tensor):
            key = leaf.storage.key
            if key not in seen:
                seen[key] = bytes_of(leaf.storage)
            return leaf.array(seen[key])
        return leaf.found if isinstance(leaf, NumpyArray) else None

    arrays = arrays_in(_weights_of(held), ".", made)
    told = plain(held) if isinstance(held, Mapping) else {}
    return Stored(FORMAT, name, arrays, {**told, QUANTISED: _quantised(held)})


def _quantised(held: object) -> list[str]:
    """Return the names of what a program packed in a way of its own, as a dynamically quantised layer does its weights."""
    return [
        name for name, leaf in leaves(held, ".") if isinstance(leaf, Called) and str(leaf.of) == "torch.ScriptObject"
    ]


def _weights_of(held: object) -> object:
    """Return what is held without the memory of an optimiser, which has arrays of the same shapes."""
    if not isinstance(held, Mapping):
        return held
    return {key: value for key, value in held.items() if not (isinstance(key, str) and key.startswith("optimizer"))}


def _refuse_module(held: object, name: str) -> None:
    """Refuse a whole pickled module: a program that would have to be run; it may stand in a checkpoint's dict."""
    tops = [held, *(held.values() if isinstance(held, Mapping) else ())]
    for one in tops:
        if isinstance(one, Called) and isinstance(one.state, Mapping) and {"_modules", "_parameters"} <= set(one.state):
            raise BadFile(
                "“{name}” holds a whole module, {kind}, which only its own program can read: in Python save its weights "
                "with torch.save(model.state_dict(), file).",
                name=name, kind=str(one.of),
            )  # fmt: skip
