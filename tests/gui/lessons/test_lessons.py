"""A lesson in the window: shown, predicted, revealed, tried, left and taken up again."""

from __future__ import annotations

import html
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractSlider, QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.gui.core.view import View
from explorer.gui.lessons.answers import Drawing, Ranking
from explorer.gui.lessons.gallery import Gallery
from explorer.gui.lessons.pads import CurvePad, HorizonPad
from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.workspace.lessons.lesson import CARDS, Lesson
from explorer.workspace.lessons.library import lesson, names, next_lesson
from explorer.workspace.lessons.marking import right_options, told
from explorer.workspace.lessons.progress import Progress
from explorer.workspace.lessons.reading import read_lesson
from explorer.workspace.looks.analysis import needs_analysis
from explorer.workspace.looks.measures import Scene

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


def begin(qtbot: QtBot, window: Window, name: str, index: int) -> None:
    window.lessons.begin(lesson(name), index)
    seen(qtbot, window)


def seen(qtbot: QtBot, window: Window) -> None:
    """Wait until the present exploration is on the screen, whole."""

    def shown() -> bool:
        inspection = window.controller.inspection
        if inspection is None or inspection.analysis.exploration != window.store.exploration:
            return False
        return inspection.comparison is None or inspection.comparison.complete

    qtbot.waitUntil(shown, timeout=10_000)


def revealed(qtbot: QtBot, window: Window) -> str:
    qtbot.waitUntil(lambda: window.lessons.teacher.scene is not None, timeout=10_000)
    return window.lessons.bar.text.text()


def covered(window: Window) -> set[str]:
    return {view.objectName() for view in window.views if view._cover is not None}


def failed(view: View) -> bool:
    return view._pages.currentWidget() is view._error


def test_what_would_tell_the_answer_is_covered_until_it_is_predicted(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "tanh-or-relu", 1)
    assert {"flow", "decay", "strip", "formula", "attribution", "product"} <= covered(window)
    assert not {"states", "derivative", "weights"} & covered(window)
    assert not window.map.headline.isVisible()
    # Nor does the preset's name, “Vanishing tanh”.
    assert window.top_bar.preset.origin.preset is None
    answers = window.lessons.bar.answers
    assert answers is not None
    assert [button.text() for button in answers.buttons] == [
        "gone: < 10⁻⁶", "fading: 10⁻⁶ – 0.32", "preserved: 0.32 – 3.2", "growing: 3.2 – 10⁶", "exploding: > 10⁶",
    ]  # fmt: skip
    assert next(view for view in window.views if view.objectName() == "flow").told() == ""
    answers.buttons[1].click()
    assert "No, not fading: gone." in revealed(qtbot, window)
    assert "×6.4·10⁻¹¹ arrives" in window.lessons.bar.text.text()
    assert window.lessons.bar.answers is None
    assert window.map.headline.isVisible()
    assert covered(window) == set()
    shown = window.top_bar.preset.origin.preset
    assert shown is not None
    assert shown.name == "vanishing-tanh"


def test_what_is_tried_is_seen_to_be_reached(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "tanh-or-relu", 1)
    teacher = window.lessons.teacher
    teacher.progress.reset()
    teacher.reveal()
    assert not teacher.done
    window.controller.replace("Turn the gain", window.store.exploration.with_recipe(gain=1.6))
    qtbot.waitUntil(lambda: teacher.done, timeout=10_000)
    assert window.lessons.bar.text.text().endswith("<b>✓\N{NO-BREAK SPACE}Done.</b>")
    assert teacher.progress.steps("tanh-or-relu") == 2


def test_words_of_a_step_say_that_they_are_of_its_own_setting_once_that_is_another(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window, "tanh-or-relu", 1)
    mark, text = "Before your change:", window.lessons.bar.text
    own = window.store.exploration.recipe.gain
    for turn in (lambda: None, window.lessons.teacher.reveal):
        turn()
        seen(qtbot, window)
        assert mark not in text.text()
        window.controller.replace("Turn the gain", window.store.exploration.with_recipe(gain=own + 0.5))
        seen(qtbot, window)
        assert text.text().startswith(mark)
        window.controller.replace("Turn it back", window.store.exploration.with_recipe(gain=own))
        seen(qtbot, window)
        assert mark not in text.text()
    t = window.store.exploration.selection.t
    window.controller.select(t - 1, 0)
    assert text.text().startswith(mark)


