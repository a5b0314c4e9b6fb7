"""The recurrent layers of an ONNX file: nodes that say so, and what is left beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.found import LeftOut
from explorer.workspace.models.frameworks import pytorch
from explorer.workspace.models.onnx.connections import stacked
from explorer.workspace.models.onnx.folding import Folding, NotConstant, Scope
from explorer.workspace.models.onnx.messages import Node
from explorer.workspace.models.onnx.nodes import Reading, Recurrent, is_recurrent
from explorer.workspace.models.onnx.reading import FORMAT, OPENED, Opened
from explorer.workspace.models.onnx.unrolled import Unrolling
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand
from explorer.workspace.models.stored import Stored

_KINDS: Mapping[str, str] = {
    "Conv": "convolution", "ConvTranspose": "convolution", "ConvInteger": "convolution", "QLinearConv": "convolution",
    "MatMul": "linear", "Gemm": "linear", "MatMulInteger": "linear", "QLinearMatMul": "linear", "Gather": "embedding",
    "LayerNormalization": "normalisation", "BatchNormalization": "normalisation", "InstanceNormalization": "normalisation",
    "GroupNormalization": "normalisation", "RMSNormalization": "normalisation", "Attention": "attention",
    "MultiHeadAttention": "attention", "Scan": "other", "Loop": "other",
}  # fmt: skip
"""What nodes beside the recurrent ones are, of those that are told."""


def find(stored: Stored, asked: Asked) -> Recognised:
    """Return the recurrent layers of a file that is ONNX, nothing of another.

    Raises
    ------
    Refusal
        If there are some and none of them can be read.
    """
    file = stored.config.get(OPENED)
    if stored.format != FORMAT or not isinstance(file, Opened):
        return Recognised(FORMAT)
    folding = file.folding(asked)
    nodes, refused = _nodes(file, folding, asked)
    unrolled = [cell for scope in file.scopes for cell in Unrolling(scope, folding).found()]
    stacks = tuple(_once(stacked([*nodes, *unrolled], lambda given: file.folding(Asked(), given))))
    used = {
        name for stack in stacks for strand in stack.strands for origin in strand.origins.values() for name in origin
    }
    named = _named(stored, asked, used, refused)
    if refused and not stacks and not named.stacks:
        raise next(iter(refused.values()))
    used |= named.used
    left_out = (
        *(LeftOut(name, "recurrent", {}, why=why) for name, why in refused.items()),
        *_left_out(file, folding, used),
    )
    # What its nodes don't tell of is told by nothing: an array has no name of its own.
    return Recognised(_source(file), (*stacks, *named.stacks), frozenset(stored.arrays), left_out)


def _named(stored: Stored, asked: Asked, used: set[str], refused: dict[str, Refusal]) -> Recognised:
    """Return the cells that an exporter took apart: they keep the names of their weights."""
    rest = {name: array for name, array in stored.arrays.items() if name not in used}
    try:
        return pytorch.find(Stored(stored.format, stored.name, rest), asked)
    except Refusal as reason:
        if not refused:
            raise
        refused.setdefault(str(reason.values.get("name", "")), reason)
        return Recognised(FORMAT)


def _source(file: Opened) -> str:
    return f"{FORMAT} ({file.model.producer})" if file.model.producer else FORMAT


def _nodes(file: Opened, folding: Folding, asked: Asked) -> tuple[list[Recurrent], dict[str, Refusal]]:
    """Return the nodes that can be read, and why the others can't."""
    found: list[Recurrent] = []
    refused: dict[str, Refusal] = {}
    for scope in file.scopes:
        for node in scope.graph.nodes:
            if is_recurrent(node):
                name = _free({*(one.name for one in found), *refused}, node)
                try:
                    found.append(Reading(name, node, scope, folding, asked).read())
                except Refusal as reason:
                    refused[name] = reason
    return found, refused


def _free(taken: set[str], node: Node) -> str:
    """Return what a node is called, apart from those before it."""
    name = plain = node.name or node.output(0) or node.output(1) or node.kind
    number = 1
    while name in taken:
        number += 1
        name = f"{plain} {number}"
    return name


def _once(stacks: Sequence[Stack]) -> Iterator[Stack]:
    """Yield stacks, of those that are the same weights in the same cells only the first: an export may have both branches."""
    seen = set()
    for stack in stacks:
        key = tuple(tuple(_identity(strand) for strand in level) for level in stack.levels)
        if key not in seen:
            seen.add(key)
            yield stack


def _identity(strand: Strand) -> tuple[object, ...]:
    start = tuple((part, array.tobytes()) for part, array in strand.start.items())
    return strand.cell, strand.activation, strand.backward, tuple(strand.origins.items()), start


# ---- what is not recurrent


@dataclass(frozen=True, slots=True)
class _Beside:
    """What tells of nodes that are not recurrent, by the arrays that they are given."""

    folding: Folding
    used: set[str]

    def told(self, scope: Scope, node: Node) -> LeftOut | None:
        """Return what a node is, None where it has no numbers of its own."""
        kind = _KINDS.get(node.kind)
        if kind is None:
            return None
        given = dict(self._given(scope, node))
        if kind == "embedding":
            return self._embedding(given)
        if not given and kind != "other" and kind != "attention":
            return None
        return LeftOut(node.name or node.output(0), kind, {name: array.shape for name, array in given.items()})

    def _given(self, scope: Scope, node: Node) -> Iterator[tuple[str, np.ndarray]]:
        for name in node.inputs:
            try:
                folded = self.folding.value(scope, name) if name else None
            except (NotConstant, Refusal):
                continue
            if folded is not None and folded.array.dtype.kind in "fiu" and folded.array.size > 1:
                root = folded.roots[0] if folded.roots else name
                if root not in self.used:
                    yield root, folded.array

    def _embedding(self, given: Mapping[str, np.ndarray]) -> LeftOut | None:
        for name, array in given.items():
            if array.ndim == 2 and array.dtype.kind == "f":
                return LeftOut(name, "embedding", {name: array.shape}, array)
        return None


def _left_out(file: Opened, folding: Folding, used: set[str]) -> Iterator[LeftOut]:
    beside, seen = _Beside(folding, used), set()
    for scope in file.scopes:
        for node in scope.graph.nodes:
            told = beside.told(scope, node)
            if told is not None and told.name not in seen:
                seen.add(told.name)
                yield told
