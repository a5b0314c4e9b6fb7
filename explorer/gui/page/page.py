"""`page` shows an exploration as one file for any browser."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from explorer.engine.errors import TooBig
from explorer.engine.network.layer import FORWARD
from explorer.gui.page.facts import facts
from explorer.gui.page.formulas import Letters, section
from explorer.gui.plot.theme import GLOW, Theme
from explorer.gui.views.compare.colours import line_colours
from explorer.gui.words.cell_words import cell_tip
from explorer.gui.words.i18n import in_each, language, languages, tr
from explorer.workspace.disk.presets import presets
from explorer.workspace.exploration.beside import single
from explorer.workspace.exploration.bookmarks import bare
from explorer.workspace.exploration.differences import called_in, names
from explorer.workspace.exploration.exploration import Exploration, Note, replace
from explorer.workspace.feed.sequences import Feed, feed
from explorer.workspace.looks.aloud import notes_sentences
from explorer.workspace.looks.analysis import Analysis, analyse, is_remembering, nearest_selection, ways_of
from explorer.workspace.looks.spans import span_of
from explorer.workspace.pages.numbers import numbers
from explorer.workspace.pages.sheet import Sheet
from explorer.workspace.pages.words import WORDS
from explorer.workspace.words.catalogues import SOURCE
from explorer.workspace.words.numbers import threshold
from explorer.workspace.words.sentence import Words

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
    formulas = section(
        [recipe.recurrence for recipe in exploration.networks], [is_remembering(one.run) for one in analyses], letters
    )
    sheet = Sheet(spoken, theme or "", colours, formulas, letters.sheet)
    return sheet.of(headings | _data(exploration, fed, analyses), partial(_lines, exploration)).encode()


def _lines(exploration: Exploration, theme: Theme) -> list[str]:
    return [theme.curve] if len(exploration.networks) == 1 else line_colours(exploration, theme)


def _data(exploration: Exploration, fed: Feed, analyses: list[Analysis]) -> dict[str, Any]:
    lens = exploration.lens
    decades = span_of(lens, [analysis.run for analysis in analyses])
    ways = ways_of(analyses[exploration.active].run)
    chosen = nearest_selection(exploration.selection, len(fed.x), 1, ways)
    return {
        "steps": len(fed.x),
        "at": None,
        "tokens": list(fed.shown) if fed.symbolic else None,
        "start": {"t": chosen.t, "k": chosen.k, "active": exploration.active},
        "norm": lens.norm,
        "decades": decades,
        "threshold": [float(np.log10(lens.threshold)), threshold(lens.threshold)],
        "written": _written(exploration, len(fed.x)),
        "networks": [_network(exploration, i, analysis, decades) for i, analysis in enumerate(analyses)],
    }


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
        **numbers(analysis, decades, range(analysis.steps + 1)),
    }


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
