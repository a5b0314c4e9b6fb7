"""What is put together of parts reads as if it had been written in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from explorer.gui.words import i18n
from explorer.gui.words.i18n import listed
from explorer.gui.words.joining import follow, gradient_share, noted, per_cent, share, told, with_key


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


CASES = (
    (lambda: follow("A.", "B."), "A. B.", "A.B."),
    (lambda: follow("", "B."), "B.", "B."),
    (lambda: with_key("A.", "Ctrl+O"), "A. [Ctrl+O]", "A.[Ctrl+O]"),
    (lambda: with_key("A.", ""), "A.", "A."),
    (lambda: with_key("Undo", "Ctrl+Z"), "Undo [Ctrl+Z]", "Undo [Ctrl+Z]"),
    (lambda: with_key("句。", "T"), "句。 [T]", "句。[T]"),
    (lambda: gradient_share(float("nan")), "NaN", "NaN"),
    (lambda: listed([]), "", ""),
    (lambda: listed(["a"]), "a", "a"),
    (lambda: listed(["a", "b", "c"]), "a, b, c", "a、b、c"),
    (lambda: told("s₃", "×0.5"), "s₃: ×0.5", "s₃：×0.5"),
    (lambda: noted("×0.5", "RMS"), "×0.5 (RMS)", "×0.5（RMS）"),
    (lambda: per_cent("< 0.1"), "< 0.1 %", "< 0.1%"),
    (lambda: gradient_share(-0.0025), "−0.25 %", "−0.25%"),
    (lambda: share(0.97), "97 %", "97%"),
)


@pytest.mark.parametrize(("made", "english", "chinese"), CASES)
def test_parts_are_joined_as_the_language_does_it(made, english: str, chinese: str):
    assert made() == english
    i18n.set_language("zh_CN")
    assert made() == chinese


def test_a_share_keeps_a_digit_where_it_is_small_and_hides_no_chance():
    said = [share(part) for part in (0.0, 9.97e-5, 0.0149, 0.0996, 0.97, 1.0)]
    assert said == ["0 %", "< 0.1 %", "1.5 %", "10 %", "97 %", "100 %"]
