"""What sets trainings apart, said: "clip: not at all → by norm"."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from explorer.engine.learning.settings import Settings
from explorer.workspace.words.sentence import Sentence
from explorer.workspace.words.settings import SETTING_WORDS, value_words

_NAMES = tuple(field.name for field in dataclasses.fields(Settings))


def settings_apart(one: Settings | None, other: Settings | None) -> tuple[str, ...]:
    """Return the names of the settings in which two trainings differ; those that neither heeds don't count."""
    if one is None or other is None:
        return ()
    return tuple(
        name
        for name in _NAMES
        if getattr(one, name) != getattr(other, name) and (_heeds(one, name) or _heeds(other, name))
    )


def settings_changed(before: Settings | None, after: Settings | None) -> Iterator[Sentence]:
    """Yield what ``after`` has otherwise than ``before``."""
    for name in settings_apart(before, after):
        assert before is not None
        assert after is not None
        yield Sentence(
            "{setting}: {before} → {after}",
            {"setting": SETTING_WORDS[name], "before": _value(before, name), "after": _value(after, name)},
        )


def setting_said(settings: Settings, name: str) -> Sentence:
    """Return one of the ``settings`` with its value."""
    return Sentence("{setting}: {value}", {"setting": SETTING_WORDS[name], "value": _value(settings, name)})


def _value(settings: Settings, name: str) -> Sentence:
    said = value_words(getattr(settings, name))
    if name != "clip" or settings.clip == "none":
        return said
    return Sentence("{way}, {threshold}", {"way": said, "threshold": value_words(settings.threshold)})


def _heeds(settings: Settings, name: str) -> bool:
    """Return whether what ``name`` sets makes a difference; the threshold is said with the way to clip."""
    if name == "threshold":
        return settings.clip != "none"
    if name == "momentum":
        return settings.optimiser == "momentum"
    if name == "decay_form":
        return settings.decay > 0.0
    if name == "exponents":
        return settings.flosses
    return settings.omega > 0.0 if name == "omega_form" else True
