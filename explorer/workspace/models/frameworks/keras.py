"""Keras 2 and 3: kernels (in, gates · out), i, f, c, o and z, r, h; what a layer does is in the settings, if any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.found import LeftOut
from explorer.workspace.models.frameworks.keras_functions import Functions, functions_of
from explorer.workspace.models.frameworks.keras_settings import LayerSettings, Model, model_of, snake
from explorer.workspace.models.frameworks.keras_weights import gru_of, lstm_of, simple_of
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand, connected
from explorer.workspace.models.stored import Array, Stored
from explorer.workspace.models.strands import Place
from explorer.workspace.models.taken import Taken

_OLD = re.compile(r"^(?P<owner>.+)/(?P<what>kernel|recurrent_kernel|bias)(?::0)?$")
_NEW = re.compile(r"^(?P<owner>.+)/vars/(?P<what>[012])$")
_NUMBERED = {"0": "kernel", "1": "recurrent_kernel", "2": "bias"}
_KIND = re.compile(r"lstm|gru|rnn", re.IGNORECASE)
BIDIRECTIONAL = "Bidirectional"
_MOST_ORDERED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Owner:
    """The arrays of one cell: its path, and what is known of it: its settings, if any, and which layer's it is."""

    path: str
    arrays: Mapping[str, Taken]
    layer: str
    cell: LayerSettings | None = None
    backward: bool = False
    index: int = 0
    several: bool = False


def find(stored: Stored, asked: Asked) -> Recognised:
    """Return the recurrent layers that Keras's paths and settings tell."""
    if "names" not in stored.config:
        return Recognised("Keras")
    model = model_of(stored.config.get("model"))
    functions = Functions(str(stored.config.get("version") or ""), asked)
    owners = list(_owners(stored.arrays, stored.config["names"], model))
    layers: dict[str, list[Owner]] = {}
    places = {name: place for place, name in enumerate(model.layers)}
    for owner in sorted(owners, key=lambda owner: places.get(owner.layer, 0)):
        layers.setdefault(owner.layer, []).append(owner)
    made, left_out = _made(layers, functions)
    stacks = tuple(_stacks(made, model))
    used = {name for owner in owners for part in owner.arrays.values() for name in part.names}
    memory = {name for name in stored.arrays if name.startswith(("optimizer/", "optimizer_weights/"))}
    return Recognised(_called(stored), stacks, frozenset(used | memory), tuple(left_out))


def _called(stored: Stored) -> str:
    return f"Keras {version}" if (version := stored.config.get("version")) else "Keras"


# ---- which arrays belong together


def _owners(arrays: Mapping[str, Array], names: Mapping[str, str], model: Model) -> Iterator[Owner]:
    groups: dict[str, dict[str, Taken]] = {}
    for name, array in arrays.items():
        match = _OLD.match(name) or _NEW.match(name)
        if match is not None and not name.startswith("optimizer"):
            what = _NUMBERED.get(match["what"], match["what"])
            groups.setdefault(match["owner"], {})[what] = Taken(array, (name,))
    known = _known_paths(model)
    for path, parts in groups.items():
        kernels = [parts[what].array.ndim for what in ("kernel", "recurrent_kernel") if what in parts]
        if kernels == [2, 2]:
            yield _owner(path, parts, names, known)


def _owner(path: str, parts: Mapping[str, Taken], names: Mapping[str, str], known: Mapping[str, Owner]) -> Owner:
    """Return the arrays with what is known of their cell: by Keras 3's path, or by the names in an older one."""
    parts_of_path = path.removeprefix("model_weights/").split("/")
    if path in known:
        return replace(known[path], path=path, arrays=parts)
    if parts_of_path[0] in ("layers", "_layer_checkpoint_dependencies"):
        for end in range(len(parts_of_path), 1, -1):
            # A path has the class, what a person called the layer stands beside it.
            layer = names.get("/".join(parts_of_path[:end]))
            if layer is not None and end == 2:
                inner = "/".join(parts_of_path[2:])
                found = known.get(f"{layer}//{inner}")
                return _untold(path, parts, layer) if found is None else replace(found, path=path, arrays=parts)
        return _untold(path, parts, parts_of_path[1])
    layer = parts_of_path[0]
    for inner, owner in known.items():
        if owner.layer == layer and _stands_for(inner.partition("//")[2], parts_of_path[1:]):
            return replace(owner, path=path, arrays=parts)
    return _untold(path, parts, layer)


