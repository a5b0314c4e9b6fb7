"""The menu bar: every action, and what is made anew when it opens (recent files, views to export, networks)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.controls.plain import in_menu, set_tip
from explorer.gui.core.controller import Controller
from explorer.gui.core.view import View
from explorer.gui.plot.theme import GLOW, WHITE, Theme, themes
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.appearance import Appearance
from explorer.gui.shell.cells import Cells
from explorer.gui.shell.documents import Documents
from explorer.gui.shell.gestures import SETS, TRAINED_SETS
from explorer.gui.shell.keepsakes import Keepsakes
from explorer.gui.shell.preferences import Preferences
from explorer.gui.views.compare import CompareView
from explorer.gui.words.cell_words import cell_label
from explorer.gui.words.i18n import Phrases, languages, mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.feed.naming import file_names

_SCALES = {
    GLOW: mark("Glow: preserved is warm light, vanished is night"),
    WHITE: mark("White is preserved, blue vanishes, red explodes"),
}


class Pictured(Protocol):
    """What the menus ask of their window besides being one: its pictures, and to open a file."""

    @property
    def views(self) -> Sequence[View]:
        """Return the views, each of which is a picture."""

    def picture(self) -> QWidget:
        """Return what an exported picture of the window shows."""

    def bring_forward(self, view: View) -> None:
        """Bring the panel of ``view`` to the front of its side."""

    def open(self, path: Path) -> bool:
        """Open a file as what it is; return whether it has taken the place of what was there."""

    def offer_views(self, menu: QMenu) -> None:
        """Offer in ``menu`` every view that can fill the middle."""


class Menus(QObject):
    """The menus of a window."""

    def __init__(
        self,
        window: QMainWindow,
        pictured: Pictured,
        actions: Actions,
        appearance: Appearance,
        controller: Controller,
        documents: Documents,
        cells: Cells,
        keepsakes: Keepsakes,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self.phrases = Phrases()
        self._pictured, self._appearance, self._controller = pictured, appearance, controller
        self._documents, self._cells, self._preferences = documents, cells, preferences
        self._keepsakes = keepsakes
        self._bar = window.menuBar()
        self._add_file(actions)
        self._add_edit(actions)
        self._add_network(actions)
        compare = self._add(
            mark("Compare net&works"), actions, ("pin", "beside", "difference", "swipe", "together", "rename", "unpin")
        )
        compare.addSeparator()
        compare.addActions([actions[name] for name in (*SETS, *TRAINED_SETS)])
        self._add(mark("&Training"), actions, ("train", "train_step", "train_epoch", "untrain", "check", *TRAINED_SETS))
        self._add(mark("&Play"), actions, ("play", "first", "back", "forward", "last", "slower", "faster"))
        self._add_view(actions)
        self._add(mark("&Help"), actions, ("guide", "lessons", "next_step", "previous_step", "about"))

    def _add(self, title: str, actions: Actions, names: Sequence[str] = ()) -> QMenu:
        """Return a new menu of the bar with the actions ``names``."""
        menu = QMenu(self._bar)
        self._bar.addMenu(menu)
        menu.setToolTipsVisible(True)
        menu.addActions([actions[name] for name in names])
        self.phrases.add(menu.setTitle, title)
        return menu

    def _add_list(self, menu: QMenu, title: str, fill: Callable[[], None]) -> QMenu:
        """Return a new menu inside ``menu``, filled anew whenever it opens."""
        inner = menu.addMenu("")
        self.phrases.add(inner.setTitle, title)
        inner.aboutToShow.connect(fill)
        return inner

    def _add_file(self, actions: Actions) -> None:
        menu = self._add(mark("&File"), actions, ("presets", "open"))
        self._recent = self._add_list(menu, mark("Open &recent"), self._list_recent)
        menu.addActions([actions["open_model"], actions["open_cell"]])
        menu.addActions([actions["save"], actions["save_as"]])
        menu.addSeparator()
        self._pictures = self._add_list(menu, mark("Export a &picture"), self._list_pictures)
        numbers = menu.addAction("", self._documents.exports.numbers)
        self.phrases.add(numbers.setText, "Export the &numbers …")
        network = menu.addAction("", self._documents.exports.network)
        self.phrases.add(network.setText, "Export the net&work …")
        menu.addAction(actions["hand_out"])
        menu.addSeparator()
        menu.addAction(actions["quit"])

    def _add_edit(self, actions: Actions) -> None:
        menu = self._add(mark("&Edit"), actions, ("undo", "redo"))
        menu.addSeparator()
        menu.addAction(actions["keep"])
        self._snapshots = self._add_list(menu, mark("Snapshots"), self._list_snapshots)
        menu.addSeparator()
        menu.addActions([actions["note"], actions["step_note"]])
        self._notes = self._add_list(menu, mark("Notes"), self._list_notes)

    def _list_snapshots(self) -> None:
        self._snapshots.clear()
        self._keepsakes.fill_snapshots(self._snapshots)

    def _list_notes(self) -> None:
        self._notes.clear()
        self._keepsakes.fill_notes(self._notes)

    def _add_network(self, actions: Actions) -> None:
        menu = self._add(mark("&Network"), actions, tuple(ACTIVATIONS))
        menu.addSeparator()
        menu.addActions([actions[name] for name in (*quick_choices(), "choose_cell")])
        self._others = self._add_list(menu, mark("Other cells"), self._list_cells)
        menu.addSeparator()
        menu.addActions([actions["seed"], actions["many_seeds"], actions["sweep"]])
        self._networks = self._add_list(menu, mark("Network shown"), self._list_networks)

    def _add_view(self, actions: Actions) -> None:
        menu = self._add(mark("&View"), actions, ("build", "inspect", "strip", "decay", "whole", "presentation"))
        menu.addSeparator()
        menu.addActions([actions[name] for name in ("inside", "enlarge", "pointer", "pen", "leave")])
        self._enlarged = self._add_list(menu, mark("Enlarge"), self._list_views)
        menu.addSeparator()
        self._themes = self._add_list(menu, mark("Theme"), self._list_themes)
        self._scales = self._add_list(menu, mark("Colours of gains"), self._list_scales)
        self._languages = self._add_list(menu, mark("Language"), self._list_languages)
        menu.addSeparator()
        menu.addAction(actions["speed"])

    def dress(self, _: Theme) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()

    def _list_recent(self) -> None:
        self._recent.clear()
        paths = self._preferences.recent()
        for path, name in zip(paths, file_names(paths), strict=True):
            set_tip(self._recent.addAction(in_menu(name), partial(self._pictured.open, path)), str(path))
        if self._recent.isEmpty():
            self._recent.addAction(tr("none yet")).setEnabled(False)

    def _list_pictures(self) -> None:
        self._pictures.clear()
        self._pictures.addAction(tr("All views …"), lambda: self._documents.exports.picture(self._pictured.picture()))
        staged = self._controller.store.exploration.stage != "alone"
        for view in self._pictured.views:
            # What the other page of the middle shows is old, or nothing.
            if isinstance(view, CompareView) == staged:
                self._pictures.addAction(tr("{view} …").format(view=view.title), partial(self._export, view))

    def _export(self, view: View) -> None:
        """Export what the person sees of ``view``: behind a tab it has not even a size."""
        self._pictured.bring_forward(view)
        self._documents.exports.picture(view)

    def _list_cells(self) -> None:
        self._others.clear()
        self._cells.fill(self._others)

    def _list_networks(self) -> None:
        self._networks.clear()
        exploration = self._controller.store.exploration
        for i, recipe in enumerate(exploration.networks):
            label = tr("{number}: {cell}, {units} units").format(
                number=i + 1, cell=cell_label(recipe.cell), units=recipe.hidden
            )
            action = self._networks.addAction(label, partial(self._show_network, i))
            _check(action, i == exploration.active)

    def _show_network(self, index: int) -> None:
        self._controller.commit(Gesture.of(mark("Show another network"), Exploration.with_active, index=index))

    def _list_views(self) -> None:
        self._enlarged.clear()
        self._pictured.offer_views(self._enlarged)

    def _list_themes(self) -> None:
        self._themes.clear()
        for name, theme in themes().items():
            title = theme.titles.get(self._appearance.language, theme.titles["en"])
            _check(
                self._themes.addAction(title, partial(self._appearance.set_theme, name)),
                name == self._appearance.theme.name,
            )

    def _list_scales(self) -> None:
        self._scales.clear()
        theme = self._appearance.theme
        for name, title in _SCALES.items():
            action = self._scales.addAction(tr(title), partial(self._appearance.set_colours, name))
            _check(action, name == theme.colours)

    def _list_languages(self) -> None:
        self._languages.clear()
        for code, native in languages().items():
            _check(
                self._languages.addAction(native, partial(self._appearance.set_language, code)),
                code == self._appearance.language,
            )


def _check(action: QAction, checked: bool) -> None:
    action.setCheckable(True)
    action.setChecked(checked)
