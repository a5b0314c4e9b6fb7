"""Events of a training and changes of its settings, in words."""

from __future__ import annotations

from collections.abc import Callable

from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.changes import Change
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.words.numbers import signed

_SETTINGS = {
    "optimiser": mark("optimiser"),
    "rate": "η",
    "momentum": "μ",
    "batch": mark("batch"),
    "clip": mark("clip"),
    "threshold": mark("threshold"),
    "decay": "λ",
    "omega": "Ω",
    "omega_form": mark("Ω form"),
    "window": "τ",
    "chunk": mark("chunks"),
    "learn": mark("learn"),
    "seed": mark("order"),
}
_VALUES = {
    "sgd": "SGD",
    "momentum": mark("momentum"),
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "none": mark("not at all"),
    "norm": mark("by norm"),
    "value": mark("by value"),
    "paper": mark("as in the paper"),
    "squared": mark("squared (code)"),
}
_EVENTS = {
    "jump": mark("update {step}: the loss jumped"),
    "dead": mark("update {step}: all units died, no gradient comes to U and W any more"),
    "nan": mark("update {step}: the loss stopped being a number"),
}
_LABELS = {"jump": mark("jump"), "dead": mark("dead units"), "nan": "NaN"}


def event_label(snapshot: Snapshot) -> str:
    """Return the event after ``snapshot`` in a word."""
    return tr(_LABELS[snapshot.event])


def event_words(snapshot: Snapshot) -> str:
    """Return what happened after ``snapshot``, with the step at which the curves show it."""
    return tr(_EVENTS[snapshot.event]).format(step=snapshot.event_step)


def change_words(change: Change) -> str:
    """Return how a setting was changed: "step 301: η 0.01 → 0.003"."""
    name, before, after = tr(_SETTINGS[change.setting]), _value(change.before), _value(change.after)
    return tr("update {step}: {setting} {before} → {after}").format(
        step=change.step, setting=name, before=before, after=after
    )


def words_near(record: Record, is_near: Callable[[int], bool]) -> list[str]:
    """Return what happened at the steps that are near."""
    events = [event_words(one) for one in shown_events(record) if is_near(one.event_step)]
    return events + [change_words(change) for change in record.changes if is_near(change.step)]


def shown_events(record: Record) -> list[Snapshot]:
    """Return the moments with an event, one for each step: of a jump to no number, only that is worth saying."""
    by_step = {one.event_step: one for one in record.snapshots if one.event}
    return [by_step[step] for step in sorted(by_step)]


def _value(value: str | float | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return " ".join(value) or "–"
    if isinstance(value, str):
        return tr(_VALUES[value])
    return f"{value:g}" if 1e-3 <= abs(value) < 1e5 or value == 0 else signed(value)
