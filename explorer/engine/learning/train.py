"""`train`: gradient descent as a stream of frozen moments, each of which is all that is needed to go on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import Batch
from explorer.engine.gradient.batched import BatchGradient, BatchTrace, bptt_batch, forward_batch
from explorer.engine.gradient.losses import find_loss
from explorer.engine.learning.clipping import clipped, norm
from explorer.engine.learning.decay import decayed, shrunk
from explorer.engine.learning.examples import Examples, Source
from explorer.engine.learning.flossing import flossing
from explorer.engine.learning.forcing import Forced, forced
from explorer.engine.learning.narrow import narrowed
from explorer.engine.learning.optimisers import updated
from explorer.engine.learning.regulariser import omega as regulariser
from explorer.engine.learning.settings import Settings
from explorer.engine.names import spelt, spelt_fields
from explorer.engine.network.families import families, still
from explorer.engine.network.making import READOUT
from explorer.engine.network.network import Network
from explorer.engine.values import Value
from explorer.engine.work import Stop

MOST_AT_ONCE = 32_000_000
"""Bytes of inputs that are scored together."""


@spelt_fields
@dataclass(frozen=True, eq=False, repr=False)
class Moment(Value):
    """Training after ``step`` updates; arrays are read-only.

    ``slots`` is the optimiser's memory by name: "m.W", "v.W", "velocity.W" or "square.W" have the shape of W, "t.W" (1,) is
    Adam's count of its own updates. loss is the objective of the batch of the last update, before it; norm and clipped are
    ‖∂L/∂θ‖ before and after clipping; omega is Ω, floss the mean λ² of flossing, NaN where they have no weight. They are NaN
    at step 0.

    Where ``diverged``, the loss, its gradient, or the weights and slots that would follow were no longer finite: step,
    network and slots are those before that update, the rest is what was found. Where ``dead``, no gradient at all reached
    U, W and b though the outputs were wrong: every unit was off or saturated.

    Examples
    --------
    >>> from explorer.engine import Moment, Network
    >>> Moment.first(Network.random(inputs=2, hidden=4, outputs=3)).step
    0
    """

    step: int
    network: Network
    slots: Mapping[str, Floats]
    loss: float
    norm: float
    clipped: float
    omega: float
    diverged: bool = False
    dead: bool = False
    floss: float = math.nan

    @classmethod
    @spelt
    def first(cls, network: Network) -> Moment:
        """Return the moment before all training."""
        nan = float("nan")
        return cls(0, network, {}, nan, nan, nan, nan)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Score(Value):
    """How good a network is: the mean loss, and the share of right answers in 0..1.

    An answer is right where the likeliest class is the target, for the binary cross-entropy on the same side of 1/2; for the
    squared error ``accuracy`` is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Examples, Network, evaluate
    >>> net = Network.from_arrays(U=[[0.0]], W=[[0.0]], V=[[0.0], [0.0]])
    >>> score = evaluate(net, Examples([np.zeros((4, 1))], [0], at="last"))
    >>> round(score.loss, 6), score.accuracy  # ln 2: it knows nothing
    (0.693147, 1.0)
    """

    loss: float
    accuracy: float


@spelt
def train(moment: Moment, source: Source, settings: Settings, stop: Stop = lambda: False) -> Iterator[Moment]:
    """Yield the moments after ``moment``, one an update, without end; after one that ``diverged`` there is none.

    ``source`` is `Examples` or `Generated`. It may be left off at any moment, and begun again at it with the same or with
    other settings. The objective is the sum of a batch's losses over their number. To its gradient come those of Ω and of
    flossing, in their weights; this is clipped; then the decay is added, within the optimiser, as in PyTorch: what is clipped
    is the gradient alone. A decay of the form "l1" comes after the optimiser's step (`shrunk`).

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    Refusal
        If the examples don't fit the network.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Examples, Moment, Network, Settings, evaluate, train
    >>> x = np.ones((10, 1))
    >>> examples = Examples([x, -x], [0, 1], at="last")
    >>> for moment in train(Moment.first(Network.random(inputs=1, hidden=4, outputs=2)), examples, Settings(rate=0.05)):
    ...     if moment.step == 30:
    ...         break
    >>> evaluate(moment.network, examples).accuracy
    1.0
    """
    while not moment.diverged:
        if stop():
            raise Stopped
        batch = source.batch(moment.network, settings.batch, settings.seed, moment.step)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            moment = _after(moment, batch, settings, stop)
        yield moment


def _after(moment: Moment, batch: Batch, settings: Settings, stop: Stop) -> Moment:
    """Return the moment after one update on ``batch``."""
    network = moment.network
    asked = _objective_of_read(network, batch, settings, moment.step < settings.floss_first, stop)
    size = norm(asked.gradients)
    found = replace(moment, loss=asked.loss, norm=size, clipped=math.nan, omega=asked.omega, floss=asked.floss)
    if not (math.isfinite(asked.loss) and math.isfinite(size)):
        return replace(found, diverged=True)
    cut = clipped(asked.gradients, settings)
    theta, family = {name: network.parameters[name] for name in cut}, families(network.architecture)
    weights, slots = updated(theta, decayed(theta, cut, settings, family), moment.slots, settings)
    weights = shrunk(weights, slots, settings, family)
    found = replace(found, clipped=norm(cut))
    arrays = *weights.values(), *slots.values()
    if not all(np.isfinite(array).all() for array in arrays):
        return replace(found, diverged=True)
    return replace(found, step=moment.step + 1, network=network.with_parameters(weights), slots=slots, dead=asked.dead)


@dataclass(frozen=True, slots=True)
class _Objective:
    """The mean loss, the gradients of what learns, Ω and flossing with theirs among them, and whether the units are dead."""

    loss: float
    gradients: dict[str, Floats]
    omega: float
    floss: float
    dead: bool


def _objective_of_read(
    network: Network, batch: Batch, settings: Settings, flossing_alone: bool, stop: Stop
) -> _Objective:
    """Return the objective by way of those columns alone that a batch of symbols reads."""
    narrow = narrowed(network, batch)
    if narrow is None:
        return _objective(network, batch, settings, flossing_alone, stop)
    found = _objective(narrow.network, narrow.batch, settings, flossing_alone, stop)
    return replace(found, gradients=narrow.widened(found.gradients))


def _objective(network: Network, batch: Batch, settings: Settings, flossing_alone: bool, stop: Stop) -> _Objective:
    found = _descended(network, batch, settings)
    learning = learnt(network, settings)
    gradients = {name: g / batch.terms for name, g in found.parameters.items() if name in learning}
    omega = floss = math.nan
    if settings.omega > 0.0:
        omega, pulled = regulariser(_whole(network, batch, settings, found), settings.omega_form)
        gradients = _with(gradients, settings.omega, pulled)
    if flossing_alone:
        gradients = {name: np.zeros_like(g) for name, g in gradients.items()}
    if settings.floss > 0.0 or flossing_alone:
        floss, pulled = flossing(_free(network, batch, found), settings.exponents, stop)
        gradients = _with(gradients, settings.floss or 1.0, pulled)
    return _Objective(found.loss / batch.terms, gradients, omega, floss, _is_dead(network, found.parameters))


def _descended(network: Network, batch: Batch, settings: Settings) -> BatchGradient | Forced:
    """Return the loss and its gradient, truncated or forced as the settings say."""
    if settings.force:
        return forced(network, batch, settings.force)
    return bptt_batch(forward_batch(network, batch), settings.window or None, settings.chunk or None)


def _whole(network: Network, batch: Batch, settings: Settings, found: BatchGradient | Forced) -> BatchGradient:
    """Return the gradient of the free run, truncated nowhere."""
    if isinstance(found, BatchGradient) and not (settings.window or settings.chunk):
        return found
    return bptt_batch(_free(network, batch, found))


def _free(network: Network, batch: Batch, found: BatchGradient | Forced) -> BatchTrace:
    """Return the run of which nothing is forced."""
    return found.trace if isinstance(found, BatchGradient) else forward_batch(network, batch)


def _with(gradients: dict[str, Floats], weight: float, pulled: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return gradients with those of a regulariser added, in its weight."""
    return gradients | {name: gradients[name] + weight * pulled[name] for name in pulled.keys() & gradients.keys()}


