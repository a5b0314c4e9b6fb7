"""The base of every view: a card with a heading, a content, and an error page of its own.

A view is shown an `Inspection` and gives signals; it holds nothing that is not on the screen, changes nothing itself and
computes nothing about networks.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAccessible, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QToolTip, QVBoxLayout, QWidget

from explorer.engine.work import Report, Stop
from explorer.gui.controls.plain import Label, set_tip, set_tone, show_tip
from explorer.gui.controls.quiet import Elastic
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.spoken import Described, speak, told_anew
from explorer.gui.core.titled import Titled
from explorer.gui.export.laid_out import lay_out
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import language, mark, say_failure, tr
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Analysis, Inspection

Job = Callable[[Stop, Report], Iterator[Any]]
"""Work that a view asks for: a pure function of frozen values that yields results, the coarse before the fine."""


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where the animation is: at rest, in the forward pass at step ``step``, or carrying the gradient back to it."""

    phase: Literal["rest", "forward", "backward"] = "rest"
    step: int = 0


class _Column(QVBoxLayout):
    """What stands in a view; ``edge`` is what of it is not the content, until a part asks for another size."""

    edge: int | None = None

    def invalidate(self) -> None:
        """Measure again what is asked for next: whatever divides the window asks many times."""
        self.edge = None
        super().invalidate()


