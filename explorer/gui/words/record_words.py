"""Events of a training and changes of its settings, in words."""

from __future__ import annotations

from collections.abc import Callable

from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.changes import Change
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.words.settings import SETTING_WORDS, value_words

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
    return tr("update {step}: {setting} {before} → {after}").format(
        step=change.step,
        setting=SETTING_WORDS[change.setting].said(tr),
        before=value_words(change.before).said(tr),
        after=value_words(change.after).said(tr),
    )


def words_near(record: Record, is_near: Callable[[int], bool]) -> list[str]:
    """Return what happened at the steps that are near."""
    events = [event_words(one) for one in shown_events(record) if is_near(one.event_step)]
    return events + [change_words(change) for change in record.changes if is_near(change.step)]


def shown_events(record: Record) -> list[Snapshot]:
    """Return the moments with an event, one for each step: of a jump to no number, only that is worth saying."""
    by_step = {one.event_step: one for one in record.snapshots if one.event}
    return [by_step[step] for step in sorted(by_step)]
