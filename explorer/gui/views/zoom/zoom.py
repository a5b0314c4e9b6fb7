"""Look inside: from a cell of the map to its product, a factor, the cell's gates, one number; and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QKeyEvent, QPixmap

from explorer.engine.errors import Refusal
from explorer.engine.work import Report, Stop, never, silent
from explorer.gui.core.in_file import in_file
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom import keys
from explorer.gui.views.zoom.crumbs import Crumbs
from explorer.gui.views.zoom.names import place_name
from explorer.gui.views.zoom.painted import SceneView
from explorer.gui.views.zoom.scene import about, same
from explorer.gui.words.i18n import mark, say, tr
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection, ways_of
from explorer.workspace.looks.levels import on_a_way
from explorer.workspace.looks.zoom.place import Place, nearest

if TYPE_CHECKING:
    from explorer.workspace.looks.zoom.looking import Look


class ZoomView(SceneView):
    """Shows a `Place` below the map; the pair is the chosen one.

    ``opened()`` when there is something to see after `begin`; ``gone_up()`` when a person goes back to the map.
    """

    enlarges = False

    opened = Signal()
    gone_up = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Look inside"), "inside")
        self.place = Place()
        self._beginning = False
        self._selection = Selection(t=0, k=0)
        self._seen: Look | None = None
        self._came_from: Place | None = None
        self._origin: tuple[QPixmap, QRectF, bool] | None = None
        self.crumbs = Crumbs()
        self.put_above(self.crumbs)
        self.crumbs.gone_back.connect(self.go_back)

    # ---- where one is

    def begin(self) -> None:
        """Look inside the chosen pair; ``opened`` when there is something to see."""
        self._beginning = True
        self.place, self._seen, self._scene, self._door = Place(), None, None, None
        self._ask()

    def end(self) -> None:
        """Forget where one is: the map is in front again."""
        self._beginning = False
        self._transition.end()
        self.asked.emit(None)

    def go_in(self) -> None:
        """Go in to what is framed."""
        scene, door = self._scene, self._framed()
        if scene is not None and door is not None:
            self._go(scene.doors[door].to, scene.place_of(door))

    def go_to(self, place: Place) -> None:
        """Go to a place, from wherever one is."""
        self._go(place, QRectF())

    def go_back(self, steps: int = 1) -> None:
        """Go back by some steps; from the product that leads to the map."""
        for _ in range(steps):
            above = self.place.above
            if above is None:
                self.gone_up.emit()
                return
            self._came_from = self.place
            self.place = above
        self._origin = (self.canvas.grab(), QRectF(), False)
        self._door = None
        self._ask()

    def _go(self, place: Place, door: QRectF) -> None:
        self._origin = (self.canvas.grab(), door, True)
        self._came_from, self._door = None, None
        self.place = place
        self._ask()

    # ---- what is shown

    @property
    def outdated(self) -> bool:
        """Return whether what is seen is of another inspection than the newest."""
        return self._seen is not None and self._seen.inspection is not self.inspection

    @property
    def title(self) -> str:
        """Return the name of where one is."""
        return self.subject if self.inspection is None else place_name(self.place, self.inspection)

    def present(self, inspection: Inspection) -> None:
        """Show ``inspection``; who asked to look inside before there was one waits for it."""
        super().present(inspection)
        if self._late and self._beginning:
            self._ask()

    def draw(self, inspection: Inspection) -> None:
        """Ask for what there is to see now, where one was."""
        self._selection = inspection.selection
        self._ask()

    def complete(self, inspection: Inspection) -> None:
        """Show the singular values, too."""
        super().complete(inspection)
        if not self._late:
            self._ask()

    def draw_cursor(self, selection: Selection) -> None:
        """Remember the pair that is chosen now: keys go on from it."""
        self._selection = selection

    def answer(self, result: object) -> None:
        """Show what was asked for."""
        seen = cast("Look", result)
        if self.inspection is None or seen.place != self.place:
            return
        self._excuse, self._seen = "", seen
        self._pale.stop()
        self._make_scene()
        self._begun()
        self._tell_reader()

    def _begun(self) -> None:
        """Tell that there is something to see."""
        if self._beginning:
            self._beginning = False
            self.opened.emit()

    def answer_failure(self, error: Exception) -> None:
        """Say why there is nothing to see."""
        if not isinstance(error, Refusal):
            self.fail(error)
            return
        self._excuse, self._scene = say(error), None
        self._begun()
        self.canvas.update()

    def finish(self) -> None:
        """Look now, for a picture."""
        if self.inspection is None:
            return
        self.place = nearest(self.place, self.inspection)
        self._transition.end()
        self.asked.emit(None)
        try:
            for found in _look(self.inspection, self.place, never, silent):
                self.answer(found)
        except Refusal as refusal:
            self.answer_failure(refusal)

    def describe(self, inspection: Inspection) -> str:
        """Return the numbers that are shown, and what Enter opens."""
        if self._scene is None:
            return self._excuse or tr("Working it out …")
        door = self._framed()
        framed = (
            []
            if door is None or not self.canvas.hasFocus()
            else [tr("framed: {name}").format(name=self._scene.doors[door].name)]
        )
        return "\n".join(filter(None, [self._scene.told(), in_file(inspection), *framed]))

    def restyle(self) -> None:
        """Take on the theme's type and colours."""
        self.crumbs.dress(self.theme)
        if self._seen is not None:
            self._make_scene()
        self.canvas.update()

    def _ask(self) -> None:
        """Ask for what there is to see at the place; until it is answered the old stays."""
        if self.inspection is None:
            return
        self.place = nearest(self.place, self.inspection)
        self._say_where()
        self._pale.start()
        self.asked.emit(partial(_look, self.inspection, self.place))

    def _say_where(self) -> None:
        assert self.inspection is not None
        names = [place_name(place, self.inspection) for place in self.place.trail]
        self.crumbs.present([tr("Map"), *names])
        self.say_title()

    def _make_scene(self) -> None:
        # Loaded when it is first seen: no start waits for it.
        from explorer.gui.views.zoom.scenes import scene_of

        assert self._seen is not None
        self._scene = scene_of(self._seen, self.theme)
        self._transition.renew()
        if self._came_from is not None:
            self._frame_door(self._came_from)
        self.set_subtitle(" · ".join(filter(None, (self._scene.summary(), in_file(self.inspection)))))
        if self._origin is not None:
            self._move(*self._origin)
            self._origin = None
        self.canvas.update()

    def _frame_door(self, of: Place) -> None:
        """Frame the door that one came out of."""
        assert self._scene is not None
        self._door = next((i for i, door in enumerate(self._scene.doors) if same(door.to, of)), None)
        self._came_from = None

    def clicked(self, point: QPointF) -> None:
        """Choose a unit, or go in to what is under the pointer."""
        self.canvas.setFocus()
        scene = self._scene
        if scene is None:
            return
        unit, place = scene.unit_at(point), scene.door_at(point)
        if unit is not None:
            self._choose_unit(unit)
        elif place is not None:
            self.tell("")
            self._go(place, about(point))

    def claims(self, event: QKeyEvent) -> bool:
        """Take the keys of the way."""
        mine = (keys.enters(event), keys.leaves(event), keys.move(event) is not None, bool(keys.other_door(event)))
        return self._scene is not None and any(mine)

    def typed(self, event: QKeyEvent) -> bool:
        """Go in, back, to the neighbour or to another door."""
        if not self.claims(event):
            return False
        to = keys.move(event)
        if keys.enters(event):
            self.go_in()
        elif keys.leaves(event):
            self.go_back()
        elif to is not None:
            self._move_on(*to)
        else:
            self._frame_another(keys.other_door(event))
        return True

    def _frame_another(self, by: int) -> None:
        framed = self._framed()
        if framed is not None and self._scene is not None:
            self._door = min(max(framed + by, 0), len(self._scene.doors) - 1)
            to = self._scene.doors[self._door].to
            if self.place.level == "inside" and to.level == "unit":
                # What is framed is what is looked at.
                self.place, self._door = replace(self.place, gate=to.gate), None
                self._ask()
            self.canvas.update()
            self._tell_reader()

    def _move_on(self, across: int, up: int) -> None:
        """Go to the neighbour at the same level."""
        if self.inspection is None:
            return
        if self.place.level == "product":
            steps, ways = self.inspection.analysis.steps, ways_of(self.inspection.analysis.run)
            t = min(max(self._selection.t + up, 0), steps)
            self.selected.emit(*on_a_way(ways, t, min(max(self._selection.k + across, 0), steps)))
            return
        place = self.place
        if place.level == "entry":
            place = replace(place, entry=(place.entry[0] - up, place.entry[1] + across))
        else:
            # Time runs to the right, whichever way the chain runs.
            place = replace(place, step=place.step + (-across if self.inspection.analysis.run.backward else across))
            other = self._scene.above(up) if self._scene is not None else None
            if other is not None:
                place = replace(other, step=place.step)
            elif up and place.level != "factor":
                self._choose_unit(self._selection.unit - up)
        self.place = place
        self._ask()

    def _choose_unit(self, unit: int) -> None:
        if self.inspection is not None:
            unit = min(max(unit, 0), self.inspection.analysis.run.network.hidden - 1)
            self.edited.emit(Gesture.of(mark("Choose a unit"), Exploration.with_selection, "selection", unit=unit))


def _look(inspection: Inspection, place: Place, stop: Stop, report: Report) -> Iterator[object]:
    """Yield what there is to see at a place; what works that out is loaded when it is first asked."""
    from explorer.workspace.looks.zoom.looking import look

    yield from look(inspection, place, stop, report)
