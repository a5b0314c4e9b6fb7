#!/usr/bin/env bash
# PySide6 takes what a widget answers for a part of the widget that was asked, also where the answer is what that one stands in.
#
# One would guess: asking a viewport who has the keyboard in its place (`focusProxy`), a handle for its splitter, or a widget for its
# neighbour in the chain of Tab changes nothing.
# What happens: the answer's wrapper belongs to that of the asked one from then on. Where the asked one belongs to the answer, both hold
# each other and nothing else holds them: the next collection of garbage breaks them up, and what is in them is invalid ("Internal C++
# object already deleted"), though all of it is on the screen. `answer.setParent(answer.parent())` changes nothing for Qt and puts
# the wrapper back.
# Seen with PySide6 6.11.3.
# Why it matters here: pages that scroll are kept by what they stand in alone, and every walk by Tab asks such questions.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install PySide6-Essentials==6.11.3 2>/dev/null
QT_QPA_PLATFORM=offscreen "$folder/venv/bin/python" - <<'PY'
import gc

import PySide6
import shiboken6
from PySide6.QtWidgets import QApplication, QScrollArea, QSplitter, QVBoxLayout, QWidget

application = QApplication([])


class Page(QScrollArea):
    """A page, made in Python and kept by nothing but what it is in."""


class Parts(QSplitter):
    """The same of a splitter."""


def in_page(window):
    """Put a page with a widget into ``window``; return the widget, and who is asked."""
    page, held = Page(), QWidget()
    page.setWidget(held)
    window.layout().addWidget(page)
    return held, lambda: page.viewport().focusProxy()


def in_parts(window):
    """The same of two widgets with a handle between them."""
    parts, held = Parts(), QWidget()
    parts.addWidget(held)
    parts.addWidget(QWidget())
    window.layout().addWidget(parts)
    return held, lambda: parts.handle(1).splitter()


def after(put_into, mend):
    """Return whether a widget is valid after the question, the answer put back or not, and a collection."""
    window = QWidget()
    QVBoxLayout(window)
    held, ask = put_into(window)
    answer = ask()
    if mend:
        answer.setParent(answer.parent())
    del answer, ask
    gc.collect()
    return window, shiboken6.isValid(held)


print("PySide6", PySide6.__version__)
seen = {(put.__name__, mend): after(put, mend)[1] for put in (in_page, in_parts) for mend in (False, True)}
for (name, mend), valid in seen.items():
    print(f"{name}, {'put back' if mend else 'as it is'}: {'valid' if valid else 'already deleted'}", flush=True)
raise SystemExit([*seen.values()] != [False, True, False, True])
PY
