"""A text is said whole, or in whole clauses, or in a shorter form, or not at all."""

from __future__ import annotations

import itertools

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from explorer.gui.controls.choice import Choice, beginnings
from explorer.gui.controls.plain import Label
from explorer.gui.controls.quiet import Quiet
from explorer.gui.controls.room import Fitted, begun, fitting, forms
from explorer.gui.plot.axes import Axis

from ..painted import words_of

pytestmark = [pytest.mark.usefixtures("qapp"), pytest.mark.qt_log_ignore("This plugin does not support")]

RATE = "×1.30 a step, doubling every 2.6 steps"


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        (RATE, ["×1.30 a step"]),
        ("sₜ · n = 24 · linear, ±1", ["sₜ · n = 24 · linear", "sₜ · n = 24", "sₜ"]),
        ("每步 ×1.30，每 2.6 步加倍", ["每步 ×1.30"]),
        ("norm (of W, of U) · k →", ["norm (of W, of U)"]),
        ("1,000.5 steps", []),
        ("step 60, saturated: 0 %", ["step 60"]),
        ("第 60 步，饱和：0 %", ["第 60 步"]),
    ],
)
def test_a_text_is_shortened_by_whole_clauses_and_never_inside_brackets(text: str, shorter: list[str]):
    assert list(forms(text)) == [text, *shorter]


def test_a_bracket_in_chinese_ends_a_word():
    assert beginnings("LSTM（自定义）") == ["LSTM"]
    assert beginnings("own cell, from LSTM") == ["own cell, from", "own cell,", "own"]


def test_what_fits_is_the_longest_form_that_is_no_wider_and_never_a_part_of_a_word():
    metrics = QFontMetrics(QFont())
    for width in range(0, metrics.horizontalAdvance(RATE) + 20, 7):
        said = fitting(RATE, metrics, width, "rate")
        assert said in (RATE, "×1.30 a step", "rate", "")
        assert metrics.horizontalAdvance(said) <= width
    assert fitting(RATE, metrics, metrics.horizontalAdvance(RATE)) == RATE


def test_a_sentence_of_which_more_is_to_be_read_shows_that_it_goes_on(qtbot):
    text = "after 800 updates expRNN, coRNN and LSTM are below 0.006. Untrained, one alone carries it"
    assert begun(text)[-1] == "after 800 updates expRNN …"
    assert begun("训练之前，LRU 保持梯度。再看") == (
        "训练之前，LRU 保持梯度。再看",
        "训练之前，LRU 保持梯度…",
        "训练之前…",
    )
    line = Fitted(told=True)
    qtbot.addWidget(line)
    line.setText(text)
    line.resize(line.fontMetrics().horizontalAdvance(begun(text)[1]) + 2, 24)
    line.show()
    assert " ".join(word.text for word in words_of(line)) == begun(text)[1]


def test_a_choice_without_room_says_whole_words_of_its_name(qtbot):
    box = Choice({"one": "Three activations, one W"})
    qtbot.addWidget(box)
    said = set()
    for width in (60, 90, 120, 150, 250):
        box.resize(width, 28)
        box.show()
        said |= {" ".join(word.text for word in words_of(box))}
    assert said <= {"Three activations, one W", "Three activations, one", "Three activations", "Three", ""}
    assert len(said) >= 3


@pytest.mark.parametrize("height", [40, 60, 90, 300])
def test_labels_of_an_axis_never_meet_and_its_name_is_whole_or_gone(height: int):
    plot = pg.PlotWidget(axisItems={"left": Axis("left")})
    axis = plot.getAxis("left")
    axis.setLabel("a name of some length")
    axis.setTicks([[(float(i), str(i)) for i in range(12)]])
    plot.setYRange(0, 11, padding=0)
    plot.resize(300, height)
    plot.show()
    QApplication.processEvents()
    paper = QImage(10, 10, QImage.Format.Format_ARGB32)
    painter = QPainter(paper)
    _, _, labels = axis.generateDrawSpecs(painter)
    metrics = QFontMetricsF(painter.font())
    painter.end()
    assert labels
    inks = [QRectF(0, box.center().y() - 0.4 * metrics.ascent(), 9, 0.8 * metrics.ascent()) for box, _, _ in labels]
    assert not any(one.intersects(other) for one, other in itertools.combinations(inks, 2))
    assert axis.label.isVisible() == (axis.label.boundingRect().width() <= axis.size().height())
    plot.close()


def test_a_place_fitted_anew_has_the_room_of_what_is_said_next() -> None:
    """Another language is there before its words are; later a longer text widens the place, a shorter one does not."""
    label = Label("a long sentence in one language")
    place = Quiet(label)
    place.refit()
    wide = place.sizeHint().width()
    place.say("short")
    short = place.sizeHint().width()
    assert short < wide
    place.say("longer than that")
    longer = place.sizeHint().width()
    assert longer > short
    place.say("less")
    assert place.sizeHint().width() == longer
