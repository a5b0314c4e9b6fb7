"""Which colour each of several networks has."""

from __future__ import annotations

from explorer.gui.plot.theme import Theme
from explorer.workspace.exploration.exploration import Exploration


def line_colours(exploration: Exploration, theme: Theme) -> list[str]:
    """Return a colour for each network: that of its activation where activations tell them apart, else one by its place."""
    known, chosen = list(theme.ghosts.values()), [recipe.activation for recipe in exploration.networks]
    simple = all(recipe.cell == exploration.networks[0].cell for recipe in exploration.networks)
    if simple and len(set(chosen)) == len(chosen) and set(chosen) <= set(theme.ghosts):
        return [theme.ghosts[name] for name in chosen]
    return known[: len(chosen)]