class View(Titled, Described):
    """A card that shows part of an inspection.

    ``edited(gesture)``: what a person did, for whoever keeps the exploration to do. ``released()`` ends a drag.
    ``selected(t, k)``: the pair to look at. ``hovered(text)``: what is under the pointer. ``asked(job)``: work to be done in
    the background, whose results come back by `answer`; None gives up what was asked for. ``shows_flow``: it would tell what
    is to be predicted of the gradient. ``leads``: the eye is on it, so that it is painted before those that are not.
    """

    shows_flow = leads = True

    edited = Signal(Gesture)
    released = Signal()
    selected = Signal(int, int)
    hovered = Signal(str)
    asked = Signal(object)

    spoken_as = QAccessible.Role.Grouping

    def __init__(self, theme: Theme, title: str, name: str) -> None:
        """Begin an empty card; ``title`` is English, ``name`` the view's key in files, exports and tests."""
        super().__init__()
        self.theme = theme
        self.inspection: Inspection | None = None
        self._late = False
        self._worn: tuple[Theme, str] | None = None
        self._cover: QWidget | None = None
        self.playhead = Playhead()
        self.setObjectName(name)
        self.setProperty("view", True)
        self._title_text = title
        self._subtitle, self._extras = Fitted(), QWidget()
        self._corner = QHBoxLayout(self._extras)
        self._corner.setContentsMargins(0, 0, 0, 0)
        set_tone(self._subtitle, "muted")
        self._note = Elastic(self._subtitle)
        self._error = Label()
        self._error.setWordWrap(True)
        self._error.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pages = QStackedLayout()
        self._above = [self._head]
        self._build()
        speak()

    def _build(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self._heading)
        head.addWidget(self._note, 1)
        head.addWidget(self._extras)
        column = _Column(self)
        column.setContentsMargins(10, 4, 8, 4)
        column.setSpacing(2)
        column.addWidget(self._head)
        column.addLayout(self._pages, 1)
        self._pages.addWidget(QWidget())
        self._pages.addWidget(self._error)

    @property
    def subject(self) -> str:
        """Return what the view is about, whatever it shows."""
        return tr(self._title_text)

    @property
    def title(self) -> str:
        """Return the heading as it is shown."""
        return tr(self._title_text)

    def say_title(self) -> None:
        """Write the heading: the language, or what the view shows, is another."""
        title = self.title if self._cover is None else self.subject
        if self._heading.text() != title:
            self._heading.setText(title)
            self.setAccessibleName(title)

    @property
    def subtitle(self) -> str:
        """Return what is said beside the heading, at length."""
        return self._subtitle.text()

    @property
    def in_sight(self) -> bool:
        """Return whether any of it can be seen: it is neither put away nor scrolled out of where it is."""
        return not self.visibleRegion().isEmpty()

    def picture(self) -> QWidget | None:
        """Return the content, or what is shown in its place."""
        return self._pages.currentWidget()

    def set_content(self, content: QWidget) -> None:
        """Put ``content`` under the heading."""
        self._pages.insertWidget(0, content)
        self._pages.setCurrentIndex(0)

    def put_above(self, headline: QWidget) -> None:
        """Put what is the most important thing to read above the heading."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, headline)
        self._above.append(headline)

    def edge(self) -> int:
        """Return how much of its height is not its content: margins, and what stands above."""
        column = self.layout()
        assert isinstance(column, _Column)
        if column.edge is None:
            above, margins = [part for part in self._above if not part.isHidden()], column.contentsMargins()
            heights = sum(part.sizeHint().height() + column.spacing() for part in above)
            column.edge = margins.top() + heights + margins.bottom()
        return column.edge

    def add_to_header(self, widget: QWidget) -> None:
        """Put a small control at the right end of the heading."""
        self._corner.addWidget(widget)

    def set_subtitle(self, text: str, *shorter: str) -> None:
        """Say beside the title, already translated, what is shown in which unit, or less where there is no room."""
        if (text, shorter) != (self._subtitle.text(), self._subtitle.shorter):
            self._subtitle.shorter = shorter
            self._note.say(text)
            set_tip(self._subtitle, text)

    def present(self, inspection: Inspection) -> None:
        """Show ``inspection``, behind another tab once that is left; a failure is shown here, the other views go on."""
        self.inspection = inspection
        self._late = behind(self)
        if self._late:
            return
        if self._guarded(lambda: self.draw(inspection)) and self._pages.currentWidget() is self._error:
            self._turn_to_content()
        self._tell_reader()

    def complete(self, inspection: Inspection) -> None:
        """Take what is shown already once more, now with the singular values: for the view that shows them to redraw."""
        self.inspection = inspection

    def expect(self, exploration: Exploration) -> None:
        """Show at once what of ``exploration`` needs no working out; a view that has nothing of that kind does nothing."""

    def point(self, selection: Selection) -> None:
        """Move the cursor at once, before anything is worked out about the new pair."""
        if self.inspection is not None and not self._late:
            self._guarded(lambda: self.draw_cursor(selection))
            self._tell_reader()

    def play(self, playhead: Playhead) -> None:
        """Show a moment of the animation."""
        self.playhead = playhead
        if self.inspection is not None and not self._late:
            self._guarded(lambda: self.draw_playhead(playhead))

    def dress(self, theme: Theme) -> None:
        """Take on another theme or the language that is now spoken, behind another tab once that is left."""
        self.theme = theme
        if self.dressed_late:
            self._late = True
            # It is called by its title also where it is not seen.
            self.say_title()
        else:
            self._wear()

    @property
    def dressed_late(self) -> bool:
        """Return whether it is dressed when it is seen; where what it needs decides whether it is, it is dressed before."""
        return behind(self)

    def catch_up(self) -> None:
        """Take on what was put off."""
        if self._worn != (self.theme, language()):
            self._wear()

    def _wear(self) -> None:
        self._worn = self.theme, language()
        self.say_title()
        self.phrases.retranslate()
        self._guarded(self.restyle)
        if self.inspection is not None:
            self.present(self.inspection)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what there was to show while another tab was in front."""
        super().showEvent(event)
        self.catch_up()
        if self._late and self.inspection is not None:
            self.present(self.inspection)

    def cover(self, cover: QWidget | None) -> None:
        """Show ``cover`` in the place of the content, until None brings that back; the view goes on behind it."""
        if self._cover is not None:
            self._pages.removeWidget(self._cover)
            self._cover.setParent(None)
        self._cover = cover
        if cover is not None:
            self._pages.addWidget(cover)
        self._turn_to_content()
        # They tell more than what the view is about.
        self.say_title()
        for part in (self._note, self._extras, *self._above):
            part.setVisible(cover is None)

    def tell(self, text: str, where: QPoint | None = None) -> None:
        """Name what is under the pointer, beside it (``where`` on the screen); "" when it has left."""
        if where is not None and text:
            show_tip(where, text, self, self._pages.currentWidget())
        elif not text:
            QToolTip.hideText()
        self.hovered.emit(text)

    def told(self) -> str:
        """Return in words what is shown: the subtitle, then the numbers; or why nothing is."""
        inspection, said = self.inspection, [self._subtitle.text()]
        if inspection is None or self._late or self._cover is not None:
            return ""
        if self._pages.currentWidget() is self._error:
            return self._error.text()
        self._guarded(lambda: said.append(self.describe(inspection)))
        return "\n".join(filter(None, said))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - for the view to fill in
        """Return the numbers that the subtitle leaves out, for who can't see the picture."""
        return ""

    def draw(self, inspection: Inspection) -> None:
        """Show ``inspection``: for the view to fill in."""
        raise NotImplementedError

    def draw_cursor(self, selection: Selection) -> None:
        """Move what marks the pair; a view without a cursor has nothing to do."""

    def draw_playhead(self, playhead: Playhead) -> None:
        """Show a moment of the animation; a view that does not take part has nothing to do."""

    def answer(self, result: object) -> None:
        """Take one result of the job that was asked for: for a view that asks to fill in."""

    def answer_failure(self, error: Exception) -> None:
        """Take why the job failed; a view that has no better place shows its error page."""
        self.fail(error)

    def stand_alone(self, alone: bool) -> None:
        """Be seen without those that stand over and under it, or with them again; most have nothing in common with them."""

    def settle(self) -> None:
        """Finish at once what otherwise waits for an idle moment: for pictures; a failure is shown here."""
        self._guarded(self.finish)

    def finish(self) -> None:
        """Do what waits for an idle moment; a view in which nothing does has nothing to do."""

    def restyle(self) -> None:
        """Take on ``self.theme`` in what the style sheet does not reach, and set texts that change with the language."""

    def fail(self, error: Exception) -> None:
        """Show that painting failed with ``error``, and why."""

        def work() -> None:
            raise error

        self._guarded(work)

    def _turn_to_content(self) -> None:
        """Show the content, or what covers it."""
        if self._cover is None:
            self._pages.setCurrentIndex(0)
        else:
            self._pages.setCurrentWidget(self._cover)

    def _tell_reader(self) -> None:
        """Let a screen reader know that what has the keyboard here shows something else."""
        focus = QApplication.focusWidget()
        if isinstance(focus, Described) and (focus is self or self.isAncestorOf(focus)):
            told_anew(focus)

    def _guarded(self, work: Callable[[], None]) -> bool:
        """Do ``work`` and return whether that went well; where it didn't, show the error until a whole picture is drawn."""
        try:
            work()
        except Exception as error:
            self._error.setText(
                say_failure(error, mark("This view could not be drawn: {error}. The other views go on."))
            )
            set_tip(self._error, traceback.format_exc())
            self._pages.setCurrentWidget(self._error)
            return False
        return True


class Controls(Protocol):
    """A panel: it shows what the exploration says and tells what the person changes."""

    edited: SignalInstance
    released: SignalInstance

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:
        """Show the exploration, with the last analysis where there is one."""

    def point(self, selection: Selection) -> None:
        """Take that another pair is looked at."""

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""

    def show_refusal(self, text: str) -> None:
        """Say beside the control that was used last why its change was refused; "" when one was taken."""


def behind(widget: QWidget) -> bool:
    """Return whether ``widget`` is kept from being seen by more than its window: another tab is in front of it."""
    return not widget.isWindow() and not widget.isVisibleTo(widget.window())


def settle(widget: QWidget) -> None:
    """Let the views in ``widget`` finish what waits for an idle moment, or for being seen: a picture holds all of them."""
    for view in (widget, *widget.findChildren(View)):
        if isinstance(view, View) and not behind(view):
            view.settle()
    # A button that has come needs its place.
    lay_out()


def fail_around(widget: QWidget | None, error: Exception) -> None:
    """Let the view that ``widget`` is part of show ``error``."""
    while widget is not None and not isinstance(widget, View):
        widget = widget.parentWidget()
    if widget is not None:
        widget.fail(error)