def _untold(path: str, parts: Mapping[str, Taken], layer: str) -> Owner:
    """Return the arrays of a cell whose settings are not in the file."""
    return Owner(path, parts, layer, backward="backward" in path, several="/cells/" in path or "stacked_rnn" in path)


def _stands_for(inner: str, path: Sequence[str]) -> bool:
    """Return whether an older path names the cell that stands at ``inner`` in Keras 3."""
    back = any("backward" in one for one in path)
    cell = inner.rpartition("/")[2]
    return back == inner.startswith("backward_layer") and ("cells/" not in inner or cell in path)


def _known_paths(model: Model) -> dict[str, Owner]:
    """Return the cells that the settings tell of, by layer and path within it as Keras 3 has them."""
    found: dict[str, Owner] = {}
    for layer in model.layers.values():
        for inner, owner in _cells(layer):
            found[f"{layer.name}//{inner}"] = owner
    return found


def _cells(layer: LayerSettings) -> Iterator[tuple[str, Owner]]:
    if layer.kind == BIDIRECTIONAL:
        forward = layer.inner("layer")
        backward = layer.inner("backward_layer") or forward
        for half, back in ((forward, False), (backward, True)):
            if half is not None:
                stem = "backward_layer" if back else "forward_layer"
                for inner, owner in _cells(half):
                    yield f"{stem}/{inner}", replace(owner, layer=layer.name, backward=back)
    elif layer.kind == "RNN":
        cells = layer.cells()
        counts: dict[str, int] = {}
        for index, cell in enumerate(cells):
            stem = snake(cell.kind)
            number = counts[stem] = counts.get(stem, -1) + 1
            own = f"{stem}_{number}" if number else stem
            single = not isinstance(cell_holder(layer).settings.get("cells"), list)
            back = bool(layer.settings.get("go_backwards"))
            yield "cell" if single else f"cell/cells/{own}", Owner("", {}, layer.name, cell, back, index, not single)
    elif _KIND.search(layer.kind):
        yield "cell", Owner("", {}, layer.name, layer, bool(layer.settings.get("go_backwards")))


def cell_holder(layer: LayerSettings) -> LayerSettings:
    """Return the cell of a layer called RNN, which may hold several."""
    return layer.inner("cell") or layer


# ---- strands and stacks


@dataclass(slots=True)
class _Made:
    """The levels of one layer: one, or those of the cells that it runs."""

    layer: str
    levels: list[list[Strand]] = field(default_factory=list)


def _made(layers: Mapping[str, list[Owner]], functions: Functions) -> tuple[dict[str, _Made], list[LeftOut]]:
    made: dict[str, _Made] = {}
    left_out: list[LeftOut] = []
    for name, owners in layers.items():
        one = _Made(name)
        try:
            for owner in sorted(owners, key=lambda owner: (owner.index, owner.backward)):
                number = len(one.levels) + 1
                strand = _strand(owner, functions, number if owner.several else None, len(owners) > 1)
                if one.levels and owner.backward and len(one.levels[-1]) == 1 and not one.levels[-1][0].backward:
                    one.levels[-1].append(strand)
                else:
                    one.levels.append([strand])
        except BadNetwork as reason:
            shapes = {part.names[0]: part.shape for owner in owners for part in owner.arrays.values()}
            left_out.append(LeftOut(name, "recurrent", shapes, why=reason))
            continue
        one.levels = _in_order(one.levels)
        made[name] = one
    return made, left_out


