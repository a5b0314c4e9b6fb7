"""The gallery of presets: what it shows, what is found in it, and how one is chosen by hand, by keys and by a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.engine.errors import BadSequence
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.presets.card import Card
from explorer.gui.presets.gallery import Gallery
from explorer.gui.presets.thumbnails import Thumbnails
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk import thumbnails as kept
from explorer.workspace.disk.presets import Preset, groups, preset, presets
from explorer.workspace.disk.thumbnails import Thumbnail
from explorer.workspace.exploration.exploration import Exploration, Signal, replace
from explorer.workspace.scales.gains import palette

from ..by_keyboard import Key, press
from ..painted import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SMALL = Exploration(sequence=Signal(steps=8)).with_recipe(hidden=3)
SIZES = [(960, 640), (1366, 768), (1920, 1080)]
Open = Callable[..., Gallery]


def small(names: Sequence[str]) -> tuple[Preset, ...]:
    """Return presets that are quickly worked out, each another one."""
    one = preset("gru")
    return tuple(replace(one, name=name, exploration=SMALL.with_recipe(seed=i)) for i, name in enumerate(names))


@pytest.fixture
def opened(qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Return what opens a gallery over a window of a size; nothing is worked out unless presets are given."""
    made: list[tuple[Gallery, Thumbnails, QWidget]] = []

    def make(size=(1366, 768), theme="light", shown="gru", asked: Sequence[Preset] = ()) -> Gallery:
        parent, pictures = QWidget(), Thumbnails(asked, tmp_path)
        parent.resize(*size)
        dressed = look.themes()[theme]
        style.apply(qapp, dressed, i18n.language())
        gallery = Gallery(parent, dressed, asked or presets(), groups(), pictures, shown)
        made.append((gallery, pictures, parent))
        gallery.show()
        gallery.activateWindow()
        QApplication.processEvents()
        return gallery

    yield make
    for gallery, pictures, parent in made:
        gallery.reject()
        pictures.close()
        parent.deleteLater()
    i18n.set_language("en")
    style.apply(qapp, look.themes()["light"], "en")


def titles(gallery: Gallery) -> list[str]:
    return [card.title for card in gallery.cards.shown]


def current(gallery: Gallery) -> str:
    assert gallery.cards.current is not None
    return gallery.cards.current.preset.name


def test_all_presets_stand_under_the_titles_of_their_groups_and_the_shown_one_is_in_sight(opened: Open) -> None:
    gallery = opened(shown="task-recall")
    assert titles(gallery) == [one.titles["en"] for one in presets()]
    tops = {group: heading.y() for group, heading in gallery.cards._headings.items()}
    for card in gallery.cards.shown:
        later = [top for top in tops.values() if top > tops[card.preset.group]]
        assert tops[card.preset.group] < card.y() < min(later, default=10**6)
    assert current(gallery) == "task-recall"
    card = gallery.cards.current
    assert card is not None
    assert card.visibleRegion().boundingRect().size() == card.size()


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize(("size", "theme"), list(zip(SIZES, look.themes(), strict=True)))
def test_every_card_says_its_title_and_whole_clauses_of_its_sentence_at_any_size(
    opened: Open, size: tuple[int, int], theme: str, language: str
) -> None:
    i18n.set_language(language)
    gallery = opened(size, theme)
    assert gallery.width() <= size[0]
    assert gallery.height() <= size[1]
    for card in gallery.cards.cards:
        assert card.geometry().right() < gallery.cards.width()
        said = card.said()
        assert len(said) > 5, card.preset.name
        assert card.sight.startswith(said)
        painted = "".join(word.text for word in words_of(card))
        begins = ["".join(title.split()) for title in (card.title, card.short)]
        assert "".join(painted.split()).startswith(tuple(begins))
        assert card.accessibleName() == card.title
        assert card.accessibleDescription() == preset(card.preset.name).look[language]


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("en", "orthogonal symbols", {"task-recall", "task-temporal-order"}),
        ("en", "HALF-life", {"lstm-forget-bias-1"}),
        ("en", "clipped wall", {"error-surface"}),
        ("en", "gates and memory", {"lstm-remembers", "lstm-forget-bias-1", "gru", "residual", "lstm-gates"}),
        ("zh_CN", "峭壁", {"error-surface"}),
        ("zh_CN", "clipped", set()),
    ],
)
def test_a_search_finds_the_presets_that_have_all_its_words_in_the_language_that_is_spoken(
    opened: Open, language: str, words: str, found: set[str]
) -> None:
    i18n.set_language(language)
    gallery = opened()
    QTest.keyClicks(gallery.search, words) if words.isascii() else gallery.search.setText(words)
    assert {card.preset.name for card in gallery.cards.shown} == found
    shown = {card.preset.group for card in gallery.cards.shown}
    assert {group for group, heading in gallery.cards._headings.items() if not heading.isHidden()} == shown
    assert gallery.nothing.isVisible() == (not found)
    press(gallery, Key.Key_Return)
    assert gallery.isVisible() == (not found)
    gallery.search.clear()
    assert len(gallery.cards.shown) == len(presets())


