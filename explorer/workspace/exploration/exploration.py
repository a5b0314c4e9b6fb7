"""`Exploration`: everything that a person can change, as one frozen value.

A gesture makes a new Exploration out of the old one. Undo is the previous one. Presets and files hold nothing else.
The parts are `msgspec.Struct`s: frozen, compared by value, checked when they are made and when they are decoded.
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.cells import SIMPLE
from explorer.workspace.exploration.checks import check_range
from explorer.workspace.exploration.layers import GAIN_RANGE, MOST_UNITS, LayerRecipe, Setting
from explorer.workspace.exploration.looking import (
    MANY_SEEDS,
    MOST_NETWORKS,
    MOST_NUDGE,
    MOST_STEPS,
    TEMPERATURES,
    Lens,
    Selection,
)
from explorer.workspace.exploration.notes import MOST_NOTES, Note, written
from explorer.workspace.exploration.recipe import (
    MOST_EDITS,
    MOST_SYMBOLS,
    MOST_TITLE,
    MOST_WEIGHTS,
    OWN,
    Edit,
    Recipe,
    changed,
    check_weights,
    with_layer,
)
from explorer.workspace.exploration.record import Record
from explorer.workspace.exploration.runs import MOST_RUNS, PastRun, kept
from explorer.workspace.exploration.sequence import (
    BY_HAND,
    EXAMPLES,
    MOST_COLUMNS,
    MOST_FED,
    Numbers,
    Sequence,
    Signal,
    Text,
    inputs_of,
)
from explorer.workspace.exploration.task import Aim, Task

__all__ = [
    "BY_HAND",
    "EXAMPLES",
    "GAIN_RANGE",
    "MOST_BOOKMARKS",
    "MOST_COLUMNS",
    "MOST_EDITS",
    "MOST_FED",
    "MOST_NETWORKS",
    "MOST_NUDGE",
    "MOST_STEPS",
    "MOST_SYMBOLS",
    "MOST_UNITS",
    "MOST_WEIGHTS",
    "TEMPERATURES",
    "Bookmark",
    "Edit",
    "Exploration",
    "LayerRecipe",
    "Lens",
    "Note",
    "Numbers",
    "Recipe",
    "Selection",
    "Sequence",
    "Setting",
    "Signal",
    "Stage",
    "Text",
    "replace",
]

MOST_BOOKMARKS = 20
Stage = Literal["alone", "beside", "difference", "swipe"]


class Exploration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One to four networks, the sequence they are fed, what is to be learnt and how, and what is being looked at.

    ``stage`` says how they are seen: the active one "alone", or all "beside" each other, where "difference" adds how the
    active one differs from another, and "swipe" both of them in one picture: from the one ``against`` which it is held, or
    else its neighbour. Where they change ``together`` what the active network is given goes to all, if all had the same.
    ``runs`` are trainings that are over, the newest first: their curves lie under those of the present one.
    ``notes`` stand at cells and steps, ``bookmarks`` are snapshots with a name.
    """

    networks: tuple[Recipe, ...] = (Recipe(),)
    sequence: Sequence = Signal()
    selection: Selection = Selection()
    lens: Lens = Lens()
    task: Task | None = None
    aim: Aim = Aim()
    settings: Settings = Settings()
    active: Annotated[int, Meta(ge=0, lt=MOST_NETWORKS)] = 0
    stage: Stage = "alone"
    together: bool = False
    against: Annotated[int, Meta(ge=0, lt=MOST_NETWORKS)] | None = None
    runs: tuple[PastRun, ...] = ()
    notes: tuple[Note, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()

    def __post_init__(self) -> None:
        check_range("networks", len(self.networks), 1, MOST_NETWORKS)
        check_range("notes", len(self.notes), 0, MOST_NOTES)
        check_range("snapshots of everything", len(self.bookmarks), 0, MOST_BOOKMARKS)
        check_range("earlier runs", len(self.runs), 0, MOST_RUNS)
        check_range("the active network", self.active, 0, len(self.networks) - 1)
        check_range("the network compared with", self.against or 0, 0, len(self.networks) - 1)
        if self.task is not None:
            for recipe in self.networks:
                check_weights(recipe, inputs_of(self.sequence), isinstance(self.sequence, Text))

    @property
    def recipe(self) -> Recipe:
        """Return the recipe of the active network."""
        return self.networks[self.active]

    @property
    def record(self) -> Record | None:
        """Return the training of the active network."""
        return self.recipe.record

    @property
    def updates(self) -> int:
        """Return how many updates of a training the present weights have behind them."""
        return 0 if self.recipe.trained is None else self.recipe.trained.step

    def with_recipe(self, **changes: Any) -> Exploration:
        """Return this exploration with some fields of the active recipe changed, and of the others that go ``together``.

        Weights that were learnt are given up where the initial ones become others: they belong to each other. What was learnt
        is one network's own, and so is all in which any of them differs: what sets them apart stays so.
        """
        networks = list(self.networks)
        networks[self.active] = changed(self.recipe, **changes)
        shared = {
            name: value for name, value in changes.items()
            if self.together and all(_is_common(name, other, self.recipe) for other in self.networks)
        }  # fmt: skip
        for i, other in enumerate(self.networks):
            if i != self.active and shared:
                networks[i] = changed(other, **shared)
        return replace(self, networks=tuple(networks), runs=self._runs_beside(networks))

    def _runs_beside(self, networks: list[Recipe]) -> tuple[PastRun, ...]:
        """Return the runs that are over once the networks are these: a record that goes is kept without its weights."""
        runs = self.runs
        for before, after in zip(self.networks, networks, strict=True):
            if before.record is not None and after.record is None:
                runs = kept(runs, before, self.task)
        return runs

    def with_run_kept(self) -> Exploration:
        """Return this exploration with the run of its active network among those that are over."""
        return replace(self, runs=kept(self.runs, self.recipe, self.task))

    def without_runs(self) -> Exploration:
        """Return this exploration with no run but the present one."""
        return replace(self, runs=())

    @property
    def layer(self) -> LayerRecipe:
        """Return the layer of the active network that is changed where a person says no other."""
        return self.recipe.every_layer[self._layer_of(self.recipe)]

    def _layer_of(self, recipe: Recipe) -> int:
        return min(self.selection.layer, len(recipe.every_layer) - 1)

    def with_layer(self, **changes: Any) -> Exploration:
        """Return this exploration with some fields of the chosen layer changed, and of the others that go ``together``."""
        number, networks = self._layer_of(self.recipe), list(self.networks)
        if number == 0:
            return self.with_recipe(**changes)
        networks[self.active] = with_layer(self.recipe, number, **changes)
        others = [one.every_layer[number] for one in self.networks if number < len(one.every_layer)]
        shared = {
            name: value for name, value in changes.items()
            if self.together and all(getattr(one, name) == getattr(self.layer, name) for one in others)
        }  # fmt: skip
        for i, other in enumerate(self.networks):
            if i != self.active and shared and number < len(other.every_layer):
                networks[i] = with_layer(other, number, **shared)
        return replace(self, networks=tuple(networks), runs=self._runs_beside(networks))

    def with_activation(self, name: str) -> Exploration:
        """Return this exploration with another f of the chosen layer; a cell that leaves none gives way to the simple one."""
        leaves_a_choice = self.layer.recurrence.activation is not None
        return self.with_layer(activation=name, cell=self.layer.cell if leaves_a_choice else SIMPLE)

    def with_new_seed(self) -> Exploration:
        """Return this exploration with other random numbers for the active network's initial weights."""
        return self.with_recipe(seed=(self.recipe.seed + 1) % 2**32)

    def with_note(self, t: int, k: int | None, text: str) -> Exploration:
        """Return this exploration with a note at the pair (t, k) of the active network, or at the step t of all.

        Without one where it is empty.
        """
        return replace(self, notes=written(self.notes, t, k, text, self.active, len(self.networks) > 1))

    def notes_of(self, network: int | None = None) -> tuple[Note, ...]:
        """Return what is written to the map of a network, of the active one where none is named."""
        return tuple(note for note in self.notes if note.is_of(self.active if network is None else network))

    def with_active(self, index: int) -> Exploration:
        """Return this exploration looking at another of its networks."""
        # Of two that are compared either may be the active one.
        return replace(self, active=index, against=self.active if index == self.against else self.against)

    def with_sequence(self, sequence: Sequence) -> Exploration:
        """Return this exploration fed with another sequence."""
        return replace(self, sequence=sequence)

    def with_settings(self, **changes: Any) -> Exploration:
        """Return this exploration trained in another way."""
        return replace(self, settings=dataclasses.replace(self.settings, **changes))

    def with_selection(self, **changes: Any) -> Exploration:
        """Return this exploration looking at another pair or unit."""
        return replace(self, selection=replace(self.selection, **changes))

    def with_many_seeds(self) -> Exploration:
        """Return this exploration with the decay of many seeds as a band, or of one alone where it was so."""
        return self.with_lens(seeds=0 if self.lens.seeds else MANY_SEEDS)

    def with_lens(self, **changes: Any) -> Exploration:
        """Return this exploration seen through another lens."""
        return replace(self, lens=replace(self.lens, **changes))


class Bookmark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A snapshot of everything with a ``name``: an exploration that has none itself, no notes and no runs that are over."""

    name: Annotated[str, Meta(max_length=MOST_TITLE)]
    exploration: Exploration

    def __post_init__(self) -> None:
        check_range("characters of a snapshot's name", len(self.name), 1, MOST_TITLE)
        kept = self.exploration
        if kept.bookmarks or kept.notes or kept.runs:
            raise BadExploration("A snapshot holds no other ones, no notes and no earlier runs.")


def _is_common(name: str, one: Recipe, other: Recipe) -> bool:
    return name not in OWN and getattr(one, name) == getattr(other, name)


S = TypeVar("S", bound=Struct)


def replace(struct: S, **changes: Any) -> S:
    """Return a copy of ``struct`` with ``changes`` made, checked again."""
    return msgspec.structs.replace(struct, **changes)
