"""The losses: value and gradient from the logits y, and where along the sequence they are taken.

Everything is computed from y, never from o = g(y): a probability of 1e-300 has a logarithm, and one that rounds to one
leaves an error of its true size. A network's own readout plays no part; each loss has the one that belongs to it.

A step may have no target: the class −1, or a row of NaN. Its loss and its gradient are zero, whatever the logits are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.targets import array_of, expect_shape, real_targets, step_of
from explorer.engine.names import named
from explorer.engine.network.readouts import threshold
from explorer.engine.recurrence.activations import sigmoid

PLACES = ("every", "last", "mean")
"""Where a loss is taken: at every step, at the last one, or on the readout of the mean of s_1..s_T.

Where the last layer reads both ways the last one is what each half gives out last, as PyTorch's h_n: the backward half's
stands at the sequence's first step.
"""

Targets = NDArray[Any]
"""Class indices (…) or real targets (…, p)."""

NO_CLASS = -1
"""The class of a step that has no target."""


class Loss(Protocol):
    """A loss of logits y (…, p); leading axes are steps and sequences.

    ``readout`` is the g that belongs to it; ``answers`` says whether an output is right or wrong.
    """

    name: str
    readout: str
    answers: bool

    def read(self, targets: ArrayLike, lead: tuple[int, ...], outputs: int) -> Targets:
        """Return the targets checked: classes of shape ``lead`` or real numbers (*lead, p).

        Where there are steps, some of them, not all, may be without a target.

        Raises
        ------
        BadTargets
            If they don't fit.
        """

    def counted(self, targets: Targets) -> NDArray[np.bool_]:
        """Return where (…) there is a target."""

    def value(self, y: Floats, targets: Targets) -> Floats:
        """Return the losses (…), in nats where the loss is an entropy."""

    def gradient(self, y: Floats, targets: Targets) -> Floats:
        """Return ∂L/∂y (…, p)."""

    def both(self, y: Floats, targets: Targets) -> tuple[Floats, Floats]:
        """Return the losses and ∂L/∂y together, which share most of their work."""

    def error(self, y: Floats, targets: Targets) -> Floats:
        """Return ∂L/∂y (…, p) once more, worked out apart: the output less the target, what a gradient is checked by."""

    def right(self, y: Floats, targets: Targets) -> NDArray[np.bool_]:
        """Return which answers (…) are right; nowhere where there is no target, or where a loss has no answers."""


class CrossEntropy:
    """−ln softmax(y)[class]; targets are class indices, counted from 0."""

    name = "cross_entropy"
    readout = "softmax"
    answers = True

    def read(self, targets: ArrayLike, lead: tuple[int, ...], outputs: int) -> Targets:
        classes = array_of(targets)
        if classes.dtype.kind not in "iu":
            raise BadTargets(
                "The targets of the cross-entropy are classes: whole numbers from 0 to {last}.", last=outputs - 1
            )
        expect_shape(classes, lead)
        lowest = NO_CLASS if lead else 0
        for where in np.argwhere((classes < lowest) | (classes >= outputs)):
            raise BadTargets(
                "The target at step {t} is the class {value}; the network has the classes 0 to {last}.",
                t=step_of(where), value=classes[tuple(where)], last=outputs - 1,
            )  # fmt: skip
        return _some(self, classes.astype(np.intp))

    def counted(self, targets: Targets) -> NDArray[np.bool_]:
        return np.asarray(targets != NO_CLASS)

    def value(self, y: Floats, targets: Targets) -> Floats:
        ahead, rest, _ = self._apart(y, targets)
        return _masked(ahead + np.log1p(rest.sum(axis=-1)), self.counted(targets))

    def gradient(self, y: Floats, targets: Targets) -> Floats:
        return self.both(y, targets)[1]

    def both(self, y: Floats, targets: Targets) -> tuple[Floats, Floats]:
        ahead, p, top = self._apart(y, targets)
        counted, chosen, rest = self.counted(targets), targets[..., None], p.sum(axis=-1)
        value = ahead + np.log1p(rest)
        np.put_along_axis(p, top, 1.0, axis=-1)
        p /= (1.0 + rest)[..., None]
        np.put_along_axis(p, chosen, 0.0, axis=-1)
        # 1 − p as the sum of the others: exact where p rounds to one.
        np.put_along_axis(p, chosen, -p.sum(axis=-1, keepdims=True), axis=-1)
        return _masked(value, counted), _masked(p, counted[..., None])

    @staticmethod
    def _apart(y: Floats, targets: Targets) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """Return how far the largest logit is ahead of the class, e^{y − largest} with zero in its place, and that place.

        The largest term of Σ e^{y_j − y_class} is taken out exactly: a tiny loss keeps all its digits.
        """
        top = y.argmax(axis=-1)[..., None]
        largest = np.take_along_axis(y, top, axis=-1)
        rest = np.subtract(y, largest)
        np.exp(rest, out=rest)
        np.put_along_axis(rest, top, 0.0, axis=-1)
        return (largest - np.take_along_axis(y, targets[..., None], axis=-1))[..., 0], rest, top

    def error(self, y: Floats, targets: Targets) -> Floats:
        off = np.exp(y - y.max(axis=-1, keepdims=True))
        chosen = targets[..., None] == np.arange(y.shape[-1])
        others = np.where(chosen, 0.0, off).sum(axis=-1, keepdims=True)
        off = np.where(chosen, -others, off) / off.sum(axis=-1, keepdims=True)
        return _masked(off, self.counted(targets)[..., None])

    def right(self, y: Floats, targets: Targets) -> NDArray[np.bool_]:
        return np.asarray(y.argmax(axis=-1) == targets)


class BinaryCrossEntropy:
    """−Σ_j a_j ln σ(y_j) + (1−a_j) ln σ(−y_j); targets a (…, p) lie in [0, 1]."""

    name = "binary_cross_entropy"
    readout = "sigmoid"
    answers = True

    def read(self, targets: ArrayLike, lead: tuple[int, ...], outputs: int) -> Targets:
        a = real_targets(targets, lead, outputs)
        for where in np.argwhere((a < 0) | (a > 1)):
            raise BadTargets(
                "The target at step {t}, output {j} is {value}; a probability from 0 to 1 is expected.",
                t=step_of(where[:-1]), j=int(where[-1]) + 1, value=a[tuple(where)],
            )  # fmt: skip
        return _some(self, a)

    def counted(self, targets: Targets) -> NDArray[np.bool_]:
        return _given(targets)

    def value(self, y: Floats, targets: Targets) -> Floats:
        # ln(1 + e^y) = max(y, 0) + ln(1 + e^{−|y|}); the linear parts are joined first, so that none is lost.
        linear = np.where(y > 0, (1.0 - targets) * y, -targets * y)
        return _masked((linear + np.log1p(np.exp(-np.abs(y)))).sum(axis=-1), _given(targets))

    def gradient(self, y: Floats, targets: Targets) -> Floats:
        dy = (1.0 - targets) * sigmoid.value(y) - targets * sigmoid.value(-y)
        return _masked(dy, _given(targets)[..., None])

    def both(self, y: Floats, targets: Targets) -> tuple[Floats, Floats]:
        return self.value(y, targets), self.gradient(y, targets)

    def error(self, y: Floats, targets: Targets) -> Floats:
        # 1 − σ(y) is 1/(1 + e^y).
        off = (1.0 - targets) / (1.0 + np.exp(-y)) - targets / (1.0 + np.exp(y))
        return _masked(off, _given(targets)[..., None])

    def right(self, y: Floats, targets: Targets) -> NDArray[np.bool_]:
        return np.asarray(((y > 0) == (targets > 0.5)).all(axis=-1)) & _given(targets)


class SquaredError:
    """½ ‖y − a‖²; targets a (…, p) are real."""

    name = "squared_error"
    readout = "identity"
    answers = False

    def read(self, targets: ArrayLike, lead: tuple[int, ...], outputs: int) -> Targets:
        return _some(self, real_targets(targets, lead, outputs))

    def counted(self, targets: Targets) -> NDArray[np.bool_]:
        return _given(targets)

    def value(self, y: Floats, targets: Targets) -> Floats:
        return _masked(0.5 * np.square(y - targets).sum(axis=-1), _given(targets))

    def gradient(self, y: Floats, targets: Targets) -> Floats:
        return _masked(y - targets, _given(targets)[..., None])

    def both(self, y: Floats, targets: Targets) -> tuple[Floats, Floats]:
        return self.value(y, targets), self.gradient(y, targets)

    def error(self, y: Floats, targets: Targets) -> Floats:
        return _masked(np.subtract(y, targets), _given(targets)[..., None])

    def right(self, y: Floats, targets: Targets) -> NDArray[np.bool_]:  # noqa: ARG002 - a number is near, not right
        return np.zeros(y.shape[:-1], dtype=bool)


class Perceptron(BinaryCrossEntropy):
    """Σ_j |y_j| over the outputs that are wrong; targets a (…, p) are 0 or 1, and the output is 1 where y > 0.

    ∂L/∂y is output less target: descent with rate 1, one example at a time, is the perceptron's rule (Rosenblatt 1958). An
    output at the threshold itself, wrong where a is 1, has no loss and yet moves.
    """

    name = "perceptron"
    readout = "threshold"

    def read(self, targets: ArrayLike, lead: tuple[int, ...], outputs: int) -> Targets:
        a = super().read(targets, lead, outputs)
        for where in np.argwhere((a > 0) & (a < 1)):
            raise BadTargets(
                "The target at step {t}, output {j} is {value}; 0 or 1 is expected.",
                t=step_of(where[:-1]), j=int(where[-1]) + 1, value=a[tuple(where)],
            )  # fmt: skip
        return a

    def value(self, y: Floats, targets: Targets) -> Floats:
        return _masked((np.abs(y) * np.abs(threshold(y) - targets)).sum(axis=-1), _given(targets))

    def gradient(self, y: Floats, targets: Targets) -> Floats:
        return _masked(threshold(y) - targets, _given(targets)[..., None])

    def error(self, y: Floats, targets: Targets) -> Floats:
        return self.gradient(y, targets)


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {loss.name: loss for loss in (CrossEntropy(), BinaryCrossEntropy(), SquaredError(), Perceptron())}
)


def find_loss(name: str) -> Loss:
    """Return the loss called ``name``, whatever its capitals.

    Raises
    ------
    BadTargets
        If there is none, with the names that there are.
    """
    return LOSSES[named("loss", name, LOSSES, BadTargets)]


def find_place(at: str) -> str:
    """Return the one of `PLACES` called ``at``, whatever its capitals.

    Raises
    ------
    BadTargets
        If there is none, with the places that there are.
    """
    return named("place of the loss", at, PLACES, BadTargets)


def _given(targets: Targets) -> NDArray[np.bool_]:
    """Return which rows (…) of real targets are numbers; the first entry tells, for a row is NaN as a whole."""
    return ~np.isnan(targets[..., 0])


def _masked(values: Floats, counted: NDArray[np.bool_]) -> Floats:
    """Return the values, zero where they don't count."""
    return values if counted.all() else np.where(counted, values, np.zeros((), values.dtype))


def _some(loss: Loss, targets: Targets) -> Targets:
    """Return the targets if there is at least one.

    Raises
    ------
    BadTargets
        If no step has one.
    """
    if not loss.counted(targets).any():
        raise BadTargets("No step has a target; at least one is needed.")
    return targets
