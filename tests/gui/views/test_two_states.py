"""The cards of a typed cell of two states, one of them called z: nothing is cut off, left out or named in two ways."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from explorer.gui.plot.card_axes import label
from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect import eigenvalues, slopes
from explorer.gui.views.inspect.eigenvalues import EigenvaluesView
from explorer.gui.views.inspect.rule import rule
from explorer.gui.views.inspect.slopes import SlopesView
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect

LIGHT = next(iter(themes().values()))
_TEXT = """d = sigmoid(W_3 @ y + U_3 @ x + b_3)
e = sigmoid(W_4 @ y + U_4 @ x + b_4)
z = (1 - d) * z + d * tanh(W_1 @ y + U_1 @ x + b_1)
y = (1 - e) * y + e * tanh(W_2 @ z + U_2 @ x + b_2)"""


@pytest.fixture(scope="module")
def look() -> Inspection:
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(cell=CellText(name="lem", text=_TEXT), hidden=6)
    return inspect(analyse(exploration.with_selection(t=9, k=3)))


def test_formula_shows_what_each_state_keeps(look: Inspection) -> None:
    said = rule(look).plain
    assert "C_zz = ∏ diag(1 − dⱼ)" in said
    assert "C_yy = ∏ diag(1 − eⱼ)" in said


@pytest.mark.parametrize("size", [(320, 200), (620, 440)])
def test_last_row_of_dots_stands_whole_in_the_card(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, look: Inspection, size: tuple[int, int]
) -> None:
    view, written = SlopesView(LIGHT), dict[str, QRectF]()

    def noting(painter, x, y, text, *rest):  # type: ignore[no-untyped-def]
        written[text] = label(painter, x, y, text, *rest)
        return written[text]

    monkeypatch.setattr(slopes, "label", noting)
    qtbot.addWidget(view)
    view.resize(*size)
    view.dress(LIGHT)
    view.present(look)
    view.grab()
    means = [place for text, place in written.items() if "≈" in text]
    assert len(means) == 4
    assert all(place.bottom() <= view.canvas.height() for place in means)
    assert {text.split(" ≈ ")[0] for text in written if "≈" in text} == {"d", "e", "tanh in z", "tanh in y"}


def test_no_circle_is_called_critical_where_no_gamma_is_known(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, look: Inspection
) -> None:
    view, written = EigenvaluesView(LIGHT), list[str]()
    monkeypatch.setattr(eigenvalues, "label", lambda *args: written.append(args[3]) or label(*args))
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.dress(LIGHT)
    view.present(look)
    view.grab()
    assert "|λ| = 1" in written
    assert not any("critical" in text for text in written)
