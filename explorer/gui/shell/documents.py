"""Files as the person meets them: open, save, recent files, and what a crash left behind."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QDir, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.engine.errors import BadFile, Refusal
from explorer.gui.controls.plain import box, in_title
from explorer.gui.core.controller import Controller
from explorer.gui.core.file_dialog import file_to_open, file_to_save, of_kind
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.exports import Exports
from explorer.gui.shell.following import Follower
from explorer.gui.shell.hand_out import HandOut
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.disk.autosave import Autosave
from explorer.workspace.disk.files import SUFFIX, load, save
from explorer.workspace.disk.places import is_there
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.store import Document
from explorer.workspace.models.readers.records import is_run

_AUTOSAVE_DELAY = 1500
_AUTOSAVE_DELAY_OF_TRAINING = 3000
"""Milliseconds: a training is large to write, but no more than five seconds of it may be lost."""


class Documents(QObject):
    """The file that the window shows, if any: the window's title says which. ``opened()`` when another exploration has taken
    the place of what was there, ``written(sentence, path)`` when a file was, ``unkept(why)`` when the working
    state can't be."""

    written = Signal(str, str)
    unkept = Signal(object)
    opened = Signal()

    def __init__(self, window: QWidget, controller: Controller, preferences: Preferences, actions: Actions) -> None:
        super().__init__(window)
        self._asks = True
        self._given_up: list[Exploration] = []
        self._window, self._controller, self._preferences = window, controller, preferences
        self._autosave = Autosave(preferences.data_folder())
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write_autosave)
        controller.changed.connect(self._changed)
        self.exports, self.pages = Exports(window, controller, self._folder), HandOut(window, controller)
        self.exports.written.connect(self._say_written)
        self.pages.written.connect(self._say_page_written)
        self.follower = Follower(controller)
        actions.let(open=self.open_by_dialog, save=self.save, save_as=self.save_as, hand_out=self.hand_out)

    @property
    def path(self) -> Path | None:
        """Return the file that is shown."""
        return self._controller.store.document.path

    @property
    def unsaved(self) -> bool:
        """Return whether a file is open and the exploration differs from it."""
        return self.path is not None and not self._controller.store.clean

    def belong_to(self, path: Path) -> None:
        """Take what is shown as what the file ``path`` holds."""
        self._controller.store.saved_to(path)
        self._preferences.add_recent(path)
        self._controller.changed.emit()

    def offer_rescue(self) -> None:
        """Offer what a crash left: it stays on disk until the next autosave, and goes when it is not wanted."""
        left = self._autosave.offer()
        if left is None:
            return
        question = tr("The program ended unexpectedly last time. Open what you were working on?")
        if self._ask(question):
            self._controller.replace(mark("Restore"), left, Document())
            self.opened.emit()
        else:
            self._autosave.clear()

    @Slot()
    def open_by_dialog(self) -> None:
        """Ask for a file and open it."""
        name = file_to_open(self._window, tr("Open"), self._folder(), self._filter())
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Open ``path``; a file that is refused changes nothing. Return whether it was opened."""
        if is_run(path):
            return self.follow(path)
        try:
            exploration = load(path)
        except Refusal as refusal:
            self._controller.refuse(refusal)
            return False
        if not self.may_leave():
            return False
        self._controller.replace(mark("Open a file"), exploration, Document(path, exploration))
        self._preferences.add_recent(path)
        self.opened.emit()
        return True

    def follow(self, path: Path, layer: str = "", chose: Mapping[str, str] | None = None) -> bool:
        """Show the training that another process records in the file ``path``; return whether it was opened.

        A ``layer`` is one of its networks or layers, the first that can be shown for "".
        """
        if not (self.may_leave() and self.follower.open(path, layer, chose)):
            return False
        self._preferences.add_recent(path)
        self.opened.emit()
        return True

    @Slot()
    def save(self) -> bool:
        """Save under the present name, or ask for one; return whether it was saved."""
        return self._save_to(self.path) if self.path else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        """Ask for a name and save; return whether it was saved."""
        path = self._named()
        return path is not None and self._save_to(path)

    @Slot()
    def hand_out(self) -> None:
        """Ask for a name and write a page of all networks into it."""
        self.pages.ask(self._folder(), self.path.stem if self.path else "")

    def give_up_all(self) -> None:
        """Ask about nothing any more: the window is no person's."""
        self._asks = False

    def may_close(self) -> bool:
        """Return whether the window may close: nothing is lost, or the person agrees."""
        if not self._asks:
            return True
        left = [one for one in self._controller.store.left_unsaved if self._is_missed(*one)]
        return self.may_leave() and all(self._may_lose(*one) for one in left)

    def close(self) -> None:
        """End well: nothing is left to be offered next time."""
        self._timer.stop()
        self._writer.shutdown(wait=True)
        self.pages.close()
        self.follower.close()
        self._autosave.clear()

    def dress(self, theme: Theme) -> None:
        """Say the window's title in the language that is now spoken."""
        self.pages.dress(theme)
        self._show_title()

    def _show_title(self) -> None:
        name = f"{in_title(self.path.name)}[*] – " if self.path else ""
        self._window.setWindowTitle(f"{name}{tr('Gradient Flow Explorer')}")
        if self._window.isWindowModified() != self.unsaved:
            self._window.setWindowModified(self.unsaved)

    def _named(self) -> Path | None:
        """Ask for a name to save under, and put its ending behind it; the dialog asked about the name as typed."""
        name = file_to_save(self._window, tr("Save as"), self._folder() / f"exploration{SUFFIX}", self._filter())
        if not name:
            return None
        path = Path(name if name.lower().endswith(SUFFIX) else f"{name}{SUFFIX}")
        if path.name != Path(name).name and is_there(path):
            question = tr("“{name}” exists already. Replace it?").format(name=path.name)
            return path if self._ask(question) else None
        return path

    def _save_to(self, path: Path) -> bool:
        saved = self._controller.attempt(lambda: save(path, self._controller.store.exploration))
        if saved:
            self.belong_to(path)
            self._say_written(tr("Saved as “{name}”"), path)
        return saved

    @Slot(Path)
    def _say_page_written(self, path: Path) -> None:
        self._say_written(tr("Page written to “{name}”"), path)

    @Slot(str, Path)
    def _say_written(self, sentence: str, path: Path) -> None:
        self.written.emit(sentence.format(name=path.name), str(path))

    def may_leave(self) -> bool:
        """Return whether the present may go: it is saved, or can be had again, or the person gives it up."""
        store = self._controller.store
        if store.clean:
            return True
        answer = self._ask_what_becomes(self._stake(store.exploration, store.document))
        if answer == QMessageBox.StandardButton.Discard:
            self._given_up.append(store.exploration)
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def _may_lose(self, left: Exploration, document: Document) -> bool:
        """Return whether what only undo or redo could bring back may go."""
        path = document.path if _still_holds(document) else None
        sentence = tr("What you left for something else is not saved; undo or redo would bring it back.")
        answer = self._ask_what_becomes(sentence if path is None else self._stake(left, document))
        if answer != QMessageBox.StandardButton.Save:
            return answer == QMessageBox.StandardButton.Discard
        path = path or self._named()
        return path is not None and self._controller.attempt(lambda: save(path, left))

    def _is_missed(self, left: Exploration, document: Document) -> bool:
        """Return whether nobody would like to make ``left`` again: it is a file's, a training or a rescue, not given up."""
        made = document.path is not None or left.record is not None or document.saved is None
        return made and not any(left is one for one in self._given_up)

    @staticmethod
    def _stake(exploration: Exploration, document: Document) -> str:
        """Return what would be lost."""
        if document.path is not None:
            return tr("“{name}” has changes that are not saved.").format(name=document.path.name)
        if exploration.record is not None:
            return tr("The training is not saved.")
        if document.saved is None:
            return tr("What was restored is not saved.")
        return tr("What you have changed is not saved.")

    def _ask_what_becomes(self, sentence: str) -> int:
        """Return the button by which the person answers: save, discard or cancel."""
        buttons = QMessageBox.StandardButton
        asked = box(self._window, sentence, buttons.Save | buttons.Discard | buttons.Cancel)
        asked.setDefaultButton(buttons.Save)
        return asked.exec()

    @Slot()
    def _changed(self) -> None:
        # Not begun again by each change: a training changes the exploration ten times a second.
        if not self._timer.isActive():
            trained = self._controller.store.exploration.record is not None
            self._timer.start(_AUTOSAVE_DELAY_OF_TRAINING if trained else _AUTOSAVE_DELAY)
        self._show_title()

    @Slot()
    def _write_autosave(self) -> None:
        exploration = self._controller.store.exploration
        # On another thread: the disk may take longer than a frame.
        self._writer.submit(self._keep, exploration)

    def _keep(self, exploration: Exploration) -> None:
        try:
            self._autosave.write(exploration)
        except BadFile as refusal:
            # A read-only data folder takes the safety net away, but must not disturb the work: who hears it says it once.
            self.unkept.emit(refusal)

    def _ask(self, question: str) -> bool:
        buttons = QMessageBox.StandardButton
        return box(self._window, question, buttons.Yes | buttons.No).exec() == buttons.Yes

    def _folder(self) -> Path:
        return self.path.parent if self.path else Path(QDir.homePath())

    @staticmethod
    def _filter() -> str:
        return of_kind(tr("Explorations"), [SUFFIX])


def _still_holds(document: Document) -> bool:
    """Return whether the file of ``document`` holds what was last saved of it: what was saved since must not be lost."""
    path, saved = document.path, document.saved
    try:
        # A cursor that moved since is no change.
        return path is not None and saved is not None and replace(load(path), selection=saved.selection) == saved
    except Refusal:
        return False
