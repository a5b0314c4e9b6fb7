"""The program's words in the chosen language.

The English sentence in the code is the key; ``resources/i18n/<code>.json`` holds its translations as plain
JSON, readable in review, with no compile step. ``python -m explorer.gui.words.catalogue`` lists what a catalogue lacks.

Sentences are found in the code by these forms, each with a literal: ``tr("…")``, ``mark("…")``,
``self.phrases.add(setter, "…")`` and ``raise BadSequence("…")`` (or another refusal, or the one that a variable
``refusal`` holds). Format after
translating: ``tr("Row {row}").format(row=3)``, never ``tr(f"…")``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from explorer.engine.errors import Refusal
from explorer.workspace.words import catalogues
from explorer.workspace.words.catalogues import LANGUAGES, SOURCE, catalogue, worded
from explorer.workspace.words.marking import mark as mark
from explorer.workspace.words.sentence import Words

if TYPE_CHECKING:
    from PySide6.QtCore import QTranslator

_current = SOURCE
_meanwhile: ContextVar[str | None] = ContextVar("meanwhile", default=None)
_qt_translator: QTranslator | None = None


def languages() -> dict[str, str]:
    """Return the language codes, each with the language's own name."""
    return dict(LANGUAGES)


def language() -> str:
    """Return the code of the current language."""
    return _meanwhile.get() or _current


def set_language(code: str) -> None:
    """Speak the language ``code`` from now on, Qt's own dialogs included where an application runs.

    Texts on the screen follow when their `Phrases` are retranslated.

    Raises
    ------
    KeyError
        If there is no such language.
    """
    global _current
    if code not in LANGUAGES:
        raise KeyError(code)
    _current = code
    _translate_qt(code)


@contextlib.contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak the language ``code`` meanwhile, in this thread alone: for what is written in every language.

    Raises
    ------
    KeyError
        If there is no such language.
    """
    if code not in LANGUAGES:
        raise KeyError(code)
    before = _meanwhile.set(code)
    try:
        yield
    finally:
        _meanwhile.reset(before)


def in_each(say: Callable[[], str]) -> Words:
    """Return what ``say`` returns in every language of the program."""
    found = {}
    for code in LANGUAGES:
        with speaking(code):
            found[code] = say()
    return found


def tr(text: str) -> str:
    """Return ``text`` in the current language; a sentence without a translation stays English."""
    return catalogue(language()).get(text, text)


def say(refusal: Refusal) -> str:
    """Return the sentence of ``refusal`` in the current language, see `worded`."""
    return worded(refusal, tr)


def listed(names: Sequence[str]) -> str:
    """Return one name or several as a list, "" for none."""
    return catalogues.listed(names, tr)


def say_failure(error: Exception, sentence: str) -> str:
    """Return what a refusal says by itself; of another error its kind and words, put into ``sentence``, an English one."""
    if isinstance(error, Refusal):
        return say(error)
    return tr(sentence).format(error=f"{type(error).__name__}: {error}".rstrip(" .:"))


class Phrases:
    """The sentences that a widget shows, said again when the language changes.

    A widget owns one under the name ``phrases``; the test of the catalogue finds the sentences by that name.
    """

    def __init__(self) -> None:
        self._said: list[tuple[Callable[[str], Any], str, dict[str, object]]] = []
        self._spoken: set[str] = set()

    def add(self, setter: Callable[[str], Any], text: str, /, **values: object) -> None:
        """Call ``setter`` with the translated ``text``, ``values`` put in, now and at each `retranslate`."""
        self._said.append((setter, text, values))
        self._spoken.add(language())
        setter(tr(text).format(**values))

    def retranslate(self) -> None:
        """Say every sentence again in the current language, unless all of them are said in it."""
        if self._spoken != {language()}:
            self.say_again()

    def say_again(self) -> None:
        """Say every sentence again: something else was said in the place of one."""
        self._spoken, words = {language()}, catalogue(language())
        for setter, text, values in self._said:
            setter(words.get(text, text).format(**values))


def _translate_qt(code: str) -> None:
    """Give Qt's own strings (file dialogs, message boxes) the language ``code``."""
    from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale

    from explorer.gui.words.qt_words import QtWords

    global _qt_translator
    # Qt takes names of file types and units of size from here, else from the system.
    QLocale.setDefault(QLocale(code))
    application = QCoreApplication.instance()
    if application is None:
        return
    if _qt_translator is not None:
        application.removeTranslator(_qt_translator)
        _qt_translator = None
    translator = QtWords(tr)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if code != SOURCE and translator.load(f"qtbase_{code}", folder):
        application.installTranslator(translator)
        _qt_translator = translator
