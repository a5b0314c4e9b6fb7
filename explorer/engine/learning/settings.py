"""`Settings`: how a network is trained; the same settings, network and examples always give the same numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real

from explorer.engine.errors import BadSettings
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.names import named, spelt_fields

OPTIMISERS = ("sgd", "momentum", "rmsprop", "adam")
CLIPS = ("none", "norm", "value")
DECAYS = ("l2", "l1")
"""The penalties that weight decay comes from: ½ λ‖θ‖₂², a pull that shrinks with the weight, or λ‖θ‖₁, one that does not."""
OMEGAS = ("paper", "squared")
"""The regulariser of Pascanu, Mikolov and Bengio 2013 as the paper has it, and as the authors' code has it."""


@spelt_fields
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What turns a gradient into a step.

    The objective is the mean over the losses of a batch. ``rate`` is the learning rate η; ``momentum`` μ is used by
    "momentum" only. The gradient is clipped to the ``threshold``, its norm over all weights that learn or entry by entry.
    ``decay`` λ is that of U, W and V, in the ``decay_form`` "l2", which adds λθ to their gradients, or "l1", which takes λ
    times as far as the optimiser goes for a gradient of 1 from the size of each of their entries after the step, and leaves
    exactly 0 where there was less (`shrunk`). ``omega`` is the weight of Ω, in the form ``omega_form``.
    A ``window`` or a ``chunk`` above 0 truncates the gradient as in `bptt`; with ``force`` above 0 the state is forced to the
    targets every so many steps (`forced`). ``learn`` names the weights that learn; ``seed`` is that of the order of the
    examples.

    ``optimiser`` is "sgd", "momentum", "rmsprop" or "adam", ``clip`` is "none", "norm" or "value", ``decay_form`` "l2"
    or "l1", ``omega_form`` "paper" or "squared", whatever their capitals; ``batch`` is the number of examples of an update.

    ``floss`` is the weight of gradient flossing, the mean λ² over the ``exponents`` leading Lyapunov exponents; in the first
    ``floss_first`` updates it is all that is descended, with the weight 1 where it has none.

    Raises
    ------
    BadSettings
        If a name is unknown, a number lies outside its range, or more than one of window, chunk and force is given.

    Examples
    --------
    >>> from explorer.engine import Settings
    >>> Settings(optimiser="SGD", rate=0.1, clip="norm", threshold=1.0).optimiser
    'sgd'
    """

    optimiser: str = "adam"
    rate: float = 0.01
    momentum: float = 0.9
    batch: int = 20
    clip: str = "norm"
    threshold: float = 1.0
    decay: float = 0.0
    decay_form: str = "l2"
    omega: float = 0.0
    omega_form: str = "paper"
    floss: float = 0.0
    floss_first: int = 0
    exponents: int = 8
    window: int = 0
    chunk: int = 0
    force: int = 0
    learn: tuple[str, ...] = WEIGHTS
    seed: int = 0

    def __post_init__(self) -> None:
        for field, name in (
            ("optimiser", named("optimiser", self.optimiser, OPTIMISERS, BadSettings)),
            ("clip", named("way to clip", self.clip, CLIPS, BadSettings)),
            ("decay_form", named("form of weight decay", self.decay_form, DECAYS, BadSettings)),
            ("omega_form", named("form of Ω", self.omega_form, OMEGAS, BadSettings)),
            ("learn", tuple(named("weight", one, WEIGHTS, BadSettings) for one in self.learn)),
        ):
            object.__setattr__(self, field, name)
        _within("The learning rate", self.rate, 0.0, 1e6)
        _within("The momentum", self.momentum, 0.0, 0.999999)
        _whole("The batch", self.batch, 1, 10_000)
        _within("The clipping threshold", self.threshold, 1e-12, 1e12)
        _within("The weight decay", self.decay, 0.0, 1e6)
        _within("The weight of Ω", self.omega, 0.0, 1e6)
        _within("The weight of flossing", self.floss, 0.0, 1e6)
        _whole("The number of updates of flossing alone", self.floss_first, 0, 10**6)
        _whole("The number of exponents", self.exponents, 1, 10_000)
        _whole("The truncation window", self.window, 0, 10**6)
        _whole("The chunk", self.chunk, 0, 10**6)
        _whole("The number of steps between two forced ones", self.force, 0, 10**6)
        _whole("The seed", self.seed, 0, 2**32 - 1)
        if self.window and self.chunk:
            raise BadSettings("A gradient is truncated by a window or by chunks, not by both.")
        if self.force and (self.window or self.chunk):
            raise BadSettings("A gradient is truncated, or the state is forced, not both.")

    @property
    def flosses(self) -> bool:
        """Return whether there is any flossing."""
        return self.floss > 0.0 or self.floss_first > 0


def _whole(what: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, Integral):
        raise BadSettings("{name} is {value}; a whole number is expected.", name=what, value=repr(value))
    _within(what, value, low, high)


def _within(what: str, value: object, low: float, high: float) -> None:
    if not isinstance(value, Real):
        raise BadSettings("{name} is {value}; a finite number is expected.", name=what, value=repr(value))
    if not (math.isfinite(value) and low <= float(value) <= high):
        raise BadSettings(
            "{what} is {value}; it must lie between {low} and {high}.", what=what, value=value, low=low, high=high
        )
