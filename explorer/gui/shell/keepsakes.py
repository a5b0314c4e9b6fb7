"""Snapshots with a name, and notes on cells and steps: what a person keeps in the file, by menu and key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from explorer.gui.controls.plain import in_menu
from explorer.gui.core.asking import asked
from explorer.gui.core.controller import Controller
from explorer.gui.shell.actions import Actions
from explorer.gui.words.cell_words import called
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.bookmarks import bookmarked, compared_with, dropped, gone_to, renamed
from explorer.workspace.exploration.differences import names
from explorer.workspace.exploration.exploration import Exploration, Note
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.notes import MOST_NOTE, note_at
from explorer.workspace.exploration.recipe import MOST_TITLE
from explorer.workspace.feed.sequences import steps_of

Ask = Callable[[QWidget, str, str, int], str | None]
_SHORT = 40
"""Characters of a note in a menu."""


class Keepsakes(QObject):
    """Asks a person for names and notes in a dialog of ``window``, lets the controller keep them, and ``notify`` say so."""

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        actions: Actions,
        notify: Callable[[str], object],
        ask: Ask = asked,
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._notify, self._ask = window, controller, notify, ask
        actions.let(
            keep=self.keep,
            snapshots=self._open_list,
            note=partial(self.note, False),
            step_note=partial(self.note, True),
        )

    def keep(self) -> None:
        """Keep everything as it is, under a name."""
        usual = tr("Snapshot {number}").format(number=len(self._now.bookmarks) + 1)
        name = self._ask(self._window, tr("Keep everything as it is now under this name:"), usual, MOST_TITLE)
        if name is not None and self._controller.commit(Gesture.of(mark("Keep a snapshot"), bookmarked, name=name)):
            self._notify(tr("Kept: {name}").format(name=self._now.bookmarks[-1].name))

    def note(self, of_step: bool) -> None:
        """Write a note on the chosen cell, or on its step t; one that is emptied goes."""
        chosen = self._now.selection
        steps = steps_of(self._now.sequence)
        t = min(chosen.t, steps)
        k = None if of_step else min(chosen.k, t)
        self._edit(t, k)

    def fill_snapshots(self, menu: QMenu) -> None:
        """Offer every snapshot in ``menu``, with what can be done with it."""
        for i, kept in enumerate(self._now.bookmarks):
            own = menu.addMenu(in_menu(kept.name))
            for text, label, change in (
                (mark("Go there"), mark("Go to a snapshot"), gone_to),
                (mark("Compare with now"), mark("Compare with a snapshot"), compared_with),
                (mark("Remove"), mark("Remove a snapshot"), dropped),
            ):
                own.addAction(tr(text), partial(self._controller.commit, Gesture.of(label, change, index=i)))
            own.addAction(tr("Rename …"), partial(self._rename, i, kept.name))
        if menu.isEmpty():
            menu.addAction(tr("none yet")).setEnabled(False)

    def fill_notes(self, menu: QMenu) -> None:
        """Offer every note in ``menu``: choosing one goes to its cell, or lets it be changed where there is none any more."""
        steps = steps_of(self._now.sequence)
        for note in self._now.notes:
            there, network = note.is_within(steps), self._network_of(note)
            slot = partial(self._show, note) if there else partial(self._change, note)
            action = menu.addAction(in_menu(_listed(note, there, network)), slot)
            action.setEnabled(network is not None)
        if menu.isEmpty():
            menu.addAction(tr("none yet")).setEnabled(False)

    @property
    def _now(self) -> Exploration:
        return self._controller.store.exploration

    def _open_list(self) -> None:
        """Open the list of snapshots where there is no menu bar, too."""
        menu = QMenu(self._window)
        self.fill_snapshots(menu)
        first = next((action for action in menu.actions() if action.isEnabled()), None)
        if first is not None:
            menu.setActiveAction(first)
        middle = self._window.rect().center() - QPoint(menu.sizeHint().width() // 2, 0)
        menu.exec(self._window.mapToGlobal(middle))
        menu.deleteLater()

    def _rename(self, index: int, name: str) -> None:
        given = self._ask(self._window, tr("Name of the snapshot:"), name, MOST_TITLE)
        if given is not None:
            self._controller.commit(Gesture.of(mark("Rename a snapshot"), renamed, index=index, name=given))

    def _network_of(self, note: Note) -> str | None:
        """Return the name of the one of several networks that a note is about, None of one that is not here."""
        found = [one.said(tr) for one in names(self._now.networks, called)]
        if note.network is None:
            return ""
        return found[note.network] if note.network < len(found) else None

    def _show(self, note: Note) -> None:
        self._turn_to(note)
        self._controller.select(*note.cell)

    def _change(self, note: Note) -> None:
        self._turn_to(note)
        self._edit(note.t, note.k)

    def _turn_to(self, note: Note) -> None:
        """Choose the network that a note is about."""
        if not note.is_of(self._now.active):
            chosen = Gesture.of(mark("Choose another network"), Exploration.with_active, "active", index=note.network)
            self._controller.commit(chosen)

    def _edit(self, t: int, k: int | None) -> None:
        old = note_at(self._now.notes, t, k, self._now.active)
        question = tr("Note on step {t}:").format(t=t)
        if k is not None:
            question = tr("Note on the cell t = {t}, k = {k}:").format(t=t, k=k)
        text = self._ask(self._window, question, "" if old is None else old.text, MOST_NOTE)
        if text is not None:
            self._controller.commit(Gesture.of(mark("Write a note"), Exploration.with_note, t=t, k=k, text=text))


def _listed(note: Note, there: bool, network: str | None) -> str:
    """Return a note as a list has it, with the ``network`` that it is about where there are several."""
    short = note.text if len(note.text) <= _SHORT else f"{note.text[: _SHORT - 1]}…"
    place = f"t = {note.t}" if note.k is None else f"t = {note.t}, k = {note.k}"
    said = " · ".join(filter(None, (place, network, short)))
    if network is None:
        return tr("{note} (of a network that is not here)").format(note=said)
    return said if there else tr("{note} (beyond the sequence)").format(note=said)
