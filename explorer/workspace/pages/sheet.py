"""A page put together: the template, its style, its script and its data in one file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from string import Template
from typing import Any

import numpy as np

from explorer.paths import resources
from explorer.workspace.looks.sentences import KIND_NAMES
from explorer.workspace.pages.words import WORDS, said, translated
from explorer.workspace.scales.gains import PATTERNS, palette
from explorer.workspace.scales.patterns import PITCH, Kind, ink, marked
from explorer.workspace.scales.states import STATE_PATTERNS, state_colours
from explorer.workspace.scales.themes import GLOW, Theme, coloured, themes
from explorer.workspace.words.catalogues import LANGUAGES, SOURCE
from explorer.workspace.words.sentence import Words

LOOKS = ("light", "dark")
"""The themes that a page has."""
_SCRIPTS = ("numbers", "scales", "plot", "map", "decay", "states", "readout", "page")
"""In the order in which they are read; each is a file of ``resources/page``."""
_POLICY = "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
"""What a browser lets the page do: nothing but its own style and its own script, and no request at all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a page stands: ``spoken``, in a ``theme``, "" for that of the reader, in ``colours`` of gains.

    ``formulas`` are HTML, whose ``letters`` are on the page once. ``framed`` it is a part of something else, a notebook's
    cell: the map and what belongs to it, with nothing around it.
    """

    spoken: str = SOURCE
    theme: str = ""
    colours: str = GLOW
    formulas: str = ""
    letters: str = ""
    framed: bool = False

    def of(self, data: dict[str, Any], lines: Callable[[Theme], list[str]]) -> str:
        """Return the page of ``data``, see `standing`; ``lines`` are the inks of the networks' lines."""
        data = data | self._standing(lines)
        return put_together(
            "page.html", _SCRIPTS, data, self.colours,
            description=html.escape(_verdict(data)[self.spoken]),
            frame=" data-framed" if self.framed else "",
            formulas=self.formulas,
            letters=self.letters,
        )  # fmt: skip

    def _standing(self, lines: Callable[[Theme], list[str]]) -> dict[str, Any]:
        """Return what every page holds beside its networks."""
        return {
            "language": self.spoken,
            "theme": self.theme,
            "languages": dict(LANGUAGES),
            "words": {name: translated(text) for name, text in WORDS.items()},
            "kinds": {kind: said(word) for kind, word in KIND_NAMES.items()},
            "looks": {look: _colours(coloured(themes()[look], self.colours), lines) for look in LOOKS},
            "pitch": PITCH,
        }


def put_together(name: str, scripts: tuple[str, ...], data: dict[str, Any], colours: str = GLOW, **parts: str) -> str:
    """Return the template ``name`` with its style, its ``scripts``, its ``data`` and other ``parts``, in one text."""
    style, script = _style(colours), _script(scripts)
    template = Template((resources() / "page" / name).read_text("utf-8"))
    spoken = data["language"]
    return template.substitute(
        language=spoken.replace("_", "-"),
        title=html.escape(data["title"][spoken]),
        policy=_POLICY.format(style=_hash(style), script=_hash(script)),
        style=style,
        switches=(resources() / "page" / "switches.html").read_text("utf-8"),
        needs_script=html.escape(translated(WORDS["needs script"])[spoken]),
        data=_embedded(data),
        script=script,
        **parts,
    )


def framed(page: str, title: str, height: int) -> str:
    """Return a frame for HTML, so many pixels high, with a whole ``page`` in it, which can reach nothing around it."""
    quoted = page.replace("&", "&amp;").replace("'", "&#39;")
    return (
        f'<iframe title="{html.escape(title)}" sandbox="allow-scripts" loading="lazy" srcdoc=\'{quoted}\' '
        f'style="width:100%;height:{height}px;border:0;color-scheme:inherit"></iframe>'
    )


def _verdict(data: dict[str, Any]) -> Words:
    """Return what is said of the row that the page opens with: what a link to it is shown with."""
    start, network = data["start"], data["networks"][data["start"]["active"]]
    rows = network["rows"] if network["rows"] and start["k"] <= start["t"] else network["back"]
    verdict: Words = rows[start["t"]]["verdict"]
    return verdict


def _colours(theme: Theme, lines: Callable[[Theme], list[str]]) -> dict[str, Any]:
    """Return the tables of the gains and of the states, what marks codes that are on no scale, and the networks' inks."""
    return {
        "gains": base64.b64encode(palette(theme)[:, :3].tobytes()).decode(),
        "states": base64.b64encode(state_colours(theme)[:, :3].tobytes()).decode(),
        "gain marks": {code: _marked(kind, theme) for code, kind in PATTERNS.items()},
        "state marks": {code: _marked(kind, theme) for code, kind in STATE_PATTERNS.items()},
        "lines": lines(theme),
    }


def _marked(kind: Kind, theme: Theme) -> dict[str, Any]:
    return {"ink": ink(theme, kind), "cells": np.argwhere(marked(kind)).tolist()}


def _style(colours: str) -> str:
    """Return the style sheet behind the colours of both looks, which a browser chooses between unless the reader does."""
    light, dark = (_variables(coloured(themes()[look], colours)) for look in LOOKS)
    sheet = (resources() / "page" / "page.css").read_text("utf-8")
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=light]{{color-scheme:light;{light}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n{sheet}"
    )


def _variables(theme: Theme) -> str:
    """Return the plain colours of a theme as variables of a style sheet."""
    named = {field.name: getattr(theme, field.name) for field in fields(theme)}
    plain = {name.replace("_", "-"): value for name, value in named.items() if str(value).startswith("#")}
    return "".join(f"--{name}:{value};" for name, value in plain.items())


@cache
def _script(names: tuple[str, ...]) -> str:
    parts = [(resources() / "page" / f"{name}.js").read_text("utf-8") for name in names]
    return '"use strict";\n' + "\n".join(parts)


def _embedded(data: dict[str, Any]) -> str:
    """Return ``data`` as JSON in which no tag can begin or end, whatever a title or a word of a text holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e").replace("\u2028", r"\u2028")


def _hash(text: str) -> str:
    """Return by what a browser knows that a style or a script is the one that belongs here."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
