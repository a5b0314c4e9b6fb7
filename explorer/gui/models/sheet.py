"""What recurrent networks are in somebody's file: one is chosen, fed, tried out, and then explored."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.errors import Refusal
from explorer.gui.controls.clear_area import ClearArea
from explorer.gui.controls.plain import Label, in_title, plain, teach
from explorer.gui.core.worker import LatestWins
from explorer.gui.models.choices import Choices
from explorer.gui.models.feeding import Feeding
from explorer.gui.models.words import left_out, summary, told_network, told_strand
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, mark, say_failure, tr
from explorer.workspace.looks.trial import Heard, Offered, Trials, Wish, concerns
from explorer.workspace.models.asked import Assumption

_NAME = int(Qt.ItemDataRole.UserRole)
_WIDE, _HIGH = 74, 48
"""Times the size of the type."""
_SHARE = 0.94
"""Of the window's room at most."""


class ModelSheet(QDialog):
    """Lists the networks in the file of a ``wish`` and tries the one that it names.

    ``chosen(exploration, heard)`` when a person takes it, with the words for what it hears, "" where they are not known yet.
    """

    chosen = Signal(object, str)

    def __init__(self, wish: Wish, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phrases = Phrases()
        self.wish, self.offered = wish, None  # type: Wish, Offered | None
        self._theme = theme
        self.summary, self.message, self.heard, self.left_out = Label(), Label(), Label(), Label()
        self.networks, self.choices = QTreeWidget(), Choices()
        self.feeding, self._assumed = Feeding(), Label()
        self.accept_button, self._cancel = QPushButton(), QPushButton()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._build()
        self._say()
        self._worker = LatestWins(Trials().look)
        self._connect()
        self.dress(theme)
        self.setWindowTitle(in_title(wish.path.name))
        self._show_nothing()
        self._ask()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._theme = theme
        self.phrases.retranslate()
        self.feeding.retranslate()
        if self.offered is not None:
            self._show(self.offered)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as large as there is room for, now that the type is known."""
        super().showEvent(event)
        wide, high = round(_WIDE * self._theme.font_size), round(_HIGH * self._theme.font_size)
        parent = self.parentWidget()
        room = self.screen().availableSize() if parent is None else parent.size()
        self.resize(min(wide, round(_SHARE * room.width())), min(high, round(_SHARE * room.height())))

    def done(self, result: int) -> None:
        """Try nothing out any more."""
        self._worker.close()
        super().done(result)

    # ---- made once

    def _build(self) -> None:
        for label in (self.summary, self.message, self.heard, self.left_out):
            label.setWordWrap(True)
        font = QFont(self.heard.font())
        font.setBold(True)
        self.heard.setFont(font)
        self.networks.setHeaderHidden(True)
        self.networks.setColumnCount(2)
        self.networks.setUniformRowHeights(True)
        self.networks.setRootIsDecorated(True)
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self._cancel.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.summary)
        column.addWidget(self._middle(), 1)
        column.addWidget(self.message)
        column.addLayout(self._buttons())

    def _middle(self) -> ClearArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        for part in (self.networks, self._assumed, self.choices):
            column.addWidget(part)
        column.addWidget(self.feeding)
        for part in (self.heard, self.left_out):
            column.addWidget(part)
        column.addStretch(1)
        scroll = ClearArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self.accept_button)
        return row

    def _say(self) -> None:
        add = self.phrases.add
        add(self.networks.setAccessibleName, mark("Networks and layers in the file"))
        add(self._assumed.setText, mark("The file leaves open:"))
        add(self.accept_button.setText, mark("&Explore it"))
        add(
            partial(teach, self.accept_button),
            mark("The network takes the place of what is explored now; undo brings that back."),
        )
        add(self._cancel.setText, mark("Cancel"))
        add(partial(teach, self._cancel), mark("Leaves everything as it is."))

    def _connect(self) -> None:
        self._worker.answered.connect(self._take)
        self._worker.failed.connect(self._fail)
        self.networks.currentItemChanged.connect(self._select)
        self.networks.itemActivated.connect(self._agree)
        self.choices.chosen.connect(self._choose)
        self.feeding.asked.connect(self._change)
        self.feeding.refused.connect(self._tell)
        self.accept_button.clicked.connect(self._agree)
        self._cancel.clicked.connect(self.reject)

    # ---- what is asked for

    def _ask(self, **changes: object) -> None:
        self.wish = replace(self.wish, **changes)  # type: ignore[arg-type]
        self.accept_button.setEnabled(False)
        self._worker.submit(self.wish)

    @Slot(object, object)
    def _select(self, item: QTreeWidgetItem | None, _: object) -> None:
        if item is not None and self.offered is not None and item.data(0, _NAME) != self.offered.stack.name:
            self._ask(name=item.data(0, _NAME), way=None, typed="", table=None)

    @Slot(object, str)
    def _choose(self, assumption: Assumption, choice: str) -> None:
        self._ask(chose=self.wish.choosing(assumption, choice).chose)

    @Slot(dict)
    def _change(self, changes: dict[str, object]) -> None:
        if replace(self.wish, **changes) != self.wish:  # type: ignore[arg-type]
            self._ask(**changes)

    @Slot()
    def _agree(self) -> None:
        if self.accept_button.isEnabled() and self.offered is not None and self.offered.exploration is not None:
            exploration, heard = self.offered.exploration, self.heard.text().strip("…")
            self.accept()
            self.chosen.emit(exploration, heard)

    # ---- what comes of it

    @Slot(object)
    def _take(self, answer: Offered | Heard) -> None:
        if isinstance(answer, Offered):
            self._show(answer)
        elif answer.wish == self.wish:
            self.choices.tell(answer.assumption, answer.choice, answer.said)
            if answer.assumption is None:
                self.heard.setText(answer.said.said(tr))

    def _show(self, offered: Offered) -> None:
        first = self.offered is None
        self.offered = offered
        self.summary.setText(summary(offered.found))
        if first:
            self.networks.show()
            self.feeding.show()
            self._fill(offered)
        self.feeding.show_way(offered)
        concerned = [one for one in offered.found.assumptions if concerns(one, offered.found, offered.stack)]
        self._assumed.setVisible(bool(concerned))
        self.choices.show_assumptions(concerned)
        self.left_out.setText(left_out(offered.found, offered.stack))
        self.left_out.setVisible(bool(self.left_out.text()))
        self.heard.setText("…" if offered.exploration is not None else "")
        self.accept_button.setEnabled(offered.exploration is not None)
        self._tell(offered.why)
        if offered.told is not None:
            self._note(offered.told.said(tr))

    def _fill(self, offered: Offered) -> None:
        """List the networks, and below each of several layers these."""
        found = offered.found
        for stack in found.stacks:
            item = _item((stack.name, told_network(found, stack)), stack.name)
            self.networks.addTopLevelItem(item)
            strands = list(stack.strands)
            for strand in strands if len(strands) > 1 else ():
                item.addChild(_item((strand.name, told_strand(strand)), strand.name))
            item.setExpanded(len(found.stacks) == 1)
            if stack.name == offered.stack.name:
                self.networks.setCurrentItem(item)
        self.networks.resizeColumnToContents(0)
        rows = min(8, max(3, sum(1 + item.childCount() * item.isExpanded() for item in self._tops())))
        self.networks.setFixedHeight(rows * self.networks.sizeHintForRow(0) + 2 * self.networks.frameWidth() + 2)
        self.networks.setFocus()

    def _tops(self) -> list[QTreeWidgetItem]:
        found = (self.networks.topLevelItem(place) for place in range(self.networks.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _show_nothing(self) -> None:
        self.summary.setText(tr("Reading “{name}” …").format(name=self.wish.path.name))
        for part in (self.networks, self._assumed, self.choices, self.feeding, self.left_out):
            part.setVisible(False)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._refuse(say_failure(error, mark("The file could not be opened: {error}.")))
        if self.offered is None:
            self.summary.setText("")

    @Slot(object)
    def _tell(self, why: Refusal | None) -> None:
        self._refuse("" if why is None else say_failure(why, "{error}"))

    def _refuse(self, text: str) -> None:
        """Say what is wrong, "" for nothing."""
        self._note(text)
        self.message.setProperty("wrong", bool(text))
        colours = QPalette(self.message.palette())
        colours.setColor(QPalette.ColorRole.WindowText, QColor(self._theme.bound))
        self.message.setPalette(colours)

    def _note(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.message.setPalette(self.palette())


def _item(texts: tuple[str, str], name: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem(list(texts))
    item.setData(0, _NAME, name)
    for column, text in enumerate(texts):
        item.setData(column, int(Qt.ItemDataRole.ToolTipRole), plain(text))
    item.setData(0, int(Qt.ItemDataRole.AccessibleTextRole), ", ".join(texts))
    return item
