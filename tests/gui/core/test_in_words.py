"""Every view can be read out as two sentences, in both languages; pictures carry them for who can't see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from explorer.gui.core.in_words import in_words, picture_in_words
from explorer.gui.export.pictures import save_picture
from explorer.gui.shell.window import Window
from explorer.gui.words.i18n import languages, set_language
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.looks.sentences import verdict_sentence
from explorer.workspace.tasks import taught

from ..conftest import SMALL

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

TAUGHT = taught(Exploration().with_recipe(hidden=3, cell="lstm"), Task(kind="temporal_order", lag=10))
NAMES = {"tanh", "sigmoid", "ReLU", "LSTM", "diag", "Kaplan", "Yorke"}
ENDS = (".", "。", "?", "？", "…")


BESIDE = replace(SMALL, networks=(SMALL.recipe, SMALL.with_recipe(activation="relu").recipe), stage="beside")


@pytest.fixture(params=[SMALL, TAUGHT, BESIDE], ids=["simple", "taught", "beside"])
def window(request: pytest.FixtureRequest, window_of: Callable[..., Window]) -> Iterator[Window]:
    yield window_of(request.param)
    set_language("en")


def said(window: Window) -> dict[str, str]:
    found, alone = {}, window.controller.store.exploration.stage == "alone"
    for view in window.views:
        if (view.objectName() == "compare") == alone:
            continue
        window.bring_forward(view)
        found[view.objectName()] = in_words(view)
    return found


def test_every_view_is_read_out_as_two_sentences_in_every_language(window: Window) -> None:
    for code in languages():
        window.appearance.set_language(code)
        for name, words in said(window).items():
            view = next(view for view in window.views if view.objectName() == name)
            assert words.startswith(view.title)
            assert words.removeprefix(view.title).strip(".。")
            assert "\n" not in words
            assert "↑" not in words
            assert words.endswith(ENDS), words
            if code != "en":
                # Who says so is quoted as it was published.
                own = re.sub("来源：[^。]*", "", words)
                assert set(re.findall("[A-Za-z]{4,}", own)) <= NAMES, words
                assert not re.search(r"[一-鿿]\.", words)


def test_picture_of_the_window_begins_with_the_verdict_and_tells_each_view_in_a_line(window: Window) -> None:
    lines = picture_in_words(window.picture()).splitlines()
    assert lines[0] == str(verdict_sentence(window.controller.inspection))
    hero = window.map if window.controller.store.exploration.stage == "alone" else window.compare
    assert lines.count(in_words(hero)) == 1


@pytest.mark.painted(True)
def test_pictures_carry_the_words_of_their_view(window_of: Callable[..., Window], tmp_path: Path) -> None:
    view = window_of(SMALL).map
    words = picture_in_words(view)
    assert words == in_words(view)
    for ending in ("svg", "png", "pdf"):
        save_picture(view, tmp_path / f"map.{ending}", words)
    drawing = ElementTree.parse(tmp_path / "map.svg").getroot()
    svg = "{http://www.w3.org/2000/svg}"
    assert [drawing.findtext(f"{svg}title"), drawing.findtext(f"{svg}desc")] == [view.title, words]
    assert QImage(str(tmp_path / "map.png")).text("Description") == words
    assert words.encode() in (tmp_path / "map.pdf").read_bytes()
