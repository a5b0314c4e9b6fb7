"""The chosen pair, looked at closely: one card a question."""

from explorer.gui.views.inspect.attribution import AttributionView
from explorer.gui.views.inspect.eigenvalues import EigenvaluesView
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.nudge import NudgeView
from explorer.gui.views.inspect.product import ProductView
from explorer.gui.views.inspect.slopes import SlopesView
from explorer.gui.views.inspect.spectrum import SpectrumView
from explorer.gui.views.inspect.weights import WeightsView

__all__ = [
    "AttributionView",
    "EigenvaluesView",
    "FactorsView",
    "FormulaView",
    "NudgeView",
    "ProductView",
    "SlopesView",
    "SpectrumView",
    "WeightsView",
]
