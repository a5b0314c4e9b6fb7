"""The rows of the Sequence card for a signal: how strong, how fast, from when on, which noise."""

from __future__ import annotations

from explorer.gui.controls.diced import Diced
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.slider import PLACE, STEPS, ValueSlider
from explorer.gui.panels.panel import Card, Field
from explorer.gui.panels.sources import with_new_noise, with_signal
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import MOST_STEPS, Sequence, Signal

_APPLIES = {"period": ("sine",), "onset": ("impulse", "step"), "seed": ("noise",)}


class SignalRows:
    """Rows of ``card`` that are there while the network is fed a signal, as far as its kind has them."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self.amplitude = ValueSlider(-3, 3, 2, usual=1.0)
        self._amplitude = self._add_slider(
            mark("amplitude"), mark("How strong the signal is, and so how far it moves z along f."),
            self.amplitude, mark("Change the amplitude"), "amplitude",
        )  # fmt: skip
        self.period = ValueSlider(2, 200, 1, logarithmic=True, usual=20.0, unit=STEPS)
        self._period = self._add_slider(
            mark("period"), mark("Steps from one crest to the next."), self.period, mark("Change the period"), "period"
        )
        self.onset = ValueSlider(1, MOST_STEPS, 0, logarithmic=True, usual=1, unit=PLACE)
        self._onset = self._add_slider(
            mark("onset"), mark("The step at which the impulse falls or the step begins."),
            self.onset, mark("Change the onset"), "onset",
        )  # fmt: skip
        self.seed = NumberField(0, characters=10)
        self._die = Diced(self.seed, mark("New noise"), mark("Draw other noise of the same strength."))
        self._seed = card.add_row(mark("seed"), mark("The same seed always gives the same noise."), self._die)
        self.seed.entered.connect(lambda value: self._edit(self._seed, mark("Change the seed"), "", seed=int(value)))
        self._die.rolled.connect(lambda: card.edit(self._seed, mark("New noise"), with_new_noise))

    def show(self, sequence: Sequence) -> None:
        """Show ``sequence`` if it is a signal."""
        kind = sequence.kind if isinstance(sequence, Signal) else ""
        self._amplitude.show_only_if(bool(kind))
        self._period.show_only_if(kind in _APPLIES["period"])
        self._onset.show_only_if(kind in _APPLIES["onset"])
        self._seed.show_only_if(kind in _APPLIES["seed"])
        if isinstance(sequence, Signal):
            self.amplitude.set_value(sequence.amplitude)
            self.period.set_value(sequence.period)
            self.onset.set_value(sequence.onset)
            self.seed.set_value(sequence.seed)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._die.dress(theme)

    def _add_slider(self, label: str, tip: str, slider: ValueSlider, name: str, attribute: str) -> Field:
        field = self._card.add_row(label, tip, slider)
        kind = int if attribute == "onset" else float
        slider.changed.connect(lambda value: self._edit(field, name, attribute, **{attribute: kind(value)}))
        return field

    def _edit(self, field: Field, name: str, merge: str, **changes: object) -> None:
        self._card.edit(field, name, with_signal, merge, **changes)
