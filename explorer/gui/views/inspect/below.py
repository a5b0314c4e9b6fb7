"""The cards that stand below the causes, in their order: out of sight at first, and not loaded for the first picture."""

from explorer.gui.views.inspect.claims import ClaimsView
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.forwards import ForwardsView
from explorer.gui.views.inspect.growth import GrowthView
from explorer.gui.views.inspect.isometry import IsometryView
from explorer.gui.views.inspect.lyapunov import LyapunovView
from explorer.gui.views.inspect.nudge import NudgeView
from explorer.gui.views.inspect.product import ProductView
from explorer.gui.views.inspect.spectrum import SpectrumView
from explorer.gui.views.inspect.time_scales import TimeScalesView
from explorer.gui.views.inspect.weights import WeightsView

BELOW = (
    FormulaView, ClaimsView, NudgeView, ProductView, FactorsView, SpectrumView, IsometryView, LyapunovView, ForwardsView,
    TimeScalesView, GrowthView, WeightsView,
)  # fmt: skip
