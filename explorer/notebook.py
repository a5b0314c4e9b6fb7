"""How what comes out of the engine and of sweeps is shown in a notebook, by Matplotlib and by xarray.

>>> flow = gradient_flow(net.forward(x))
>>> flow  # the last line of a notebook's cell: the map, alive
>>> flow.plot()  # a picture by Matplotlib
>>> flow.to_xarray().log_gain.sel(t=50)  # labelled arrays
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from explorer.engine import Block, Course, Estimate, Flow, Refusal, Trace
from explorer.workspace.pages.framed import block_in_frame, course_in_frame, flow_in_frame, trace_in_frame
from explorer.workspace.pages.swept import swept_in_frame
from explorer.workspace.plots.asked import lettered
from explorer.workspace.plots.labelled import labelled_course, labelled_flow, labelled_sweep, labelled_trace
from explorer.workspace.plots.maps import draw_map
from explorer.workspace.plots.states import draw_states
from explorer.workspace.plots.swept import draw_sweep
from explorer.workspace.sweeps.swept import Swept
from explorer.workspace.words.catalogues import spoken, within

_FRAMES: Mapping[type, Callable[[Any], str | None]] = MappingProxyType(
    {
        Flow: flow_in_frame,
        Estimate: flow_in_frame,
        Block: block_in_frame,
        Trace: trace_in_frame,
        Course: course_in_frame,
        Swept: swept_in_frame,
    }
)
_LABELLED: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        Flow: labelled_flow,
        Estimate: labelled_flow,
        Block: labelled_flow,
        Trace: labelled_trace,
        Course: labelled_course,
        Swept: labelled_sweep,
    }
)


def in_notebook(value: Any) -> str | None:
    """Return HTML that shows ``value`` alive; what can't be shown so is said in its place."""
    frame = _FRAMES.get(type(value))
    if frame is None:
        return None
    try:
        return frame(value)
    except Refusal as refusal:
        return f"<p>{html.escape(str(refusal))}</p><pre>{html.escape(repr(value))}</pre>"


def plotted(value: Any, ax: Any, lang: str | None, **how: Any) -> Any:
    """Draw ``value`` into Matplotlib axes, its own if None, with words of the language ``lang``; return them."""
    code = spoken(lang)
    tr = within(code)
    with lettered(code):
        if isinstance(value, Flow | Estimate | Block):
            return draw_map(value.log_gain, ax, tr, **how)
        if isinstance(value, Swept):
            return draw_sweep(value, ax, tr, **how)
        return draw_states(list(value.chains.values()) if isinstance(value, Trace) else [value], ax, tr)


def labelled(value: Any) -> Any:
    """Return ``value`` as labelled arrays of xarray."""
    return _LABELLED[type(value)](value)
