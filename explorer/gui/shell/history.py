"""Undo and redo, which say what they would take back or make again."""

from __future__ import annotations

from PySide6.QtCore import QObject

from explorer.gui.core.controller import Controller
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.words.i18n import tr


class History(QObject):
    """Keeps the two actions in step with what is in the store."""

    def __init__(self, controller: Controller, actions: Actions) -> None:
        super().__init__()
        self._store, self._actions = controller.store, actions
        actions.let(undo=controller.undo, redo=controller.redo)
        self._said: tuple[object, ...] = ()
        controller.changed.connect(self._show)

    def dress(self, _: Theme) -> None:
        """Say it in the language that is now spoken."""
        self._said = ()
        self._show()

    def _show(self) -> None:
        store = self._store
        said = (store.can_undo, store.undo_label, store.can_redo, store.redo_label)
        if said == self._said:
            return
        self._said = said
        self._say("undo", store.can_undo, tr("Undo: {label}"), store.undo_label)
        self._say("redo", store.can_redo, tr("Redo: {label}"), store.redo_label)

    def _say(self, name: str, can: bool, template: str, label: str) -> None:
        action = self._actions[name]
        action.setEnabled(can)
        if can:
            action.setText(template.format(label=tr(label)))
            self._actions.say_tip(name, action.text())
        else:
            self._actions.say(name)
