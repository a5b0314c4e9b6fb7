"""Settings, quantities and points of a sweep in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from explorer.gui.words.i18n import mark, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.measures import QUANTITIES
from explorer.workspace.looks.sentences import KIND_NAMES
from explorer.workspace.sweeps.slices import GRADES, PRESERVED, Showing, Slice, reason_of
from explorer.workspace.sweeps.sweep import Sweep, Value
from explorer.workspace.sweeps.table import Table
from explorer.workspace.words.numbers import factor

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
        "floss": mark("weight of flossing"), "window": mark("window of truncation"),
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
IN_NATS = frozenset({"rate", "lyapunov", "weights_rate", "derivative_rate"})
"""Those that are a logarithm a step."""


def setting_title(name: str) -> str:
    """Return what a setting is called; one that is not offered has its own name."""
    plain = name.removeprefix("network.").removeprefix("sequence.")
    title = SETTINGS.get(name, SETTINGS.get(plain))
    return name if title is None else tr(title)


def quantity_title(name: str) -> str:
    """Return what a quantity is called."""
    return tr(TITLES[name])


def is_log(name: str) -> bool:
    """Return whether a quantity is the logarithm of a gain, whose zero is a gain of one."""
    return name == "lyapunov" or (name in QUANTITIES and QUANTITIES[name].form == "gain")


def value_text(value: Value, digits: int = 6) -> str:
    """Return the value of a setting, a number with so many digits at most."""
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    return f"{value:.{digits}g}".replace("-", "−") if isinstance(value, int | float) else value


def number_text(quantity: str, value: float) -> str:
    """Return a number of a quantity: four digits, of a gain the factor too, of a grade the word."""
    if math.isnan(value):
        return "NaN"
    if quantity == "verdict":
        return KIND_NAMES[GRADES[math.floor(value) + PRESERVED]].said(tr)
    if math.isinf(value):
        return "∞" if value > 0 else tr("−∞, exactly zero") if is_log(quantity) else "−∞"
    said = f"{value:.4g}".replace("-", "−")
    return tr("{number} (×{factor})").format(number=said, factor=factor(value)) if is_log(quantity) else said


def settings_text(sweep: Sweep, showing: Showing, row: int, column: int) -> str:
    """Return where a cell of the picture stands: "gain of W 1.5, units n 64"."""
    shown = {showing.across: column} | ({} if showing.up is None else {showing.up: row})
    parts = [
        tr("{setting} {value}").format(setting=setting_title(axis.name), value=value_text(axis.values[shown[i]]))
        for i, axis in enumerate(sweep.axes) if i in shown
    ]  # fmt: skip
    return tr(", ").join(parts)


def point_text(table: Table, showing: Showing, cut: Slice, row: int, column: int) -> str:
    """Return all that is known of a cell, in one line."""
    where = settings_text(table.sweep, showing, row, column)
    known, failed = int(cut.known[row, column]), int(cut.failed[row, column])
    if not known:
        return told(where, tr("not computed yet"))
    reason = reason_of(table, showing, row, column)
    if known == failed and math.isnan(cut.median[row, column]):
        return told(where, tr("failed: {reason}").format(reason=reason))
    name = showing.quantity
    said = number_text(name, float(cut.median[row, column]))
    if cut.seeds > 1:
        said = tr("median {median} over {known} of {seeds} seeds, quartiles {lower} and {upper}").format(
            median=said, known=known, seeds=cut.seeds, lower=number_text(name, float(cut.lower[row, column])),
            upper=number_text(name, float(cut.upper[row, column])),
        )  # fmt: skip
    if failed:
        said = tr("{said}; {failed} failed: {reason}").format(said=said, failed=failed, reason=reason)
    return told(where, said)


def progress_text(done: int, size: int, failed: int, left: float | None) -> str:
    """Return how far a sweep has come, and how long it takes still, if that is known."""
    if not size:
        return ""
    if not done:
        return tr("{size} points").format(size=f"{size:,}")
    said = tr("{done} of {size} points").format(done=f"{done:,}", size=f"{size:,}")
    if failed:
        said = tr("{said}, {failed} failed").format(said=said, failed=f"{failed:,}")
    if left is None:
        return said
    minutes, seconds = divmod(round(left), 60)
    time = tr("{minutes}:{seconds:02d} min") if minutes else tr("{seconds} s")
    return tr("{said}, {time} left").format(said=said, time=time.format(minutes=minutes, seconds=seconds))
