"""The card that says how the network is made."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import BadExploration
from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.diced import Diced
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.number_list import NumberList
from explorer.gui.controls.slider import UNITS, ValueSlider
from explorer.gui.panels.panel import Card, Field
from explorer.gui.plot.theme import Theme, icon_size, state_table
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import MOST_UNITS, Exploration, Recipe
from explorer.workspace.looks.analysis import Analysis

_CELL_LABELS = {"rnn": mark("simple (Elman)"), "lstm": "LSTM", "gru": "GRU"}
_ACTIVATION_LABELS = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU", "identity": mark("linear")}
_INIT_LABELS = {
    "gaussian": mark("gaussian"),
    "glorot": mark("uniform (Glorot)"),
    "orthogonal": mark("orthogonal"),
    "identity": mark("identity matrix"),
    "spectral": mark("spectral radius"),
    "rotation": mark("rotation"),
    "shift": mark("shift register"),
    "nonnormal": mark("non-normal"),
}
_INIT_NOTES = {
    "gaussian": mark("Entries N(0, g²/n): ρ → g, σ₁ → 2g."),
    "glorot": mark("Uniform in ±g·√(3/n): ρ → g."),
    "orthogonal": mark("W = g·Q: every singular value is g."),
    "identity": mark("W = g·I: each unit keeps its own past."),
    "spectral": mark("Gaussian, rescaled: ρ = g exactly."),
    "rotation": mark("Pairs of units turn; all |λ| and σ are g."),
    "shift": mark("Unit i reads unit i−1: the n-th power of W is exactly zero."),
    "nonnormal": mark("All λ are 0.8g, yet with g = 1 powers of W first grow, then decay."),
}
_SHAPE_SIZE = 8


class NetworkCard(Card):
    """Cell, size, initial weights and initial state of the active network."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Network"))
        self._add_architecture()
        self._add_weights()
        self._add_biases()
        self._add_start()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the active recipe."""
        recipe = exploration.recipe
        self.cell.set_value(recipe.cell_name)
        self.activation.set_value(recipe.activation)
        self.init.set_value(recipe.init)
        for control, value in (
            (self.units, recipe.hidden), (self.gain, recipe.gain), (self.bias, recipe.bias),
            (self.forget_bias, recipe.forget_bias), (self.input_scale, recipe.input_scale),
        ):  # fmt: skip
            control.set_value(value)
        self.seed.set_value(recipe.seed)
        self.initial_state.set_values(recipe.initial_state)
        self._explain(recipe)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self._seed_die.dress(theme)
        self._state_die.dress(theme)
        for i, name in enumerate(INITIALISATIONS):
            self.init.setItemIcon(i, _picture(name, theme))
            self.init.setItemData(i, tr(_INIT_NOTES.get(name, "")), Qt.ItemDataRole.ToolTipRole)

    def _add_architecture(self) -> None:
        self.cell = Choice({name: _CELL_LABELS.get(name, name) for name in KERNELS})
        cell = self.add_row(
            mark("&cell"),
            mark(
                "The recurrence. LSTM and GRU add paths along which the gradient is multiplied by gates instead of W."
            ),
            self.cell,
        )
        self.cell.chosen.connect(lambda name: self.edit_recipe(cell, mark("Change the cell"), cell=name))
        self.activation = Choice({name: _ACTIVATION_LABELS.get(name, name) for name in ACTIVATIONS})
        self._activation = self.add_row(
            mark("&activation f"),
            mark(
                "Each step multiplies the gradient by f′(z): at most 1 for tanh and ReLU, at most 1/4 for the sigmoid."
            ),
            self.activation,
        )
        self.activation.chosen.connect(
            lambda name: self.edit_recipe(self._activation, mark("Change the activation"), activation=name)
        )
        self.units = ValueSlider(1, MOST_UNITS, 0, logarithmic=True, usual=24, unit=UNITS)
        self._add_slider(
            mark("&units n"),
            mark("The size of the hidden state. Units that are there keep their random numbers when others join."),
            self.units, mark("Change the number of units"), "hidden",
        )  # fmt: skip

    def _add_weights(self) -> None:
        self.init = Choice({name: _INIT_LABELS.get(name, name) for name in INITIALISATIONS})
        self._init = self.add_row(
            mark("&initial W"),
            mark(
                "How W begins. The gradient is multiplied by Wᵀ at each step: what W does to lengths, it does to the "
                "gradient."
            ),
            self.init,
        )
        self.init.chosen.connect(
            lambda name: self.edit_recipe(self._init, mark("Change the initialisation"), init=name)
        )
        self.gain = ValueSlider(0, 4, 2, usual=1.0)
        self._gain = self._add_slider(
            mark("&gain g"),
            mark("Scales W. A larger W can make gradients grow, or saturate f and make them vanish: drag and see."),
            self.gain, mark("Change the gain"), "gain",
        )  # fmt: skip

    def _add_biases(self) -> None:
        self.bias = ValueSlider(-3, 3, 2, usual=0.0)
        self._add_slider(
            mark("&bias b"),
            mark("Shifts the net inputs z, and so where on f the units work: each step multiplies by f′(z) there."),
            self.bias, mark("Change the bias"), "bias",
        )  # fmt: skip
        self.forget_bias = ValueSlider(-3, 6, 2, usual=1.0)
        self._forget = self._add_slider(
            mark("forget bias"),
            mark(
                "Opens the forget gate, which multiplies the cell path at each step: by itself 1 gives 0.73, 5 gives "
                "0.993."
            ),
            self.forget_bias, mark("Change the forget bias"), "forget_bias",
        )  # fmt: skip
        self.input_scale = ValueSlider(0, 4, 2, usual=1.0)
        self._add_slider(
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
        slider.changed.connect(lambda value: self.edit_recipe(field, name, attribute, **{attribute: kind(value)}))
        return field

    def _explain(self, recipe: Recipe) -> None:
        self._activation.show_only_if(recipe.cell == "rnn")
        self._forget.show_only_if(recipe.cell == "lstm")
        self._reset.show_only_if(bool(recipe.edits))
        count = tr("reset {count} weight") if len(recipe.edits) == 1 else tr("reset {count} weights")
        self.reset.setText(count.format(count=len(recipe.edits)))
        self._init.explain(_init_note(recipe))


def _init_note(recipe: Recipe) -> str:
    """Return what the initial weights are like, or that others were learnt from them."""
    if recipe.trained is not None and recipe.trained.step:
        one = tr("Trained for 1 update from these initial weights; changing them gives the training up.")
        many = tr("Trained for {count} updates from these initial weights; changing them gives the training up.")
        return one if recipe.trained.step == 1 else many.format(count=recipe.trained.step)
    return tr(_INIT_NOTES.get(recipe.init, ""))


def _width(recipe: Recipe) -> int:
    return recipe.width


def _with_state(exploration: Exploration, values: tuple[float, ...]) -> Exploration:
    width = _width(exploration.recipe)
    if len(values) > width:
        raise BadExploration(
            "There are {got} numbers, but the state has only {width}: remove some.", got=len(values), width=width
        )
    return exploration.with_recipe(initial_state=values)


def _with_random_state(exploration: Exploration, seed: int) -> Exploration:
    values = np.random.default_rng(seed).uniform(-1, 1, _width(exploration.recipe)).round(2)
    return exploration.with_recipe(initial_state=tuple(values.tolist()))


def _picture(name: str, theme: Theme) -> QIcon:
    """Return what W looks like, as a small picture."""
    W = INITIALISATIONS[name](_SHAPE_SIZE, 1.0, 2, 0)
    level = np.clip(W / np.abs(W).max() * 127.5 + 127.5, 0, 255).astype(np.uint8)
    pixels = np.ascontiguousarray(state_table(theme)[level])
    image = QImage(pixels.data, _SHAPE_SIZE, _SHAPE_SIZE, 4 * _SHAPE_SIZE, QImage.Format.Format_RGBA8888)
    side = _SHAPE_SIZE * max(1, round(icon_size(theme) / _SHAPE_SIZE))
    return QIcon(QPixmap.fromImage(image.scaled(side, side)))
