"""Where a person looks, they are told what of a text the vocabulary had no room for."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.gui.panels.build.output import OutputCard
from explorer.gui.panels.train.task_card import TaskCard
from explorer.gui.plot import theme as look
from explorer.gui.views.tryout.tryout import TryView
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.task import USUAL_SYMBOLS, Task
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.tryout import with_typed
from explorer.workspace.tasks import dataset, taught

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RNG = np.random.default_rng(3)
TEXT = "".join(chr(0x4E00 + i) for i in RNG.integers(0, 1800, 4000))
TASK = Task(kind="next_character", text=TEXT, source="own.txt")
TINY = Exploration(networks=(Recipe(hidden=2),))
LIGHT = look.themes()["light"]


@pytest.fixture(params=["en", "zh_CN"], autouse=True)
def tongue(request: pytest.FixtureRequest):
    i18n.set_language(request.param)
    yield request.param
    i18n.set_language("en")


def numbers() -> list[str]:
    covered = dataset(TASK).covered
    assert covered is not None
    return [f"{x:,}" for x in (covered.known, covered.different, covered.unknown, covered.steps)]


def test_the_task_card_tells_the_cut_and_what_is_no_target(desk_of):
    desk = desk_of(TaskCard(LIGHT))
    desk.show(taught(TINY, TASK))
    assert all(number in desk.panel._data.note.text() for number in numbers())
    desk.show(taught(TINY, Task(kind="next_word")))
    assert "<unk>" not in desk.panel._data.note.text()


def test_the_card_on_which_one_tries_names_the_unknown_and_tells_the_cut(qtbot):
    view = TryView(LIGHT)
    qtbot.addWidget(view)
    exploration = taught(TINY, TASK)
    known, unknown = dataset(TASK).inputs[0], "𠀀"
    view.present(inspect(analyse(with_typed(exploration, f"{known}{unknown}{known}"))))
    note = view.entry.note.text()
    assert unknown in note
    assert all(number in note for number in numbers())
    view.present(inspect(analyse(with_typed(exploration, known * 3))))
    assert view.entry.note.isHidden()


def test_as_many_outputs_as_a_vocabulary_has_symbols_are_shown(desk_of):
    desk = desk_of(OutputCard(LIGHT))
    desk.show(taught(TINY, TASK))
    assert desk.exploration.recipe.outputs == USUAL_SYMBOLS == desk.panel.outputs.value
