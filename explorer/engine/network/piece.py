"""`Piece`: layers of a chain that are run at once, before its seam and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from explorer.engine.errors import BadNetwork
from explorer.engine.network.layer import Layer
from explorer.engine.recurrence.readings.step import Step, sized
from explorer.engine.recurrence.stack import stacked

DECODER = "decoder/"
"""What stands before the names of a decoder's weights."""

_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A step, and what each weight of its equations is called in the network.

    ``where`` says where its state stands in the chain's; ``steps`` how many steps have weights of their own, by the weights
    that have an axis for them; ``then`` is what takes its place after the seam.
    """

    step: Step
    weights: Mapping[str, str]
    where: slice
    steps: Mapping[str, int] = field(default_factory=lambda: _NONE)
    then: Piece | None = None

    @property
    def halves(self) -> tuple[Piece, ...]:
        """Return the piece, and what takes its place after the seam."""
        return (self,) if self.then is None else (self, self.then)

    @property
    def outputs(self) -> int:
        """Return how many numbers it gives out."""
        return self.step.shapes[self.step.recurrence.out][0]

    @property
    def longest(self) -> int | None:
        """Return for how many steps there are weights; None where the same serve all."""
        return min(self.steps.values(), default=None)

    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights by what they are called in the network."""
        return {
            self.weights[own]: (self.steps[own], *shape) if own in self.steps else shape
            for own, shape in self.step.weight_shapes().items()
        }


def piece_of(
    layers: Sequence[Layer], inputs: int, first: int, half: str = "", prefix: str = "", start: int = 0
) -> Piece:
    """Return layers as one piece: ``first`` is the number of the first, ``start`` is where its state stands."""
    widths, skips = [layer.width for layer in layers], [layer.skip is not None for layer in layers]
    recurrence = stacked([layer.recurrence for layer in layers], inputs, widths, skips, first)
    step = sized(recurrence, inputs, widths[-1])
    names = {weight.name: prefix + _called(weight.name, first, half) for weight in recurrence.weights}
    own = {name: layers[_number(name, first) - first].steps for name in names}
    steps = {name: count for name, count in own.items() if count is not None}
    return Piece(step, names, slice(start, start + step.N), steps)


def pieces_of(
    whole: Piece, layers: Sequence[Layer], inputs: int, first: int, half: str = "", prefix: str = ""
) -> tuple[Piece, ...]:
    """Return the layers one by one, or the whole where one of them remembers what the one below gave out."""
    if any(layer.recurrence.input_delays for layer in layers[1:]):
        return (whole,)
    made: list[Piece] = []
    for number, layer in enumerate(layers, start=first):
        made.append(piece_of((layer,), inputs, number, half, prefix, made[-1].where.stop if made else 0))
        inputs = made[-1].outputs
    return tuple(made)


def joined(before: Piece, after: Piece) -> Piece:
    """Return what is ``before`` up to the seam, and ``after`` behind it.

    Raises
    ------
    BadNetwork
        If the state of the one is not laid out as that of the other, or they give out differently many numbers.
    """
    states = [_states(before.step), _states(after.step)]
    for name in dict.fromkeys((*states[0], *states[1])):
        if states[0].get(name) != states[1].get(name):
            raise _other(name, states[0].get(name), states[1].get(name))
    if list(states[0]) != list(states[1]):
        raise BadNetwork(
            "The encoder's state has the parts {parts} and the decoder's {others}; it goes on over the seam, so that they"
            " must be the same.",
            parts=", ".join(states[0]), others=", ".join(states[1]),
        )  # fmt: skip
    if before.outputs != after.outputs:
        raise BadNetwork(
            "The encoder gives out {width} numbers and the decoder {other}; they must give out equally many.",
            width=before.outputs, other=after.outputs,
        )  # fmt: skip
    return replace(before, then=after)


def _states(step: Step) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parts of a state; of a single layer they may be named with its number or without."""
    return {name if "/" in name else f"1/{name}": step.state_shape(name) for name in step.parts}


def _other(name: str, shape: tuple[int, ...] | None, other: tuple[int, ...] | None) -> BadNetwork:
    """Return what refuses a part of the state that only one has, or each in another shape."""
    if shape is None:
        return BadNetwork("The decoder has the part {name} of the state, and the encoder has not; it goes on over the seam.",
                          name=name)  # fmt: skip
    if other is None:
        return BadNetwork("The encoder has the part {name} of the state, and the decoder has not; it goes on over the seam.",
                          name=name)  # fmt: skip
    return BadNetwork(
        "The part {name} of the state has the shape {shape} in the encoder and {other} in the decoder; it goes on over the"
        " seam, so that they must be equal.",
        name=name, shape=shape, other=other,
    )  # fmt: skip


def _called(name: str, first: int, half: str) -> str:
    """Return what a weight is called in the network: "1/W_f", "2←/U_i"."""
    return f"{_number(name, first)}{half}/{name.rpartition('/')[2]}"


def _number(name: str, first: int) -> int:
    """Return the number of the layer that a weight belongs to."""
    layer = name.rpartition("/")[0]
    return int(layer) if layer else first
