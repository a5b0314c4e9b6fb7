"""A pickle, read as data: numbers, texts and containers. What it would call is noted down and never called.

Python's own unpickler imports what a file names and runs it. This one is a machine of its own for the language of pickles
(`pickletools` describes it): a name becomes a `Named`, a call a `Called`, and only its user says what a call of a known
name means. All that it makes is bounded by the bytes that are read.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import MOST_VALUES


@dataclass(frozen=True, slots=True)
class Named:
    """What a pickle names, in a module that is not imported."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class Called:
    """What a pickle would make by a call that nobody knows: of what, with which arguments, and the state that it is given."""

    of: object
    args: tuple[object, ...]
    state: object = None
    items: dict[object, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Persistent:
    """What a pickle says of a thing that stands outside it."""

    of: object


class _Mark:
    """Where a list of arguments begins on the stack."""


Known = Callable[[Named, tuple[object, ...]], object]
"""Makes what a call means; gives `NotImplemented` for a name that it does not know."""


def read_pickle(data: memoryview, begin: int, known: Known) -> tuple[object, int]:
    """Return what the pickle at ``begin`` holds, and where it ends.

    Raises
    ------
    Damage
        If it is none, or larger than a file of weights needs.
    """
    machine = _Machine(data, begin, known)
    return machine.run(), machine.at


class _Machine:
    """A stack, a memory, and a place in the bytes."""

    def __init__(self, data: memoryview, begin: int, known: Known) -> None:
        self.data, self.at, self.known = data, begin, known
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.values = 0

    def run(self) -> object:
        while True:
            code = self.byte()
            if code == pickle.STOP[0]:
                return self.pop()
            step = _STEPS.get(code)
            if step is None:
                raise Damage("its pickle is none that a framework writes")
            step(self)
            self.values += 1
            if self.values > MOST_VALUES:
                raise Damage("there is too much in it, or it is nested too deep")

    # ---- bytes

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise Damage("it ends too early")
        found = bytes(self.data[self.at : self.at + count])
        self.at += count
        return found

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise Damage("it ends too early")
        self.at += 1
        return self.data[self.at - 1]

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> str:
        view = self.data[self.at : self.at + 4096]
        found, end, _ = bytes(view).partition(b"\n")
        if not end:
            raise Damage("it ends too early")
        self.at += len(found) + 1
        return found.decode()

    # ---- stack

    def push(self, value: object) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        if not self.stack:
            raise Damage("its pickle is none that a framework writes")
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack:
            raise Damage("its pickle is none that a framework writes")
        return self.stack[-1]

    def since_mark(self) -> list[Any]:
        for place in range(len(self.stack) - 1, -1, -1):
            if isinstance(self.stack[place], _Mark):
                found = self.stack[place + 1 :]
                del self.stack[place:]
                return found
        raise Damage("its pickle is none that a framework writes")

    def recall(self, place: int) -> None:
        if place not in self.memo:
            raise Damage("its pickle is none that a framework writes")
        self.push(self.memo[place])

    def set_items(self, pairs: list[Any]) -> None:
        if len(pairs) % 2:
            raise Damage("its pickle is none that a framework writes")
        target = self.top()
        items = target.items if isinstance(target, Called) else target
        if not isinstance(items, dict):
            raise Damage("its pickle is none that a framework writes")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            items[_hashable(key)] = value

    def append(self, values: list[Any]) -> None:
        target = self.top()
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, Called):
            raise Damage("its pickle is none that a framework writes")

    def reduce(self, of: object, args: object) -> None:
        if not isinstance(args, tuple):
            raise Damage("its pickle is none that a framework writes")
        found = self.known(of, args) if isinstance(of, Named) else NotImplemented
        self.push(Called(of, args) if found is NotImplemented else found)

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if isinstance(target, Called):
            target.state = state
        elif hasattr(target, "built"):
            target.built(state)

    def long(self, count: int) -> None:
        if count > 64:
            raise Damage("its pickle is none that a framework writes")
        self.push(int.from_bytes(self.take(count), "little", signed=True))


_KEYS = (str, int, float, bytes, Named, Called, type(None))


def _hashable(key: object) -> object:
    # The hash of tuples in tuples goes down in C, however deep they are.
    if isinstance(key, _KEYS) or (isinstance(key, tuple) and all(isinstance(one, _KEYS) for one in key)):
        return key
    raise Damage("its pickle is none that a framework writes")


def _named(machine: _Machine) -> None:
    module, name = machine.line(), machine.line()
    machine.push(Named(module, name))


def _stack_named(machine: _Machine) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise Damage("its pickle is none that a framework writes")
    machine.push(Named(module, name))


def _reduce(machine: _Machine) -> None:
    args = machine.pop()
    machine.reduce(machine.pop(), args)


def _new_with_names(machine: _Machine) -> None:
    machine.pop()
    _reduce(machine)


def _set_item(machine: _Machine) -> None:
    value = machine.pop()
    key = machine.pop()
    machine.set_items([key, value])


def _as_dict(machine: _Machine) -> None:
    pairs = machine.since_mark()
    machine.push({})
    machine.set_items(pairs)


def _whole(machine: _Machine) -> None:
    text = machine.line()
    if text in ("00", "01"):
        machine.push(text == "01")
    elif len(text.strip("L")) > 40:
        raise Damage("its pickle is none that a framework writes")
    else:
        machine.push(int(text.strip("L")))


