"""The card that says how a gradient becomes a step."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QPushButton

from explorer.engine.learning.settings import CLIPS, DECAYS, OMEGAS, OPTIMISERS, Settings
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.diced import Diced
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import teach
from explorer.gui.controls.slider import SEQUENCES, STEPS, UPDATES, ValueSlider
from explorer.gui.panels.panel import Card, Field
from explorer.gui.panels.train.learn_boxes import LearnBoxes
from explorer.gui.panels.train.scale_slider import ScaleSlider
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Analysis

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
_CUT_LABELS = {"none": mark("not at all"), "window": mark("sliding window"), "chunk": mark("chunks")}
_CUT_NOTES = {
    "none": mark("Every loss reaches back to the first step."),
    "window": mark("Each loss reaches back fewer than τ steps: the terms with t − k < τ are kept."),
    "chunk": mark("The state is cut off at the border of each chunk: losses just after it reach back least."),
}
_DECAY_LABELS = {"l2": mark("ℓ₂: shrinks all"), "l1": mark("ℓ₁: makes zeros")}
_DECAY_NOTES = {
    "l2": mark("Adds λθ to the gradient: the pull fades with the weight, and none becomes exactly 0."),
    "l1": mark(
        "Soft threshold after the step, the proximal step of λ‖θ‖₁: a weight whose gradient stays below λ becomes exactly 0."
    ),
}
_OMEGA_LABELS = {"paper": mark("as in the paper"), "squared": mark("squared (code)")}
_RARE = ("decay", "decay_form", "omega", "omega_form", "floss", "floss_first", "exponents", "learn", "seed")
_FIRST_CUT = 10
_DIE_SEEDS = 2**32


class SettingsCard(Card):
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
        self._add_decay()
        self._add_omega()
        self._add_flossing()
        self._add_learn()
        self._add_seed()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the settings."""
        self._settings = settings = exploration.settings
        self._recurrence = exploration.recipe.recurrence
        for slider, value in (
            (self.rate, settings.rate), (self.momentum, settings.momentum), (self.batch, settings.batch),
            (self.threshold, settings.threshold), (self.decay, settings.decay), (self.omega, settings.omega),
            (self.floss, settings.floss), (self.floss_first, settings.floss_first), (self.exponents, settings.exponents),
        ):  # fmt: skip
            slider.set_value(value)
        for choice, name in (
            (self.optimiser, settings.optimiser), (self.clip, settings.clip), (self.cut, _cut_of(settings)),
            (self.decay_form, settings.decay_form), (self.omega_form, settings.omega_form),
        ):  # fmt: skip
            choice.set_value(name)
        if settings.window or settings.chunk:
            self.reach.set_value(settings.window or settings.chunk)
        self.seed.set_value(settings.seed)
        self._explain()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self._seed_die.dress(theme)
        self._explain()

    def _add_optimiser(self) -> None:
        self.optimiser = Choice({name: _OPTIMISER_LABELS.get(name, name) for name in OPTIMISERS})
        self._optimiser = self._add_choice(
            mark("&optimiser"), mark("The rule that turns a gradient into a change of the weights."),
            self.optimiser, mark("Change the optimiser"), "optimiser",
        )  # fmt: skip
        self.rate = ScaleSlider(1e-5, 10.0, usual=0.01)
        self._add_slider(
            mark("r&ate η"),
            mark("The learning rate: how far an update goes. Too small learns nothing, too large leaps over the valley."),
            self.rate, mark("Change the learning rate"), "rate",
        )  # fmt: skip
        self.momentum = ValueSlider(0, 0.99, 2, usual=0.9)
        self._momentum = self._add_slider(
            mark("momentum"),
            mark("The share of the last update that is kept: 0.9 averages over about ten gradients."),
            self.momentum, mark("Change the momentum"), "momentum",
        )  # fmt: skip
        self.batch = ValueSlider(1, 500, 0, logarithmic=True, usual=20, unit=SEQUENCES)
        self._add_slider(
            mark("&batch"),
            mark("How many sequences share one update. More of them give a gradient with less noise, and slower updates."),
            self.batch, mark("Change the batch"), "batch",
        )  # fmt: skip

    def _add_clip(self) -> None:
        self.clip = Choice({name: _CLIP_LABELS.get(name, name) for name in CLIPS})
        self._clip = self._add_choice(
            mark("cl&ip"),
            mark("Clipping holds an exploding gradient back before it throws the weights away."),
            self.clip, mark("Change the clipping"), "clip",
        )  # fmt: skip
        self.threshold = ScaleSlider(1e-3, 1e3, usual=1.0)
        self._threshold = self._add_slider(
            mark("threshold"),
            mark("The largest norm, or the largest entry, that a gradient may have."),
            self.threshold, mark("Change the clipping threshold"), "threshold",
        )  # fmt: skip

    def _add_truncation(self) -> None:
        self.cut = Choice(_CUT_LABELS)
        self._cut = self.add_row(
            mark("tr&uncate"),
            mark("Truncated backpropagation: saves time and memory, and never sees what lies further back."),
            self.cut,
        )
        self.cut.chosen.connect(
            lambda name: self._edit(self._cut, mark("Change the truncation"), **_cut_to(name, self._size()))
        )
        self.reach = ValueSlider(1, 500, 0, logarithmic=True, usual=_FIRST_CUT, unit=STEPS)
        self._reach = self.add_row(
            mark("steps τ"),
            mark("How far back the gradient reaches; it is a band on the flow map too."),
            self.reach,
        )
        self.reach.changed.connect(self._edit_reach)

    def _add_fold(self) -> None:
        self.fold = QPushButton()
        self.fold.setProperty("flat", True)
        self.fold.clicked.connect(self._turn)
        self.phrases.add(
            partial(teach, self.fold),
            mark("Weight decay, Ω, flossing, which weights learn, the order of the examples."),
        )
        self._grid.addWidget(self.fold, self._grid.rowCount(), 0, 1, 2)

    def _add_decay(self) -> None:
        self.decay = ScaleSlider(1e-6, 1.0, usual=0.0, zero=True)
        self._decay = self._add_slider(
            mark("decay λ"),
            mark(
                "Weight decay pulls U, W and V towards zero at every update, against what the loss asks. Biases are "
                "left alone."
            ),
            self.decay, mark("Change the weight decay"), "decay",
        )  # fmt: skip
        self.decay_form = Choice({name: _DECAY_LABELS.get(name, name) for name in DECAYS})
        self._decay_form = self._add_choice(
            mark("decay as"),
            mark("From which penalty the decay comes: ½ λ‖θ‖₂², or λ‖θ‖₁."),
            self.decay_form, mark("Change the form of weight decay"), "decay_form",
        )  # fmt: skip

    def _add_omega(self) -> None:
        self.omega = ScaleSlider(1e-3, 100.0, usual=0.0, zero=True)
        self._omega = self._add_slider(
            mark("Ω weight"),
            mark(
                "The regulariser of Pascanu, Mikolov and Bengio (2013): punishes each step that shrinks or stretches "
                "the gradient."
            ),
            self.omega, mark("Change the weight of Ω"), "omega",
        )  # fmt: skip
        self.omega_form = Choice({name: _OMEGA_LABELS.get(name, name) for name in OMEGAS})
        self._omega_form = self._add_choice(
            mark("Ω form"),
            mark("(‖δₜ J‖/‖δₜ‖ − 1)² as the paper prints it, or with squared norms, as its authors programmed it."),
            self.omega_form, mark("Change the form of Ω"), "omega_form",
        )  # fmt: skip

    def _add_flossing(self) -> None:
        self.floss = ScaleSlider(1e-3, 100.0, usual=0.0, zero=True)
        self._floss = self._add_slider(
            mark("flossing"),
            mark(
                "Gradient flossing (Engelken 2023): adds the mean λᵢ² of the leading Lyapunov exponents in this weight, so "
                "that some directions keep their length over all steps. An update then takes many times as long."
            ),
            self.floss, mark("Change the weight of flossing"), "floss",
        )  # fmt: skip
        self.floss_first = ValueSlider(0, 1000, 0, usual=0, unit=UPDATES)
        self._floss_first = self._add_slider(
            mark("floss first"),
            mark("So many first updates do nothing but flossing; the loss is learnt after them."),
            self.floss_first, mark("Change how long only flossing is done"), "floss_first",
        )  # fmt: skip
        self.exponents = ValueSlider(1, 500, 0, logarithmic=True, usual=8)
        self._exponents = self._add_slider(
            mark("exponents"),
            mark("How many of the leading Lyapunov exponents are held at 0; at most as many as the state has numbers."),
            self.exponents, mark("Change the number of exponents"), "exponents",
        )  # fmt: skip

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
        self.seed.entered.connect(lambda value: self._edit(self._seed, name, seed=int(value)))
        self._seed_die.rolled.connect(lambda: self._edit(self._seed, name, seed=(self._settings.seed + 1) % _DIE_SEEDS))

    def _add_choice(self, label: str, tip: str, choice: Choice, name: str, attribute: str) -> Field:
        field = self.add_row(label, tip, choice)
        choice.chosen.connect(lambda value: self._edit(field, name, **{attribute: value}))
        return field

    def _add_slider(self, label: str, tip: str, slider: ValueSlider, name: str, attribute: str) -> Field:
        field = self.add_row(label, tip, slider)
        kind = type(getattr(Settings(), attribute))
        slider.changed.connect(lambda value: self._edit(field, name, attribute, **{attribute: kind(value)}))
        return field

    def _edit(self, field: Field, label: str, merge: str = "", **changes: Any) -> None:
        self.edit(field, label, Exploration.with_settings, merge, **changes)

    def _edit_reach(self, steps: float) -> None:
        kind = _cut_of(self._settings)
        if kind != "none":
            self._edit(self._reach, mark("Change the truncation"), "truncation", **_cut_to(kind, int(steps)))

    def _edit_learn(self, families: tuple[str, ...]) -> None:
        self._edit(self._learn, mark("Change which weights learn"), learn=families)

    def _size(self) -> int:
        """Return after how many steps truncation cuts, or would cut first."""
        return self._settings.window or self._settings.chunk or _FIRST_CUT

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
        self._decay_form.explain(tr(_DECAY_NOTES.get(settings.decay_form, "")))
        self._momentum.show_only_if(settings.optimiser == "momentum")
        self._threshold.show_only_if(settings.clip != "none")
        self._reach.show_only_if(cut != "none")
        for field in (self._decay, self._omega, self._floss, self._floss_first, self._learn, self._seed):
            field.show_only_if(self._unfolded)
        self._decay_form.show_only_if(self._unfolded and settings.decay > 0)
        self._omega_form.show_only_if(self._unfolded and settings.omega > 0)
        self._exponents.show_only_if(self._unfolded and settings.flosses)
        self._say_fold()

    def _say_fold(self) -> None:
        """Say what the button unfolds, and how much of it is not as usual."""
        usual = Settings()
        count = sum(getattr(self._settings, name) != getattr(usual, name) for name in _RARE)
        said = tr("&More settings ({count} set)") if count else tr("&More settings")
        self.fold.setText(said.format(count=count))
        put_icon(self.fold, icon("arrow-up" if self._unfolded else "arrow-down", self.theme), self.theme)


def _cut_of(settings: Settings) -> str:
    return "window" if settings.window else "chunk" if settings.chunk else "none"


def _cut_to(name: str, size: int) -> dict[str, Any]:
    """Return the changes that truncate after ``size`` steps in the way ``name``."""
    return {"window": size if name == "window" else 0, "chunk": size if name == "chunk" else 0}
