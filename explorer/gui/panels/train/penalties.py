"""Rows of the Settings card about what a training asks beside the loss: weight decay, Ω and gradient flossing."""

from __future__ import annotations

from typing import Any

from explorer.engine.learning.settings import DECAYS, OMEGAS, Settings
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.slider import UPDATES, ValueSlider
from explorer.gui.panels.panel import Card, Field
from explorer.gui.panels.train.scale_slider import ScaleSlider
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration

_DECAY_LABELS = {"l2": mark("ℓ₂: shrinks all"), "l1": mark("ℓ₁: makes zeros")}
_DECAY_NOTES = {
    "l2": mark("Adds λθ to the gradient: the pull fades with the weight, and none becomes exactly 0."),
    "l1": mark(
        "Soft threshold after the step, the proximal step of λ‖θ‖₁: a weight whose gradient stays below λ becomes exactly 0."
    ),
}
_OMEGA_LABELS = {"paper": mark("as in the paper"), "squared": mark("squared (code)")}


class Penalties(Card):
    """A card with such rows among its own, and ways to add a row that changes a setting."""

    def add_penalties(self) -> None:
        """Add the rows below those that there are."""
        self._add_decay()
        self._add_omega()
        self._add_flossing()

    def present_penalties(self, settings: Settings) -> None:
        """Show the settings."""
        for slider, value in (
            (self.decay, settings.decay), (self.omega, settings.omega), (self.floss, settings.floss),
            (self.floss_first, settings.floss_first), (self.exponents, settings.exponents),
        ):  # fmt: skip
            slider.set_value(value)
        self.decay_form.set_value(settings.decay_form)
        self.omega_form.set_value(settings.omega_form)

    def explain_penalties(self, settings: Settings, shown: bool) -> None:
        """Show the rows, if they are ``shown``, as far as they make a difference."""
        self._decay_form.explain(tr(_DECAY_NOTES.get(settings.decay_form, "")))
        for field in (self._decay, self._omega, self._floss, self._floss_first):
            field.show_only_if(shown)
        self._decay_form.show_only_if(shown and settings.decay > 0)
        self._omega_form.show_only_if(shown and settings.omega > 0)
        self._exponents.show_only_if(shown and settings.flosses)

    def add_choice(self, label: str, tip: str, choice: Choice, name: str, attribute: str) -> Field:
        """Add a choice of the setting ``attribute``; ``name`` says what it changes."""
        field = self.add_row(label, tip, choice)
        choice.chosen.connect(lambda value: self.change(field, name, **{attribute: value}))
        return field

    def add_slider(self, label: str, tip: str, slider: ValueSlider, name: str, attribute: str) -> Field:
        """Add a slider of the setting ``attribute``, a whole number where the setting is one."""
        field = self.add_row(label, tip, slider)
        kind = type(getattr(Settings(), attribute))
        slider.changed.connect(lambda value: self.change(field, name, attribute, **{attribute: kind(value)}))
        return field

    def change(self, field: Field, label: str, merge: str = "", **changes: Any) -> None:
        """Change settings of the training."""
        self.edit(field, label, Exploration.with_settings, merge, **changes)

    def _add_decay(self) -> None:
        self.decay = ScaleSlider(1e-6, 1.0, usual=0.0, zero=True)
        self._decay = self.add_slider(
            mark("decay λ"),
            mark(
                "Weight decay pulls U, W and V towards zero at every update, against what the loss asks. Biases are "
                "left alone."
            ),
            self.decay, mark("Change the weight decay"), "decay",
        )  # fmt: skip
        self.decay_form = Choice({name: _DECAY_LABELS.get(name, name) for name in DECAYS})
        self._decay_form = self.add_choice(
            mark("decay as"),
            mark("From which penalty the decay comes: ½ λ‖θ‖₂², or λ‖θ‖₁."),
            self.decay_form, mark("Change the form of weight decay"), "decay_form",
        )  # fmt: skip

    def _add_omega(self) -> None:
        self.omega = ScaleSlider(1e-3, 100.0, usual=0.0, zero=True)
        self._omega = self.add_slider(
            mark("Ω weight"),
            mark(
                "The regulariser of Pascanu, Mikolov and Bengio (2013): punishes each step that shrinks or stretches "
                "the gradient."
            ),
            self.omega, mark("Change the weight of Ω"), "omega",
        )  # fmt: skip
        self.omega_form = Choice({name: _OMEGA_LABELS.get(name, name) for name in OMEGAS})
        self._omega_form = self.add_choice(
            mark("Ω form"),
            mark("(‖δₜ J‖/‖δₜ‖ − 1)² as the paper prints it, or with squared norms, as its authors programmed it."),
            self.omega_form, mark("Change the form of Ω"), "omega_form",
        )  # fmt: skip

    def _add_flossing(self) -> None:
        self.floss = ScaleSlider(1e-3, 100.0, usual=0.0, zero=True)
        self._floss = self.add_slider(
            mark("flossing"),
            mark(
                "Gradient flossing (Engelken 2023): adds the mean λᵢ² of the leading Lyapunov exponents in this weight, so "
                "that some directions keep their length over all steps. An update then takes many times as long."
            ),
            self.floss, mark("Change the weight of flossing"), "floss",
        )  # fmt: skip
        self.floss_first = ValueSlider(0, 1000, 0, usual=0, unit=UPDATES)
        self._floss_first = self.add_slider(
            mark("floss first"),
            mark("So many first updates do nothing but flossing; the loss is learnt after them."),
            self.floss_first, mark("Change how long only flossing is done"), "floss_first",
        )  # fmt: skip
        self.exponents = ValueSlider(1, 500, 0, logarithmic=True, usual=8)
        self._exponents = self.add_slider(
            mark("exponents"),
            mark("How many of the leading Lyapunov exponents are held at 0; at most as many as the state has numbers."),
            self.exponents, mark("Change the number of exponents"), "exponents",
        )  # fmt: skip
