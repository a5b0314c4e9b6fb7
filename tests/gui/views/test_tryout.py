"""The card on which one tries what a network has learnt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.gui.plot import theme as look
from explorer.gui.views.tryout.bars import Bars
from explorer.gui.views.tryout.curves import Curves
from explorer.gui.views.tryout.flight import Flight
from explorer.gui.views.tryout.tryout import TryView
from explorer.gui.views.tryout.values import Series, Sum
from explorer.gui.views.tryout.words import Words
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Edit, Exploration, replace
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.speaking import chances
from explorer.workspace.looks.tryout import with_typed
from explorer.workspace.tasks import taught

LIGHT = next(iter(look.themes().values()))
PICTURES = {
    "next_word": Bars,
    "next_character": Bars,
    "sentiment3": Curves,
    "sentiment2": Curves,
    "labels": Words,
    "ball": Flight,
    "sine": Series,
    "temporal_order": Curves,
    "adding": Sum,
    "recall": Curves,
}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def learning(kind: str) -> Exploration:
    return taught(Exploration().with_recipe(hidden=4), Task(kind=kind))


class Table:
    """A card and the exploration that it shows; what it emits is done."""

    def __init__(self, qtbot: QtBot, exploration: Exploration) -> None:
        self.view = TryView(LIGHT)
        qtbot.addWidget(self.view)
        self.view.resize(330, 360)
        self.view.dress(LIGHT)
        self.view.edited.connect(lambda gesture: self.show(gesture(self.exploration)))
        self.view.selected.connect(lambda t, k: self.show(self.exploration.with_selection(t=t, k=k)))
        self.show(exploration)

    def show(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.view.present(inspect(analyse(exploration)))
        self.view.grab()
        assert self.view._pages.currentWidget() is not self.view._error, self.view._error.toolTip()

    def texts(self, apart: int = 6) -> set[str]:
        """Return all that can be read under the pointer, at places so many pixels ``apart``."""
        canvas = self.view.canvas
        return {
            self.view.name_at(QPointF(x, y))
            for x in range(1, canvas.width(), apart)
            for y in range(1, canvas.height(), apart)
        }


@pytest.mark.parametrize("kind", PICTURES)
def test_every_task_has_its_picture_in_every_theme_language_and_width(qtbot: QtBot, kind: str):
    table = Table(qtbot, learning(kind))
    assert type(table.view._picture) is PICTURES[kind]
    for theme in look.themes().values():
        for code in i18n.languages():
            i18n.set_language(code)
            for width in (240, 520):
                table.view.resize(width, 360)
                table.view.dress(theme)
                assert not table.view.grab().isNull()
                assert table.view._pages.currentWidget() is not table.view._error, table.view._error.toolTip()
                assert table.texts(apart=14) - {""}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_step_can_be_looked_at_by_the_keyboard(qtbot: QtBot, kind: str):
    table = Table(qtbot, learning(kind))
    canvas = table.view.canvas
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    assert table.exploration.selection.t == 1
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert table.exploration.selection.t == 2
    QTest.keyClick(canvas, Qt.Key.Key_PageDown)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert table.exploration.selection.t == table.view._tried.steps  # type: ignore[union-attr]


def test_the_bars_are_what_a_symbol_is_drawn_from(qtbot: QtBot):
    e = learning("next_word")
    table = Table(qtbot, e)
    trace = inspect(analyse(e)).analysis.run.trace
    t = e.selection.t
    assert isinstance(table.view._picture, Bars)
    np.testing.assert_array_equal(table.view._picture.odds, trace.o[t - 1])
    table.show(e.with_lens(temperature=0.3))
    assert isinstance(table.view._picture, Bars)
    np.testing.assert_array_equal(table.view._picture.odds, chances(trace.y[t - 1], 0.3))
    assert any("the model itself" in text for text in table.texts())


def test_a_click_on_a_bar_goes_on_with_its_word(qtbot: QtBot):
    table = Table(qtbot, with_typed(learning("next_word"), "the keys"))
    picture = table.view._picture
    assert isinstance(picture, Bars)
    bar = next(bar for bar in picture._bars if picture.symbol_at(bar.place.center()))
    word = table.view._tried.names[bar.index]  # type: ignore[union-attr]
    table.view.clicked(bar.place.center())
    assert table.exploration.sequence.text.split()[:2] == ["the", "keys" if word.isalnum() else f"keys{word}"]
    assert table.exploration.sequence.text.endswith(word)


def test_a_typed_text_is_answered_at_its_end(qtbot: QtBot):
    table = Table(qtbot, learning("next_word").with_selection(t=4, k=1))
    table.view.entry.text.setText("the keys that the man carries")
    QTest.keyClick(table.view.entry.text, Qt.Key.Key_Return)
    assert table.exploration.sequence.text == "the keys that the man carries"
    assert "“carries”" in table.view._subtitle.text()


def test_going_on_after_a_finished_sentence_changes_the_text(qtbot: QtBot):
    table = Table(qtbot, learning("next_word"))
    before = table.exploration.sequence.text
    assert before.endswith(".")
    table.view.entry.word.click()
    assert table.exploration.sequence.text != before
    assert len(table.exploration.sequence.text.split()) == 1


def test_unknown_words_are_named_while_there_are_some(qtbot: QtBot):
    table = Table(qtbot, learning("sentiment3"))
    assert table.view.entry.note.isHidden()
    table.show(with_typed(table.exploration, "a xylophone"))
    assert "xylophone" in table.view.entry.note.text()
    assert not table.view.entry.note.isHidden()


def test_shares_are_told_in_per_cent(qtbot: QtBot):
    table = Table(qtbot, learning("sentiment3"))
    told = [text for text in table.texts() if "positive" in text]
    assert told
    assert all(text.count("%") == 3 for text in told)


def test_a_label_that_is_wrong_says_so_without_colour(qtbot: QtBot):
    table = Table(qtbot, learning("labels"))
    picture = table.view._picture
    assert isinstance(picture, Words)
    tried = table.view._tried
    assert tried is not None
    assert tried.wanted is not None
    right = tried.said.argmax(axis=1) == tried.wanted
    for t, said in enumerate(right, start=1):
        assert picture._below(t).startswith("✓" if said else "✗")
    assert f"{right.sum()} of {len(right)}" in table.view._subtitle.text()


def test_the_sum_is_told_with_its_numbers(qtbot: QtBot):
    table = Table(qtbot, learning("adding"))
    assert "½(0.637 + 0.041) = 0.339" in table.view._subtitle.text()


@pytest.mark.filterwarnings("ignore::RuntimeWarning:explorer.engine")
def test_a_network_that_overflowed_has_a_page_that_says_so(qtbot: QtBot):
    table = Table(qtbot, learning("next_character"))
    assert table.view._picture is not None
    table.show(table.exploration.with_recipe(activation="relu", gain=50.0, bias=1e6, hidden=20, init="identity"))
    steep = table.exploration.with_recipe(edits=(Edit("W", 0, 0, 1e30),))
    table.show(steep)
    assert table.view._picture is None
    assert table.texts() == {""}


def test_a_task_fed_with_something_else_still_has_a_picture(qtbot: QtBot):
    for kind in ("ball", "adding", "next_word"):
        table = Table(qtbot, learning(kind))
        table.show(table.exploration.with_sequence(Exploration().sequence))


def test_a_review_of_ones_own_gets_a_target_of_the_loss_and_no_verdict(qtbot: QtBot):
    table = Table(qtbot, learning("sentiment3"))
    assert table.view.entry.aim.isHidden()
    assert any("target: " in text for text in table.texts())
    table.show(with_typed(table.exploration, "Not a good film at all."))
    assert table.view.entry.aim.text() == "target of the loss: positive"
    assert not table.view.entry.aim.isHidden()
    assert not any("target" in text for text in table.texts())
    assert not table.view._subtitle.text().endswith(("right", "wrong"))


def test_the_one_output_of_two_classes_names_what_the_loss_takes(qtbot: QtBot):
    table = Table(qtbot, with_typed(learning("sentiment2"), "Not a good film at all."))
    for target, said in ((1.0, "positive"), (0.0, "not positive"), (0.25, "25 %")):
        table.show(replace(table.exploration, aim=Aim(target=target)))
        assert table.view.entry.aim.text() == f"target of the loss: {said}"


def test_the_edit_box_shows_the_full_stop_that_was_put_behind_a_review(qtbot: QtBot):
    table = Table(qtbot, learning("sentiment3"))
    for text in ("Not a good film", "Not a good film"):
        table.view.entry.text.setText(text)
        QTest.keyClick(table.view.entry.text, Qt.Key.Key_Return)
        assert table.view.entry.text.text() == "Not a good film."
        assert table.exploration.sequence.text == "Not a good film."


def test_candidate_sentences_are_weighed_beside_bigram_and_trigram_and_the_likeliest_is_marked(qtbot: QtBot) -> None:
    table = Table(qtbot, learning("next_word"))
    entry = table.view.entry
    typed = "many dogs behind the house are quiet.\nmany dogs behind the house is quiet."
    entry.candidates.text.typed.emit(typed)
    assert table.exploration.lens.candidates == typed == entry.candidates.text.toPlainText()
    table.view.finish()
    first, second, held = entry.candidates.lines()
    assert first.startswith("many dogs behind the house are quiet.: network ")
    assert "trigram −" in first
    assert "trigram ▸\u00a0−" in second
    assert held.startswith("held-out text, perplexity: network ")
    entry.candidates.text.typed.emit("")
    assert not entry.candidates.table.isVisibleTo(table.view)


def test_what_is_drawn_next_has_a_seed_and_the_likeliest_needs_none(qtbot: QtBot) -> None:
    table = Table(qtbot, learning("next_word"))
    entry = table.view.entry
    entry.die.rolled.emit()
    assert table.exploration.lens.draw == 1
    begun = table.exploration
    said = []
    for _ in range(2):
        table.view.present(inspect(analyse(begun)))
        entry.sentence.click()
        said.append(table.exploration.sequence)
    assert said[0] == said[1]
    entry.likeliest.click()
    assert table.exploration.lens.likeliest
    assert not entry.die.isEnabled()