def learnt(network: Network, settings: Settings) -> set[str]:
    """Return the parameters that training moves: those of the families that learn, but for what a cell keeps still."""
    family, fixed = families(network.architecture), still(network.architecture)
    return {name for name in network.parameters if family[name] in settings.learn and name not in fixed}


def _is_dead(network: Network, parameters: Mapping[str, Floats]) -> bool:
    """Return whether nothing of what the outputs ask for comes to the units."""
    # With V = 0 nothing could come, whatever the units do.
    reached = any(g.any() for name, g in parameters.items() if name not in READOUT)
    return not reached and bool(parameters["c"].any() and network.V.any())


@spelt
def evaluate(network: Network, examples: Examples, size: int = 100) -> Score:
    """Return the score of ``network`` on all ``examples``, worked out ``size`` at a time, or fewer where they are large.

    Raises
    ------
    Refusal
        If the examples don't fit the network.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Examples, Network, evaluate
    >>> net = Network.random(inputs=1, hidden=4, outputs=2)
    >>> 0.0 <= evaluate(net, Examples([np.ones((10, 1))] * 3, [0, 1, 1], at="last")).accuracy <= 1.0
    True
    """
    loss, right, terms = 0.0, 0, 0
    kind = find_loss(examples.loss)
    for batch in examples.batches(network, max(1, min(size, MOST_AT_ONCE // max(1, examples.bytes_each)))):
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            narrow = narrowed(network, batch)
            run = (network, batch) if narrow is None else (narrow.network, narrow.batch)
            y = forward_batch(*run).read()
            loss += float(kind.value(y, batch.targets).sum())
            right += int(kind.right(y, batch.targets).sum())
        terms += batch.terms
    return Score(loss / terms, right / terms if kind.answers else float("nan"))
