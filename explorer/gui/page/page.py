"""`page` puts a page together: the template, its style, its script and its data in one file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import fields
from functools import cache, partial
from string import Template
from typing import Any

import numpy as np

from explorer.engine.errors import TooBig
from explorer.engine.network.layer import FORWARD
from explorer.gui.page.facts import facts
from explorer.gui.page.formulas import Letters, section
from explorer.gui.page.numbers import numbers
from explorer.gui.page.words import VERDICTS, WORDS, in_each, translated
from explorer.gui.plot.theme import GLOW, Theme, coloured, themes
from explorer.gui.views.compare.colours import line_colours
from explorer.gui.words.cell_words import cell_tip
from explorer.gui.words.i18n import language, languages, tr
from explorer.paths import resources
from explorer.workspace.disk.presets import presets
from explorer.workspace.exploration.beside import single
from explorer.workspace.exploration.bookmarks import bare
from explorer.workspace.exploration.differences import called_in, names
from explorer.workspace.exploration.exploration import Exploration, Note, replace
from explorer.workspace.feed.sequences import Feed, feed
from explorer.workspace.looks.aloud import notes_sentences
from explorer.workspace.looks.analysis import Analysis, analyse, is_remembering, nearest_selection, ways_of
from explorer.workspace.looks.spans import span_of
from explorer.workspace.scales.gains import PATTERNS, palette
from explorer.workspace.scales.patterns import PITCH, ink, marked
from explorer.workspace.scales.states import STATE_PATTERNS, state_colours
from explorer.workspace.words.catalogues import SOURCE
from explorer.workspace.words.numbers import threshold
from explorer.workspace.words.sentence import Words

LOOKS = ("light", "dark")
"""The themes that a page has."""
_SCRIPTS = ("numbers", "scales", "plot", "map", "decay", "states", "readout", "page")
"""In the order in which they are read; each is a file of ``resources/page``."""
_POLICY = "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
"""What a browser lets the page do: nothing but its own style and its own script, and no request at all."""
_MOST = 24_000_000
"""Bytes of a page's data: with more a browser is slow to open it, and no mail takes it."""
_AS_TEXT = 4 / 3
_DOUBLE = 8


def page(
    exploration: Exploration, title: str = "", spoken: str = SOURCE, theme: str | None = None, colours: str = GLOW
) -> bytes:
    """Return a page that shows ``exploration``: all of its networks where they stand side by side, else the active one.

    It opens in ``spoken`` and in the ``theme`` "light" or "dark", for None in the one that the reader's browser has.
    Without a ``title`` it has that of the preset that it is. The same arguments give the same bytes.

    Raises
    ------
    Refusal
        If a network can't be worked out, or the page would be too big to be handed out.
    """
    headings = _headings(exploration, title)
    exploration = _in_sight(exploration)
    fed = feed(exploration.sequence)
    _check_size(exploration, len(fed.x))
    analyses = [analyse(exploration.with_active(i)) for i in range(len(exploration.networks))]
    letters = Letters()
    data = headings | _data(exploration, fed, analyses, colours) | {"language": spoken, "theme": theme or ""}
    formulas = section(
        [recipe.recurrence for recipe in exploration.networks], [is_remembering(one.run) for one in analyses], letters
    )
    style, script = _style(colours), _script()
    template = Template((resources() / "page" / "page.html").read_text("utf-8"))
    whole = template.substitute(
        language=spoken.replace("_", "-"),
        title=html.escape(data["title"][spoken]),
        description=html.escape(_verdict(data)[spoken]),
        policy=_POLICY.format(style=_hash(style), script=_hash(script)),
        style=style,
        needs_script=html.escape(translated(WORDS["needs script"])[spoken]),
        formulas=formulas,
        letters=letters.sheet,
        data=_embedded(data),
        script=script,
    )
    return whole.encode()


def _data(exploration: Exploration, fed: Feed, analyses: list[Analysis], colours: str) -> dict[str, Any]:
    lens = exploration.lens
    decades = span_of(lens, [analysis.run for analysis in analyses])
    ways = ways_of(analyses[exploration.active].run)
    chosen = nearest_selection(exploration.selection, len(fed.x), 1, ways)
    return {
        "steps": len(fed.x),
        "tokens": list(fed.shown) if fed.symbolic else None,
        "start": {"t": chosen.t, "k": chosen.k, "active": exploration.active},
        "norm": lens.norm,
        "decades": decades,
        "threshold": [float(np.log10(lens.threshold)), threshold(lens.threshold)],
        "languages": languages(),
        "words": {name: translated(text) for name, text in WORDS.items()},
        "kinds": {kind: translated(word) for kind, word in VERDICTS.items()},
        "looks": {look: _colours(exploration, coloured(themes()[look], colours)) for look in LOOKS},
        "pitch": PITCH,
        "written": _written(exploration, len(fed.x)),
        "networks": [_network(exploration, i, analysis, decades) for i, analysis in enumerate(analyses)],
        "jacobians": [],
    }  # fmt: skip


