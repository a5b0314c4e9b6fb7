"""What a person is led to when another exploration begins: the preset's advice, the panel it is about, a goal for Start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from explorer.gui.core.controller import Controller
from explorer.gui.panels.top_bar.top_bar import TopBar
from explorer.gui.shell.fronts import Fronts
from explorer.gui.shell.hint import Hint
from explorer.gui.words.i18n import mark
from explorer.workspace.disk.origin import Origin, origin_of
from explorer.workspace.disk.presets import Preset, first_preset, preset, presets

if TYPE_CHECKING:
    from explorer.gui.shell.learning import Learning


class Introduction(QObject):
    """Introduces what ``controller`` begins with, each preset that is chosen in the top bar, and each file that is opened."""

    def __init__(
        self, controller: Controller, fronts: Fronts, hint: Hint, top_bar: TopBar, learning: Callable[[], Learning]
    ) -> None:
        super().__init__()
        self._controller, self._fronts, self._hint, self._top_bar = controller, fronts, hint, top_bar
        self._learning = learning
        self._secret = False
        first = controller.store.exploration
        self._first = first_preset(lambda one: one.exploration == first)
        hint.advise(self._first)
        top_bar.preset_chosen.connect(self._use)
        controller.changed.connect(self._name)
        controller.store.subscribe(fronts.follow)
        self._name()

    def begin(self) -> None:
        """Bring to the front what the first exploration is about, and take on what its preset says."""
        if self._controller.store.exploration.task is not None:
            self._fronts.show_training()
        if self._first is not None:
            self._prepare_for(self._first)

    def begin_anew(self) -> None:
        """Bring to the front what a file is about: no preset gives advice about it."""
        self._hint.advise(None)
        self._fronts.begin(self._controller.store.exploration)

    @Slot(bool)
    def keep_secret(self, secret: bool) -> None:
        """Leave out which preset is shown, whose name tells what becomes of its gradient, or say it again."""
        self._secret = secret
        self._name()

    def step(self, by: int) -> None:
        """Go on by that many presets from the one that is shown, no further than the first or the last of all."""
        known, shown = [one.name for one in presets()], self._top_bar.preset.value
        place = by + known.index(shown) if shown else 0
        if 0 <= place < len(known):
            self._top_bar.preset_chosen.emit(known[place])

    def _use(self, name: str) -> None:
        chosen = preset(name)
        self._controller.replace(mark("Load a preset"), chosen.exploration)
        self._hint.advise(chosen)
        self._prepare_for(chosen)

    def _prepare_for(self, chosen: Preset) -> None:
        """Let Start train as long as ``chosen`` says, and show what it is about."""
        if chosen.outcome is not None:
            self._learning().panel.set_goal(chosen.outcome.updates)
        self._fronts.begin(chosen.exploration, chosen.shows)

    def _name(self) -> None:
        """Say in the top bar which preset or file is shown."""
        store = self._controller.store
        origin = origin_of(store.exploration, store.document)
        self._top_bar.show_origin(Origin() if self._secret else origin)
        if self._hint.preset is not None and origin.preset not in (None, self._hint.preset):
            # Undo has brought back the one before.
            self._hint.advise(origin.preset)
        self._hint.outlive(store.exploration)
