"""The Formula card: what stands on both sides of a printed sign is what the sign says, as printed."""

from __future__ import annotations

import functools
import itertools
import math
import re
from decimal import Decimal, localcontext

import numpy as np
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.engine import Layer, Network
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.typeset.equations import tex
from explorer.engine.recurrence.typeset.setting import PLAIN, TEX
from explorer.engine.recurrence.typeset.symbols import jacobian
from explorer.engine.work import never, silent
from explorer.gui.plot import style
from explorer.gui.plot import typeset as typesetting
from explorer.gui.plot.theme import themes
from explorer.gui.plot.typeset import draw, typeset
from explorer.gui.views.inspect import formula
from explorer.gui.views.inspect.formula import FormulaView, _numbers, power_equation, sum_bound
from explorer.gui.views.inspect.rule import Formula, _keeps_itself, _told, blocks_told, rule, rule_lines, shortened
from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.looks.analysis import analyse, inspect

from ...shipped import VARIETY

_DOWN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_NUMBER = r"\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|10\^−?\d+\.\d"


def value(text: str) -> Decimal:
    """What a printed number says."""
    if text.startswith("10^"):
        return Decimal(10) ** Decimal(text[3:].translate(_DOWN))
    number, _, power = text.partition("·10")
    return Decimal(number) * Decimal(10) ** int(power.translate(_DOWN) or 0)


def as_printed(number: Decimal, like: str) -> bool:
    """Whether a number, rounded to the digits of a printed one, is that."""
    if like.startswith("10^"):
        return abs(number.log10() - Decimal(like[3:].translate(_DOWN))) <= Decimal("0.0501")
    mantissa, _, power = like.partition("·10")
    last = Decimal(mantissa).as_tuple().exponent
    assert isinstance(last, int)
    half = Decimal("0.5001") * Decimal(10) ** (last + int(power.translate(_DOWN) or 0))
    return abs(number - value(like)) <= half


def check(formula: Formula) -> str:
    """The sign of a printed line, after it was read back and worked out."""
    product = re.fullmatch(rf"(?:.* = )?({_NUMBER}) ([=≈]) \(({_NUMBER}) · ({_NUMBER})\)([⁰¹²³⁴⁵⁶⁷⁸⁹]*)", formula.plain)
    total = re.fullmatch(rf"(?:.* = )?({_NUMBER}) ([≤≈]) ({_NUMBER}|0) \+ ({_NUMBER}|0)", formula.plain)
    with localcontext(prec=40):
        if product:
            left, sign, weights, slopes, steps = product.groups()
            worked_out = (value(weights) * value(slopes)) ** int(steps.translate(_DOWN) or 1)
            assert sign == "≈" or as_printed(worked_out, left), formula.plain
            return sign
        assert total, formula.plain
        left, sign, direct, gates = total.groups()
        assert sign == "≈" or value(left) <= value(direct) + value(gates), formula.plain
        return sign


SITUATIONS = [
    {"cell": cell, "activation": activation, "gain": gain, "bias": bias, "hidden": hidden}
    for (cell, activation), (gain, bias, hidden) in itertools.product(
        [("rnn", "tanh"), ("rnn", "sigmoid"), ("rnn", "relu"), ("rnn", "identity"), ("lstm", "tanh"), ("gru", "tanh")],
        [(0.3, 0.0, 6), (1.0, 0.5, 3), (1.6, 1.0, 8), (4.0, 0.0, 5), (1.0, -30.0, 4)],
    )
]


@pytest.mark.parametrize("recipe", SITUATIONS, ids=lambda recipe: "-".join(map(str, recipe.values())))
def test_printed_equation_of_a_network_holds_at_every_lag(recipe: dict[str, object]):
    exploration = Exploration(sequence=Signal(steps=60)).with_recipe(**recipe)
    analysis = analyse(exploration)
    for k in (59, 58, 50, 31, 1, 0):
        chosen = exploration.with_selection(t=60, k=k)
        found = inspect(type(analysis)(chosen, analysis.feed, analysis.run, analysis.decades, 0.0))
        formula = _numbers(found)
        if math.isfinite(found.log_scale):
            check(formula)
        assert ("≈" in formula.plain) == (r"\approx" in formula.latex)


@pytest.mark.parametrize("name", names())
def test_printed_numbers_of_every_cell_hold(name: str):
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(cell=name, hidden=4)
    found = inspect(analyse(exploration.with_selection(t=12, k=5)))
    # Of a unit that is off nothing is left to be multiplied.
    if np.isfinite(found.analysis.run.flow.log_norm[12, 5]):
        check(_numbers(found))
    assert ("≈" in _numbers(found).plain) == (r"\approx" in _numbers(found).latex)