def test_what_a_step_explains_holds_whatever_is_changed_and_what_it_tells_of_the_screen_does_not(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window, "tanh-or-relu", 0)
    revealed(qtbot, window)
    pair, step = window.store.exploration.selection, lesson("tanh-or-relu").steps[0]
    window.controller.select(pair.t - 1, 0)
    said = window.lessons.bar.text.text()
    assert said.startswith(html.escape(step.say["en"]))
    assert "Before your change: Each square of the map" in said


@pytest.mark.parametrize(("name", "of_pair"), [("the-sum-hides-its-terms", True), ("tanh-or-relu", False)])
def test_words_of_a_pair_say_that_they_are_of_its_own_k_once_that_is_another(
    qtbot: QtBot, window: Window, name: str, of_pair: bool
) -> None:
    begin(qtbot, window, name, 0)
    window.lessons.teacher.reveal()
    revealed(qtbot, window)
    pair = window.store.exploration.selection
    window.controller.select(pair.t, pair.k - 1)
    assert ("Before your change:" in window.lessons.bar.text.text()) == of_pair


def test_a_way_is_shown_to_who_asks(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "large-w", 1)
    window.lessons.teacher.reveal()
    revealed(qtbot, window)
    assert window.lessons.bar.show_button.isVisible()
    window.lessons.bar.show_button.click()
    qtbot.waitUntil(lambda: window.lessons.teacher.done, timeout=10_000)
    assert not window.lessons.bar.show_button.isVisible()


def test_networks_are_ranked_by_pressing_them_in_order(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "tanh-or-relu", 2)
    ranking = window.lessons.bar.answers
    assert isinstance(ranking, Ranking)
    ranking.buttons[0].click()
    ranking.buttons[1].click()
    assert [button.text() for button in ranking.buttons] == ["1. tanh", "2. sigmoid", "ReLU"]
    ranking.buttons[1].click()
    assert [button.text() for button in ranking.buttons] == ["tanh", "sigmoid", "ReLU"]
    for i in (2, 0, 1):
        ranking.buttons[i].click()
    assert "Right: this is the order." in revealed(qtbot, window)


@pytest.mark.painted(True)
def test_a_curve_is_drawn_in_the_place_of_the_decay_and_stays_beside_the_true_one(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "large-w", 2)
    drawing, pad = window.lessons.bar.answers, window.lessons.bar.pad
    assert isinstance(drawing, Drawing)
    assert isinstance(pad, CurvePad)
    assert pad.isVisible()
    assert not drawing.buttons[0].isEnabled()
    frame = pad._axes().frame.toRect()
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=frame.topRight())
    qtbot.mouseMove(pad, frame.bottomLeft())
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=frame.bottomLeft())
    assert pad.curve()[-1] == 0.0
    assert np.all(np.diff(pad.curve()[:-1]) > 0)
    drawing.buttons[0].click()
    assert "in the mean your curve is off by" in revealed(qtbot, window)
    decay = next(view for view in window.views if view.objectName() == "decay")
    assert "your prediction" in decay.told()
    window.lessons.teacher.leave()
    assert "your prediction" not in decay.told()


def test_what_is_not_drawn_of_a_curve_follows_what_is(qtbot: QtBot) -> None:
    pad = CurvePad(themes()["light"], 10)
    qtbot.addWidget(pad)
    pad._set(6, -4.0)
    assert pad.curve().tolist() == [-4.0] * 7 + [-3.0, -2.0, -1.0, 0.0]
    pad._set(3, -7.0)
    assert pad.curve()[:4].tolist() == [-7.0] * 4
    assert pad.curve()[6:].tolist() == [-4.0, -3.0, -2.0, -1.0, 0.0]
    pad._set(8, 1.0)
    assert pad.curve()[8:].tolist() == [1.0, 0.5, 0.0]