def test_arrows_reach_every_card_and_lead_back_to_the_search(opened: Open) -> None:
    gallery = opened((960, 640), shown="toggle")
    reached = [current(gallery)]
    for _ in presets():
        press(gallery, Key.Key_Right)
        assert isinstance(gallery.focusWidget(), Card)
        reached.append(current(gallery))
    assert list(dict.fromkeys(reached)) == [one.name for one in presets()]
    for _ in presets():
        press(gallery, Key.Key_Up)
    assert gallery.focusWidget() is gallery.search
    assert gallery.cards.current in gallery.cards.shown[:4]


def test_down_and_up_stay_in_their_column_and_home_end_and_pages_go_far(opened: Open) -> None:
    gallery = opened((1366, 768), shown="exploding-relu")
    column = gallery.cards.current.x()
    press(gallery, Key.Key_Down)
    press(gallery, Key.Key_Down)
    assert gallery.cards.current.x() == column
    press(gallery, Key.Key_End)
    assert current(gallery) == presets()[-1].name
    press(gallery, Key.Key_Home)
    assert current(gallery) == presets()[0].name
    before = gallery.cards.current.y()
    press(gallery, Key.Key_PageDown)
    assert gallery.cards.current.y() > before + 2 * gallery.cards.least.height()


def test_a_letter_typed_on_a_card_goes_on_in_the_search_and_space_chooses(opened: Open, qtbot) -> None:
    gallery = opened(shown="toggle")
    press(gallery, Key.Key_Right)
    QTest.keyClick(gallery.focusWidget(), "w")
    assert gallery.focusWidget() is gallery.search
    assert gallery.search.text() == "w"
    gallery.search.setText("wall")
    press(gallery, Key.Key_Down)
    with qtbot.waitSignal(gallery.chosen) as chosen:
        press(gallery, Key.Key_Space)
    assert chosen.args == ["error-surface"]


