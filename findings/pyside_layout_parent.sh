#!/usr/bin/env bash
# QLayout.parentWidget() of PySide6 takes the layout away together with what it returned.
#
# One would guess: asking a layout for its widget changes nothing; `parentWidget()` and `parent()` answer the same.
# What happens: where C++ made the widget (those inside of a message box, say) and Python keeps no reference to the answer, the
# layout's wrapper is invalid as soon as the answer is dropped: the next call of it raises "Internal C++ object already deleted",
# though the layout is alive. `parent()` leaves it as it is.
# Seen with PySide6 6.11.1.
# Why it matters here: a plot's window holds its layouts still while something is dragged in it, and asks each of them afterwards
# whether it has missed something.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install PySide6-Essentials==6.11.1 2>/dev/null
QT_QPA_PLATFORM=offscreen "$folder/venv/bin/python" - <<'PY'
import gc

import PySide6
from PySide6.QtWidgets import QApplication, QLayout, QMessageBox

application = QApplication([])


def after(way):
    """Return what becomes of the layouts inside of a message box that are asked for their widget in this way."""
    box = QMessageBox(QMessageBox.Icon.Information, "title", "text", QMessageBox.StandardButton.Ok)
    box.show()
    seen = []
    for layout in box.findChildren(QLayout):
        getattr(layout, way)()
        gc.collect()
        try:
            layout.activate()
            seen.append("alive")
        except RuntimeError as error:
            seen.append("already deleted" if "already deleted" in str(error) else str(error))
    box.close()
    return seen


found = {way: after(way) for way in ("parent", "parentWidget")}
print("PySide6", PySide6.__version__)
for way, seen in found.items():
    print(f"{way}(): {', '.join(seen)}")
raise SystemExit(set(found["parent"]) != {"alive"} or "already deleted" not in found["parentWidget"])
PY
