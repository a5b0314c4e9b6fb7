"""`Others`: the networks that stand beside the active one, each worked out once as long as it stays what it is."""

from __future__ import annotations

from explorer.engine.errors import BadExploration, Refusal
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.fitting import effort
from explorer.engine.work import Stop, silent
from explorer.workspace.exploration.exploration import Exploration, Lens, Recipe, Sequence
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.looks.comparison import Known
from explorer.workspace.looks.judging import BoolArray, Judged, judge
from explorer.workspace.looks.running import Run, ran_for, run_of

_LIGHT = 4e7
"""Operations of float64: networks that together take no more are worked out before anything is painted."""


class Others:
    """Remembers the runs of an exploration's networks, and what was last known of each place."""

    def __init__(self) -> None:
        self._about: tuple[Sequence, object] | None = None
        self._found: list[tuple[Recipe, Run | Refusal]] = []
        self._places: list[Known] = []
        self._judged: list[tuple[Run, tuple[object, ...], Judged | Refusal]] = []

    def begin(self, exploration: Exploration) -> None:
        """Forget what is no part of ``exploration``."""
        about = exploration.sequence, ran_for(exploration.lens)
        if about != self._about:
            self._about, self._found, self._places = about, [], []
        self._found = [(recipe, found) for recipe, found in self._found if recipe in exploration.networks]
        if len(self._places) != len(exploration.networks):
            self._places = [None] * len(exploration.networks)

    def keep(self, recipe: Recipe, found: Run | Refusal) -> None:
        """Remember what was ``found`` of ``recipe``."""
        self._found = [(other, known) for other, known in self._found if other != recipe]
        self._found.append((recipe, found))

    def run_of(self, recipe: Recipe) -> Run | None:
        """Return the run of ``recipe`` if it is known."""
        found = self._of(recipe)
        return found if isinstance(found, Run) else None

    def known(self, exploration: Exploration) -> tuple[Known, ...]:
        """Return what is known of each network, else what was known of its place before it changed."""
        found = [self._of(recipe) for recipe in exploration.networks]
        self._places = [new or old for new, old in zip(found, self._places, strict=True)]
        return tuple(self._places)

    def shown(self, exploration: Exploration, fed: Feed, stop: Stop, run: Run) -> Floats | Refusal:
        """Return ln (T+1, T+1) of what the lens of ``exploration`` asks to be seen of ``run``, or why it can't be.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        if exploration.lens.quantity == "flow":
            return run.square
        found = self._judge(exploration, fed, stop, run)
        return found if isinstance(found, Refusal) else found.log_map(exploration.lens.quantity, stop)

    def unsure(self, exploration: Exploration, run: Run) -> BoolArray | None:
        """Return which of the numbers `shown` of ``run`` may be rounding and nothing else, None where none is known to be."""
        asked = _asked(exploration)
        for known, key, found in self._judged:
            if known is run and key == asked and isinstance(found, Judged):
                doubts = found.known_unsure(exploration.lens.quantity)
                return doubts if doubts.any() else None
        return None

    def doubt(self, exploration: Exploration, stop: Stop) -> bool:
        """Find out what is `unsure` of all networks; return whether anything is.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        quantity, asked = exploration.lens.quantity, _asked(exploration)
        known = [found for _, key, found in self._judged if key == asked and isinstance(found, Judged)]
        with one_blas_thread():
            doubts = [found.unsure(quantity, stop) for found in known]
        return any(one.any() for one in doubts)

    def _judge(self, exploration: Exploration, fed: Feed, stop: Stop, run: Run) -> Judged | Refusal:
        """Return what the loss sees of ``run``, once as long as the same is asked, or why it can't be seen."""
        asked = _asked(exploration)
        for known, key, found in self._judged:
            if known is run and key == asked:
                return found
        found = _judged(exploration, fed, stop, run)
        runs = [one for _, one in self._found if isinstance(one, Run)]
        self._judged = [one for one in self._judged if one[1] == asked and any(one[0] is known for known in runs)]
        self._judged.append((run, asked, found))
        return found

    def missing(self, exploration: Exploration) -> list[Recipe]:
        """Return the recipes of which nothing is known, each once."""
        found: list[Recipe] = []
        for recipe in exploration.networks:
            if recipe not in found and self._of(recipe) is None:
                found.append(recipe)
        return found

    @property
    def rough(self) -> list[tuple[Recipe, Run]]:
        """Return what is an estimate still, the roughest first."""
        runs = [(recipe, run) for recipe, run in self._found if isinstance(run, Run) and run.estimate is not None]
        return sorted(runs, key=lambda one: one[1].probes)

    def grow(self, stop: Stop) -> None:
        """Make the roughest estimate better.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        recipe, run = self.rough[0]
        self.keep(recipe, run.grown(stop))

    def work_out(self, recipe: Recipe, fed: Feed, lens: Lens, stop: Stop, most: float) -> None:
        """Run ``recipe``; why it can't be is remembered, too.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        try:
            with one_blas_thread():
                self.keep(recipe, run_of(recipe, fed, lens, stop, silent, most))
        except Refusal as refusal:
            self.keep(recipe, refusal)

    def _of(self, recipe: Recipe) -> Run | Refusal | None:
        return next((found for other, found in self._found if other == recipe), None)


def _asked(exploration: Exploration) -> tuple[object, ...]:
    """Return all that it depends on what the loss sees of a run."""
    settings = exploration.settings
    return exploration.lens.quantity, exploration.task, exploration.aim, settings.window, settings.chunk


def _judged(exploration: Exploration, fed: Feed, stop: Stop, run: Run) -> Judged | Refusal:
    quantity = exploration.lens.quantity
    try:
        with one_blas_thread():
            judged = judge(exploration, fed, run.trace)
            there = {"delta", *judged.full.items.families, *run.network.weights}
            if quantity not in there:
                return BadExploration("This network has no weights that {name} stands for.", name=quantity)
            # What is refused of it is refused here.
            judged.log_map(quantity, stop)
            return judged
    except Refusal as refusal:
        return refusal


def are_light(recipes: list[Recipe], fed: Feed) -> bool:
    """Return whether all pairs of ``recipes`` together are worked out within a part of a frame."""
    return sum(_effort(recipe, fed) for recipe in recipes) <= _LIGHT


def _effort(recipe: Recipe, fed: Feed) -> float:
    steps, inputs = fed.x.shape
    try:
        return sum(effort(steps, chain.step) for chain in recipe.architecture(inputs).chains)
    except Refusal:
        # To find that out again takes no longer.
        return 0.0