RULES = {
    "rnn": "∏ diag(f′(zⱼ)) W,  j = 6 … 12",
    "lstm": "C + R,  C_cc = ∏ diag(fⱼ),  j = 6 … 12",
    "gru": "C + R,  C = ∏ diag(zⱼ),  j = 6 … 12",
    "residual": "∏ (I + diag(tanh′(zⱼ)) W),  j = 6 … 12",
    "mgu": "C + R,  C = ∏ diag(1 − fⱼ),  j = 6 … 12",
    "mingru": "∏ diag(1 − zⱼ),  j = 6 … 12",
    "lru": "∏ (diag(a), −diag(b); diag(b), diag(a)),  j = 6 … 12",
    "deltanet": "∏ (I ⊗ (I − βⱼ kⱼ kⱼᵀ)),  j = 6 … 12",
    "slstm": "C + R,  C_cc = ∏ diag(1 − wⱼ),  j = 6 … 12",
    "mist": "Σ J^d₁₂ ∂s₁₂₋d/∂s₅,  d = 1, 2, 4",
}


@pytest.mark.parametrize("name", RULES)
def test_rule_of_a_cell_is_that_of_its_equations(name: str):
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(cell=name, hidden=3)
    found = inspect(analyse(exploration.with_selection(t=12, k=5)))
    assert rule(found).plain == "∂s₁₂/∂s₅ = " + RULES[name]


@pytest.mark.parametrize("name", [name for name in names() if name != "mist"])
def test_path_that_is_said_to_keep_a_part_is_the_product_of_its_blocks(name: str):
    course = analyse(Exploration(sequence=Signal(steps=9)).with_recipe(cell=name, hidden=3)).run.trace.only
    direct = _told(course.chain.step.recurrence, "direct")
    J = course.motion.jacobians(2, 9, "direct")
    whole = functools.reduce(lambda P, one: one @ P, J)
    for part, place in course.parts.items():
        own = functools.reduce(lambda P, one: one[place, place] @ P, J, np.eye(place.stop - place.start))
        assert np.allclose(whole[place, place], own, rtol=1e-12, atol=1e-300) == _keeps_itself(direct, part)


def test_rule_of_a_narrow_card_says_less_and_nothing_wrong():
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(cell="cornn", hidden=3)
    found = inspect(analyse(exploration.with_selection(t=12, k=5)))
    assert "C = ∏ ((1 − dt ε) I, " in rule(found).plain
    assert rule(found, 16).plain == "∂s₁₂/∂s₅ = C + R"
    peephole = inspect(analyse(exploration.with_recipe(cell="peephole").with_selection(t=12, k=5)))
    assert rule(peephole, 16).plain.endswith("C_cc = ∏ diag(fⱼ + …),  j = 6 … 12")
    residual = inspect(analyse(exploration.with_recipe(cell="residual").with_selection(t=12, k=5)))
    assert rule(residual, 16).plain == rule(residual).plain


@pytest.mark.usefixtures("qapp")
def test_rule_is_written_anew_where_the_card_becomes_narrow(qtbot):
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(cell="cornn", hidden=3)
    view = FormulaView(themes()["projector"])
    qtbot.addWidget(view)
    view.resize(900, 200)
    view.present(inspect(analyse(exploration.with_selection(t=12, k=5))))
    view.grab()
    assert "C = ∏" in view._formulas[0].plain
    view.resize(240, 200)
    view.grab()
    assert view._formulas[0].plain.endswith("= C + R")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("theme", ["light", "projector"])
def test_no_line_of_a_card_of_the_panel_is_set_small(qtbot, monkeypatch: pytest.MonkeyPatch, theme: str):
    sizes: list[float] = []

    def measured(painter, drawing, area, growth):
        made = drawing.defaultSize()
        sizes.append(min(growth, area.width() / made.width(), area.height() / made.height()))
        draw(painter, drawing, area, growth)

    monkeypatch.setattr(formula, "draw", measured)
    view = FormulaView(themes()[theme])
    qtbot.addWidget(view)
    style.apply(QApplication.instance(), themes()[theme], "en")
    view.dress(themes()[theme])
    try:
        for name in VARIETY:
            exploration = Exploration(sequence=Signal(steps=40)).with_recipe(cell=name).with_selection(t=36, k=12)
            view.present(inspect(analyse(exploration)))
            view.resize(round(31 * themes()[theme].font_size), view.sizeHint().height())
            view.grab()
            view.settle()
            sizes.clear()
            view.grab()
            assert len(sizes) == len(view._formulas), name
            assert min(sizes) >= 0.72, [name, *sizes, *(line.plain for line in view._formulas)]
    finally:
        style.apply(QApplication.instance(), themes()["light"], "en")


def test_what_c_is_stands_on_a_line_of_its_own_where_beside_the_sum_it_would_be_small():
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(cell="cornn", hidden=3)
    found = inspect(analyse(exploration.with_selection(t=12, k=5)))
    first, second = rule_lines(found, 20, 44)
    assert first.plain == "∂s₁₂/∂s₅ = C + R"
    assert second.plain.startswith("C = ∏ ((1 − dt ε) I, ")
    assert [first.plain + ",  " + second.plain] == [line.plain for line in rule_lines(found, 44, 44)]