def _in_order(levels: list[list[Strand]]) -> list[list[Strand]]:
    """Return the cells of one layer in an order in which each fits the one before: paths alone have none."""
    if connected(levels) or len(levels) > _MOST_ORDERED:
        return levels
    return next((list(order) for order in permutations(levels) if connected(order)), levels)


def _strand(owner: Owner, functions: Functions, number: int | None, halves: bool) -> Strand:
    U, W, b = (owner.arrays.get(what) for what in ("kernel", "recurrent_kernel", "bias"))
    assert U is not None
    assert W is not None
    # A bidirectional layer's halves have one name in the settings.
    name = owner.layer
    if number is not None:
        name += f".{number}"
    elif halves:
        name += ".backward" if owner.backward else ".forward"
    place = Place(name, owner.backward)
    gates, rest = divmod(W.shape[1], max(1, W.shape[0]))
    if rest or gates not in (1, 3, 4) or U.shape[1] != W.shape[1]:
        raise BadNetwork(
            "{name} has the shape {shape} beside {other}: neither a simple cell, an LSTM nor a GRU has these.",
            name=U.names[0], shape=U.shape, other=W.shape,
        )  # fmt: skip
    chosen = functions_of(functions, owner.layer, owner.cell, gates, cudnn=_is_cudnn(b, W, gates, owner.cell))
    if gates == 1:
        return simple_of(place, U, W, b, chosen)
    return (lstm_of if gates == 4 else gru_of)(place, U, W, b, chosen)


def _is_cudnn(b: Taken | None, W: Taken, gates: int, cell: LayerSettings | None) -> bool:
    """Return whether a kernel stands in the layout for graphics cards: by class, or by a bias of twice the length."""
    if cell is not None and cell.kind.startswith("CuDNN"):
        return True
    return gates > 1 and b is not None and b.shape == (2 * gates * W.shape[0],)


def _stacks(made: Mapping[str, _Made], model: Model) -> Iterator[Stack]:
    """Yield the layers joined as the settings connect them; each alone where there are none, or they don't fit."""
    after: dict[str, str] = {}
    before: dict[str, str] = {}
    for name in made:
        source = model.source(name)
        if source is not None and source.name in made and source.name not in after and _goes_on(source):
            after[source.name], before[name] = name, source.name
    for name, one in made.items():
        if name in before:
            continue
        run = [one]
        while run[-1].layer in after:
            run.append(made[after[run[-1].layer]])
        yield from _joined(run, model)


def _joined(run: list[_Made], model: Model) -> Iterator[Stack]:
    first, rest = run[0], run[1:]
    levels = list(first.levels)
    if not connected(levels):
        for level in levels:
            yield from (Stack(strand.name, ((strand,),)) for strand in level)
        if rest:
            yield from _joined(rest, model)
        return
    for number, one in enumerate(rest, start=1):
        if not connected([*levels, *one.levels]):
            yield _stack(first.layer, levels, model)
            yield from _joined(run[number:], model)
            return
        levels += one.levels
    yield _stack(" + ".join(one.layer for one in run) if len(run) > 1 else first.layer, levels, model)


def _stack(name: str, levels: list[list[Strand]], model: Model) -> Stack:
    source = model.source(name.partition(" + ")[0])
    table = source.name if source is not None and source.kind == "Embedding" else None
    return Stack(name, tuple(tuple(level) for level in levels), table)


def _goes_on(layer: LayerSettings) -> bool:
    """Return whether what a layer gives out at every step, in the order of its steps, is what the next one reads."""
    inner = layer.inner("layer") if layer.kind == BIDIRECTIONAL else layer
    if inner is None or not inner.settings.get("return_sequences"):
        return False
    if layer.kind == BIDIRECTIONAL:
        return layer.settings.get("merge_mode", "concat") == "concat"
    return not inner.settings.get("go_backwards")
