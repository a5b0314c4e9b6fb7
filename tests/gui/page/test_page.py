"""What a page holds, how large it is, and from where it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer import cli
from explorer.engine.errors import TooBig
from explorer.gui.page import page as made
from explorer.gui.page.page import page
from explorer.gui.shell import hand_out
from explorer.gui.shell.window import Window
from explorer.gui.words.i18n import languages, set_language, tr
from explorer.paths import resources
from explorer.workspace.disk.files import save
from explorer.workspace.disk.presets import preset, presets
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal, replace
from explorer.workspace.looks.analysis import analyse, row_of
from explorer.workspace.looks.sentences import verdict_sentence
from explorer.workspace.pages import sheet
from explorer.workspace.pages.numbers import packed
from explorer.workspace.pages.words import WORDS

SMALL = Exploration(selection=Selection(t=5, k=2), sequence=Signal(steps=8)).with_recipe(hidden=3)
MEGABYTE = 1_000_000

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def held(html: bytes) -> dict[str, object]:
    found = re.search(rb'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_page_of_128_steps_is_smaller_than_1500_kilobytes_even_of_four_networks() -> None:
    four = replace(
        SMALL, networks=(SMALL.with_recipe(hidden=64).recipe,) * 4, sequence=Signal(steps=128), stage="beside"
    )
    assert len(page(replace(four, networks=four.networks[:1]))) < 0.5 * MEGABYTE
    assert len(page(four)) < 1.5 * MEGABYTE


def test_same_exploration_gives_the_same_bytes() -> None:
    sheet._script.cache_clear()
    first = page(SMALL)
    assert page(msgspec.json.decode(msgspec.json.encode(SMALL), type=Exploration)) == first


def test_page_holds_every_digit_and_what_is_said_of_every_row_in_every_language() -> None:
    analysis = analyse(SMALL)
    network = held(page(SMALL))["networks"][0]
    assert network["gains"] == packed(analysis.run.log_gain[np.tril_indices(9)])
    for t, row in enumerate(network["rows"]):
        inspection = row_of(analysis, t)
        assert row["verdict"]["en"] == str(verdict_sentence(inspection))
        assert row["horizon"] == inspection.verdict.horizon
        assert set(row["verdict"]) == set(languages())


def test_page_is_spoken_in_every_language_while_the_window_speaks_its_own(qapp: object) -> None:  # noqa: ARG001
    set_language("zh_CN")
    try:
        words = held(page(SMALL))["words"]
        assert tr("Gradient flow") == words["map"]["zh_CN"] != words["map"]["en"]
    finally:
        set_language("en")


def test_every_word_of_the_page_is_said_somewhere_on_it() -> None:
    files = "".join(path.read_text("utf-8") for path in sorted((resources() / "page").iterdir()))
    quoted = set(re.findall(r'"([a-z 0]+)"', files))
    by_the_data = {f"decay {norm}" for norm in ("rms", "spectral")} | {"rms", "spectral"}
    by_the_template = {"needs script"}
    assert set(WORDS) - by_the_data - by_the_template <= quoted


def test_preset_gives_the_page_its_title_whatever_pair_is_looked_at() -> None:
    chosen = preset("chaos")
    assert held(page(chosen.exploration.with_selection(t=3, k=1)))["title"] == chosen.titles


def test_page_of_a_preset_says_what_to_look_at_and_not_what_to_do_in_the_window() -> None:
    for one in presets():
        look = made._headings(one.exploration, "")["look"]
        for code, text in look.items():
            assert one.look[code].startswith(text)
            assert text != one.look[code]
            assert text.endswith((".", "。")) or one.exploration.task


def test_page_shows_the_networks_that_are_in_sight() -> None:
    three = replace(
        SMALL, networks=(*SMALL.networks, SMALL.with_recipe(activation="relu").recipe), active=1, stage="beside"
    )
    assert [one["name"]["en"] for one in held(page(three))["networks"]] == ["tanh", "ReLU"]
    assert [one["name"]["en"] for one in held(page(replace(three, stage="alone")))["networks"]] == ["ReLU"]


def test_link_to_a_page_is_shown_with_the_verdict() -> None:
    verdict = verdict_sentence(row_of(analyse(SMALL), SMALL.selection.t))
    assert f'<meta name="description" content="{verdict}">' in page(SMALL).decode()


def test_page_that_no_mail_would_take_is_refused() -> None:
    with pytest.raises(TooBig, match="A page of 2000 steps"):
        page(replace(SMALL, networks=SMALL.networks * 4, sequence=Signal(steps=2000), stage="beside"))


def test_command_line_writes_a_page_with_the_name_of_its_file(tmp_path: Path) -> None:
    save(tmp_path / "mine & yours.gflow", SMALL)
    out = tmp_path / "page.html"
    assert (
        cli.main(["render", str(out), str(tmp_path / "mine & yours.gflow"), "--lang", "zh_CN", "--theme", "dark"]) == 0
    )
    assert b"<title>mine &amp; yours</title>" in out.read_bytes()
    assert (held(out.read_bytes())["language"], held(out.read_bytes())["theme"]) == ("zh_CN", "dark")


@pytest.mark.parametrize(
    "words", [("--size", "800x600"), ("--view", "flow"), ("--presentation",), ("--theme", "projector")]
)
def test_what_only_a_picture_has_is_no_option_of_a_page(
    tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["render", str(tmp_path / "page.html"), *words])
    assert "page" in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_window_hands_out_a_page_of_what_it_shows(
    window_of: Callable[..., Window], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    window = window_of(SMALL)
    monkeypatch.setattr(hand_out, "file_to_save", lambda *_: str(tmp_path / "page.html"))
    with qtbot.waitSignal(window.documents.written):
        window.documents.hand_out()
    assert (tmp_path / "page.html").read_bytes() == page(window.controller.store.exploration)


def test_page_that_is_refused_is_told_and_nothing_is_written(
    window_of: Callable[..., Window], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    window = window_of(SMALL)
    monkeypatch.setattr(made, "_MOST", 10)
    monkeypatch.setattr(hand_out, "file_to_save", lambda *_: str(tmp_path / "page.html"))
    with qtbot.waitSignal(window.controller.refused):
        window.documents.hand_out()
    assert not (tmp_path / "page.html").exists()


def test_notes_stand_on_the_page_and_leave_a_preset_its_name() -> None:
    noted = presets()[0].exploration.with_note(4, 2, "<b>look</b>").with_note(3, None, "here")
    data = held(page(noted))
    assert [note["en"] for note in data["written"]] == ["note on step 3: here", "note on ∂s₄/∂s₂ of tanh: <b>look</b>"]
    assert data["title"] == presets()[0].titles
    assert held(page(presets()[0].exploration))["written"] == []