def _called_by_name(machine: _Machine) -> None:
    args = tuple(machine.since_mark())
    module, name = machine.line(), machine.line()
    machine.reduce(Named(module, name), args)


def _called(machine: _Machine) -> None:
    found = machine.since_mark()
    if not found:
        raise Damage("its pickle is none that a framework writes")
    machine.reduce(found[0], tuple(found[1:]))


def _tuple(count: int) -> Callable[[_Machine], None]:
    def step(machine: _Machine) -> None:
        found = [machine.pop() for _ in range(count)]
        machine.push(tuple(reversed(found)))

    return step


def _text(form: str) -> Callable[[_Machine], None]:
    return lambda machine: machine.push(machine.take(machine.number(form)).decode("utf-8", "surrogatepass"))


def _bytes(form: str) -> Callable[[_Machine], None]:
    return lambda machine: machine.push(machine.take(machine.number(form)))


def _old_text(form: str) -> Callable[[_Machine], None]:
    # Python 2's: PyTorch reads them as UTF-8.
    return lambda machine: machine.push(machine.take(machine.number(form)).decode("utf-8", "replace"))


def _remember(place: Callable[[_Machine], int]) -> Callable[[_Machine], None]:
    return lambda machine: machine.memo.__setitem__(place(machine), machine.top())


_BY_CODE: Mapping[bytes, Callable[[_Machine], object]] = {
    pickle.PROTO: lambda m: m.take(1),
    pickle.FRAME: lambda m: m.take(8),
    pickle.MARK: lambda m: m.push(_Mark()),
    pickle.POP: lambda m: m.pop(),
    pickle.POP_MARK: lambda m: m.since_mark(),
    pickle.DUP: lambda m: m.push(m.top()),
    pickle.NONE: lambda m: m.push(None),
    pickle.NEWTRUE: lambda m: m.push(True),
    pickle.NEWFALSE: lambda m: m.push(False),
    pickle.INT: _whole,
    pickle.LONG: _whole,
    pickle.BININT: lambda m: m.push(m.number("<i")),
    pickle.BININT1: lambda m: m.push(m.number("<B")),
    pickle.BININT2: lambda m: m.push(m.number("<H")),
    pickle.LONG1: lambda m: m.long(m.number("<B")),
    pickle.LONG4: lambda m: m.long(m.number("<i")),
    pickle.FLOAT: lambda m: m.push(float(m.line())),
    pickle.BINFLOAT: lambda m: m.push(m.number(">d")),
    pickle.STRING: lambda m: m.push(m.line().strip("'\"")),
    pickle.UNICODE: lambda m: m.push(m.line()),
    pickle.BINSTRING: _old_text("<i"),
    pickle.SHORT_BINSTRING: _old_text("<B"),
    pickle.BINUNICODE: _text("<I"),
    pickle.SHORT_BINUNICODE: _text("<B"),
    pickle.BINUNICODE8: _text("<Q"),
    pickle.BINBYTES: _bytes("<I"),
    pickle.SHORT_BINBYTES: _bytes("<B"),
    pickle.BINBYTES8: _bytes("<Q"),
    pickle.BYTEARRAY8: _bytes("<Q"),
    pickle.EMPTY_LIST: lambda m: m.push([]),
    pickle.LIST: lambda m: m.push(m.since_mark()),
    pickle.APPEND: lambda m: m.append([m.pop()]),
    pickle.APPENDS: lambda m: m.append(m.since_mark()),
    pickle.EMPTY_TUPLE: lambda m: m.push(()),
    pickle.TUPLE: lambda m: m.push(tuple(m.since_mark())),
    pickle.TUPLE1: _tuple(1),
    pickle.TUPLE2: _tuple(2),
    pickle.TUPLE3: _tuple(3),
    pickle.EMPTY_DICT: lambda m: m.push({}),
    pickle.DICT: _as_dict,
    pickle.SETITEM: _set_item,
    pickle.SETITEMS: lambda m: m.set_items(m.since_mark()),
    # Sets hold nothing that is looked for; a list of the same will do.
    pickle.EMPTY_SET: lambda m: m.push([]),
    pickle.ADDITEMS: lambda m: m.append(m.since_mark()),
    pickle.FROZENSET: lambda m: m.push(tuple(m.since_mark())),
    pickle.GET: lambda m: m.recall(int(m.line())),
    pickle.BINGET: lambda m: m.recall(m.number("<B")),
    pickle.LONG_BINGET: lambda m: m.recall(m.number("<I")),
    pickle.PUT: _remember(lambda m: int(m.line())),
    pickle.BINPUT: _remember(lambda m: int(m.number("<B"))),
    pickle.LONG_BINPUT: _remember(lambda m: int(m.number("<I"))),
    pickle.MEMOIZE: _remember(lambda m: len(m.memo)),
    pickle.GLOBAL: _named,
    pickle.STACK_GLOBAL: _stack_named,
    pickle.REDUCE: _reduce,
    pickle.NEWOBJ: _reduce,
    pickle.NEWOBJ_EX: _new_with_names,
    pickle.INST: _called_by_name,
    pickle.OBJ: _called,
    pickle.BUILD: lambda m: m.build(),
    pickle.BINPERSID: lambda m: m.push(Persistent(m.pop())),
    pickle.PERSID: lambda m: m.push(Persistent(m.line())),
}
_STEPS: Mapping[int, Callable[[_Machine], object]] = MappingProxyType(
    {code[0]: step for code, step in _BY_CODE.items()}
)
