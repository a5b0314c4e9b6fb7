"""The window: where everything stands, menus, keys, documents, preferences."""

import builtins

_import = builtins.__import__
import PySide6.QtCore  # noqa: E402, F401

# PySide6 puts a function of its own in the place of `import`, for features of it that are not used here: it searches the
# source of every module that is loaded from then on, which took a twentieth of the start.
builtins.__import__ = _import
