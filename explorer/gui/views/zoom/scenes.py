"""Which drawing a level has."""

from __future__ import annotations

from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.entry import EntryScene
from explorer.gui.views.zoom.factor import FactorScene
from explorer.gui.views.zoom.inside import InsideScene
from explorer.gui.views.zoom.product import ProductScene
from explorer.gui.views.zoom.scene import Scene
from explorer.gui.views.zoom.unit import UnitScene
from explorer.workspace.looks.zoom.entry import EntryLook
from explorer.workspace.looks.zoom.factor import FactorLook
from explorer.workspace.looks.zoom.inside import InsideLook
from explorer.workspace.looks.zoom.looking import Look
from explorer.workspace.looks.zoom.unit import UnitLook


def scene_of(look: Look, theme: Theme) -> Scene:
    """Return the drawing of what there is to see."""
    match look:
        case FactorLook():
            return FactorScene(look, theme)
        case InsideLook():
            return InsideScene(look, theme)
        case UnitLook():
            return UnitScene(look, theme)
        case EntryLook():
            return EntryScene(look, theme)
    return ProductScene(look, theme)
