"""Every view in two sentences, what it shows and then its numbers: for who hears a picture, and for the file of one."""

from __future__ import annotations

from functools import reduce

from PySide6.QtWidgets import QWidget

from explorer.gui.core.view import View, behind
from explorer.gui.words.i18n import listed, tr
from explorer.gui.words.joining import follow, told
from explorer.workspace.looks.sentences import verdict_sentence

_ENDS = (".", "。", "?", "？", "!", "！", "…")


def in_words(view: View) -> str:
    """Return two sentences on what ``view`` shows, or the one that says why it shows nothing."""
    said = [line.strip() for line in view.told().splitlines() if line.strip()]
    about = _spoken(view.subtitle)
    heading = told(view.title, about) if about else view.title
    numbers = said[1:] if said[:1] == [view.subtitle] else said
    return follow(_ended(heading), _ended(reduce(_joined, numbers, "")))


def _spoken(subtitle: str) -> str:
    """Return a subtitle as it is read aloud: which way the axes run is for the eye."""
    return listed([part for part in subtitle.split(" · ") if part != tr("k →, t ↑")])


def picture_in_words(picture: QWidget) -> str:
    """Return what can be seen in ``picture``: a view's sentences, else the verdict, then each view in a line of its own."""
    if isinstance(picture, View):
        return in_words(picture)
    views = [view for view in picture.findChildren(View) if not behind(view)]
    shown = next((view.inspection for view in views if view.inspection is not None), None)
    verdict = [] if shown is None else [verdict_sentence(shown).said(tr)]
    return "\n".join([*verdict, *map(in_words, views)])


def _joined(said: str, more: str) -> str:
    """Return one sentence with ``more`` behind it: where that is a sentence by itself it follows."""
    if not said or said.endswith(_ENDS):
        return follow(said, more)
    return tr("{said}; {more}").format(said=said, more=more)


def _ended(text: str) -> str:
    return text if not text or text.endswith(_ENDS) else tr("{sentence}.").format(sentence=text)