def _written(exploration: Exploration, steps: int) -> list[Words]:
    """Return what is written to cells and steps, and of which of several networks it is."""
    within = [note for note in exploration.notes if note.is_within(steps)]

    def said_of(note: Note) -> str:
        several = names(exploration.networks, called_in(language())) if len(exploration.networks) > 1 else ()
        return next(notes_sentences([note], steps, several)).said(tr)

    return [in_each(partial(said_of, note)) for note in within]


def _network(exploration: Exploration, index: int, analysis: Analysis, decades: int) -> dict[str, Any]:
    return {
        "name": in_each(lambda: names(exploration.networks, called_in(language()))[index].said(tr)),
        "notes": in_each(lambda: cell_tip(exploration.networks[index].cell)),
        "facts": in_each(lambda: facts(analysis.run)),
        **numbers(analysis, decades),
    }


def _verdict(data: dict[str, Any]) -> Words:
    """Return what is said of the row that the page opens with: what a link to it is shown with."""
    start, network = data["start"], data["networks"][data["start"]["active"]]
    rows = network["rows"] if network["rows"] and start["k"] <= start["t"] else network["back"]
    verdict: Words = rows[start["t"]]["verdict"]
    return verdict


def _headings(exploration: Exploration, title: str) -> dict[str, Words]:
    """Return the title of the page and what there is to look at."""
    nothing = dict.fromkeys(languages(), "")
    if title:
        return {"title": dict.fromkeys(languages(), title), "look": nothing}
    for preset in presets():
        if replace(preset.exploration, selection=exploration.selection) == bare(exploration):
            # A training is begun in the window; a page only shows.
            look = nothing if exploration.task else {code: preset.sight(code) for code in preset.look}
            return {"title": preset.titles, "look": look}
    return {"title": in_each(lambda: _called(exploration)), "look": nothing}


def _called(exploration: Exploration) -> str:
    networks = " | ".join(name.said(tr) for name in names(_in_sight(exploration).networks, called_in(language())))
    return tr(WORDS["map of"]).format(name=networks)


def _in_sight(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with those of its networks that are seen."""
    if exploration.stage != "alone":
        return exploration
    return single(exploration)


def _check_size(exploration: Exploration, steps: int) -> None:
    """Refuse a page whose numbers alone would be too many."""
    squares = sum(any(one.direction != FORWARD for one in recipe.layers) for recipe in exploration.networks)
    pairs = (len(exploration.networks) + squares) * (steps + 1) * (steps + 2) // 2
    states = (steps + 1) * sum(recipe.width for recipe in exploration.networks)
    size = (pairs + states) * _DOUBLE * _AS_TEXT
    if size > _MOST:
        raise TooBig(
            "A page of {steps} steps and {N} numbers in a state would have {got} MB; at most {most} MB can be handed out: "
            "take fewer steps, units or networks.",
            steps=steps, N=sum(recipe.width for recipe in exploration.networks),
            got=round(size / 1e6), most=round(_MOST / 1e6),
        )  # fmt: skip


def _colours(exploration: Exploration, theme: Theme) -> dict[str, Any]:
    """Return the tables of the gains and of the states, what marks codes that are on no scale, and the networks' inks."""
    return {
        "gains": base64.b64encode(palette(theme)[:, :3].tobytes()).decode(),
        "states": base64.b64encode(state_colours(theme)[:, :3].tobytes()).decode(),
        "gain marks": {code: _marked(kind, theme) for code, kind in PATTERNS.items()},
        "state marks": {code: _marked(kind, theme) for code, kind in STATE_PATTERNS.items()},
        "lines": [theme.curve] if len(exploration.networks) == 1 else line_colours(exploration, theme),
    }


def _marked(kind: Any, theme: Theme) -> dict[str, Any]:
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
def _script() -> str:
    parts = [(resources() / "page" / f"{name}.js").read_text("utf-8") for name in _SCRIPTS]
    return '"use strict";\n' + "\n".join(parts)


def _embedded(data: dict[str, Any]) -> str:
    """Return ``data`` as JSON in which no tag can begin or end, whatever a title or a word of a text holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e").replace("\u2028", r"\u2028")


def _hash(text: str) -> str:
    """Return by what a browser knows that a style or a script is the one that belongs here."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
