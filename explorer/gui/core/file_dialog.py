"""Asking for a file: Qt's dialog, whose columns speak the program's language, not the system's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileInfo, QIdentityProxyModel, QLocale, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QFileDialog, QFileSystemModel, QWidget

from explorer.gui.words.i18n import tr
from explorer.workspace.disk.files import SUFFIX

_SIZE, _TYPE, _DATE = 1, 2, 3
"""Columns of Qt's model of files."""
_WIDE = 760
"""Pixels: room for names beside the columns; in Qt's own width a theme's letters leave it none, and dates are cut."""
_MOMENT = "yyyy-MM-dd HH:mm"
"""A date as ISO 8601 has it: read in one way only, in every language."""


class Files(QIdentityProxyModel):
    """Qt's model of files, which takes the words for sizes and dates from the system, and knows no explorations."""

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what stands in a cell."""
        model, place = self.sourceModel(), self.mapToSource(index)
        if role == Qt.ItemDataRole.DisplayRole and isinstance(model, QFileSystemModel) and index.column() >= _SIZE:
            return self._told(model.fileInfo(place), index.column()) or super().data(index, role)
        return super().data(index, role)

    def _told(self, file: QFileInfo, column: int) -> str:
        """Return the words of a cell, "" for those that Qt has."""
        if column == _DATE:
            return file.lastModified().toString(_MOMENT)
        if column == _TYPE:
            return tr("Exploration") if file.fileName().endswith(SUFFIX) and not file.isDir() else ""
        if file.isDir():
            return ""
        return QLocale().formattedDataSize(file.size(), 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def of_kind(what: str, endings: Iterable[str]) -> str:
    """Return what the dialog offers files of one kind as, such as "Pictures (*.png *.svg)"."""
    return f"{what} ({' '.join(f'*{ending}' for ending in endings)})"


def file_dialog(parent: QWidget, title: str, at: Path, kinds: str) -> QFileDialog:
    """Return a dialog that begins at the folder or the file ``at`` and offers files of these ``kinds``."""
    dialog = QFileDialog(parent, title, str(at if at.is_dir() else at.parent), kinds)
    dialog.setProxyModel(Files(dialog))
    room = dialog.screen().availableSize()
    dialog.resize(dialog.sizeHint().expandedTo(QSize(_WIDE, 0)).boundedTo(room * 0.9))
    return dialog


def file_to_open(parent: QWidget, title: str, at: Path, kinds: str) -> str:
    """Ask for a file that exists; return its path, "" for none."""
    dialog = file_dialog(parent, title, at, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _chosen(dialog)


def file_to_save(parent: QWidget, title: str, at: Path, kinds: str) -> str:
    """Ask where to write a file, ``at`` if nothing else is said; return its path, "" for none.

    A name without an ending gets that of ``at``, and what has that name already is asked about.
    """
    dialog = file_dialog(parent, title, at, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(at.suffix.lstrip("."))
    dialog.selectFile(at.name)
    return _chosen(dialog)


def _chosen(dialog: QFileDialog) -> str:
    chosen = dialog.selectedFiles() if dialog.exec() else [""]
    dialog.deleteLater()
    return chosen[0]
