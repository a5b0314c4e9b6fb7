"""``render``: what the window shows as a picture or a page, and the window itself where there is no display."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Any

from explorer.cli.arguments import either, ending
from explorer.cli.display import load_app, load_page
from explorer.cli.options import (
    DONE,
    add_language,
    add_pair,
    add_source,
    cell_file,
    exploration_told,
    names,
    paired,
    parser_of,
    refuse_same_file,
    tidy,
)
from explorer.cli.saying import PROGRAM, mutter, say, speak
from explorer.cli.tabular import add_input, fed_with, misuse_of_input
from explorer.gui.export.formats import PAGE, PICTURES

PICTURE_WITHOUT_DISPLAY = "gradient-flow.png"
COLOURS = ("glow", "white")
PAGE_THEMES = ("light", "dark")
ALL, WINDOW = "all", "window"
VIEWS = (
    "strip", "states", "flow", "decay", "compare", "inside", "formula", "claims", "attribution", "derivative", "nudge",
    "product", "factors", "spectrum", "isometry", "lyapunov", "forwards", "scales", "growth", "weights", "eigenvalues",
    "curves", "tryout", "lags", "surface",
)  # fmt: skip
SIZE, VIEW_SIZE = (1600, 1000), (1000, 600)
SIZE_LIMITS = (320, 8000)


def render(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of("render", "Draw what the window shows into a picture; no display is needed.", _HELP)
    parser.add_argument(
        "out", metavar="OUT", type=ending((*PICTURES, PAGE)), help=f"the picture, {either(PICTURES)}, or a page, {PAGE}"
    )
    add_source(parser)
    add_input(parser)
    add_pair(parser)
    parser.add_argument("--view", choices=(ALL, *VIEWS, WINDOW), default=ALL, metavar="NAME", help="(default: all)")
    parser.add_argument("--size", type=size, metavar="WxH", help=_SIZES)
    parser.add_argument(
        "--presentation", action="store_true", help="large type, and of all views those on the time axis, as after F11"
    )
    parser.add_argument(
        "--theme", choices=names("themes"), help="(default: light; of a page the one that its reader's browser prefers)"
    )
    parser.add_argument(
        "--colours",
        choices=COLOURS,
        default=COLOURS[0],
        help="of gains: what is preserved is warm light, or white (default: glow)",
    )
    add_language(parser)
    asked = parser.parse_args(words)
    if wrong := misuse_of_input(asked) or _misuse_of_page(asked):
        parser.error(wrong)
    speak(asked.lang)
    from explorer.workspace.disk.writing import check_writable

    refuse_same_file(parser, file=asked.file, OUT=asked.out, input=asked.input, cell=cell_file(asked))
    check_writable(asked.out)
    exploration = paired(fed_with(exploration_told(asked), asked), asked)
    if asked.out.suffix.lower() == PAGE:
        title = asked.file.stem if asked.file else ""
        _hand_out(asked.out, exploration, title=title, spoken=asked.lang, theme=asked.theme, colours=asked.colours)
    else:
        _draw_asked(asked, exploration)
    say(asked.out)
    return DONE


def _draw_asked(asked: argparse.Namespace, exploration: Any) -> None:
    _draw(
        asked.out,
        exploration,
        size=asked.size or (VIEW_SIZE if asked.view in VIEWS else SIZE),
        theme=asked.theme or PAGE_THEMES[0],
        colours=asked.colours,
        language=asked.lang,
        view=asked.view,
        presentation=asked.presentation,
    )


def draw_instead(exploration: Any) -> int:
    """Draw the window with ``exploration``, the first preset's for None, where it can't be opened; return the exit code."""
    from explorer.workspace.disk.presets import default
    from explorer.workspace.disk.writing import check_writable

    out = Path(PICTURE_WITHOUT_DISPLAY)
    check_writable(out)
    mutter(f"There is no display: drawing {out} instead of opening the window.")
    _draw(out, exploration or default().exploration, size=SIZE, view=WINDOW)
    say(out)
    return DONE


def draw_sweep(out: Path, table: Any, **sheet: Any) -> None:
    """Draw what is known of a sweep into a file."""
    from explorer.workspace.disk.writing import write_bytes

    app = _app_without_display()
    picture = app.render_sweep(out.suffix, table, app.Sheet(**sheet))
    with tidy():
        write_bytes(out, picture)


def _app_without_display() -> Any:
    if sys.platform.startswith("linux"):
        # A picture needs no display, not even one that is named but out of reach.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return load_app()


def _draw(out: Path, exploration: Any, **sheet: Any) -> None:
    from explorer.workspace.disk.writing import write_bytes

    app = _app_without_display()
    picture = app.render(out.suffix, exploration, app.Sheet(**sheet))
    with tidy():
        write_bytes(out, picture)


def _hand_out(out: Path, exploration: Any, **how: Any) -> None:
    from explorer.workspace.disk.writing import write_bytes

    made = load_page().page(exploration, **how)
    with tidy():
        write_bytes(out, made)


def _misuse_of_page(asked: argparse.Namespace) -> str | None:
    """Return what is asked of a page that only a picture has, if anything."""
    if asked.out.suffix.lower() != PAGE:
        return None
    given = {"--view": asked.view != ALL, "--size": asked.size, "--presentation": asked.presentation}
    for option in (option for option, there in given.items() if there):
        return f"{option} is for pictures: a page shows all, and fits the screen of its reader"
    if asked.theme and asked.theme not in PAGE_THEMES:
        return f"a page is {' or '.join(PAGE_THEMES)}, not {asked.theme}"
    return None


def size(text: str) -> tuple[int, int]:
    low, high = SIZE_LIMITS
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if found is None or not all(low <= int(side) <= high for side in found.groups()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a size like 1600x1000 with sides from {low} to {high}")
    return int(found[1]), int(found[2])


_SIZES = (
    f"width and height in pixels, {SIZE_LIMITS[0]} to {SIZE_LIMITS[1]} each "
    f"(default: {SIZE[0]}x{SIZE[1]}, of a single view {VIEW_SIZE[0]}x{VIEW_SIZE[1]})"
)
_HELP = f"""what --view names:
  {ALL}      every view that the window shows, without its controls
  {WINDOW}   the window as it is, with its controls
  or one view by itself:
           {", ".join(VIEWS[:8])},
           {", ".join(VIEWS[8:15])},
           {", ".join(VIEWS[15:])};
  "compare" is of all networks side by side, the others are of the active one

A page is one file for any browser, with the map of all pairs alive in it, of one network or of several side by side; it loads
nothing from anywhere.

The same call draws the same bytes.

examples:
  {PROGRAM} render flow.png
  {PROGRAM} render slide.pdf --preset lstm-remembers --theme projector --lang zh_CN --presentation
  {PROGRAM} render map.svg --view flow --preset chaos --t 50 --k 10 --size 900x700
  {PROGRAM} render mine.png mine.gflow --size 1280x800
  {PROGRAM} render own.png --cell own.txt
  {PROGRAM} render page.html mine.gflow --lang zh_CN"""
