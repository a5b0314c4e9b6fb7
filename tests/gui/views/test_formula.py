"""The Formula card: what stands on both sides of a printed sign is what the sign says, as printed."""

from __future__ import annotations

import itertools
import math
import re
from decimal import Decimal, localcontext

import numpy as np
import pytest

from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.typeset.equations import tex
from explorer.engine.recurrence.typeset.setting import TEX
from explorer.engine.recurrence.typeset.symbols import jacobian
from explorer.gui.views.inspect.formula import Formula, _numbers, power_equation, sum_bound
from explorer.gui.views.inspect.typeset import typeset
from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.looks.analysis import analyse, inspect

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
        found = inspect(type(analysis)(chosen, analysis.feed, analysis.runs, analysis.decades, 0.0))
        formula = _numbers(found)
        if math.isfinite(found.log_scale):
            check(formula)
        assert ("≈" in formula.plain) == (r"\approx" in formula.latex)


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
    formulas = tex(recurrence) + [TEX.of(block) for block in jacobian(recurrence).values()]
    for latex in formulas:
        drawing = typeset(latex, 14.0, "#000000")
        assert drawing.isValid()
        assert drawing.defaultSize().width() > 40
