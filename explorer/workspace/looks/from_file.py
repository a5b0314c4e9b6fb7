"""What is said of a network from somebody's file in the file's own words: its name, its arrays, and what it still hears."""

from __future__ import annotations

from explorer.engine.errors import Names
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.hearing import heard_by
from explorer.workspace.looks.weight_names import name_in_file
from explorer.workspace.words.sentence import Sentence


def source_sentence(inspection: Inspection) -> Sentence | None:
    """Return what the network is called in its file, and what its last state still hears; None where it is from none."""
    imported = inspection.analysis.run.recipe.imported
    if imported is None:
        return None
    return Sentence(
        "{network} of “{file}”: {said}",
        {"network": imported.network, "file": imported.file_name, "said": heard_by(inspection.analysis)},
    )


def matrices_sentence(inspection: Inspection) -> Sentence | None:
    """Return which arrays of the file carry the state from step to step; None where it is from none, or none does."""
    run = inspection.analysis.run
    found: dict[str, list[str]] = {}
    for shown in run.matrices:
        called = name_in_file(run.recipe, run.network.architecture, shown)
        if called is not None:
            found.setdefault(called, []).append(shown)
    if not found:
        return None
    return Sentence(
        "in the file: {arrays}", {"arrays": Names(f"{called} ({' '.join(shown)})" for called, shown in found.items())}
    )
