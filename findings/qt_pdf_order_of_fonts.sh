#!/usr/bin/env bash
# The same drawing gives another PDF in another process, though its identity, its metadata and its dates are the same.
#
# One would guess: with `QPdfWriter.setDocumentId` and `setDocumentXmpMetadata`, and with the two dates of its description
# blanked, a PDF depends on what is drawn alone.
# What happens: the fonts stand in the file in the order of a hash table, whose seed Qt draws for each process. They keep one
# order where QT_HASH_SEED is 0 in the environment before Qt starts.
# Seen with PySide6 6.11.2 on Python 3.11.
# Why it matters here: a figure of a paper that is made again is to be the same file, or version control sees a change.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install PySide6-Essentials==6.11.2 2>/dev/null
cat >"$folder/draw.py" <<'PY'
import hashlib
import re

from PySide6.QtCore import QBuffer, QIODevice, QUuid
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPdfWriter

application = QGuiApplication([])
buffer = QBuffer()
buffer.open(QIODevice.OpenModeFlag.WriteOnly)
writer = QPdfWriter(buffer)
writer.setDocumentId(QUuid.createUuidV5(QUuid(), b"figure"))
writer.setDocumentXmpMetadata(b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
painter = QPainter(writer)
for line, family in enumerate(("DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif")):
    for bold in (False, True):
        font = QFont(family)
        font.setBold(bold)
        painter.setFont(font)
        painter.drawText(400, 400 * (2 * line + bold + 1), "gradient")
painter.end()
print(hashlib.md5(re.sub(rb"\(D:[^)]*\)", b"()", bytes(buffer.data().data()))).hexdigest())
PY
export QT_QPA_PLATFORM=offscreen
different() { for _ in 1 2 3 4 5 6 7 8; do "$folder/venv/bin/python" "$folder/draw.py"; done | sort -u | wc -l; }
free=$(unset QT_HASH_SEED; different)
held=$(QT_HASH_SEED=0 different)
echo "PySide6 6.11.2: of 8 files $free are different, $held with QT_HASH_SEED=0"
if [ "$free" -gt 1 ] && [ "$held" -eq 1 ]; then exit 0; fi
echo "That has changed, or too few fonts are installed to see it."
exit 1
