"""What is said about an element of the unrolled network under the pointer."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine.floats import Floats
from explorer.gui.core.quantities import part_name
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.depth import Lane, rows_of
from explorer.gui.views.strip.layout import Span
from explorer.gui.views.strip.picture import Picture
from explorer.gui.views.strip.river import arriving, falling
from explorer.gui.words.character_names import unseen_name
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import noted, told
from explorer.workspace.exploration.exploration import Selection
from explorer.workspace.feed.sequences import without_noise
from explorer.workspace.feed.tokens import visible
from explorer.workspace.looks.river import Stream
from explorer.workspace.looks.running import Run
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.words.numbers import derivative, power_of_ten, scientific, signed, subscript

_MOST = 3
_LN10 = math.log(10.0)
_ARROWS = "→←"


def words(element: Element, picture: Picture, stream: Stream | None = None) -> str:
    """Return the name, the indices and the value of ``element``, and what a click on it does."""
    if element.kind == "lane":
        return _in_lane(element, picture, stream)
    say = {"x": _input, "s": _state, "o": _output, "J": _jacobian, "ring": _ring, "mark": _mattered}[element.kind]
    return say(element, picture)


def spoken(selection: Selection, picture: Picture | None, stream: Stream | None = None) -> str:
    """Return input, state, output and Jacobian at t, and what of the gradient arrives at k, in every lane, one a line."""
    if picture is None:
        return ""
    low, high = picture.span
    t, k = picture.t, min(max(selection.k, low), high)
    elements = [Element("s", t)]
    if t:
        inputs = 1 if picture.worded else min(picture.inputs.shape[1], _MOST)
        elements = [*(Element("x", t, column) for column in range(inputs)), *elements, Element("o", t), Element("J", t)]
    # What a click does is told of the pointer's place only.
    lines = [words(element, picture).split("\n", 1)[0] for element in [*elements, Element("ring", k)]]
    lanes = [lane for lane, _ in rows_of(picture.lanes, Span(0.0, 1.0), Span(0.0, 1.0))]
    lines += [arrives for lane in lanes if stream is not None and (arrives := _arrives(lane, k, picture, stream))]
    return "\n".join(lines)


def told_rings(run: Run, t: str) -> str:
    """Return whose gradient the rings are, that of step ``t``, and along which of the two chains where a layer has two."""
    if run.opposite is None:
        return tr("rings: gradient from {state}").format(state="s" + t)
    return tr("rings: gradient from {state} along the chain {name} alone").format(state="s" + t, name=run.course.name)


def _input(element: Element, picture: Picture) -> str:
    feed, t = picture.inspection.analysis.feed, element.step
    name = "x" + subscript(t)
    if feed.symbolic:
        place = int(np.argmax(feed.x[t - 1])) + 1
        said = tr("{name} = “{word}”: entry {place} of {count}").format(
            name=name, word=visible(feed.labels[t - 1]), place=place, count=feed.x.shape[1]
        )
        said += _unseen(feed.tokens[t - 1])
        return said + _loss_line(element, picture) + "\n" + tr("Double-click to write another word.")
    value = signed(float(without_noise(feed.values)[t - 1, element.column]))
    column = f"[{feed.columns[element.column]}]" if feed.x.shape[1] > 1 else ""
    said = f"{name}{column} = {value}" + _loss_line(element, picture)
    return said + "\n" + tr("Drag up or down, or across to draw. Double-click to type a number.")


def _unseen(token: str) -> str:
    """Return a line that names what prints nothing."""
    name = unseen_name(token)
    return "\n" + tr("{sign}: {name}").format(sign=visible(token), name=name) if name else ""


def _loss_line(element: Element, picture: Picture) -> str:
    return "" if picture.mattered is None else "\n" + _mattered_most(element, picture)


def _mattered_most(element: Element, picture: Picture) -> str:
    """Return how much x_t mattered to the loss."""
    assert picture.mattered is not None
    log10, name = float(picture.mattered[element.step - 1]), "x" + subscript(element.step)
    if math.isnan(log10):
        return tr("∂L/∂{name} is no number.").format(name=name)
    if log10 == -math.inf:
        return tr("∂L/∂{name} = 0 exactly: {name} did not matter to the loss.").format(name=name)
    over = f" / {picture.losses}" if picture.losses > 1 else ""
    said = tr("How much {name} mattered to the loss: ‖∂L/∂{name}‖{over} = {value}")
    return said.format(name=name, over=over, value=scientific(log10))


def _mattered(element: Element, picture: Picture) -> str:
    low, high = (power_of_ten(end) for end in picture.mattered_ends)
    lines = [_mattered_most(element, picture), tr("Bars: log scale from {low} to {high}.").format(low=low, high=high)]
    if picture.losses > 1:
        lines.append(tr("As in training, L is divided by its {losses} losses.").format(losses=picture.losses))
    return "\n".join(lines)


def _state(element: Element, picture: Picture) -> str:
    block, k = picture.block, element.step
    run = picture.inspection.analysis.run
    s = run.course.s[run.time(k), block.start : block.stop]
    name = block.name + subscript(k)
    extremes = tr("min {low} · max {high}").format(low=signed(float(s.min())), high=signed(float(s.max())))
    said = told(name, f"‖{name}‖ = {scientific(_log10_norm(s), 3)} · {extremes}")
    if run.course.seam is not None:
        said += "\n" + (tr("a step of the encoder") if k <= run.course.seam else tr("a step of the decoder"))
    return said + "\n" + tr("Click to choose t, Ctrl-click or right-click to choose k.")


def _log10_norm(s: Floats) -> float:
    """Return log10 ‖s‖, which may lie outside float64."""
    with np.errstate(invalid="ignore"):
        largest = float(np.abs(s).max())
    if largest == 0.0 or not math.isfinite(largest):
        return -math.inf if largest == 0.0 else largest
    return math.log10(largest) + math.log10(float(np.linalg.norm(s / largest)))


def _in_lane(element: Element, picture: Picture, stream: Stream | None) -> str:
    """Return a state of another layer, or another part of the state, and what of the gradient arrives there, and whence."""
    lane = [lane for lane, _ in rows_of(picture.lanes, Span(0.0, 1.0), Span(0.0, 1.0))][element.column]
    k = element.step
    s = lane.course.s[lane.course.steps - k if lane.backward else k, lane.block.start : lane.block.stop]
    extremes = tr("min {low} · max {high}").format(low=signed(float(s.min())), high=signed(float(s.max())))
    name = lane.name.rstrip(_ARROWS) + subscript(k)
    lines = [told(name, f"‖{name}‖ = {scientific(_log10_norm(s), 3)} · {extremes}")]
    if stream is not None and lane.parts:
        lines += filter(None, (_arrives(lane, k, picture, stream), _falls(lane, k, stream)))
    if lane.own_steps:
        lines.append(tr("The first {steps} steps have weights of their own.").format(steps=lane.own_steps))
    if lane.skip:
        lines.append(tr("This layer adds what it reads to what it gives out."))
    return "\n".join(lines)


def _arrives(lane: Lane, k: int, picture: Picture, stream: Stream) -> str:
    """Return how much of the gradient of the chosen state arrives at what stands in a lane."""
    low, high = picture.span
    if not lane.parts or not low <= k <= high:
        return ""
    log10 = float(arriving(stream, lane)[k]) / _LN10
    pair = f"∂{source(stream.into)}{subscript(stream.t)}/∂{lane.name.rstrip(_ARROWS)}{subscript(k)}"
    if log10 == -math.inf:
        return tr("{pair} = 0 exactly: nothing arrives.").format(pair=pair)
    return told(pair, noted(f"×{scientific(log10)}", tr("RMS gain")))


def source(into: str) -> str:
    """Return what the state is called whose gradient runs in the lanes."""
    return part_name(into) if into else "s"


def _falls(lane: Lane, k: int, stream: Stream) -> str:
    """Return how much of it came down from the layers above in that step, "" where none can."""
    falls = falling(stream, lane)
    if falls is None or math.isnan(falls[k]):
        return ""
    if falls[k] == -math.inf:
        return tr("Nothing of it comes down from above in this step.")
    return tr("of it from above in this step: ×{gain}").format(gain=scientific(float(falls[k]) / _LN10))


def _output(element: Element, picture: Picture) -> str:
    o = picture.inspection.analysis.run.trace.o[element.step - 1]
    best = np.argsort(-np.nan_to_num(o, nan=-np.inf), kind="stable")[:_MOST]
    values = " · ".join(f"[{i}] {signed(float(o[i]))}" for i in best.tolist())
    more = " · …" if len(o) > _MOST else ""
    return f"o{subscript(element.step)} = {values}{more}{_in_units(o, picture)}"


def _in_units(o: Floats, picture: Picture) -> str:
    """Return a predicted column by its name and in its units, "" where nothing has such."""
    # The first picture needs no task.
    from explorer.workspace.tasks import unit_of

    unit = unit_of(picture.inspection.analysis.exploration.task)
    if unit is None or len(o) != 1:
        return ""
    name, scale = unit
    value = f"{scale.back(o)[0]:.6g}".replace("-", "−")
    return f"\n{name} = {value}"


def _jacobian(element: Element, picture: Picture) -> str:
    t = element.step
    gain = scientific(float(picture.arrow[t - 1]))
    pair = (t - 1, t) if picture.backward else (t, t - 1)
    return told(f"J{subscript(t)} = {derivative(*pair)}", noted(f"×{gain}", _norm(picture)))


def _ring(element: Element, picture: Picture) -> str:
    pair = f"∂s{subscript(picture.t)}/∂s{subscript(element.step)}"
    log10 = float(picture.ring[element.step])
    if log10 == -math.inf:
        return tr("{pair} = 0 exactly: nothing arrives.").format(pair=pair) + _other_way(picture)
    return told(pair, noted(f"×{scientific(log10)}", _norm(picture))) + _other_way(picture)


def _other_way(picture: Picture) -> str:
    """Return a line that says where the gradient along a layer's other chain is seen, "" where it has one chain."""
    run = picture.inspection.analysis.run
    if run.opposite is None:
        return ""
    return "\n" + tr("Along the chain {name}; the map and the decay show that of the other chain, too.").format(
        name=run.course.name
    )


def _norm(picture: Picture) -> str:
    analysis = picture.inspection.analysis
    about = estimate_sentence(analysis.run)
    if about is not None:
        return tr("RMS gain, {about}").format(about=about.said(tr))
    return tr("largest gain") if analysis.exploration.lens.norm == "spectral" else tr("RMS gain")
