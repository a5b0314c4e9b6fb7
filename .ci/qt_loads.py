"""Say in one sentence what is missing where Qt can't draw, before two hundred tests say it each."""

import sys

from explorer.cli.display import QT_PACKAGES
from explorer.cli.options import PROGRAM

try:
    from PySide6.QtSvg import QSvgGenerator  # noqa: F401
    from PySide6.QtTest import QTest  # noqa: F401
    from PySide6.QtWidgets import QApplication
except ImportError as error:
    sys.exit(f"{PROGRAM}: Qt can't be loaded ({error}). On Debian or Ubuntu: sudo apt install {QT_PACKAGES}")
QApplication([])