@pytest.mark.painted(True)
@pytest.mark.parametrize(("name", "index"), [("large-w", 2), ("saturation", 1)])
def test_a_step_stands_on_what_is_drawn_on_where_the_views_above_have_it(
    qtbot: QtBot, window: Window, name: str, index: int
) -> None:
    begin(qtbot, window, name, index)
    pad, states = window.lessons.bar.pad, window.time_views.states
    assert pad is not None
    for step in (0, 7, window.store.exploration.selection.t):
        x = pad.mapToGlobal(QPoint(0, 0)).x() + pad._axes().x(step)
        assert x == pytest.approx(states.place_of(step), abs=1.0)


@pytest.mark.painted(True)
def test_what_is_drawn_on_is_painted_again_when_the_views_above_have_the_steps_elsewhere(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window, "forget-bias", 0)
    pad, states = window.lessons.bar.pad, window.time_views.states
    assert pad is not None
    t, paint, painted = window.store.exploration.selection.t, pad._paint_axes, list[float]()

    def record(painter: QPainter) -> None:
        painted.append(pad.mapToGlobal(QPoint(0, 0)).x() + pad._axes().x(t))
        paint(painter)

    pad._paint_axes = record
    # Panels that are made late lay everything out once more.
    qtbot.waitUntil(lambda: not window._idle.isActive())
    QApplication.processEvents()
    painted.clear()
    before = states.place_of(t)
    states.plot.box.setXRange(-0.5, t + 0.5, padding=0)
    assert states.place_of(t) > before + 10
    qtbot.waitUntil(lambda: bool(painted) and painted[-1] == pytest.approx(states.place_of(t), abs=1.0))


@pytest.mark.painted(True)
def test_a_horizon_is_a_marker_that_keys_move(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "saturation", 1)
    pad = window.lessons.bar.pad
    assert isinstance(pad, HorizonPad)
    assert pad.isVisible()
    pad.take(11)
    qtbot.keyClick(pad, Qt.Key.Key_Left)
    assert pad.amount().said == "steps: 12"
    assert window.lessons.bar.answers is not None
    window.lessons.bar.answers.buttons[0].click()
    assert "Close: you said 12; it reaches back 12 steps." in revealed(qtbot, window)


def test_a_lesson_is_left_at_any_step_and_taken_up_where_it_was(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "forget-bias", 0)
    bar, teacher = window.lessons.bar, window.lessons.teacher
    bar.go_on()
    revealed(qtbot, window)
    bar.go_on()
    assert teacher.index == 1
    teacher.leave()
    assert not bar.isVisible()
    assert covered(window) == set()
    gallery = Gallery(window, teacher.progress)
    qtbot.addWidget(gallery)
    chosen: list[tuple[object, int]] = []
    gallery.chosen.connect(lambda one, step: chosen.append((one, step)))
    gallery.buttons["forget-bias"].click()
    assert chosen == [(lesson("forget-bias"), 1)]


def test_a_lesson_begun_further_on_counts_no_step_that_was_not_seen(qtbot: QtBot, window: Window) -> None:
    teacher = window.lessons.teacher
    begin(qtbot, window, "forget-bias", 0)
    window.lessons.bar.go_on()
    revealed(qtbot, window)
    teacher.begin(lesson("truncation"), index=2)
    assert teacher.progress.steps("truncation") == 0


@pytest.mark.painted(True)
def test_while_something_is_asked_the_decay_tells_nothing_of_other_activations(qtbot: QtBot, window: Window) -> None:
    def named() -> set[str]:
        drawn = window.time_views.decay.canvas.picture
        return set() if drawn is None else {line.name for line in drawn.lines}

    window.frame.open(window.time_views.decay)
    begin(qtbot, window, "tanh-or-relu", 2)
    assert "ReLU" not in named()
    window.lessons.teacher.leave()
    assert "ReLU" in named()


def test_keys_lead_through_a_lesson(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "clipping", 0)
    teacher, act = window.lessons.teacher, window.actions_
    act["next_step"].trigger()
    assert teacher.revealed
    act["next_step"].trigger()
    assert teacher.index == 1
    act["previous_step"].trigger()
    assert teacher.index == 0
    teacher.leave()
    assert not window.lessons.going