def test_a_click_chooses_and_escape_does_not(opened: Open, qtbot) -> None:
    gallery = opened()
    with qtbot.assertNotEmitted(gallery.chosen):
        press(gallery, Key.Key_Escape)
    assert not gallery.isVisible()
    gallery = opened(shown="toggle")
    with qtbot.waitSignal(gallery.chosen) as chosen:
        QTest.mouseClick(gallery.cards.cards[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [presets()[1].name]


def pixel(card: Card, x: float, y: float) -> QColor:
    """Return the colour of a place in the picture, given as shares of it from the left and from above."""
    image, place = QImage(card.grab().toImage()), card._picture_place()
    at = place.topLeft() + QPoint(round(x * place.width()), round(y * place.height()))
    return image.pixelColor(at * image.devicePixelRatio())


def shade(theme: str, code: int) -> tuple[int, ...]:
    return tuple(palette(look.themes()[theme])[code][:3].tolist())


@pytest.mark.parametrize("theme", look.themes())
def test_a_picture_has_the_colours_of_the_flow_map_and_before_it_is_there_those_of_none(
    opened: Open, theme: str
) -> None:
    gallery = opened(theme=theme)
    card = gallery.cards.cards[0]
    assert pixel(card, 0.25, 0.3).getRgb()[:3] == QColor(look.themes()[theme].panel).getRgb()[:3]
    kept_at_one = np.where(np.tri(41, dtype=bool), 0.0, np.nan)
    card.show_thumbnail(Thumbnail((kept_at_one,), 6))
    assert pixel(card, 0.25, 0.3).getRgb()[:3] == shade(theme, 128)


def test_what_is_no_number_zero_and_what_was_refused_look_each_otherwise(opened: Open) -> None:
    gallery = opened()
    seen = {}
    for card, fill in zip(gallery.cards.cards, (0.0, np.nan, -np.inf, -1e4), strict=False):
        card.show_thumbnail(Thumbnail((np.where(np.tri(41, dtype=bool), fill, np.nan),), 6))
        seen[fill] = card.grab(card._picture_place()).toImage()
    refused = gallery.cards.cards[4]
    refused.show_thumbnail(Thumbnail((), 6, BadSequence("The text is empty: type at least one word.")))
    seen["refused"] = refused.grab(refused._picture_place()).toImage()
    seen["not there yet"] = gallery.cards.cards[5].grab(gallery.cards.cards[5]._picture_place()).toImage()
    images = list(seen.values())
    assert all(one != other for i, one in enumerate(images) for other in images[:i])
    assert refused.accessibleDescription().endswith("The text is empty: type at least one word.")


def test_pictures_arrive_by_themselves_and_are_worked_out_once(
    opened: Open, qtbot, monkeypatch, tmp_path: Path
) -> None:
    asked = small(["one", "two", "three"])
    gallery = opened(shown="one", asked=asked)
    qtbot.waitUntil(lambda: all(card.pictured for card in gallery.cards.cards), timeout=10_000)
    gallery.reject()
    # The file is written after the last picture was told.
    qtbot.waitUntil(lambda: len(kept.read_thumbnails(tmp_path)) == 3, timeout=10_000)

    def never_again(*_: object) -> None:
        raise AssertionError("worked out twice")

    monkeypatch.setattr("explorer.gui.presets.thumbnails.thumbnail_of", never_again)
    again = opened(shown="one", asked=asked)
    qtbot.waitUntil(lambda: all(card.pictured for card in again.cards.cards), timeout=10_000)


def test_a_gallery_that_closes_ends_the_work_and_keeps_what_is_done(
    opened: Open, qtbot, monkeypatch, tmp_path: Path
) -> None:
    begun: list[int] = []

    def slow(exploration: Exploration, stop: Callable[[], bool]) -> Thumbnail:
        begun.append(exploration.recipe.seed)
        if len(begun) == 2:
            while not stop():
                pass
        return kept.thumbnail_of(exploration, stop)

    monkeypatch.setattr("explorer.gui.presets.thumbnails.thumbnail_of", slow)
    gallery = opened(shown="one", asked=small(["one", "two", "three"]))
    qtbot.waitUntil(lambda: len(begun) == 2, timeout=10_000)
    gallery.reject()
    qtbot.waitUntil(lambda: len(kept.read_thumbnails(tmp_path)) == 1, timeout=10_000)
    assert begun == [0, 1]


@pytest.mark.parametrize("ask", ["key", "click", "action"])
def test_the_window_opens_the_gallery_on_the_shown_preset_and_loads_the_chosen_one(window: Window, ask: str) -> None:
    window.top_bar.preset_chosen.emit("gru")
    box = window.top_bar.preset
    if ask == "click":
        at = box.mapTo(window, box.rect().center())
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
        QApplication.processEvents()
    elif ask == "key":
        box.setFocus(Qt.FocusReason.TabFocusReason)
        press(window, Key.Key_F4)
    else:
        press(window, Key.Key_F3)
    gallery = window.presets.gallery
    assert gallery is not None
    assert current(gallery) == "gru"
    gallery.search.setText("impulse walks")
    press(gallery, Key.Key_Return)
    assert window.presets.gallery is None
    assert window.store.exploration == preset("shift-register").exploration
    assert box.value == "shift-register"


def test_nothing_of_the_gallery_is_made_before_it_is_asked_for(window_of: Callable[..., Window]) -> None:
    window = window_of(SMALL)
    assert window.presets.gallery is None
    assert window.presets._thumbnails is None


def test_the_box_says_changed_until_undo_or_another_choice_and_the_name_of_a_file(
    window: Window, tmp_path: Path
) -> None:
    box = window.top_bar.preset
    window.top_bar.preset_chosen.emit("gru")
    title = preset("gru").titles["en"]
    assert box.currentText() == title
    window.actions_["relu"].trigger()
    assert (box.value, box.currentText()) == ("gru", f"{title} · changed")
    window.set_language("zh_CN")
    assert box.currentText() == f"{preset('gru').titles['zh_CN']} · 已改动"
    window.set_language("en")
    window.actions_["undo"].trigger()
    assert box.currentText() == title
    window.actions_["redo"].trigger()
    window.documents._save_to(tmp_path / "mine.gflow")
    assert box.currentText() == "mine.gflow"
    window.actions_["tanh"].trigger()
    assert box.currentText() == "mine.gflow · changed"
    window.top_bar.preset_chosen.emit("chaos")
    assert box.currentText() == preset("chaos").titles["en"]
    assert window.open(tmp_path / "mine.gflow")
    assert box.currentText() == "mine.gflow"
