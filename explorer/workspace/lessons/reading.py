"""How a lesson's file is read; docs/lessons.md says what it holds. What is wrong is refused with its line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from explorer.engine.errors import BadFile
from explorer.engine.names import named, unknown
from explorer.workspace.disk.files import load
from explorer.workspace.disk.presets import default, preset
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.fields import names, with_values
from explorer.workspace.lessons.condition import Condition, Term, condition
from explorer.workspace.lessons.lesson import CARDS, Asked, Lesson, Option, Prediction, Step, Trial, places
from explorer.workspace.looks.measures import check_quantity
from explorer.workspace.words.catalogues import SOURCE
from explorer.workspace.words.reading import read_text
from explorer.workspace.words.sentence import Words
from explorer.workspace.words.toml import Toml, Where, read_toml

MOST_BYTES = 1_000_000
_LANGUAGES = (SOURCE, "zh_CN")

Told = str | dict[str, str]
Values = dict[str, Any]
T = TypeVar("T")


class _Option(Struct, forbid_unknown_fields=True):
    say: Told
    when: str


class _Predict(Struct, forbid_unknown_fields=True):
    kind: Asked
    options: list[_Option] = []
    by: str = "end_gain"


class _Reveal(Struct, forbid_unknown_fields=True):
    say: Told = ""
    set: Values = {}
    networks: list[Values] = []
    holds: list[str] = []


class _Try(Struct, forbid_unknown_fields=True):
    say: Told
    goal: Annotated[list[str], Meta(min_length=1)]
    answer: Values = {}


class _Step(Struct, forbid_unknown_fields=True):
    say: Told
    preset: str = ""
    file: str = ""
    set: Values = {}
    networks: list[Values] = []
    shows: str = ""
    ask: Told = ""
    predict: _Predict | None = None
    reveal: _Reveal = msgspec.field(default_factory=_Reveal)
    try_: _Try | None = msgspec.field(name="try", default=None)


class _File(Struct, forbid_unknown_fields=True):
    title: Told
    step: Annotated[list[_Step], Meta(min_length=1, max_length=50)]
    about: Told = ""
    minutes: Annotated[int, Meta(ge=1, le=180)] = 10


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in the file at ``path``.

    Raises
    ------
    BadFile
        If it can't be read, or is no lesson: with the line.
    """
    return lesson_of(read_text(path, MOST_BYTES), path.stem, path)


def lesson_of(text: str, name: str, path: Path) -> Lesson:
    """Return the lesson that ``text`` tells; files that it names lie beside ``path``, and a refusal names that.

    Raises
    ------
    BadFile
        As `read_lesson` does.
    """
    return _Reader(read_toml(text, path.name), path).lesson(name)


