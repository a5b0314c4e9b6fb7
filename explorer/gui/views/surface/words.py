"""What is at a point of the error surface, in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF

from explorer.gui.plot.card_axes import Axes
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.surfaces import Path, Surface
from explorer.workspace.words.numbers import signed

_NEAR = 8.0


def names(surface: Surface) -> tuple[str, str]:
    """Return what the two axes are called."""
    if surface.directions.kind == "weights":
        return surface.names[0], surface.names[1]
    return tr("direction 1"), tr("direction 2")


def told(surface: Surface) -> str:
    """Return where the present weights are, their loss, and between which ends the losses around them are."""
    (a, b), losses = surface.present, surface.grid.losses
    across, up = names(surface)
    lines = [f"{across} = {signed(a, 4)},  {up} = {signed(b, 4)}"]
    lines.append(tr("mean loss {loss}").format(loss=signed(surface.loss, 4)))
    finite = losses[np.isfinite(losses)]
    if len(finite):
        low, high = (signed(float(end), 4) for end in (finite.min(), finite.max()))
        lines.append(tr("losses around: from {low} to {high}").format(low=low, high=high))
    return "\n".join(lines)


def words_at(surface: Surface, frame: Axes, point: QPointF) -> str:
    """Return the coordinates and the loss at a pixel, which moments of a path are there, and what a click does."""
    a, b = frame.at(point)
    across, up = names(surface)
    lines = [f"{across} = {signed(a, 4)},  {up} = {signed(b, 4)}"]
    loss = _loss_at(surface, a, b)
    if loss is not None:
        lines.append(tr("mean loss {loss}").format(loss=signed(loss, 4)))
    lines += _moments(surface, frame, point)
    if surface.directions.kind == "weights":
        lines.append(tr("click to set the weights there; drag to look elsewhere"))
    return "\n".join(lines)


def _moments(surface: Surface, frame: Axes, point: QPointF) -> list[str]:
    """Return after how many updates each path was near ``point``."""
    found = []
    for path, text in (
        (surface.path, tr("training: after {steps} updates, {away} off the plane")),
        (surface.free, tr("not clipped: after {steps} updates")),
        (surface.clipped, tr("clipped: after {steps} updates")),
    ):
        near = None if path is None else _nearest(frame, path, point)
        if path is not None and near is not None:
            found.append(text.format(steps=path.steps[near], away=signed(float(path.away[near]), 2)))
    return found


def _loss_at(surface: Surface, a: float, b: float) -> float | None:
    """Return the loss at the grid's point nearest to (a, b); None beyond its edges."""
    left, right, bottom, top = surface.rectangle
    if not (left <= a <= right and bottom <= b <= top):
        return None
    grid = surface.grid
    i, j = int(np.argmin(np.abs(grid.alphas - a))), int(np.argmin(np.abs(grid.betas - b)))
    return float(grid.losses[j, i])


def _nearest(frame: Axes, path: Path, point: QPointF) -> int | None:
    """Return which point of ``path`` lies under ``point``."""
    away = np.hypot(frame.xs(path.a) - point.x(), frame.ys(path.b) - point.y())
    index = int(np.argmin(away))
    return index if away[index] <= _NEAR else None
