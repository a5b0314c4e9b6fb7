#!/usr/bin/env bash
# What Qt's widgets tell a screen reader is not always what was set on them.
#
# One would guess: a widget's accessible description is what `setAccessibleDescription` set, else its tooltip as a person
# reads it; and a tab bar's description is the one that was set on it.
# What happens: a rich tooltip is told with its tags, "<p>…</p>"; and what is set on a tab bar is told to nobody, for
# `QTabBar` answers with nothing, while its tabs answer with their tooltips.
# Seen with PySide6 6.11.3.
#
# It matters wherever a plot's controls explain themselves by tooltips with markup, as those of scientific programs do:
# who can't see the picture hears "less-than p greater-than" first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet "PySide6-Essentials==6.11.3"
cat > "$folder/ask.py" <<'PYTHON'
import PySide6
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QSlider, QTabBar

app = QApplication([])


def described(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Description)


slider = QSlider()
slider.setToolTip("<p>The gain of <i>W</i>.</p>")
rich = described(slider)
slider.setAccessibleDescription("The gain of W.")
plain = described(slider)

bar = QTabBar()
bar.addTab("Build")
bar.setTabToolTip(0, "How the network is made.")
bar.setAccessibleDescription("What stands at the left.")
tab = QAccessible.queryAccessibleInterface(bar).child(0).text(QAccessible.Text.Description)

print("PySide6", PySide6.__version__)
print("slider with a rich tooltip:", repr(rich))
print("slider with a description:", repr(plain))
print("tab bar with a description:", repr(described(bar)))
print("its tab with a tooltip:", repr(tab))
as_found = (
    rich == "<p>The gain of <i>W</i>.</p>" and plain == "The gain of W."
    and described(bar) == "" and tab == "How the network is made."
)
raise SystemExit(not as_found)
PYTHON
QT_QPA_PLATFORM=offscreen "$folder/env/bin/python" "$folder/ask.py"
