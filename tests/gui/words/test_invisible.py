"""What prints nothing is shown by a sign, and named where one asks."""

from __future__ import annotations

import pytest

from explorer.gui.panels.build.sequence import SequenceCard
from explorer.gui.panels.sources import format_vocabulary, parsed_vocabulary
from explorer.gui.plot import theme as look
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.picture import picture
from explorer.gui.views.strip.words import words
from explorer.gui.views.tryout.picture import after
from explorer.gui.words import i18n
from explorer.gui.words.character_names import invisible_in, unseen_name
from explorer.gui.words.class_names import spoken
from explorer.workspace.exploration.exploration import Exploration, Text
from explorer.workspace.feed.sequences import feed
from explorer.workspace.feed.tokens import visible
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.tryout import tried

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

UNSEEN = (
    " ",
    "\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\u202f",
    "\u3000",
    "\ufeff",
    "\u00ad",
    "\u2003",
    "\u0007",
    "\u3164",
    "\u2028",
)
SEEN = ("a", "é", "我", "·", "👨\u200d👩\u200d👧", "می\u200cخواهم", "क्षि")


@pytest.fixture(params=["en", "zh_CN"])
def tongue(request: pytest.FixtureRequest):
    i18n.set_language(request.param)
    yield request.param
    i18n.set_language("en")


def test_no_two_characters_that_print_nothing_share_a_chip():
    fed = feed(Text(text="x" + "".join(UNSEEN), unit="character"))
    assert len(set(fed.shown)) == len(fed.shown) == 1 + len(UNSEEN)
    assert all(any(c.isalnum() or c in "␣⏎⇥" for c in chip) for chip in fed.shown)
    assert fed.tokens == ("x", *UNSEEN)


@pytest.mark.parametrize("token", SEEN)
def test_what_is_seen_is_shown_as_it_is(token: str):
    assert visible(token) == token
    assert unseen_name(token) == ""


def test_each_is_named_in_the_language_at_the_strip_and_where_one_tries(tongue: str):
    text = "x" + "".join(UNSEEN)
    inspection = inspect(analyse(Exploration(sequence=Text(text=text, unit="character")).with_recipe(hidden=3)))
    for t, character in enumerate(UNSEEN, start=2):
        assert unseen_name(character)
        assert unseen_name(character) in words(Element("x", t), picture(inspection))
        assert visible(character) in words(Element("x", t), picture(inspection))
        assert visible(character) in after(tried(inspection), t)
    assert len(set(map(unseen_name, UNSEEN))) == len(UNSEEN)
    assert tongue == "en" or unseen_name("\u00a0") == "不换行空格"


def test_an_answer_that_prints_nothing_is_called_by_its_name():
    names = ("a", "␣", "⏎", "\u00a0")
    assert spoken("very good", ("very good", "bad")) == "very good"
    assert [spoken(name, names) for name in names] == ["a", "␣ space", "⏎ line break", "NBSP no-break space"]


def test_the_panel_tells_what_a_pasted_text_holds_unseen(desk_of):
    desk = desk_of(SequenceCard(look.themes()["light"]))
    desk.show(Exploration(sequence=Text(text="so\u00a0good \u200bor\u00a0bad\n")))
    assert "no-break space ×2, zero-width space ×1" in desk.panel.texts._text.note.text()
    desk.show(Exploration(sequence=Text(text="so good 👨\u200d👩\u200d👧\n")))
    assert "invisible" not in desk.panel.texts._text.note.text()
    assert invisible_in("می\u200cخواهم") == ""


def test_a_no_break_space_stays_one_when_the_text_is_edited(desk_of):
    desk = desk_of(SequenceCard(look.themes()["light"]))
    desk.show(Exploration(sequence=Text(text="so\u00a0good", unit="character", vocabulary=("s", "\u00a0", "o"))))
    desk.panel.texts.text.moveCursor(desk.panel.texts.text.textCursor().MoveOperation.End)
    desk.panel.texts.text.insertPlainText("!")
    desk.panel.texts.text.flush()
    assert desk.exploration.sequence.text == "so\u00a0good!"
    assert parsed_vocabulary(format_vocabulary(("s", "\u00a0", "🇩🇪", "🇫🇷")), "character") == ("s", "\u00a0", "🇩🇪", "🇫🇷")
