"""The row that takes the vectors of the words from a file, and says what of the vocabulary is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import Refusal
from explorer.engine.work import Report, Stop
from explorer.gui.controls.plain import in_menu
from explorer.gui.core.file_dialog import file_to_open, of_kind
from explorer.gui.core.worker import LatestWins
from explorer.gui.panels.panel import Card
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.vectors import Vectors


class VectorsRow:
    """Its ``button`` asks for a file of word2vec, GloVe or fastText, which is read beside the window.

    What reads it is loaded when one is asked for.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._reader: LatestWins | None = None
        self._exploration: Exploration | None = None
        self.button = QPushButton()
        self.field = card.add_row(
            mark("start"),
            mark(
                "What the vectors of the words start as: drawn at random, or as a file of word2vec, GloVe or fastText has "
                "them. Untick “training moves it” to keep them fixed."
            ),
            self.button,
        )
        self.button.clicked.connect(self._ask)

    def show(self, exploration: Exploration) -> None:
        """Show where the vectors of the active network are from."""
        self._exploration, vectors = exploration, exploration.recipe.vectors
        name = tr("From a file …") if vectors is None else tr("from “{file}” …").format(file=vectors.file)
        self.button.setText(in_menu(name))
        self.button.setAccessibleName(name)
        self.field.explain("" if vectors is None else _told(vectors))

    def read(self, path: Path) -> None:
        """Begin to read a file; its vectors are taken when it has been read."""
        if self._exploration is None:
            return
        from explorer.workspace.feed.word_vectors import vocabulary_of

        self.field.complain("")
        try:
            words = vocabulary_of(self._exploration)
        except Refusal as refusal:
            self.field.refuse(refusal)
            return
        self.close()
        self._reader = LatestWins(_read)
        self._reader.answered.connect(self._take)
        self._reader.failed.connect(self._complain)
        self.field.explain(tr("Reading “{file}” …").format(file=path.name))
        self._reader.submit((path, words))

    def _ask(self) -> None:
        from explorer.workspace.feed.word_vectors import SUFFIXES

        kinds = of_kind(tr("Word vectors"), SUFFIXES)
        at = Path(QDir.homePath())
        name = file_to_open(self._card.window(), tr("Take word vectors from a file"), at, kinds)
        if name:
            self.read(Path(name))

    def close(self) -> None:
        """Read no further, and let the thread that reads go: a file is chosen seldom."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _take(self, vectors: Vectors) -> None:
        from explorer.workspace.feed.word_vectors import with_vectors

        self.close()
        self._card.edit(self.field, mark("Take word vectors from a file"), with_vectors, vectors=vectors)

    def _complain(self, error: Exception) -> None:
        self.close()
        if not isinstance(error, Refusal):
            raise error
        if self._exploration is not None:
            self.show(self._exploration)
        self.field.refuse(error)


def _told(vectors: Vectors) -> str:
    """Return how many words are in the file, and what the others get."""
    counts = {"found": f"{len(vectors.found):,}", "words": f"{len(vectors.words):,}", "missing": f"{vectors.missing:,}"}
    if not vectors.missing:
        return tr("All {words} words of the vocabulary are in the file.").format(**counts)
    said = tr(
        "In the file: {found} of the vocabulary's {words} words. The other {missing} get vectors drawn with the same spread."
    )
    return said.format(**counts)


def _read(asked: tuple[Path, tuple[str, ...]], stop: Stop, _: Report) -> Iterator[Vectors]:
    from explorer.workspace.feed.word_vectors import read_vectors

    yield read_vectors(*asked, stop)