@pytest.mark.painted(True)
def test_every_step_of_every_lesson_can_be_shown_and_revealed(qtbot: QtBot, window: Window) -> None:
    teacher = window.lessons.teacher
    teacher.progress.reset()
    for name in names():
        begin(qtbot, window, name, 0)
        for i, step in enumerate(lesson(name).steps):
            assert teacher.index == i
            if not teacher.revealed:
                assert (window.lessons.bar.answers is None) == (step.predict is None)
                teacher.reveal()
            said = revealed(qtbot, window)
            assert "…" not in said
            assert [view.objectName() for view in window.views if failed(view)] == []
            window.lessons.bar.go_on()
            if teacher.step is not None:
                seen(qtbot, window)
        assert teacher.lesson is None or teacher.index == 0
        assert teacher.lesson == next_lesson(name)
    assert teacher.step is None


# What is revealed there is another look at what was worked out for the question.
@pytest.mark.parametrize(("name", "step"), [("clipping", 2), ("clipping", 3), ("truncation", 0), ("truncation", 2)])
def test_a_prediction_is_marked_by_what_is_revealed_not_by_what_stood_there(
    qtbot: QtBot, window: Window, name: str, step: int
) -> None:
    asked = lesson(name).steps[step]
    assert asked.setting != asked.revealed
    assert not needs_analysis(asked.setting, asked.revealed)
    assert asked.predict is not None
    scene = Scene.worked_out(asked.revealed)
    (right,) = right_options(asked.predict, scene)
    for option in range(len(asked.options)):
        begin(qtbot, window, name, step)
        window.lessons.teacher.predict(option)
        said = revealed(qtbot, window)
        assert said.startswith("<b>Right: " if option == right else "<b>No. The answer: ")
        assert html.escape(told(asked.told, scene, "en")) in said
        assert not window.lessons.teacher.done


def test_what_is_tried_is_judged_as_the_present_looks_at_it(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "truncation", 0)
    teacher = window.lessons.teacher
    teacher.reveal()
    window.controller.select(51, 20)
    seen(qtbot, window)
    assert not teacher.done
    window.controller.select(51, 45)
    qtbot.waitUntil(lambda: teacher.done, timeout=10_000)


