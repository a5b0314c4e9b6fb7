"""How the documentation is built: `make docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorer.version import __version__

project = "Gradient Flow Explorer"
author = "The Gradient Flow Explorer authors"
release = version = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "myst_parser",
]
html_theme = "furo"
html_title = f"{project} {__version__}"
templates_path = ["templates"]
exclude_patterns = ["notebooks", "pictures", "templates", "**/sg_execution_times.rst", "sg_execution_times.rst"]

# A name in single backticks is one of ours.
default_role = "py:obj"
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "inherited-members": "float, ValueError, Exception, Mapping"}
autosummary_ignore_module_all = False
napoleon_google_docstring = False
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "config.cache"]

sphinx_gallery_conf = {
    "examples_dirs": "notebooks",
    "gallery_dirs": "notebooks_built",
    "within_subsection_order": "FileNameSortKey",
    "default_thumb_file": str(Path(__file__).parent / "pictures" / "lstm.png"),
    "filename_pattern": r"\.py$",
    # What a value shows of itself is alive; where it has nothing to show, it is not printed either.
    "capture_repr": ("_repr_html_",),
    "abort_on_example_error": True,
    "show_memory": False,
    "min_reported_time": 1000,
    "remove_config_comments": True,
    "image_scrapers": ("matplotlib",),
}


def setup(app: Any) -> None:
    """Let sizes, |t − k|, stand in docstrings, where bars are marks otherwise."""
    app.connect("autodoc-process-docstring", _escaped)


def _escaped(_app: Any, _what: str, _name: str, _one: object, _options: object, lines: list[str]) -> None:
    lines[:] = [line if line.lstrip().startswith((">>>", "...")) else line.replace("|", r"\|") for line in lines]
