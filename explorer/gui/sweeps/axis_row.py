"""`AxisRow`: one axis of a sweep to choose: a setting, and its values as a range or as a list of words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.names import NameChoice
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import Label, teach
from explorer.gui.sweeps.words import setting_title
from explorer.gui.words.i18n import Phrases, mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.fields import kind_of, names, value_of
from explorer.workspace.sweeps.sweep import Axis, Value
from explorer.workspace.sweeps.words import SETTINGS

NONE = ""
"""The setting of an axis that is left out."""
_WORDS: Mapping[str, tuple[str, ...]] = {
    "activation": tuple(ACTIVATIONS), "cell": quick_choices(), "init": tuple(INITIALISATIONS)[:3],
    "direction": ("forward", "backward"), "skip": ("false", "true"),
}  # fmt: skip
_USUAL: Mapping[str, tuple[float, float, int, str]] = {
    "gain": (0.5, 4.0, 15, "linear"), "hidden": (8, 64, 8, "linear"), "bias": (0.0, 3.0, 13, "linear"),
    "forget_bias": (-2.0, 6.0, 17, "linear"), "input_scale": (0.125, 8.0, 13, "log"), "steps": (16, 128, 8, "linear"),
    "settings.rate": (0.001, 1.0, 13, "log"), "force": (1, 64, 8, "linear"), "threshold": (1e-6, 0.1, 6, "log"),
}  # fmt: skip
"""From where to where, how many, and how: where it says more than the present value does."""
SPACING = 8
"""Pixels between the parts of a row of the form."""
_COUNT = 9
_MOST = 1000


class Bound(NumberField):
    """A field for an end of a range, of whole numbers or of others: it shows no digit that says nothing."""

    def format(self, value: float) -> str:
        """Return ``value`` as short as it is."""
        return f"{value:.10g}".replace("-", "−")


class AxisRow(QWidget):
    """A row to choose an axis by; ``changed()`` when a person has.

    One that is ``optional`` may be left out.
    """

    changed = Signal()
    refused = Signal(object)

    def __init__(self, title: str, optional: bool) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._optional, self._base = optional, Exploration()
        self._kept: Axis | None = None
        self.title, self._to, self._values = Label(), Label(), Label()
        self.setting, self.scale = NameChoice(), Choice({"linear": mark("even distances"), "log": mark("even ratios")})
        self.first, self.last, self.count = Bound(2, 5), Bound(2, 5), NumberField(0, 3)
        self.words = QLineEdit()
        self._build()
        add = self.phrases.add
        add(self.title.setText, title)
        add(self.setting.setAccessibleName, title)
        add(partial(teach, self.setting), mark("The setting whose values run along this axis."))
        add(self._to.setText, mark("to"))
        add(self._values.setText, mark("values"))
        for field, name, tip in (
            (self.first, mark("First value"), mark("From this value on.")),
            (self.last, mark("Last value"), mark("Up to this value.")),
            (self.count, mark("Number of values"), mark("So many values, at even distances or at even ratios.")),
            (self.words, mark("Values"), mark("Values with a comma between them.")),
        ):
            add(field.setAccessibleName, name)
            add(partial(teach, field), tip)
        add(self.scale.setAccessibleName, mark("Distances"))
        add(partial(teach, self.scale), mark("Whether neighbours differ by the same, or by the same factor."))
        self.setting.chosen.connect(self._choose)
        self.scale.chosen.connect(self._rescale)
        self.words.textEdited.connect(self._retype)
        self.words.editingFinished.connect(self.changed)
        for field in (self.first, self.last, self.count):
            field.entered.connect(partial(self._take, field))
            field.stepped.connect(partial(self._step, field))
            field.refused.connect(self.refused)

    def retranslate(self) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()
        self.scale.retranslate()
        self._offer()

    def offer(self, base: Exploration, name: str) -> None:
        """Offer the settings that ``base`` has; show ``name`` with its usual values if none is chosen."""
        self._base = base
        self._offer()
        if not self.setting.value or self.setting.currentIndex() < 0:
            self._show(name)

    def told(self) -> tuple[str, Any] | None:
        """Return the setting and its values, as a file of a sweep tells them; None for no axis."""
        name = self.setting.value
        if not name:
            return None
        if self._kept is not None:
            return name, list(self._kept.values)
        if self._is_of_words(name):
            return name, [self._value(name, word.strip()) for word in self.words.text().split(",") if word.strip()]
        first, last, count = self.first.value, self.last.value, int(self.count.value)
        if kind_of(self._base, name) == "whole":
            spread = np.geomspace if self.scale.value == "log" and min(first, last) > 0.0 else np.linspace
            return name, list(dict.fromkeys(round(value) for value in spread(first, last, count).tolist()))
        return name, {"from": first, "to": last, "count": count, "scale": self.scale.value}

    def show_axis(self, axis: Axis | None) -> None:
        """Show an axis of a sweep: its very values are told until a person chooses others."""
        self._show(NONE if axis is None else axis.name)
        self._kept = axis
        if axis is None:
            return
        if self._is_of_words(axis.name):
            self.words.setText(", ".join(map(str, axis.values)))
            return
        self.first.set_value(float(axis.values[0]))
        self.last.set_value(float(axis.values[-1]))
        self.count.set_value(len(axis.values))
        self.scale.set_value("log" if axis.geometric else "linear")

    def _build(self) -> None:
        grid, numbers = QGridLayout(self), QHBoxLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING)
        grid.setVerticalSpacing(4)
        numbers.setSpacing(SPACING)
        for part in (self.first, self._to, self.last, self.count, self._values):
            numbers.addWidget(part)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.setting, 0, 1)
        grid.addLayout(numbers, 1, 0, 1, 2)
        grid.addWidget(self.words, 2, 0, 1, 2)
        grid.addWidget(self.scale, 3, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        for field in (self.first, self.last, self.count):
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _offer(self) -> None:
        have = {name.rpartition(".")[2] for name in names(self._base)}
        offered = {NONE: tr("no second axis")} if self._optional else {}
        known = [name for name in SETTINGS if name.rpartition(".")[2] in have]
        self.setting.offer(offered | {name: setting_title(name) for name in known})

    @Slot(str)
    def _choose(self, name: str) -> None:
        self._show(name)
        self.changed.emit()

    def _show(self, name: str) -> None:
        """Show the setting ``name`` with its usual values."""
        self._kept = None
        self.setting.set_value(name)
        words = bool(name) and self._is_of_words(name)
        self.words.setVisible(words)
        for part in (self.first, self._to, self.last, self._values, self.count, self.scale):
            part.setVisible(bool(name) and not words)
        if not name:
            return
        if words:
            present = str(value_of(self._base, name))
            self.words.setText(", ".join(dict.fromkeys((*_WORDS.get(name, ()), present))))
            return
        first, last, count, scale = _USUAL.get(name) or self._about(name)
        self.first.set_value(first)
        self.last.set_value(last)
        self.count.set_value(count)
        self.scale.set_value(scale)

    def _about(self, name: str) -> tuple[float, float, int, str]:
        """Return values about the present one."""
        value = float(value_of(self._base, name))
        whole = kind_of(self._base, name) == "whole"
        low, high = (0.5 * value, 2.0 * value) if value else (0.0, 1.0)
        if whole:
            low, high = max(1.0, math.floor(low)), max(2.0, math.ceil(high))
            return low, high, int(min(_COUNT, high - low + 1)), "linear"
        return low, high, _COUNT, "linear"

    def _is_of_words(self, name: str) -> bool:
        return kind_of(self._base, name) in ("word", "switch")

    def _value(self, name: str, word: str) -> Value:
        return word in ("true", "1") if kind_of(self._base, name) == "switch" else word

    @Slot(str)
    def _retype(self, _: str) -> None:
        self._kept = None

    @Slot(float)
    def _take(self, field: NumberField, value: float) -> None:
        if field is self.count:
            value = float(min(max(round(value), 1), _MOST))
        field.write(value)
        self._change()

    @Slot(int)
    def _step(self, field: NumberField, count: int) -> None:
        step = 1.0 if field is self.count or kind_of(self._base, self.setting.value) == "whole" else 0.1
        self._take(field, round(field.value + count * step, 10))

    @Slot(str)
    def _rescale(self, name: str) -> None:
        self.scale.set_value(name)
        self._change()

    @Slot()
    def _change(self) -> None:
        self._kept = None
        self.changed.emit()
