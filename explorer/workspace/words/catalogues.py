"""The program's words in other languages: `resources/i18n/CODE.json`, by the English sentence."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, reduce
from types import MappingProxyType

from explorer.engine.errors import BadSettings, Names, Refusal
from explorer.engine.names import unknown
from explorer.paths import resources

SOURCE = "en"
"""The language of the sentences in the code."""

LANGUAGES: Mapping[str, str] = MappingProxyType({SOURCE: "English", "zh_CN": "简体中文"})
"""The languages by their codes, each by its own name."""

Translate = Callable[[str], str]
"""What says an English sentence in a language."""


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Return the translations of the language ``code`` by English sentence; English has none."""
    if code == SOURCE:
        return MappingProxyType({})
    text = (resources() / "i18n" / f"{code}.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def within(code: str) -> Translate:
    """Return what says English sentences in the language ``code``; one without a translation stays as it is."""
    words = catalogue(code)
    return lambda text: words.get(text, text)


def spoken(code: str | None = None) -> str:
    """Return the language ``code``; if None, that of the environment, as POSIX tells it, where it is one of `LANGUAGES`.

    Raises
    ------
    BadSettings
        If there is no such language.
    """
    if code is None:
        told = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), SOURCE)
        return next((one for one in LANGUAGES if one.partition("_")[0] == told[:2]), SOURCE)
    if code not in LANGUAGES:
        raise unknown("language", code, LANGUAGES, BadSettings)
    return code


def listed(names: Sequence[str], translate: Translate) -> str:
    """Return one name or several as a list as ``translate`` writes it, "" for none."""
    if not names:
        return ""
    # Found by its form, as all sentences are.
    tr = translate
    return reduce(lambda first, second: tr("{first}, {second}").format(first=first, second=second), names)


def worded(refusal: Refusal, translate: Translate) -> str:
    """Return the sentence of ``refusal`` as ``translate`` says it, the thing named by ``{what}`` and a reason in it too.

    Other values are the user's own (a file's name, a word) and stay as they are.
    """

    def said(name: str, value: object) -> object:
        if isinstance(value, Refusal):
            return worded(value, translate)
        if isinstance(value, Names):
            return listed(value, translate)
        return translate(str(value)) if name == "what" else value

    return translate(refusal.template).format(**{name: said(name, value) for name, value in refusal.values.items()})
