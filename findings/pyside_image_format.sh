#!/usr/bin/env bash
# PySide6's QImage.save(device, format) takes no bytes for the format, though its signature and its types ask for bytes alone.
#
# One would guess: `image.save(buffer, b"PNG")`, for the signature is (QIODevice, format: bytes | bytearray | memoryview | None),
# and type checkers refuse a str. So does Qt itself: its parameter is a C string.
# What happens: bytes are a ValueError ("called with wrong argument values") that prints the very signature they fit; the str that
# the types forbid writes the file. `QPixmap.save` takes the str by its types, too, and `QImageWriter(device, b"png")` bytes.
# Seen with PySide6 6.11.1.
# Why it matters here: a picture of a plot is written with words for who can't see it, and typed code has to go by QImageWriter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install PySide6-Essentials==6.11.1 2>/dev/null
QT_QPA_PLATFORM=offscreen "$folder/venv/bin/python" - <<'PY'
import PySide6
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter


def saved(form):
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    try:
        return image.save(buffer, form) and buffer.size() > 0
    except Exception as error:
        return type(error).__name__


image = QImage(4, 4, QImage.Format.Format_RGB32)
image.fill(0)
buffer = QBuffer()
buffer.open(QIODevice.OpenModeFlag.WriteOnly)
seen = {
    "str": saved("PNG"), "bytes": saved(b"PNG"), "bytearray": saved(bytearray(b"PNG")),
    "QImageWriter with bytes": QImageWriter(buffer, b"png").write(image),
}
print("PySide6", PySide6.__version__)
for form, what in seen.items():
    print(f"{form}: {what}")
raise SystemExit(
    seen != {"str": True, "bytes": "ValueError", "bytearray": "ValueError", "QImageWriter with bytes": True}
)
PY
