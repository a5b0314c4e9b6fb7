"""The table of all functions and measures that equations may apply."""

from collections.abc import Mapping
from types import MappingProxyType

from explorer.engine.recurrence.expressions.function import Function
from explorer.engine.recurrence.expressions.measures import MEASURES
from explorer.engine.recurrence.expressions.several import SEVERAL
from explorer.engine.recurrence.expressions.unary import UNARY

FUNCTIONS: Mapping[str, Function] = MappingProxyType({**UNARY, **SEVERAL})
"""What makes an array of arrays entry by entry, by name."""

__all__ = ["FUNCTIONS", "MEASURES", "UNARY", "Function"]
