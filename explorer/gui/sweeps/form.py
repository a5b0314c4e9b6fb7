"""`SweepForm`: what is to be swept, chosen over the fields of the present exploration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import Label, in_menu, teach
from explorer.gui.sweeps.axis_row import NONE, SPACING, AxisRow
from explorer.gui.sweeps.words import quantity_title
from explorer.gui.words.i18n import Phrases, mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.sweeps.exploring import begun_with, canonical
from explorer.workspace.sweeps.measuring import REQUIRED, check_quantities
from explorer.workspace.sweeps.reading import axis_of, check_size, check_training
from explorer.workspace.sweeps.result import is_seed
from explorer.workspace.sweeps.sweep import Axis, Sweep, Value
from explorer.workspace.sweeps.words import TITLES
from explorer.workspace.sweeps.workers import speaks_dask

_MOST_SEEDS = 1000
_MOST_UPDATES = 1_000_000
_SEEDS = 4
_UNIT = re.compile("[,，]")


class SweepForm(QWidget):
    """Chooses axes, quantities, seeds and who works; ``changed()`` when a person has changed something.

    ``refused(why)``: what is typed is no number; None when that is over.
    """

    changed = Signal()
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.across, self.up = AxisRow(mark("Across"), optional=False), AxisRow(mark("Upward"), optional=True)
        self.seeds, self.updates, self.skip = NumberField(0, 5), NumberField(0, 5), NumberField(0, 5)
        self.quantities, self._menu = QToolButton(), QMenu(self)
        self.address = QLineEdit()
        self._base = Exploration()
        self._names: dict[str, Label] = {}
        self._more: tuple[Axis, ...] = ()
        self._seeds: tuple[Value, ...] = ()
        self._chosen: tuple[str, ...] = ("rate",)
        self._build()
        self._say()
        for row in (self.across, self.up):
            row.changed.connect(self.changed)
            row.refused.connect(self.refused)
        for field, most in ((self.seeds, _MOST_SEEDS), (self.updates, _MOST_UPDATES), (self.skip, _MOST_UPDATES)):
            field.entered.connect(partial(self._take, field, most))
            field.stepped.connect(partial(self._step, field, most))
            field.refused.connect(self.refused)
        self.address.editingFinished.connect(self.changed)
        self.seeds.set_value(_SEEDS)

    def retranslate(self) -> None:
        """Say everything in the language that is now spoken; all fields begin at one place."""
        self.phrases.retranslate()
        for row in (self.across, self.up):
            row.retranslate()
        self._list_quantities()
        labels = (self.across.title, self.up.title, *self._names.values())
        width = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(width)

    def begin_with(self, exploration: Exploration) -> None:
        """Let every point begin with the active network of ``exploration``; what is chosen stays as far as it is there."""
        self._base, self._seeds = begun_with(exploration), ()
        self.across.offer(self._base, "gain")
        self.up.offer(self._base, NONE)
        learns = exploration.task is not None
        self._names["updates"].setVisible(learns)
        self.updates.setVisible(learns)
        if not learns:
            self.updates.set_value(0)
            self._chosen = tuple(name for name in self._chosen if name not in REQUIRED) or ("rate",)
        self._list_quantities()

    def show_sweep(self, sweep: Sweep) -> None:
        """Show what ``sweep`` sweeps; axes beyond the second are kept."""
        self.begin_with(sweep.base)
        plain = [axis for axis in sweep.axes if not is_seed(axis.name)]
        seeds = [axis for axis in sweep.axes if is_seed(axis.name)]
        self.across.show_axis(plain[0] if plain else None)
        self.up.show_axis(plain[1] if len(plain) > 1 else None)
        own = [axis for axis in seeds if axis.name == "seed"]
        self._seeds = own[0].values if own else ()
        self.seeds.set_value(len(self._seeds) or 1)
        self._more = (*plain[2:], *(axis for axis in seeds if axis.name != "seed"))
        self.updates.set_value(sweep.updates)
        self.skip.set_value(sweep.skip)
        self._chosen = sweep.quantities
        self._list_quantities()

    def sweep(self) -> Sweep:
        """Return the sweep that is chosen.

        Raises
        ------
        Refusal
            If a value is none for its setting, or there are too many points.
        """
        told = dict(one for row in (self.across, self.up) if (one := row.told()) is not None)
        axes = [axis_of(name, values, self._base) for name, values in told.items()]
        axes += [axis for axis in self._more if axis.name not in told]
        count, first = int(self.seeds.value), self._base.recipe.seed
        if self._seeds:
            axes.append(Axis("seed", self._seeds))
        elif count > 1:
            axes.append(Axis("seed", tuple((first + i) % 2**32 for i in range(count))))
        check_quantities(self._chosen, [axis.name for axis in axes])
        sweep = Sweep(self._base, tuple(axes), self._chosen, int(self.updates.value), int(self.skip.value))
        check_size(sweep)
        check_training(sweep)
        return canonical(sweep)

    def _build(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(SPACING)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: Sequence[tuple[str, QWidget]] = (
            ("quantities", self.quantities), ("seeds", self.seeds), ("skip", self.skip), ("updates", self.updates),
            ("address", self.address),
        )  # fmt: skip
        for name, field in rows:
            label = self._names[name] = Label()
            label.setBuddy(field)
            form.addRow(label, field)
        self._names["address"].setVisible(speaks_dask())
        self.address.setVisible(speaks_dask())
        self.quantities.setMenu(self._menu)
        self.quantities.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.quantities.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.quantities.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        column.addWidget(self.across)
        column.addWidget(self.up)
        column.addLayout(form)
        column.addStretch(1)

    def _say(self) -> None:
        said = (
            ("quantities", self.quantities, mark("Measured"), mark("What is measured of every network.")),
            ("seeds", self.seeds, mark("Seeds"), mark("So many draws of the weights: their median and quartiles are shown.")),
            ("skip", self.skip, mark("Steps left out"), mark("So many first steps don't count for Lyapunov exponents.")),
            ("updates", self.updates, mark("Updates before"), mark("So many updates every network is trained for first.")),
            (
                "address", self.address, mark("Scheduler"),
                mark("The address of a Dask cluster; empty: processes of this machine."),
            ),
        )  # fmt: skip
        for name, field, title, tip in said:
            self.phrases.add(self._names[name].setText, title)
            self.phrases.add(field.setAccessibleName, title)
            self.phrases.add(partial(teach, field), tip)
        self.phrases.add(self.address.setPlaceholderText, mark("this machine"))

    def _list_quantities(self) -> None:
        """Offer what can be measured: what a training tells only where something is learnt."""
        self._menu.clear()
        for name in TITLES:
            action = self._menu.addAction(in_menu(quantity_title(name)))
            action.setCheckable(True)
            action.setChecked(name in self._chosen)
            action.setEnabled(name not in REQUIRED or self._base.task is not None)
            action.triggered.connect(partial(self._tick, name))
        # Its unit stands where it is chosen from.
        first = _UNIT.split(quantity_title(self._chosen[0]))[0]
        more = len(self._chosen) - 1
        self.quantities.setText(
            in_menu(tr("{quantity} + {count}").format(quantity=first, count=more) if more else first)
        )

    @Slot()
    def _tick(self, name: str, on: bool) -> None:
        kept = tuple(one for one in TITLES if (one in self._chosen and one != name) or (on and one == name))
        self._chosen = kept or (name,)
        self._list_quantities()
        self.changed.emit()

    @Slot(float)
    def _take(self, field: NumberField, most: int, value: float) -> None:
        field.write(float(min(max(round(value), 0), most)))
        self._seeds = () if field is self.seeds else self._seeds
        self.changed.emit()

    @Slot(int)
    def _step(self, field: NumberField, most: int, count: int) -> None:
        self._take(field, most, field.value + count)


def finer(sweep: Sweep, between: Mapping[int, tuple[int, int]]) -> Sweep:
    """Return ``sweep`` over what lies ``between`` two values of some of its axes, with as many values as there were.

    Raises
    ------
    Refusal
        If a value between is none for its setting.
    """
    axes = list(sweep.axes)
    for number, (low, high) in between.items():
        axes[number] = axis_of(axes[number].name, _between(axes[number], low, high), sweep.base)
    return canonical(replace(sweep, axes=tuple(axes)))


def _between(axis: Axis, low: int, high: int) -> Any:
    """Return the values between two of an axis as a file of a sweep tells them; words as they are."""
    first, last = axis.values[low], axis.values[high]
    if not axis.numbers or low == high:
        return list(axis.values[low : high + 1])
    if all(isinstance(value, int) for value in axis.values):
        whole = range(int(first), int(last) + 1)
        return sorted({*whole[:: max(1, round(len(whole) / len(axis.values)))], int(last)})
    return {"from": first, "to": last, "count": len(axis.values), "scale": "log" if axis.geometric else "linear"}
