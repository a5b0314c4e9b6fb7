"""Rows of the Layers card that one plain layer does not need: directions, skips, decoder, embedding, features."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtWidgets import QCheckBox

from explorer.engine.errors import Refusal
from explorer.engine.network.layer import SIGNS
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.number_list import NumberList
from explorer.gui.controls.segments import Segments
from explorer.gui.panels.build.vectors_row import VectorsRow
from explorer.gui.panels.panel import Card, Field
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration, Text
from explorer.workspace.exploration.structure import with_decoder, with_own_steps
from explorer.workspace.feed.sequences import steps_of
from explorer.workspace.tasks import seam_of

_WAYS = {
    "forward": mark("Reads the sequence from its beginning."),
    "backward": mark("Reads the sequence from its end."),
    "both": mark("Two halves with weights of their own read the sequence both ways; the next layer reads both."),
}


class StructureRows:
    """How the layers read and hang together; all of it is shown or hidden at once."""

    def __init__(self, card: Card) -> None:
        self._card, self._steps, self._task = card, 1, Exploration().task
        self._add_ways()
        self._add_decoder()
        self._add_given()
        self._all: tuple[Field, ...] = (
            self._direction, self._skip, self._own, self._decoder, self._seam, self._embedding, self.vectors.field,
            self._learnt, self._features,
        )  # fmt: skip

    def show(self, exploration: Exploration, unfolded: bool) -> None:
        """Show how the layers of the active network hang together, if all this is ``unfolded``."""
        recipe, layer = exploration.recipe, exploration.layer
        with suppress(Refusal):
            self._steps = steps_of(exploration.sequence)
        self._task = exploration.task
        self.direction.set_value(layer.direction)
        self.skip.setChecked(layer.skip)
        self.own.setChecked(layer.own_steps > 0)
        self.decoder.setChecked(bool(recipe.decoder))
        self.seam.set_value(recipe.seam)
        self.embedding.set_value(recipe.embedding)
        self.learnt.setChecked(recipe.embedding_trained)
        self.features.set_values(recipe.features)
        worded = isinstance(exploration.sequence, Text) or recipe.embedding > 0
        self.vectors.show(exploration)
        there = {
            self._seam: bool(recipe.decoder), self._embedding: worded, self._learnt: recipe.embedding > 0,
            self.vectors.field: isinstance(exploration.sequence, Text),
        }  # fmt: skip
        for field in self._all:
            field.show_only_if(unfolded and there.get(field, True))
        if recipe.decoder:
            self._seam.explain(
                tr("The decoder has the steps that are left: {count}.").format(count=max(0, self._steps - recipe.seam))
            )
        if layer.own_steps:
            said = tr("Steps with weights: {count}. A step is a layer of a deep feed-forward network then.")
            self._own.explain(said.format(count=layer.own_steps))
        else:
            self._own.explain("")

    def dress(self) -> None:
        """Say all in the language that is now spoken."""
        for name, way in _WAYS.items():
            self.direction.say(name, SIGNS[name])
            self.direction.buttons[name].setAccessibleName(tr(way))
            self.direction.set_tip(name, tr(way), "")

    def _add_ways(self) -> None:
        card = self._card
        self.direction = Segments(SIGNS)
        self.direction.set_tight(True)
        self._direction = card.add_row(
            mark("&direction"), mark("Which way the chosen layer reads the sequence: forward, backward, or both."),
            self.direction,
        )  # fmt: skip
        self.direction.chosen.connect(self._change_direction)
        self.skip = self._box(mark("adds its input"))
        self._skip = card.add_row(
            mark("skip"),
            mark("Residual: the layer adds what it reads to what it gives out, so that a gradient can pass it by."),
            self.skip,
        )
        self.skip.clicked.connect(self._change_skip)
        self.own = self._box(mark("own ones a step"))
        self._own = card.add_row(
            mark("weights"),
            mark("Unshared: with weights of its own at each step, a step is a layer of a deep feed-forward network."),
            self.own,
        )
        self.own.clicked.connect(self._change_own)

    def _add_decoder(self) -> None:
        self.decoder = self._box(mark("takes over"))
        self._decoder = self._card.add_row(
            mark("decoder"),
            mark(
                "Encoder and decoder: after so many steps layers with weights of their own go on with the same state."
            ),
            self.decoder,
        )
        self.decoder.clicked.connect(self._change_decoder)
        self.seam = NumberField(0, characters=6)
        self._seam = self._card.add_row(
            mark("seam after"), mark("How many steps the encoder reads before the decoder takes over."), self.seam
        )
        self.seam.entered.connect(self._change_seam)

    def _add_given(self) -> None:
        card = self._card
        self.embedding = NumberField(0, characters=6)
        self._embedding = card.add_row(
            mark("embedding"),
            mark(
                "Turns each word into a vector of so many numbers, which the first layer reads; 0: words are one-hot."
            ),
            self.embedding,
        )
        self.embedding.entered.connect(self._change_embedding)
        self.vectors = VectorsRow(card)
        self.learnt = self._box(mark("training moves it"))
        self._learnt = card.add_row(
            mark("vectors"), mark("Whether training moves the vectors of the words."), self.learnt
        )
        self.learnt.clicked.connect(self._change_learnt)
        self.features = NumberList()
        self._features = card.add_row(
            mark("features"),
            mark("Numbers of the whole sequence that the first layer reads beside each input: an intent, a topic."),
            self.features,
        )
        card.phrases.add(self.features.setPlaceholderText, mark("none"))
        self.features.entered.connect(
            lambda values: card.edit_recipe(self._features, mark("Change the features"), features=tuple(values))
        )

    def _box(self, text: str) -> QCheckBox:
        box = QCheckBox()
        self._card.phrases.add(box.setText, text)
        return box

    def _change_direction(self, way: str) -> None:
        self._card.edit_layer(self._direction, mark("Change the direction"), direction=way)

    def _change_embedding(self, value: float) -> None:
        self._card.edit_recipe(self._embedding, mark("Change the embedding"), embedding=int(value))

    def _change_skip(self, wanted: bool) -> None:
        self._card.edit_layer(self._skip, mark("Change the skip"), skip=wanted)

    def _change_own(self, wanted: bool) -> None:
        self._card.edit(self._own, mark("Share weights or not"), with_own_steps, steps=self._steps if wanted else 0)

    def _change_decoder(self, wanted: bool) -> None:
        steps = seam_of(self._task) or self._steps // 2
        self._card.edit(self._decoder, mark("Encoder and decoder"), with_decoder, wanted=wanted, steps=steps)

    def _change_seam(self, value: float) -> None:
        self._card.edit_recipe(self._seam, mark("Move the seam"), seam=int(value))

    def _change_learnt(self, wanted: bool) -> None:
        self._card.edit_recipe(self._learnt, mark("Fix the embedding or not"), embedding_trained=wanted)
