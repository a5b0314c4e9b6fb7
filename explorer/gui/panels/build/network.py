"""The card that says how the network is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import BadExploration, Refusal
from explorer.engine.network.drawn import heeded
from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.typeset.setting import PLAIN
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.diced import Diced
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.number_list import NumberList
from explorer.gui.controls.plain import plain
from explorer.gui.controls.slider import UNITS, ValueSlider
from explorer.gui.panels.build import initial
from explorer.gui.panels.build.cell_choice import CellChoice
from explorer.gui.panels.build.cell_rows import CellRows
from explorer.gui.panels.build.source_row import SourceRow
from explorer.gui.panels.cells import CHANGE, ask_for_cell
from explorer.gui.panels.panel import Card, Field
from explorer.gui.plot.theme import Theme
from explorer.gui.words.cell_words import activation_label, activation_tip
from explorer.gui.words.i18n import listed, mark, tr
from explorer.workspace.disk.cells import cell_in, own_folder
from explorer.workspace.exploration.cells import Cell
from explorer.workspace.exploration.exploration import MOST_UNITS, Exploration, Recipe, Selection, replace
from explorer.workspace.exploration.structure import with_chosen_changed
from explorer.workspace.looks.analysis import Analysis


class NetworkCard(Card):
    """Cell, size and initial weights of the chosen layer, and the initial state of the active network.

    ``cells_wanted()``: all cells are to be shown to choose from. ``choice_wanted()``: another layer or choice of the file
    that the network is from.
    """

    cells_wanted = Signal()
    choice_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Network"))
        self._shown: Exploration | None = None
        self.source = SourceRow(self)
        self.source.button.clicked.connect(self.choice_wanted)
        self._add_cell()
        self._add_architecture()
        self._add_weights()
        self._add_biases()
        self._add_start()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the chosen layer of the active recipe."""
        recipe, layer = exploration.recipe, exploration.layer
        self._shown = exploration
        self.source.show(recipe)
        self.cell.set_cell(layer.cell)
        self.activation.set_value(layer.activation)
        self.init.set_value(layer.init)
        for control, value in (
            (self.units, layer.hidden), (self.gain, layer.gain), (self.bias, layer.bias),
            (self.forget_bias, layer.forget_bias), (self.input_scale, layer.input_scale),
        ):  # fmt: skip
            control.set_value(value)
        self.seed.set_value(recipe.seed)
        self.initial_state.set_values(recipe.initial_state)
        self.rows.show(exploration)
        self._explain(self._shown)

    def point(self, selection: Selection) -> None:
        """Show another layer, where one is chosen."""
        if self._shown is not None and selection.layer != self._shown.selection.layer:
            self.present(replace(self._shown, selection=selection), None)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self.rows.dress(theme)
        if self._shown is not None:
            self.source.show(self._shown.recipe)
        self._seed_die.dress(theme)
        self._state_die.dress(theme)
        for i, name in enumerate(ACTIVATIONS):
            self.activation.setItemText(i, activation_label(name))
            self.activation.setItemData(i, plain(activation_tip(name)), Qt.ItemDataRole.ToolTipRole)
        if self._shown is not None:
            self._explain(self._shown)
        for i, name in enumerate(INITIALISATIONS):
            self.init.setItemIcon(i, initial.picture(name, theme))
            self.init.setItemData(i, initial.note(name), Qt.ItemDataRole.ToolTipRole)

    def open_cell(self, path: Path) -> None:
        """Give the network the cell that a file tells; a file that tells none is told of."""
        try:
            self._choose(cell_in(path))
        except Refusal as refusal:
            self._cell.refuse(refusal)

    def edit_copy(self, cell: Cell) -> None:
        """Begin equations of the exploration's own with those of a cell."""
        self.rows.edit_copy(cell)

    def _add_cell(self) -> None:
        self.cell = CellChoice()
        self._cell = self.add_row(
            mark("&cell"),
            mark(
                "The recurrence: how a state follows from the last one. Any is a text of a few equations; own ones in the "
                "folder {folder} are offered here, too."
            ),
            self.cell,
            folder=own_folder(),
        )
        self.cell.cell_chosen.connect(self._choose)
        self.cell.file_wanted.connect(self._ask_for_cell)
        self.cell.gallery_wanted.connect(self.cells_wanted)
        self.rows = CellRows(self)

    def _add_architecture(self) -> None:
        self.activation = Choice({name: name for name in ACTIVATIONS})
        self._activation = self.add_row(
            mark("&activation f"),
            mark(
                "Each step multiplies the gradient by f′(z): at most 1 for tanh and ReLU, at most 1/4 for the sigmoid."
            ),
            self.activation,
        )
        self.activation.chosen.connect(
            lambda name: self.edit_layer(self._activation, mark("Change the activation"), activation=name)
        )
        self.units = ValueSlider(1, MOST_UNITS, 0, logarithmic=True, usual=24, unit=UNITS)
        self._units = self._add_slider(
            mark("&units n"),
            mark("The size of the hidden state. Units that are there keep their random numbers when others join."),
            self.units, mark("Change the number of units"), "hidden",
        )  # fmt: skip

    def _add_weights(self) -> None:
        self.init = Choice({name: initial.LABELS.get(name, name) for name in INITIALISATIONS})
        self._init = self.add_row(
            mark("&initial W"),
            mark(
                "How W begins. The gradient is multiplied by Wᵀ at each step: what W does to lengths, it does to the "
                "gradient."
            ),
            self.init,
        )
        self.init.chosen.connect(lambda name: self.edit_layer(self._init, mark("Change the initialisation"), init=name))
        self.gain = ValueSlider(0, 4, 2, usual=1.0)
        self._gain = self._add_slider(
            mark("&gain g"),
            mark("Scales W. A larger W can make gradients grow, or saturate f and make them vanish: drag and see."),
            self.gain, mark("Change the gain"), "gain",
        )  # fmt: skip

    def _add_biases(self) -> None:
        self.bias = ValueSlider(-3, 3, 2, usual=0.0)
        self._bias = self._add_slider(
            mark("&bias b"),
            mark("Shifts the net inputs z, and so where on f the units work: each step multiplies by f′(z) there."),
            self.bias, mark("Change the bias"), "bias",
        )  # fmt: skip
        self.forget_bias = ValueSlider(-3, 6, 2, usual=1.0)
        self._forget = self._add_slider(
            mark("forget bias"),
            mark(
                "Added to the bias of the forget gate, and opens it: by itself 1 gives 0.73, 5 gives 0.993."
            ),
            self.forget_bias, mark("Change the forget bias"), "forget_bias",
        )  # fmt: skip
        self.input_scale = ValueSlider(0, 4, 2, usual=1.0)
        self._input_scale = self._add_slider(
            mark("input scale"),
            mark(
                "Scales U. Stronger inputs move z along f: f′(z) changes, and with it the gradient, although W stays "
                "the same."
            ),
            self.input_scale, mark("Change the input scale"), "input_scale",
        )  # fmt: skip

    def _add_start(self) -> None:
        self.seed = NumberField(0, characters=10)
        self._seed_die = Diced(self.seed, mark("New seed"), mark("Draw other random weights with the same settings."))
        seed = self.add_row(mark("seed"), mark("The same seed always gives the same weights."), self._seed_die)
        self.seed.entered.connect(lambda value: self.edit_recipe(seed, mark("Change the seed"), seed=int(value)))
        self._seed_die.rolled.connect(lambda: self.edit(seed, mark("New seed"), Exploration.with_new_seed))
        self.initial_state = NumberList()
        self._state_die = Diced(
            self.initial_state, mark("Random initial state"), mark("Draw s₀ uniformly between −1 and 1.")
        )
        state = self.add_row(
            mark("initial s₀"),
            mark("The state before the first step: numbers, unit by unit; what is missing is zero. Empty: all zero."),
            self._state_die,
        )
        self.phrases.add(self.initial_state.setPlaceholderText, mark("zero"))
        self.initial_state.entered.connect(
            lambda values: self.edit(state, mark("Change the initial state"), _with_state, values=values)
        )
        self._state_die.rolled.connect(
            lambda: self.edit(
                state,
                mark("Random initial state"),
                _with_random_state,
                seed=int(np.random.default_rng().integers(2**32)),
            )
        )
        self.reset = QPushButton()
        self._reset = self.add_row(
            mark("by hand"), mark("Gives the weights that were set by hand their initial values again."), self.reset
        )
        self.reset.clicked.connect(
            lambda: self.edit_recipe(self._reset, mark("Reset the weights set by hand"), edits=())
        )

    def _add_slider(self, label: str, tip: str, slider: ValueSlider, name: str, attribute: str) -> Field:
        field = self.add_row(label, tip, slider)
        kind = int if attribute == "hidden" else float
        slider.changed.connect(lambda value: self.edit_layer(field, name, attribute, **{attribute: kind(value)}))
        return field

    def _choose(self, cell: Cell) -> None:
        self.edit(self._cell, CHANGE, with_chosen_changed, cell=cell)

    def _ask_for_cell(self) -> None:
        path = ask_for_cell(self.window())
        if path is not None:
            self.open_cell(path)

    def _explain(self, exploration: Exploration) -> None:
        recipe, layer = exploration.recipe, exploration.layer
        heeds = heeded(layer.recurrence)
        self._activation.show_only_if(layer.recurrence.activation is not None)
        for field, name in (
            (self._init, "init"), (self._gain, "gain"), (self._bias, "bias"), (self._forget, "forget_bias"),
            (self._input_scale, "input_scale"),
        ):  # fmt: skip
            field.show_only_if(name in heeds)
        edits = _edits(recipe)
        self._reset.show_only_if(edits > 0)
        count = tr("reset {count} weight") if edits == 1 else tr("reset {count} weights")
        self.reset.setText(count.format(count=edits))
        self._units.explain(_width_note(recipe))
        self._init.explain(initial.begun(recipe, layer.init))


def _edits(recipe: Recipe) -> int:
    """Return how many weights were set by hand that the present cell has."""
    names = recipe.shapes(1) if recipe.edits else {}
    return sum(edit.matrix in names for edit in recipe.edits)


def _width_note(recipe: Recipe) -> str:
    """Return how many numbers the state has, where these are not just n."""
    if not recipe.single:
        return tr("The state of all chains has N = {width} numbers.").format(width=recipe.width)
    if recipe.width == recipe.hidden:
        return ""
    parts = listed([PLAIN.notation.name(state.name, "") for state in recipe.recurrence.states])
    return tr("The state has N = {width} numbers: {parts}.").format(width=recipe.width, parts=parts)


def _with_state(exploration: Exploration, values: tuple[float, ...]) -> Exploration:
    width = exploration.recipe.width
    if len(values) > width:
        raise BadExploration(
            "There are {got} numbers, but the state has only {width}: remove some.", got=len(values), width=width
        )
    return exploration.with_recipe(initial_state=values)


def _with_random_state(exploration: Exploration, seed: int) -> Exploration:
    values = np.random.default_rng(seed).uniform(-1, 1, exploration.recipe.width).round(2)
    return exploration.with_recipe(initial_state=tuple(values.tolist()))
