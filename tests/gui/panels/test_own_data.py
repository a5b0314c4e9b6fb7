"""A person's own data in the panel: what is said of them, and what is done with them there."""

from __future__ import annotations

import pytest

from explorer.gui.panels.train.task_card import TaskCard
from explorer.gui.plot import theme as look
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import TASKS, taught

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TINY = Exploration(networks=(Recipe(hidden=2),))
LIGHT = look.themes()["light"]
CORPUS = "\n".join(f"The {noun} {verb}." for noun in "abcdefghi" for verb in ("runs", "sits", "eats")) * 3
LABELLED = "\n".join(f"{label}\tit is {label} {i}" for i in range(5) for label in ("positive", "neutral", "negative"))
TEXTS = {
    "next_word": CORPUS, "next_character": CORPUS, "sentiment3": LABELLED, "classify": LABELLED,
    "sentiment2": "\n".join(line for line in LABELLED.split("\n") if not line.startswith("neutral")),
}  # fmt: skip


@pytest.fixture
def desk(desk_of):
    return desk_of(TaskCard(LIGHT))


def test_a_text_for_each_kind_that_reads_one_is_tried_here():
    assert set(TEXTS) == {name for name, kind in TASKS.items() if "text" in kind.uses}


@pytest.mark.parametrize("tongue", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", [name for name in TEXTS if not TASKS[name].owned])
def test_of_an_own_text_the_card_says_nothing_of_the_shipped_one(desk, kind: str, tongue: str):
    i18n.set_language(tongue)
    desk.show(taught(TINY, Task(kind=kind)))
    shipped = desk.panel._kind.note.text()
    desk.show(taught(TINY, Task(kind=kind, text=TEXTS[kind], source="own.txt")))
    own = desk.panel._kind.note.text()
    assert own == TASKS[kind].own[tongue] != shipped
    for word in ("“", "film", "影评", "keys"):
        assert word not in own
    desk.show(taught(TINY, Task(kind=kind)))
    assert desk.panel._kind.note.text() == shipped
