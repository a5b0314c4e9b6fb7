"""What weights are called in the file that a network is from."""

from __future__ import annotations

from explorer.gui.words.i18n import tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.from_file import matrices_sentence
from explorer.workspace.looks.weight_names import name_in_file


def in_file(inspection: Inspection | None) -> str:
    """Return what the matrices that carry the state are called there; "" where the network is from no file."""
    source = None if inspection is None else matrices_sentence(inspection)
    return "" if source is None else source.said(tr)


def of_matrix(inspection: Inspection, shown: str | None) -> str:
    """Return whose something is that is of a matrix, by the file's name for it where there is one; "" for no matrix."""
    run = inspection.analysis.run
    called = None if shown is None else name_in_file(run.recipe, run.network.architecture, shown)
    return "" if shown is None else tr("of {name}").format(name=called or shown)
