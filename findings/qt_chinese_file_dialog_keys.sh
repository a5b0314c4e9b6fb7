#!/usr/bin/env bash
# Qt's file dialog in Chinese has no keys for back, forward and the parent folder.
#
# One would guess: a translation changes what is read, not what the keys do; Alt+Left goes back in every language.
# What happens: the dialog reads its keys back from the catalogue. qtbase_zh_CN calls Alt+Left "Alt+左方向键" there, while
# its name of the key is "左方向": the text is no key, and the three buttons have none.
# Seen with PySide6 6.11.3.
#
# It matters for a program that is used in a lecture without a mouse, in Chinese: opening a saved network then needs one.
# A translator that gives these three texts back as they are mends it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet "PySide6-Essentials==6.11.3"
cat > "$folder/ask.py" <<'PYTHON'
import PySide6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton

app = QApplication([])


def keys():
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setVisible(True)
    portable = QKeySequence.SequenceFormat.PortableText
    found = {button.objectName(): button.shortcut().toString(portable) for button in dialog.findChildren(QToolButton)}
    return [found[name] for name in ("backButton", "forwardButton", "toParentButton")]


english = keys()
translator = QTranslator()
translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
app.installTranslator(translator)
chinese = keys()
names = [QCoreApplication.translate("QFileDialog", "Alt+Left"), QCoreApplication.translate("QShortcut", "Left")]
print("PySide6", PySide6.__version__)
print("keys of back, forward and parent in English:", english)
print("keys of back, forward and parent in Chinese:", chinese)
print("what the catalogue calls Alt+Left, and Left:", names)
as_found = english == ["Alt+Left", "Alt+Right", "Alt+Up"] and chinese == ["", "", ""]
raise SystemExit(not (as_found and names == ["Alt+左方向键", "左方向"]))
PYTHON
QT_QPA_PLATFORM=offscreen "$folder/env/bin/python" "$folder/ask.py"
