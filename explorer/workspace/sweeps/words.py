"""Settings, quantities and points of a sweep, as sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from explorer.workspace.looks.measures import QUANTITIES
from explorer.workspace.looks.sentences import KIND_NAMES
from explorer.workspace.sweeps.slices import GRADES, PRESERVED, Showing, Slice, reason_of
from explorer.workspace.sweeps.sweep import Sweep, Value
from explorer.workspace.sweeps.table import Table
from explorer.workspace.words.marking import mark
from explorer.workspace.words.numbers import factor
from explorer.workspace.words.sentence import Sentence

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "gain": mark("gain of W"), "hidden": mark("units n"), "activation": mark("activation f"), "cell": mark("cell"),
        "init": mark("initialisation"), "bias": mark("bias"), "forget_bias": mark("forget bias"),
        "input_scale": mark("input scale"), "chrono": mark("longest memory"), "steps": mark("steps T"),
        "amplitude": mark("amplitude"), "period": mark("period"), "t": mark("step t"), "k": mark("step k"),
        "settings.rate": mark("learning rate η"), "optimiser": mark("optimiser"), "momentum": mark("momentum"),
        "batch": mark("batch size"), "clip": mark("clipping"), "settings.threshold": mark("clipping threshold"),
        "decay": mark("weight decay"),
        "decay_form": mark("form of weight decay"), "omega": mark("weight of Ω"),
        "floss": mark("weight of flossing"), "floss_first": mark("updates of flossing alone"),
        "exponents": mark("exponents held at 0"), "omega_form": mark("form of Ω"),
        "window": mark("window of truncation"), "chunk": mark("chunks of truncation"), "force": mark("steps between forcing"),
        "direction": mark("direction"), "own_steps": mark("layers with weights of their own"), "skip": mark("skip"),
        "embedding": mark("numbers of a word’s vector"), "threshold": mark("threshold of the horizon"),
    }
)  # fmt: skip
"""What is offered as an axis, by the names of `explorer.workspace.exploration.fields`, in English."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "rate": mark("rate, nats a step"), "lyapunov": mark("Lyapunov exponent λ₁, nats a step"),
        "lyapunov_dimension": mark("Lyapunov dimension"), "verdict": mark("verdict"),
        "end_gain": mark("end-to-end gain, ln"), "pair_gain": mark("gain of the pair, ln"),
        "largest_gain": mark("largest gain of the row, ln"), "median_gain": mark("median gain of many seeds, ln"),
        "preserved_seeds": mark("share of seeds that preserve"), "horizon": mark("horizon, steps"),
        "dead_lag": mark("lag of the first true zero"), "weights_rate": mark("the weights' part, nats a step"),
        "derivative_rate": mark("the derivative's part, nats a step"), "direct_gain": mark("gain of the direct path, ln"),
        "gates_gain": mark("gain past the direct path, ln"), "saturated": mark("share of saturated units"),
        "rho": mark("spectral radius ρ"), "sigma_1": mark("largest singular value σ₁"),
        "gamma": mark("steepest derivative γ"),
        "term": mark("norm of the term of ∂L/∂W, ln"), "far_share": mark("share of ∂L/∂W from far lags"),
        "kept": mark("what truncation leaves of ∂L/∂W"), "updates": mark("updates"), "loss": mark("loss"),
        "held_loss": mark("held-out loss"), "held_accuracy": mark("held-out accuracy"),
        "gradient_norm": mark("norm of the gradient"),
    }
)  # fmt: skip
"""The quantities, in English."""


def setting_name(name: str) -> Sentence:
    """Return what a setting is called; one that is not offered has its own name."""
    title = SETTINGS.get(name, SETTINGS.get(name.removeprefix("network.").removeprefix("sequence.")))
    return plain(name) if title is None else Sentence(title)


def is_log(name: str) -> bool:
    """Return whether a quantity is the logarithm of a gain, whose zero is a gain of one."""
    return name == "lyapunov" or (name in QUANTITIES and QUANTITIES[name].form == "gain")


def value_sentence(value: Value, digits: int = 6) -> Sentence:
    """Return the value of a setting, a number with so many digits at most."""
    if isinstance(value, bool):
        return Sentence("on") if value else Sentence("off")
    said = f"{value:.{digits}g}".replace("-", "−") if isinstance(value, int | float) else value
    return plain(said)


def number_sentence(quantity: str, value: float) -> Sentence:
    """Return a number of a quantity: four digits, of a gain the factor too, of a grade the word."""
    if math.isnan(value):
        return plain("NaN")
    if quantity == "verdict":
        return KIND_NAMES[GRADES[math.floor(value) + PRESERVED]]
    if math.isinf(value):
        return Sentence("−∞, exactly zero") if value < 0 and is_log(quantity) else plain("∞" if value > 0 else "−∞")
    said = f"{value:.4g}".replace("-", "−")
    if is_log(quantity):
        return Sentence("{number} (×{factor})", {"number": said, "factor": factor(value)})
    return plain(said)


def settings_sentence(sweep: Sweep, showing: Showing, row: int, column: int) -> Sentence:
    """Return where a cell of the picture stands: "gain of W 1.5, units n 64"."""
    shown = {showing.across: column} | ({} if showing.up is None else {showing.up: row})
    parts = [
        Sentence("{setting} {value}", {"setting": setting_name(axis.name), "value": value_sentence(axis.values[shown[i]])})
        for i, axis in enumerate(sweep.axes) if i in shown
    ]  # fmt: skip
    first, *rest = parts
    return Sentence("{first}, {second}", {"first": first, "second": rest[0]}) if rest else first


def point_sentence(table: Table, showing: Showing, cut: Slice, row: int, column: int) -> Sentence:
    """Return all that is known of a cell, in one line."""
    where = settings_sentence(table.sweep, showing, row, column)
    return Sentence("{name}: {value}", {"name": where, "value": _known(table, showing, cut, row, column)})


def _known(table: Table, showing: Showing, cut: Slice, row: int, column: int) -> Sentence:
    known, failed = int(cut.known[row, column]), int(cut.failed[row, column])
    if not known:
        return Sentence("not computed yet")
    reason = reason_of(table, showing, row, column)
    if known == failed and math.isnan(cut.median[row, column]):
        return Sentence("failed: {reason}", {"reason": reason})
    name = showing.quantity
    median, lower, upper = (number_sentence(name, float(of[row, column])) for of in (cut.median, cut.lower, cut.upper))
    said = median
    if cut.seeds > 1:
        said = Sentence(
            "median {median} over {known} of {seeds} seeds, quartiles {lower} and {upper}",
            {"median": median, "known": known, "seeds": cut.seeds, "lower": lower, "upper": upper},
        )
    if failed:
        return Sentence("{said}; {failed} failed: {reason}", {"said": said, "failed": failed, "reason": reason})
    return said


def plain(text: str) -> Sentence:
    """Return what every language writes alike."""
    return Sentence("{value}", {"value": text})
