"""`Found`: the recurrent networks in somebody's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from explorer.engine.errors import BadNetwork, Refusal
from explorer.engine.floats import Floats
from explorer.engine.names import unknown
from explorer.engine.network.network import Network
from explorer.workspace.models.asked import Assumption
from explorer.workspace.models.stacks import Stack, Strand
from explorer.workspace.models.stored import Array


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """What is in the file and in none of the networks: its name there, what it is, and the shapes of its arrays by name.

    ``kind`` is "embedding", "convolution", "attention", "normalisation", "linear", "recurrent" or "other".
    ``table`` is that of an embedding, (vocabulary, m); ``why`` says why what is recurrent is left out.
    """

    name: str
    kind: str
    shapes: Mapping[str, tuple[int, ...]]
    table: Array | None = field(default=None, repr=False)
    why: Refusal | None = None


class Networks(Mapping[str, Network]):
    """Networks by name, each made when it is first asked for: most are looked at one by one."""

    def __init__(self, makers: Mapping[str, Callable[[], Network]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, Network] = {}

    def __getitem__(self, name: str) -> Network:
        if name not in self._makers:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __repr__(self) -> str:
        return f"Networks({', '.join(self)})"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The recurrent networks that were found in a file.

    ``source`` is the framework that wrote it, as far as that shows; ``stacks`` are the recurrent layers as they are
    connected, ``assumptions`` what the file does not say, ``left_out`` what is not recurrent in it, ``words`` its vocabulary.
    ``reads`` is what recurrent layers read of a sample, (T, m), by their names, where a training was watched.
    It was opened at ``path``, told by a ``map_file`` if there was one, with what a person ``chose``.
    """

    name: str
    source: str
    stacks: tuple[Stack, ...]
    assumptions: tuple[Assumption, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    words: tuple[str, ...] = ()
    reads: Mapping[str, Array] = field(default_factory=dict)
    path: Path | None = None
    map_file: Path | None = None
    chose: Mapping[str, str] = field(default_factory=dict)
    networks: Networks = field(init=False)
    layers: Networks = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", Networks({stack.name: stack.network for stack in self.stacks}))
        strands = {strand.name: strand.network for stack in self.stacks for strand in stack.strands}
        object.__setattr__(self, "layers", Networks(strands))

    def stack(self, name: str) -> Stack:
        """Return a network's layers, or one layer alone, by its name.

        Raises
        ------
        BadNetwork
            If there is none of this name.
        """
        strands = [strand for stack in self.stacks for strand in stack.strands]
        alone = {strand.name: Stack(strand.name, ((strand,),)) for strand in strands}
        all_of_them = alone | {stack.name: stack for stack in self.stacks}
        if name not in all_of_them:
            raise unknown("network", name, all_of_them, BadNetwork)
        return all_of_them[name]

    def strand(self, name: str) -> Strand:
        """Return a layer in one direction by its name.

        Raises
        ------
        BadNetwork
            If there is none of this name.
        """
        strands = {strand.name: strand for stack in self.stacks for strand in stack.strands}
        if name not in strands:
            raise unknown("layer", name, strands, BadNetwork)
        return strands[name]

    def starts(self, name: str) -> Mapping[str, Floats]:
        """Return s_0 (N,) by chain of a network or layer where the file has one: what `Network.forward` takes as s0."""
        return self.stack(name).starts()
