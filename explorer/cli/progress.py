"""A line that tells a person at a terminal how far long work has come."""

from __future__ import annotations

import shutil
import sys
from itertools import accumulate

from explorer.cli.saying import mutter, tr, width_of

_WIDE = 24


def show_progress(done: int, of: int, said: str, left: float | None) -> None:
    """Draw the bar of ``done`` parts ``of`` all, what is ``said`` of it and the seconds ``left``, if a person sees it."""
    if not sys.stderr.isatty():
        return
    full = round(_WIDE * min(1.0, done / of))
    rest = "" if left is None else tr("{time} left").format(time=_duration(left))
    line = f"{'█' * full}{'·' * (_WIDE - full)} {done}/{of}  {said}  {rest}"
    mutter(f"\r{_cut(line, shutil.get_terminal_size().columns - 1)}\x1b[K", end="")


def end_progress() -> None:
    """Let what is said next stand in a line of its own."""
    if sys.stderr.isatty():
        mutter("")


def _cut(line: str, room: int) -> str:
    """Return as much of ``line`` as ``room`` columns of a terminal hold."""
    return line[: sum(1 for end in accumulate(map(width_of, line)) if end <= room)]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return tr("{minutes}:{seconds:02d} min").format(minutes=minutes, seconds=rest)
    return tr("{seconds} s").format(seconds=rest)
