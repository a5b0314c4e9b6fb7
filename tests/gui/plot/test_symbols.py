"""Symbols in text are set as such: what stands below a letter or on top is small and stands there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from explorer.gui.plot.symbols import _runs, is_plain, lines, width


@pytest.mark.parametrize(
    ("text", "below", "above"),
    [
        ("σ(U_i x₃₅ + W_i h₃₄ + b_i)", ["i", "i", "i"], []),
        ("σ′(z^f₅) ∘ b_rec", ["rec"], ["f"]),
        ("×10^−2171.5", [], ["−2171.5"]),
        ("a _ b ^ c", [], []),
    ],
)
def test_what_stands_below_and_on_top_is_found(text: str, below: list[str], above: list[str]) -> None:
    runs = _runs(text)
    assert [piece for piece, shift in runs if shift > 0] == below
    assert [piece for piece, shift in runs if shift < 0] == above
    assert "".join(piece for piece, _ in runs) == (text if is_plain(text) else text.replace("_", "").replace("^", ""))


@pytest.mark.usefixtures("qapp")
def test_lowered_letters_take_less_room_and_lines_break_between_words() -> None:
    face = QFont()
    face.setPointSizeF(12.0)
    text = "i₅ = σ(U_i x₅ + W_i h₄ + b_i)"
    assert width(face, text) < QFontMetricsF(face).horizontalAdvance(text)
    rows = lines(face, text, 0.5 * width(face, text))
    assert len(rows) > 1
    assert " ".join(rows) == text
