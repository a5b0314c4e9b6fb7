"""The papers written out once more, step by step, with no word of the program's: a function a cell, called as its file is.

Each takes the weights by name, the input and what was before, and returns the state and what is given out. They are written
otherwise than the equations: unit by unit, in complex numbers, as products of whole matrices, or with the exponents taken
out of them that the released code takes out.
"""

from . import classic, linear, matrices, others
from .past import Past

PAPERS = {
    name: function
    for module in (classic, linear, matrices, others)
    for name, function in vars(module).items()
    if getattr(function, "__module__", None) == module.__name__ and not name.startswith("_")
}

__all__ = ["PAPERS", "Past"]