class _Reader:
    """Reads one file; every refusal goes through its `Toml`, which says where."""

    def __init__(self, toml: Toml, path: Path) -> None:
        self._toml, self._path = toml, path

    def lesson(self, name: str) -> Lesson:
        found = self._toml.shaped(
            _File,
            lambda key: BadFile("a lesson has no “{key}” here.", key=key),
            lambda said: BadFile("a lesson has something else here ({said}).", said=said),
        )
        steps: list[Step] = []
        for i, one in enumerate(found.step):
            begun = steps[-1].revealed if steps else default().exploration
            steps.append(self._step(one, ("step", i), begun))
        title, about = (self._words(words, (key,)) for key, words in (("title", found.title), ("about", found.about)))
        return Lesson(name, title, about, found.minutes, tuple(steps))

    def _step(self, one: _Step, at: Where, begun: Exploration) -> Step:
        begun = self._toml.at((*at, "preset" if one.preset else "file"), lambda: self._begun(one, begun))
        setting = self._set(begun, one.set, one.networks, at)
        revealed = self._set(setting, one.reveal.set, one.reveal.networks, (*at, "reveal"))
        settings = names(revealed)
        return Step(
            setting=setting, revealed=revealed, say=self._words(one.say, (*at, "say")),
            ask=self._words(one.ask, (*at, "ask")), predict=self._prediction(one.predict, (*at, "predict"), settings),
            told=self._told(one.reveal.say, (*at, "reveal", "say"), settings),
            holds=self._conditions(one.reveal.holds, (*at, "reveal", "holds"), settings),
            trial=self._trial(one.try_, revealed, (*at, "try"), settings), shows=self._card(one.shows, (*at, "shows")),
            line=self._toml.line(at),
        )  # fmt: skip

    def _card(self, name: str, at: Where) -> str:
        return self._toml.at(at, lambda: named("card", name, CARDS, BadFile)) if name else ""

    def _begun(self, one: _Step, begun: Exploration) -> Exploration:
        if one.preset:
            return preset(one.preset).exploration
        return load(self._path.parent / one.file) if one.file else begun

    def _set(self, exploration: Exploration, values: Values, networks: list[Values], at: Where) -> Exploration:
        """Return ``exploration`` with the ``values``, and in the place of its active network several, each with its own."""
        changed = self._toml.at((*at, "set"), lambda: with_values(exploration, values))
        if not networks:
            return changed
        one = replace(changed, networks=(changed.recipe,), active=0, together=False)

        def several() -> Exploration:
            recipes = tuple(with_values(one, own).recipe for own in networks)
            return replace(one, networks=recipes, stage="beside" if len(recipes) > 1 else "alone", together=True)

        return self._toml.at((*at, "networks"), several)

    def _prediction(self, one: _Predict | None, at: Where, settings: tuple[str, ...]) -> Prediction | None:
        if one is None:
            return None
        if (one.kind == "choice") != bool(one.options):
            raise self._toml.refused(at, BadFile("a choice needs options, and nothing else has any."))
        options = tuple(self._option(each, (*at, "options", i), settings) for i, each in enumerate(one.options))
        self._toml.at((*at, "by"), lambda: check_quantity(one.by, settings))
        return Prediction(one.kind, options, Term(one.by))

    def _option(self, one: _Option, at: Where, settings: tuple[str, ...]) -> Option:
        (when,) = self._conditions([one.when], (*at, "when"), settings)
        return Option(self._words(one.say, (*at, "say")), when)

    def _trial(self, one: _Try | None, begun: Exploration, at: Where, settings: tuple[str, ...]) -> Trial | None:
        if one is None:
            return None
        answer = self._toml.at((*at, "answer"), lambda: with_values(begun, one.answer)) if one.answer else None
        return Trial(self._words(one.say, (*at, "say")), self._conditions(one.goal, (*at, "goal"), settings), answer)

    def _told(self, told: Told, at: Where, settings: tuple[str, ...]) -> Words:
        words = self._words(told, at)

        def check() -> None:
            for text in words.values():
                for place in _places(text):
                    check_quantity(place.partition("[")[0], settings)

        self._toml.at(at, check)
        return words

    def _conditions(self, texts: Iterable[str], at: Where, settings: tuple[str, ...]) -> tuple[Condition, ...]:
        def read() -> tuple[Condition, ...]:
            found = tuple(map(condition, texts))
            for one in found:
                for term in (one.left, one.right):
                    if isinstance(term, Term):
                        check_quantity(term.name, settings)
            return found

        return self._toml.at(at, read)

    def _words(self, told: Told, at: Where) -> Words:
        """Return words in every language; one text is the same in each."""
        if isinstance(told, str):
            return dict.fromkeys(_LANGUAGES, told.strip())

        def checked() -> Words:
            for language in told:
                if language not in _LANGUAGES:
                    raise unknown("language", language, _LANGUAGES, BadFile)
            first = next(iter(told.values()), "")
            return {language: told.get(language, told.get(SOURCE, first)).strip() for language in _LANGUAGES}

        return self._toml.at(at, checked)


def _places(text: str) -> tuple[str, ...]:
    try:
        return places(text)
    except ValueError as error:
        raise BadFile(
            "a “{brace}” here is not closed, or holds more than the name of a quantity; “{two}” is a brace itself.",
            brace="{", two="{{",
        ) from error  # fmt: skip
