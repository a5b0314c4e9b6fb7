"""How many steps of a sequence a recurrent node reads, where the file says so."""

from __future__ import annotations

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.onnx.folding import Folding, NotConstant, Scope
from explorer.workspace.words.sentence import Sentence


def length_of(name: str, folding: Folding, scope: Scope, lengths: str, asked: Asked) -> int | None:
    """Return how many steps the node ``name`` reads by its input ``lengths``, those of the first sequence of a batch.

    None where that is told when it runs: then a sequence is read to its end. Both are remembered as what was assumed.

    Raises
    ------
    BadNetwork
        If none is read.
    """
    try:
        found = folding.value(scope, lengths).array.ravel()
    except NotConstant:
        said = Sentence(
            "{name} is told when it runs how long each sequence is; here each is read to its end.", {"name": name}
        )
        asked.take(name, "lengths", ("own",), "own", said)
        return None
    first = int(found[0]) if len(found) else 0
    if first < 1:
        raise BadNetwork("{name} reads no step of a sequence: the file says that its length is 0.", name=name)
    said = Sentence(
        "By the file {name} reads {steps} steps of a sequence and passes over the rest, which is left out here, too.",
        {"name": name, "steps": first},
    )
    asked.take(name, "lengths", (str(first),), str(first), said)
    return first
