#!/usr/bin/env bash
# Once PySide6 is imported, every module that is imported after it, of whatever library, has its source read and searched.
#
# One would guess: importing PySide6 costs what importing PySide6 costs, and NumPy after it as much as before it.
# What happens: PySide6 puts a function of its own in the place of `builtins.__import__`, for `from __feature__ import …`. It
# asks of every module that is loaded from then on whether its source speaks of "PySide6", by `inspect.getsource`: file after
# file is read whole, split into lines, and kept in `linecache.cache` for as long as the program runs. Whoever keeps the
# function that was there, and puts it back after the import of PySide6.QtCore, loses nothing but these features.
# Seen with PySide6 6.11.3 and CPython 3.11.
#
# It matters for windows over scientific libraries: hundreds of modules are loaded after the first line that names Qt. Of
# ours, which loads 700, it took a twentieth of the start.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet "PySide6-Essentials==6.11.3" "numpy==2.4.0"
cat > "$folder/ask.py" <<'PYTHON'
import builtins
import linecache
import sys

own = builtins.__import__
import PySide6.QtCore

if sys.argv[1] == "put back":
    builtins.__import__ = own
import numpy

kept = sum("numpy" in name for name in linecache.cache)
print(f"PySide6 {PySide6.__version__}, import {sys.argv[1]}: sources of NumPy that were read: {kept}")
if (kept > 50) != (sys.argv[1] == "left"):
    sys.exit("This has changed.")
PYTHON
"$folder/env/bin/python" "$folder/ask.py" left
"$folder/env/bin/python" "$folder/ask.py" "put back"