def test_an_own_file_is_read_again_when_it_is_edited(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\n[[step]]\nsay = "First."', encoding="utf-8")
    window.lessons.open(path)
    bar = window.lessons.bar
    assert "Mine · 1 of 1" in bar.title.text()
    path.write_text('title = "Mine"\n[[step]]\nsya = "First."', encoding="utf-8")
    qtbot.waitUntil(lambda: "line 3" in bar.text.text(), timeout=10_000)
    path.write_text('title = "Mine"\n[[step]]\nsay = "Second."', encoding="utf-8")
    qtbot.waitUntil(lambda: "Second." in bar.text.text(), timeout=10_000)


def test_a_file_that_tells_no_lesson_is_refused_and_nothing_changes(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"', encoding="utf-8")
    before = window.store.exploration
    window.lessons.open(path)
    assert "“mine.toml”, line 1" in window.status.refusal.text()
    assert window.store.exploration == before
    assert window.lessons.teacher.step is None


def test_words_of_a_lesson_are_text(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "<b>T</b>"\n[[step]]\nsay = "<i>x</i> & y"', encoding="utf-8")
    window.lessons.teacher.begin(read_lesson(path))
    assert "&lt;i&gt;x&lt;/i&gt; &amp; y" in window.lessons.bar.text.text()
    assert window.lessons.bar.title.text().startswith("<b>T</b>")
    assert window.lessons.bar.title.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("text", ["", "a", "=", "a=-1", "a=1e5", "a=99999", ";;"])
def test_foreign_text_is_no_progress(text: str) -> None:
    assert Progress(lambda: text, lambda _: None).steps("a") == 0


def test_progress_is_kept_and_never_goes_back() -> None:
    kept: list[str] = []
    progress = Progress(lambda: "a=2", kept.append)
    progress.reach("a", 1, 4)
    assert (progress.steps("a"), kept) == (2, [])
    progress.reach("b", 9, 4)
    assert kept[-1] == "a=2;b=4"
    progress.reset()
    assert (progress.steps("a"), kept[-1]) == (0, "")


def test_what_is_saved_while_the_file_is_read_is_seen(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, waiting = tmp_path / "mine.toml", ["Third."]

    def saved(text: str) -> None:
        (other := tmp_path / "other").write_text(f'title = "Mine"\n[[step]]\nsay = "{text}"', encoding="utf-8")
        other.replace(path)

    def read(file: Path) -> Lesson:
        found = read_lesson(file)
        if waiting:
            saved(waiting.pop())
        return found

    saved("First.")
    window.lessons.open(path)
    monkeypatch.setattr("explorer.gui.lessons.teacher.read_lesson", read)
    saved("Second.")
    qtbot.waitUntil(lambda: "Third." in window.lessons.bar.text.text(), timeout=10_000)


def test_another_language_in_the_middle_keeps_what_was_answered(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "saturation", 1)
    bar = window.lessons.bar
    assert isinstance(bar.pad, HorizonPad)
    bar.pad.take(11)
    window.actions_["language"].trigger()
    assert isinstance(bar.pad, HorizonPad)
    assert bar.pad.isVisible()
    assert (bar.pad.steps, bar.pad.amount().said) == (11, "11 步")
    begin(qtbot, window, "tanh-or-relu", 2)
    assert isinstance(bar.answers, Ranking)
    bar.answers.buttons[2].click()
    window.actions_["language"].trigger()
    assert [button.text() for button in bar.answers.buttons] == ["tanh", "sigmoid", "1. ReLU"]


def test_a_double_click_on_next_skips_no_question(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "tanh-or-relu", 2)
    teacher, button = window.lessons.teacher, window.lessons.bar.next_button
    teacher.reveal()
    before = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(60_000)
    try:
        for _ in range(5):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    finally:
        QApplication.setDoubleClickInterval(before)
    assert (teacher.index, teacher.revealed) == (3, False)


def test_an_answer_by_mouse_leaves_the_keyboard_where_it_was_and_one_by_keys_takes_it_along(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window, "large-w", 0)
    bar = window.lessons.bar
    assert bar.answers is not None
    # The last click of the test before is none of a double click.
    bar._pressed.invalidate()
    before = window.focusWidget()
    qtbot.mouseClick(bar.answers.buttons[2], Qt.MouseButton.LeftButton)
    assert window.focusWidget() is before
    begin(qtbot, window, "large-w", 0)
    bar.answers.buttons[2].setFocus()
    qtbot.keyClick(bar.answers.buttons[2], Qt.Key.Key_Space)
    assert window.focusWidget() is bar.next_button
    qtbot.keyClick(bar.next_button, Qt.Key.Key_Space)
    assert bar.answers is not None
    assert window.focusWidget() is bar.answers.buttons[0]


def test_after_the_last_step_the_next_lesson_is_offered_where_it_was_left(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "tanh-or-relu", 5)
    bar, teacher = window.lessons.bar, window.lessons.teacher
    teacher.progress.reset()
    teacher.progress.reach("large-w", 2, 5)
    teacher.reveal()
    assert bar.next_button.text() == "Next lesson"
    assert lesson("large-w").title["en"] in bar.next_button.toolTip()
    bar.go_on()
    assert (teacher.lesson, teacher.index) == (lesson("large-w"), 2)
    begin(qtbot, window, names()[-1], 4)
    teacher.reveal()
    assert bar.next_button.text() == "End the lesson"


@pytest.mark.painted(True)
def test_the_decay_has_as_much_room_as_the_map_while_a_drawn_curve_is_compared(qtbot: QtBot, window: Window) -> None:
    window.resize(1366, 768)
    begin(qtbot, window, "large-w", 1)
    usual = window.time_views.decay.height()
    begin(qtbot, window, "large-w", 2)
    bar = window.lessons.bar
    assert isinstance(bar.pad, CurvePad)
    assert bar.pad.height() > 130
    window.lessons.teacher.predict(np.zeros(21))
    revealed(qtbot, window)
    assert window.time_views.decay.plot.height() > 130
    bar.go_on()
    seen(qtbot, window)
    window.lessons.teacher.leave()
    assert window.time_views.decay.height() <= max(usual, 130) + 40


@pytest.mark.painted(True)
def test_a_division_that_a_person_chose_comes_back_after_a_curve(qtbot: QtBot, window: Window) -> None:
    window.resize(1366, 768)
    begin(qtbot, window, "large-w", 1)
    rows = window.frame.rows
    qtbot.wait(1)
    sizes = rows.sizes()
    sizes[-1], sizes[-2] = sizes[-1] + 30, sizes[-2] - 30
    rows.setSizes(sizes)
    chosen = rows.sizes()
    begin(qtbot, window, "large-w", 2)
    assert rows.sizes() != chosen
    begin(qtbot, window, "large-w", 1)
    assert rows.sizes() == pytest.approx(chosen, abs=3)
    rows.divide_anew()


def test_a_cover_names_what_it_covers(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "tanh-or-relu", 1)
    covers = {view.objectName(): view._cover for view in window.views}
    assert isinstance(covers["flow"], QLabel)
    assert "<b>Gradient flow</b>" in covers["flow"].text()
    begin(qtbot, window, "tanh-or-relu", 3)
    cover = next(view for view in window.views if view.objectName() == "compare")._cover
    assert isinstance(cover, QLabel)
    assert "<b>tanh | ReLU</b>" in cover.text()


def test_what_is_made_late_is_covered_like_the_rest_while_a_question_is_asked(window_of) -> None:
    asked = lesson("tanh-or-relu")
    window = window_of(asked.steps[1].setting, start=False)
    window.lessons.begin(asked, 1)
    assert window._learning is None
    assert window.learning
    late = {
        view.objectName() for view in (*window.inspect_panel.views, *window.learning.cards.views) if view.shows_flow
    }
    assert {"formula", "product", "lags"} <= late
    assert late <= covered(window)
    window.lessons.teacher.reveal()
    assert covered(window) == set()


def test_a_network_that_comes_with_the_question_is_covered_like_the_others(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "forget-bias", 3)
    seen(qtbot, window)
    begin(qtbot, window, "cell-path", 2)
    seen(qtbot, window)
    assert [column.pane.covered for column in window.compare.columns] == [True, True, True]
    window.lessons.teacher.reveal()
    seen(qtbot, window)
    assert not any(column.pane.covered for column in window.compare.columns)


def test_the_card_that_a_step_speaks_of_is_in_sight_also_in_a_presentation(qtbot: QtBot, window: Window) -> None:
    window.set_presentation(True)
    begin(qtbot, window, "saturation", 0)
    card = next(view for view in window.inspect_panel.views if view.objectName() == "derivative")
    qtbot.waitUntil(lambda: card.isVisible() and not card.visibleRegion().isEmpty())
    window.lessons.teacher.reveal()
    seen(qtbot, window)
    assert card.isVisible()
    window.lessons.teacher.go_to(1)
    seen(qtbot, window)
    qtbot.waitUntil(lambda: not card.isVisible())
    assert window.actions_["presentation"].isChecked()


def test_a_card_that_is_brought_into_sight_stays_there_while_those_above_it_change_until_a_person_scrolls(
    qtbot: QtBot, window: Window
) -> None:
    panel = window.inspect_panel
    card = next(view for view in panel.views if view.objectName() == "formula")
    bar, above = panel.verticalScrollBar(), panel.views[0]
    window.resize(1366, 700)
    panel.bring(card)
    qtbot.waitUntil(lambda: bar.value() == min(card.y(), bar.maximum()) > 0)
    before = card.y()
    above.setFixedHeight(above.height() + 40)
    qtbot.waitUntil(lambda: card.y() == before + 40)
    assert bar.value() == min(card.y(), bar.maximum())
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    above.setFixedHeight(above.height() - 40)
    qtbot.waitUntil(lambda: card.y() == before)
    assert bar.value() == 0


def test_the_panel_in_front_is_the_one_in_which_a_step_is_tried(qtbot: QtBot, window: Window) -> None:
    left, right, teacher = window.left.tabs, window.right.tabs, window.lessons.teacher
    begin(qtbot, window, "truncation", 4)
    assert (left.currentIndex(), right.currentIndex()) == (1, 1)
    teacher.begin_following()
    teacher.go_to(0)
    seen(qtbot, window)
    assert teacher.lesson == lesson("forget-bias")
    assert (left.currentIndex(), right.currentIndex()) == (0, 0)
    # A person looks elsewhere: the reveal takes nobody away, the next step leads back.
    left.setCurrentIndex(1)
    teacher.reveal()
    seen(qtbot, window)
    assert left.currentIndex() == 1
    teacher.go_to(1)
    assert left.currentIndex() == 0
    begin(qtbot, window, "truncation", 1)
    assert left.currentIndex() == 1
    begin(qtbot, window, "truncation", 3)
    assert left.currentIndex() == 1


def test_what_lies_beyond_the_end_of_a_slider_is_said_to_be_typed(window: Window) -> None:
    network = window.build_panel.network
    sliders = {"gain": window.top_bar.gain} | {
        name: getattr(network, name) for name in ("bias", "forget_bias", "input_scale")
    }
    for name in names():
        for step in lesson(name).steps:
            if step.trial is None or step.trial.answer is None:
                continue
            for setting, slider in sliders.items():
                value = getattr(step.trial.answer.recipe, setting)
                if value != getattr(step.revealed.recipe, setting) and not slider._minimum <= value <= slider._maximum:
                    assert "type" in step.trial.say["en"]
                    assert "键入" in step.trial.say["zh_CN"]


def test_the_cards_that_steps_can_speak_of_are_those_of_the_right_side(window: Window) -> None:
    cards = {view.objectName() for view in (*window.inspect_panel.views, *window.learning.cards.views)}
    assert set(CARDS) <= cards


def test_a_preset_that_is_chosen_leaves_the_lesson_which_is_taken_up_where_it_was(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, "large-w", 0)
    kept = window.lessons.teacher.progress.place("large-w", 5)
    window.top_bar.preset_chosen.emit("gru")
    seen(qtbot, window)
    assert not window.lessons.going
    assert not window.lessons.bar.isVisible()
    assert covered(window) == set()
    assert window.lessons.teacher.progress.place("large-w", 5) == kept


def test_the_list_offers_first_what_goes_on_and_marks_what_is_done(qtbot: QtBot, window: Window) -> None:
    progress = Progress(lambda: "tanh-or-relu=6;saturation=2", lambda _: None)
    gallery = Gallery(window, progress)
    qtbot.addWidget(gallery)
    gallery.show()
    assert gallery.focusWidget() is gallery.buttons["saturation"]
    texts = [label.text() for label in gallery.findChildren(QLabel)]
    assert "8 min · 6 of 6 steps ✓" in texts
    assert gallery.reset_button.isEnabled()
    gallery.reset_button.click()
    assert not gallery.reset_button.isEnabled()


@pytest.mark.parametrize("theme", ["projector"])
def test_the_list_of_lessons_is_as_wide_as_its_entries(qtbot: QtBot, window: Window) -> None:
    gallery = Gallery(window, window.lessons.teacher.progress)
    qtbot.addWidget(gallery)
    gallery.show()
    QApplication.processEvents()
    inner = gallery._scroll.widget()
    assert inner is not None
    assert inner.width() <= gallery._scroll.viewport().width()
    assert gallery._scroll.horizontalScrollBar().maximum() == 0


@pytest.mark.painted(True)
def test_the_decay_that_lessons_speak_of_stays_open_where_there_is_little_room(qtbot: QtBot, window: Window) -> None:
    window.resize(1366, 730)
    window.actions_["language"].trigger()
    fold = window.frame.rows.fold("decay")
    for index in range(3):
        begin(qtbot, window, "tanh-or-relu", index)
        qtbot.wait(1)
        assert not fold.folded
    # Whoever wants it folded has it so.
    window.frame.rows.wish("decay", False)
    qtbot.waitUntil(lambda: fold.folded)
    window.lessons.bar.go_on()
    seen(qtbot, window)
    qtbot.wait(1)
    assert fold.folded


@pytest.mark.parametrize(("name", "step"), [("tanh-or-relu", 2), ("large-w", 0)])
def test_who_skips_a_question_is_told_the_answer(qtbot: QtBot, window: Window, name: str, step: int) -> None:
    begin(qtbot, window, name, step)
    assert window.lessons.bar.next_button.text() == "Skip and show"
    window.lessons.bar.go_on()
    assert "<b>The answer: " in revealed(qtbot, window)
