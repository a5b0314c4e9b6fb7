"""Which drawing a level has."""

from __future__ import annotations

from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.product import ProductScene
from explorer.gui.views.zoom.scene import Scene
from explorer.workspace.looks.zoom.looking import Look


def scene_of(look: Look, theme: Theme) -> Scene:
    """Return the drawing of what there is to see."""
    return ProductScene(look, theme)