def test_long_jacobian_ends_with_dots_after_a_whole_summand():
    told = blocks_told(cell("mist").recurrence)
    assert told == ["∂hⱼ/∂hⱼ₋₁ = diag(tanh′(z^hⱼ)) W diag((e₀ᵀ aⱼ) rⱼ) + …"]
    for name in RULES:
        for block in jacobian(cell(name).recurrence).values():
            for most in (10, 30, 100):
                said = PLAIN.of(shortened(block, most))
                assert said == PLAIN.of(block) or "…" in said
                assert said.count("(") == said.count(")")
                assert len(said) <= max(most, 24) + 12


def test_layers_have_names_of_their_own_in_the_rule():
    net = Network.random(layers=[Layer("lstm", 3), Layer("gru", 2)], inputs=2, outputs=1)
    told = blocks_told(net.architecture.chains[0].step.recurrence)
    assert any(line.startswith("∂c¹ⱼ/∂c¹ⱼ₋₁ = diag(f¹ⱼ)") for line in told)
    assert told[-1] == "…" or len(told) <= 9


def test_printed_power_holds_for_rates_of_every_size():
    rng, signs = np.random.default_rng(0), []
    for steps in (1, 2, 7, 40, 250, 2000):
        for _ in range(60):
            weights, slopes = rng.normal(scale=rng.choice([0.003, 0.3, 5.0]), size=2)
            signs.append(check(power_equation(steps * (weights + slopes), weights, slopes, steps)))
    assert signs.count("=") > 0.95 * len(signs)


def test_printed_bound_holds_for_parts_of_every_size():
    rng, signs = np.random.default_rng(0), []
    for _ in range(400):
        direct, gates = rng.normal(scale=rng.choice([0.01, 1.0, 50.0]), size=2)
        largest = np.logaddexp(direct * np.log(10.0), gates * np.log(10.0)) / np.log(10.0)
        signs.append(check(sum_bound(float(largest + np.log10(rng.uniform(0.98, 1.0))), direct, gates)))
    assert signs.count("≤") > 0.95 * len(signs)
    assert check(sum_bound(math.log10(2 / 3), math.log10(1 / 3), math.log10(1 / 3))) == "≈"


def test_factors_get_the_digits_that_their_power_needs():
    # (0.966 · 0.995)⁴⁰ would be 0.21.
    weights, slopes = math.log10(0.96644), math.log10(0.99451)
    formula = power_equation(40 * (weights + slopes), weights, slopes, 40)
    assert formula.plain == "0.20 = (0.9664 · 0.9945)⁴⁰"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", names())
def test_equations_and_jacobian_of_every_cell_are_drawn(name: str) -> None:
    recurrence = cell(name).recurrence
    blocks = jacobian(recurrence).values() if name in RULES else ()
    for latex in (*tex(recurrence), *map(TEX.of, blocks)):
        drawing = typeset(latex, 14.0, "#000000")
        assert drawing.isValid()
        assert drawing.defaultSize().width() > 5


@pytest.mark.usefixtures("qapp")
def test_formula_in_another_size_and_ink_is_the_same_outlines_grown_and_recoloured(monkeypatch) -> None:
    latex, made = r"\frac{a + 17}{b}", []
    true = typesetting._svg
    monkeypatch.setattr(typesetting, "_svg", lambda *given, **how: made.append(given) or true(*given, **how))
    small, large = typeset(latex, 15.0, "#ff0000"), typeset(latex, 45.0, "#0000ff")
    assert len(made) == 1
    own = QSvgRenderer(QByteArray(true(latex, 45.0, "#0000ff", by_symbols=False).encode()))
    assert large.defaultSize() == own.defaultSize()
    assert ink(small).getRgb()[:3] == (255, 0, 0)
    assert ink(large).getRgb()[:3] == (0, 0, 255)


def ink(drawing: QSvgRenderer) -> QColor:
    """The one colour that a drawing is made in, where it covers best."""
    picture = QImage(drawing.defaultSize() * 3, QImage.Format.Format_ARGB32)
    picture.fill(0)
    with QPainter(picture) as painter:
        drawing.render(painter)
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return max((picture.pixelColor(*point) for point in points), key=lambda colour: colour.alpha())


def test_the_window_does_not_wait_while_formulas_are_set(qtbot: QtBot):
    view = FormulaView(themes()["light"])
    qtbot.addWidget(view)
    with qtbot.waitSignal(view.asked) as asked:
        view.present(inspect(analyse(Exploration())))
        view.grab()
    assert asked.args is not None
    assert not view._drawn
    formulas = {one.latex for one in view._formulas}
    for latex in asked.args[0](never, silent):
        view.answer(latex)
    assert set(view._drawn) == formulas
    view.answer("x")
    assert set(view._drawn) == formulas
