"""The card that says how a gradient becomes a step."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QPushButton

from explorer.engine.learning.settings import CLIPS, OPTIMISERS, Settings
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.diced import Diced
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import teach
from explorer.gui.controls.slider import SEQUENCES, STEPS, ValueSlider
from explorer.gui.panels.train.learn_boxes import LearnBoxes
from explorer.gui.panels.train.penalties import Penalties
from explorer.gui.panels.train.scale_slider import ScaleSlider
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Analysis
from explorer.workspace.looks.predictable import forced_at_predictability

_OPTIMISER_LABELS = {"sgd": "SGD", "momentum": mark("momentum"), "rmsprop": "RMSProp", "adam": "Adam"}
_OPTIMISER_NOTES = {
    "sgd": mark("θ ← θ − η·∂L/∂θ. What vanished in the gradient stays unlearnt."),
    "momentum": mark("Adds up past gradients: what points the same way again and again speeds up."),
    "rmsprop": mark("Divides each gradient by its usual size: small ones count as much as large ones."),
    "adam": mark(
        "Momentum, divided by the gradient’s usual size: how far an update goes depends little on the gradient’s own length."
    ),
}
_CLIP_LABELS = {"none": mark("not at all"), "norm": mark("by norm"), "value": mark("by value")}
_CLIP_NOTES = {
    "none": mark("One exploding gradient can undo all that was learnt."),
    "norm": mark("Shortens a long gradient and keeps its direction. It does nothing for a vanishing one."),
    "value": mark("Cuts each entry by itself: the direction can change, too."),
}
_CUT_LABELS = {
    "none": mark("not at all"),
    "window": mark("sliding window"),
    "chunk": mark("chunks"),
    "force": mark("forcing"),
}
_CUT_NOTES = {
    "none": mark("Every loss reaches back to the first step."),
    "window": mark("Each loss reaches back fewer than τ steps: the terms with t − k < τ are kept."),
    "force": mark(
        "After every τ steps the state is put where the target is read from it, so that no error grows for longer: for a "
        "number to be told at every step (Mikhaeil, Monfared and Durstewitz 2022)."
    ),
    "chunk": mark("The state is cut off at the border of each chunk: losses just after it reach back least."),
}
_RARE = ("decay", "decay_form", "omega", "omega_form", "floss", "floss_first", "exponents", "learn", "seed")
_FIRST_CUT = 10
_DIE_SEEDS = 2**32


class SettingsCard(Penalties):
    """Optimiser, learning rate, batch, clipping and truncation; what is rarely changed is folded away."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Settings"))
        self._settings = Settings()
        self._recurrence: Recurrence | None = None
        self._unfolded = False
        self._add_optimiser()
        self._add_clip()
        self._add_truncation()
        self._add_fold()
        self.add_penalties()
        self._add_learn()
        self._add_seed()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the settings."""
        self._settings = settings = exploration.settings
        self._recurrence = exploration.recipe.recurrence
        for slider, value in (
            (self.rate, settings.rate), (self.momentum, settings.momentum), (self.batch, settings.batch),
            (self.threshold, settings.threshold),
        ):  # fmt: skip
            slider.set_value(value)
        for choice, name in (
            (self.optimiser, settings.optimiser), (self.clip, settings.clip), (self.cut, _cut_of(settings)),
        ):  # fmt: skip
            choice.set_value(name)
        if _cut_of(settings) != "none":
            self.reach.set_value(self._size())
        self.seed.set_value(settings.seed)
        self.present_penalties(settings)
        self._explain()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self._seed_die.dress(theme)
        self._explain()

    def _add_optimiser(self) -> None:
        self.optimiser = Choice({name: _OPTIMISER_LABELS.get(name, name) for name in OPTIMISERS})
        self._optimiser = self.add_choice(
            mark("&optimiser"), mark("The rule that turns a gradient into a change of the weights."),
            self.optimiser, mark("Change the optimiser"), "optimiser",
        )  # fmt: skip
        self.rate = ScaleSlider(1e-5, 10.0, usual=0.01)
        self.add_slider(
            mark("r&ate η"),
            mark("The learning rate: how far an update goes. Too small learns nothing, too large leaps over the valley."),
            self.rate, mark("Change the learning rate"), "rate",
        )  # fmt: skip
        self.momentum = ValueSlider(0, 0.99, 2, usual=0.9)
        self._momentum = self.add_slider(
            mark("momentum"),
            mark("The share of the last update that is kept: 0.9 averages over about ten gradients."),
            self.momentum, mark("Change the momentum"), "momentum",
        )  # fmt: skip
        self.batch = ValueSlider(1, 500, 0, logarithmic=True, usual=20, unit=SEQUENCES)
        self.add_slider(
            mark("&batch"),
            mark("How many sequences share one update. More of them give a gradient with less noise, and slower updates."),
            self.batch, mark("Change the batch"), "batch",
        )  # fmt: skip

    def _add_clip(self) -> None:
        self.clip = Choice({name: _CLIP_LABELS.get(name, name) for name in CLIPS})
        self._clip = self.add_choice(
            mark("cl&ip"),
            mark("Clipping holds an exploding gradient back before it throws the weights away."),
            self.clip, mark("Change the clipping"), "clip",
        )  # fmt: skip
        self.threshold = ScaleSlider(1e-3, 1e3, usual=1.0)
        self._threshold = self.add_slider(
            mark("threshold"),
            mark("The largest norm, or the largest entry, that a gradient may have."),
            self.threshold, mark("Change the clipping threshold"), "threshold",
        )  # fmt: skip

    def _add_truncation(self) -> None:
        self.cut = Choice(_CUT_LABELS)
        self._cut = self.add_row(
            mark("tr&uncate"),
            mark(
                "Truncated backpropagation saves time and memory, and never sees what lies further back; forcing sets the "
                "state right instead."
            ),
            self.cut,
        )
        self.cut.chosen.connect(
            lambda name: self.change(self._cut, mark("Change the truncation"), **_cut_to(name, self._size()))
        )
        self.reach = ValueSlider(1, 500, 0, logarithmic=True, usual=_FIRST_CUT, unit=STEPS)
        self._reach = self.add_row(
            mark("steps τ"),
            mark("How far back the gradient reaches, a band on the flow map too, or how often the state is forced."),
            self.reach,
        )
        self.reach.changed.connect(self._edit_reach)
        self.doubling = QPushButton("τ = ln 2/λ₁")
        self._doubling = self.add_row(
            mark("doubling"),
            mark("Force as often as a small error doubles along the sequence that is shown: after ln 2/λ₁ steps."),
            self.doubling,
        )
        self.doubling.clicked.connect(self._force_at_doubling)

    def _add_fold(self) -> None:
        self.fold = QPushButton()
        self.fold.setProperty("flat", True)
        self.fold.clicked.connect(self._turn)
        self.phrases.add(
            partial(teach, self.fold),
            mark("Weight decay, Ω, flossing, which weights learn, the order of the examples."),
        )
        self._grid.addWidget(self.fold, self._grid.rowCount(), 0, 1, 2)

    def _add_learn(self) -> None:
        self._boxes = LearnBoxes()
        self.learn = self._boxes.boxes
        self._boxes.ticked.connect(self._edit_learn)
        self._learn = self.add_row(
            mark("learn"),
            mark(
                "Which weights learn. With U, W and b fixed the memory stays as it was made: only its reading is learnt."
            ),
            self._boxes,
        )

    def _add_seed(self) -> None:
        self.seed = NumberField(0, characters=10)
        self._seed_die = Diced(self.seed, mark("New order"), mark("Draw the examples in another order."))
        self._seed = self.add_row(
            mark("order"), mark("The seed of the order of the examples: the same one repeats the training exactly."),
            self._seed_die,
        )  # fmt: skip
        name = mark("Change the order of the examples")
        self.seed.entered.connect(lambda value: self.change(self._seed, name, seed=int(value)))
        self._seed_die.rolled.connect(
            lambda: self.change(self._seed, name, seed=(self._settings.seed + 1) % _DIE_SEEDS)
        )

    def _edit_reach(self, steps: float) -> None:
        kind = _cut_of(self._settings)
        if kind != "none":
            self.change(self._reach, mark("Change the truncation"), "truncation", **_cut_to(kind, int(steps)))

    def _force_at_doubling(self) -> None:
        self.edit(self._doubling, mark("Force as often as errors double"), forced_at_predictability)

    def _edit_learn(self, families: tuple[str, ...]) -> None:
        self.change(self._learn, mark("Change which weights learn"), learn=families)

    def _size(self) -> int:
        """Return after how many steps truncation cuts, or would cut first."""
        return self._settings.window or self._settings.chunk or self._settings.force or _FIRST_CUT

    def _turn(self) -> None:
        self._unfolded = not self._unfolded
        self._explain()

    def _explain(self) -> None:
        settings, cut = self._settings, _cut_of(self._settings)
        self._optimiser.explain(tr(_OPTIMISER_NOTES.get(settings.optimiser, "")))
        self._clip.explain(tr(_CLIP_NOTES.get(settings.clip, "")))
        self._cut.explain(tr(_CUT_NOTES[cut]))
        if self._recurrence is not None:
            self._boxes.show_families(settings.learn, self._recurrence)
        self._learn.explain("" if settings.learn else tr("Nothing learns: tick at least one."))
        self._momentum.show_only_if(settings.optimiser == "momentum")
        self._threshold.show_only_if(settings.clip != "none")
        self._reach.show_only_if(cut != "none")
        self._doubling.show_only_if(cut == "force")
        self.explain_penalties(settings, self._unfolded)
        for field in (self._learn, self._seed):
            field.show_only_if(self._unfolded)
        self._say_fold()

    def _say_fold(self) -> None:
        """Say what the button unfolds, and how much of it is not as usual."""
        usual = Settings()
        count = sum(getattr(self._settings, name) != getattr(usual, name) for name in _RARE)
        said = tr("&More settings ({count} set)") if count else tr("&More settings")
        self.fold.setText(said.format(count=count))
        put_icon(self.fold, icon("arrow-up" if self._unfolded else "arrow-down", self.theme), self.theme)


def _cut_of(settings: Settings) -> str:
    return next((name for name in ("window", "chunk", "force") if getattr(settings, name)), "none")


def _cut_to(name: str, size: int) -> dict[str, Any]:
    """Return the changes that truncate, or force, after ``size`` steps in the way ``name``."""
    return {one: size if one == name else 0 for one in ("window", "chunk", "force")}
