"""The line over the views where a lesson speaks, asks, is answered, and goes on."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.plate import Plate
from explorer.gui.controls.stillness import when_still
from explorer.gui.controls.tips import spare
from explorer.gui.lessons.answers import Answers, answers
from explorer.gui.lessons.pads import CurvePad, HorizonPad
from explorer.gui.lessons.teacher import Teacher
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, language, mark, say, tr
from explorer.workspace.lessons.lesson import Prediction, Step
from explorer.workspace.lessons.marking import answer, marked, told
from explorer.workspace.looks.measures import Scene

Pad = CurvePad | HorizonPad


class LessonBar(Plate):
    """Says what the ``teacher`` has to say. ``asked(pad)`` when something is to be drawn on ``pad``, None when no more."""

    asked = Signal(object)

    def __init__(self, theme: Theme, teacher: Teacher, names: Callable[[], Sequence[str]]) -> None:
        """Speak for ``teacher``; ``names`` says what the networks are called that are to be ranked."""
        super().__init__()
        self.phrases = Phrases()
        self.theme = theme
        self.teacher = teacher
        self.setObjectName("lesson")
        self.title, self.text = Label(), Label()
        spare(self.text)
        self.back_button, self.next_button, self.close_button = QPushButton(), QPushButton(), QToolButton()
        self.show_button = QPushButton()
        self.answers: Answers | None = None
        self.pad: Pad | None = None
        self._names = names
        self._asking: tuple[object, ...] = ()
        self._pressed = QElapsedTimer()
        self._build()
        self._connect()
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines at the present width."""
        least = super().minimumSizeHint()
        return QSize(least.width(), max(least.height(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many lines as the width asks for."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language that is now spoken."""
        self.theme = theme
        self.phrases.retranslate()
        if self.pad is not None:
            self.pad.theme = theme
            self.pad.update()
        if self.answers is not None:
            self._put_answers(self.answers)
        self._appear()

    def _appear(self) -> None:
        teacher, lesson = self.teacher, self.teacher.lesson
        by_keys = self._has_keyboard()
        if lesson is not None:
            place = tr("{number} of {count}").format(number=teacher.index + 1, count=len(lesson.steps))
            self.title.setText(f"{lesson.title[language()]} · {place}")
            self.text.setText(self._said())
            self._ask()
            self._offer()
        else:
            self._take_away()
        self.setVisible(lesson is not None)
        self.updateGeometry()
        if by_keys and lesson is not None:
            self._take_keyboard()

    def _take_keyboard(self) -> None:
        """Give the keyboard, which had what is gone now, to what is next."""
        if self.answers is not None:
            self.answers.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._has_keyboard():
            self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _has_keyboard(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _offer(self) -> None:
        """Enable what can be done now; what is next stands out."""
        teacher, step = self.teacher, self.teacher.step
        assert step is not None
        waiting = step.predict is not None and not teacher.revealed
        self.back_button.setEnabled(teacher.index > 0)
        self.next_button.setText(_next_text(teacher))
        following = teacher.following if teacher.is_last and teacher.revealed else None
        set_tip(self.next_button, tr("Go on in the lesson.") if following is None else following.title[language()])
        ready = not waiting and (teacher.done or step.trial is None or not teacher.revealed)
        self.next_button.setProperty("primary", ready)
        self.next_button.style().polish(self.next_button)
        trial = step.trial if teacher.revealed and not teacher.done else None
        self.show_button.setVisible(trial is not None and trial.answer is not None)

    def _said(self) -> str:
        """Return what is to be said, as HTML: every word of a lesson is text."""
        teacher, step, code = self.teacher, self.teacher.step, language()
        assert step is not None
        if teacher.refusal is not None:
            return _strong(say(teacher.refusal))
        if not teacher.revealed:
            return _joined(self._of_the_step(html.escape(step.say[code])), _strong(step.ask[code]))
        opening = "" if step.predict is not None or step.setting != step.revealed else html.escape(step.say[code])
        return _joined(opening, self._of_the_step(self._revealed(step)), self._to_try(step))

    def _revealed(self, step: Step) -> str:
        """Return what is said of what is revealed, beginning with what the prediction came to."""
        teacher, code = self.teacher, language()
        if teacher.scene is None:
            return "…" if step.predict is not None or step.told[code] else ""
        said = "" if step.predict is None else _strong(self._marked(step.predict, teacher.scene))
        return _joined(said, html.escape(told(step.told, teacher.scene, code)))

    def _marked(self, asked: Prediction, scene: Scene) -> str:
        """Return what the prediction came to, or the answer where none was made; "" for nothing."""
        given, code, names = self.teacher.given, language(), self._names()
        if given is None:
            right = answer(asked, scene, code, names)
            return "" if right is None else right.said(tr)
        mark_ = marked(asked, given, scene, code, names)
        return "" if mark_ is None else mark_.said.said(tr)

    def _to_try(self, step: Step) -> str:
        """Return what is to be tried, and whether it is reached."""
        if step.trial is None:
            return ""
        said = _strong(tr("Try it: {what}").format(what=step.trial.say[language()]))
        # What is done stands on one line with its mark.
        done = tr("✓ Done.").replace(" ", "\N{NO-BREAK SPACE}")
        return f"{said} {_strong(done)}" if self.teacher.done else said

    def _of_the_step(self, said: str) -> str:
        """Return what is ``said``, and that it speaks of the step's own setting once a person has made another of it."""
        if not self.teacher.elsewhere or not said:
            return said
        return html.escape(tr("Before your change: {said}")).format(said=said)

    def _ask(self) -> None:
        """Show what a prediction is made with while one is asked for, the same until another is."""
        teacher, step = self.teacher, self.teacher.step
        assert step is not None
        asking: tuple[object, ...] = ()
        if step.predict is not None and not teacher.revealed:
            asking = (teacher.lesson, teacher.index)
        if asking == self._asking:
            return
        self._take_away()
        self._asking = asking
        if not asking:
            return
        assert step.predict is not None
        self.pad = _pad(step.predict.kind, self.theme, step.setting.selection.t)
        self._put_answers()
        self.asked.emit(self.pad)

    def _put_answers(self, before: Answers | None = None) -> None:
        """Show what a prediction is made with, in the place of what was there ``before`` in another language."""
        step = self.teacher.step
        assert step is not None
        assert step.predict is not None
        made = answers(step.predict, self._names(), self.pad, before)
        made.given.connect(self.teacher.predict)
        self._column.addWidget(made)
        self._remove_answers()
        self.answers = made

    def _take_away(self) -> None:
        """Take away what a prediction was made with."""
        self._asking = ()
        self._remove_answers()
        if self.pad is not None:
            # What goes with the keyboard passes it on to whatever comes next.
            self.pad.clearFocus()
        self.pad = None
        self.asked.emit(None)

    def _remove_answers(self) -> None:
        if self.answers is not None:
            self.answers.setParent(None)
            self.answers.deleteLater()
            self.answers = None

    def _go_on(self) -> None:
        """Reveal what is still to be revealed, else go to the next step, or leave after the last one."""
        teacher = self.teacher
        if not teacher.revealed:
            teacher.reveal()
        elif not teacher.is_last:
            teacher.go_to(teacher.index + 1)
        elif teacher.following is not None:
            teacher.begin_following()
        else:
            teacher.leave()

    def _press_next(self) -> None:
        """Go on; a click as soon after another as the second of a double click belongs to that one."""
        again = self._pressed.isValid() and self._pressed.elapsed() < QApplication.doubleClickInterval()
        self._pressed.restart()
        if not again:
            self.go_on()

    def go_on(self) -> None:
        """Do what the button does that leads on."""
        if self.teacher.step is not None:
            self._go_on()

    def go_back(self) -> None:
        """Go back by a step."""
        if self.teacher.step is not None:
            self.teacher.go_to(self.teacher.index - 1)

    def _connect(self) -> None:
        self.teacher.changed.connect(lambda: when_still(self, self._appear))
        self.next_button.clicked.connect(self._press_next)
        self.back_button.clicked.connect(self.go_back)
        self.close_button.clicked.connect(self.teacher.leave)
        self.show_button.clicked.connect(self.teacher.answer)

    def _build(self) -> None:
        set_tone(self.title, "heading")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button.setText("×")
        self.close_button.setAutoRaise(True)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for part in (self.show_button, self.back_button, self.next_button, self.close_button):
            # A click leaves the keyboard where it is, so that Space goes on playing.
            part.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            head.addWidget(part)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 5, 6, 6)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addWidget(self.text)
        for part, text, tip in (
            (self.back_button, mark("Back"), mark("Go back by a step of the lesson.")),
            (self.show_button, mark("Show me"), mark("Show one way to what is to be tried.")),
        ):
            self.phrases.add(part.setText, text)
            self.phrases.add(partial(set_tip, part), tip)
        self.phrases.add(partial(set_tip, self.close_button), mark("Leave the lesson; come back to it at any step."))
        self.phrases.add(self.close_button.setAccessibleName, mark("Leave the lesson"))


def _next_text(teacher: Teacher) -> str:
    step = teacher.step
    assert step is not None
    if not teacher.revealed:
        return tr("Skip and show") if step.predict is not None else tr("Show it")
    if not teacher.is_last:
        return tr("Next")
    return tr("End the lesson") if teacher.following is None else tr("Next lesson")


def _pad(kind: str, theme: Theme, t: int) -> Pad | None:
    if kind == "curve":
        return CurvePad(theme, t)
    return HorizonPad(theme, t) if kind == "horizon" else None


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _strong(text: str) -> str:
    return f"<b>{html.escape(text)}</b>" if text else ""


def covering(subject: str) -> QWidget:
    """Return what stands in the place of a view that would tell the answer, and names its ``subject``."""
    cover = Label()
    cover.setTextFormat(Qt.TextFormat.RichText)
    cover.setText(f"{_strong(subject)}<br>{html.escape(tr('Predict first; then this is shown.'))}")
    cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
    set_tone(cover, "muted")
    cover.setWordWrap(True)
    return cover
