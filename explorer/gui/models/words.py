"""What is said of the networks in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from explorer.gui.words.cell_words import cell_label
from explorer.gui.words.i18n import listed, mark, say, tr
from explorer.workspace.models.feeding import table_of
from explorer.workspace.models.found import Found, LeftOut
from explorer.workspace.models.stacks import Stack, Strand

_MOST_NAMED = 3
_KINDS: Mapping[str, tuple[str, str]] = {
    "embedding": (mark("an embedding"), mark("{count} embeddings")),
    "convolution": (mark("a convolution"), mark("{count} convolutions")),
    "attention": (mark("an attention"), mark("{count} attentions")),
    "normalisation": (mark("a normalisation"), mark("{count} normalisations")),
    "linear": (mark("a linear layer"), mark("{count} linear layers")),
    "recurrent": (mark("a recurrent layer"), mark("{count} recurrent layers")),
    "other": (mark("something else"), mark("{count} others")),
}


def summary(found: Found) -> str:
    """Return what a file is, and how much is in it."""
    layers = sum(len(stack.levels) for stack in found.stacks)
    networks = len(found.stacks)
    what = tr("1 recurrent layer") if layers == 1 else tr("{count} recurrent layers").format(count=layers)
    if networks == 1:
        return tr("{source}: {what}, in one network.").format(source=found.source, what=what)
    return tr("{source}: {what}, in {count} networks.").format(source=found.source, what=what, count=networks)


def told_network(found: Found, stack: Stack) -> str:
    """Return a network's layers and what the first reads, in short."""
    return tr("{layers}; {reads}").format(layers=_layers(stack), reads=_reads(found, stack))


def _layers(stack: Stack) -> str:
    kinds = Counter(_size(level) for level in stack.levels)
    parts = [
        one if count == 1 else tr("{count} × {layer}").format(count=count, layer=one) for one, count in kinds.items()
    ]
    return listed(parts)


def told_strand(strand: Strand) -> str:
    """Return the cell of a layer in one direction, its size and its direction."""
    way = tr("backward") if strand.backward else tr("forward")
    return tr("{layer}, {way}").format(layer=_size((strand,)), way=way)


def _reads(found: Found, stack: Stack) -> str:
    inputs, table = stack.levels[0][0].inputs, table_of(found, stack.name)
    if table is not None:
        said = tr("reads {words} words through {table}, {inputs} numbers each")
        return said.format(words=len(table), table=stack.embedding, inputs=inputs)
    return tr("reads 1 number a step") if inputs == 1 else tr("reads {inputs} numbers a step").format(inputs=inputs)


def left_out(found: Found, stack: Stack) -> str:
    """Return what is in the file and is not shown, "" for nothing; what can't be read says why."""
    rest = [one for one in found.left_out if one.name != stack.embedding and one.why is None]
    kinds = Counter(one.kind for one in rest)
    parts = [_counted(kind, count, [one for one in rest if one.kind == kind]) for kind, count in kinds.items()]
    said = [tr("Not shown: {parts}.").format(parts=listed(parts))] if parts else []
    return "\n".join([*said, *_refused(found)])


def _refused(found: Found) -> Iterator[str]:
    """Yield why what is recurrent and can't be read is not shown."""
    for one in found.left_out:
        if one.why is not None:
            yield tr("{name} can't be shown: {reason}").format(name=one.name, reason=say(one.why))


def _counted(kind: str, count: int, some: list[LeftOut]) -> str:
    one, several = _KINDS.get(kind, _KINDS["other"])
    what = tr(one) if count == 1 else tr(several).format(count=count)
    names = [part.name for part in some[:_MOST_NAMED]]
    named = listed(names) if count <= _MOST_NAMED else tr("{names} …").format(names=listed(names))
    return tr("{what} ({names})").format(what=what, names=named)


def _size(level: tuple[Strand, ...]) -> str:
    one = level[0]
    plain = tr("{cell} of {units} units").format(cell=cell_label(one.cell), units=one.width)
    return tr("{layer} both ways").format(layer=plain) if len(level) > 1 else plain
