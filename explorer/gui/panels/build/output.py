"""The card that says what the network gives out."""

from __future__ import annotations

from explorer.engine.network.readouts import READOUTS
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.slider import OUTPUTS, ValueSlider
from explorer.gui.panels.panel import Card
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import MOST_SYMBOLS, Exploration
from explorer.workspace.looks.analysis import Analysis
from explorer.workspace.words.readouts import READOUT_WORDS

_PLACES = {"every": mark("every step"), "last": mark("last"), "mean": mark("mean")}


class OutputCard(Card):
    """The readout of the active network."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Output"))
        self.readout = Choice({name: READOUT_WORDS[name].template for name in READOUTS})
        readout = self.add_row(
            mark("&readout g"),
            mark(
                "What becomes of the logits y = Vs + c: shares that sum to 1, one probability each, the numbers, or 1 where "
                "they are above 0."
            ),
            self.readout,
        )
        self.readout.chosen.connect(lambda name: self.edit_recipe(readout, mark("Change the readout"), readout=name))
        self.place = Choice(_PLACES)
        self._place = self.add_row(
            mark("read at"),
            mark(
                "Where the network is read out for the loss: at every step, at the last one, or the mean of all states is "
                "read once."
            ),
            self.place,
        )
        self.place.chosen.connect(self._choose_place)
        self.outputs = ValueSlider(1, MOST_SYMBOLS, 0, logarithmic=True, usual=3, unit=OUTPUTS)
        outputs = self.add_row(
            mark("&outputs p"),
            mark(
                "The number of outputs. They read the state and don't feed back: the flow through time stays the same."
            ),
            self.outputs,
        )
        self.outputs.changed.connect(
            lambda value: self.edit_recipe(outputs, mark("Change the number of outputs"), "outputs", outputs=int(value))
        )

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the active recipe."""
        self.readout.set_value(exploration.recipe.readout)
        self.outputs.set_value(exploration.recipe.outputs)
        places, place = _places(exploration)
        self._place.show_only_if(len(places) > 1)
        self.place.allow(places)
        self.place.set_value(place)

    def _choose_place(self, at: str) -> None:
        # All tasks with their data: a window that has none to show is not to wait for them.
        from explorer.workspace.tasks.place import with_place

        self.edit(self._place, mark("Change where the loss is taken"), with_place, at=at)


def _places(exploration: Exploration) -> tuple[tuple[str, ...], str]:
    """Return where the network may be read out for the loss, and where it is."""
    if exploration.task is None:
        return tuple(_PLACES), exploration.aim.at
    from explorer.workspace.tasks.place import place_of, places_of

    return places_of(exploration), place_of(exploration)
