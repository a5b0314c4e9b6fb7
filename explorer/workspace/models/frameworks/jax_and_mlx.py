"""Haiku, Equinox and MLX: a few names each, and each with one thing that a guess gets wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, SimpleOptions
from explorer.workspace.models.equations.functions import function
from explorer.workspace.models.frameworks.paths import called, complete, modules
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand
from explorer.workspace.models.stored import Stored
from explorer.workspace.models.strands import Place, gru, lstm, simple
from explorer.workspace.models.taken import Taken, together

Parts = dict[str, Taken]
Made = Iterator[tuple[Strand, Parts]]
_HAIKU_LSTM = re.compile(r"(^|/)[^/]*lstm[^/]*/linear$", re.IGNORECASE)
_HAIKU_RNN = re.compile(r"(^|/)[^/]*rnn[^/]*$", re.IGNORECASE)


def _recognised(source: str, made: Made) -> Recognised:
    all_of_them = list(made)
    used = {name for _, parts in all_of_them for part in parts.values() for name in part.names}
    return Recognised(source, tuple(Stack(one.name, ((one,),)) for one, _ in all_of_them), frozenset(used))


def find_haiku(stored: Stored, asked: Asked) -> Recognised:  # noqa: ARG001 - nothing is left open
    """Return the recurrent layers that Haiku's names tell."""
    return _recognised("Haiku", (one for some in (_haiku_lstms, _haiku_grus, _haiku_rnns) for one in some(stored)))


def _haiku_lstms(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, {"w": 2}):
        n, rest = divmod(parts["w"].shape[1], 4)
        if not _HAIKU_LSTM.search(module) or rest or parts["w"].shape[0] <= n:
            continue
        # One matrix reads x and h, in this order; the forget gate's 1 is added as it runs.
        whole = parts["w"].T
        U, W = (Taken(part, whole.names) for part in (whole.array[:, :-n], whole.array[:, -n:]))
        biases = parts["b"].gates("igfo") if "b" in parts else {}
        place = Place(called(module.removesuffix("/linear")))
        yield lstm(place, U.gates("igfo"), W.gates("igfo"), biases, LstmOptions(), forget=1.0), parts


def _haiku_grus(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, {"w_i": 2, "w_h": 2}):
        if parts["w_h"].shape[1] != 3 * parts["w_h"].shape[0]:
            continue
        U, W = parts["w_i"].T.gates("zrn"), parts["w_h"].T.gates("zrn")
        biases = parts["b"].gates("zrn") if "b" in parts else {}
        yield gru(Place(called(module)), U, W, biases, None, GruOptions(before=True, swapped=True)), parts


def _haiku_rnns(stored: Stored) -> Made:
    below = modules(stored.arrays, 2)
    for module, parts in below.items():
        if not _HAIKU_RNN.search(module) or not {"linear/w", "linear_1/w"} <= set(parts):
            continue
        U, W = parts["linear/w"].T, parts["linear_1/w"].T
        b = [parts[name] for name in ("linear/b", "linear_1/b") if name in parts]
        if W.array.ndim == U.array.ndim == 2 and W.shape[0] == W.shape[1]:
            place = Place(called(module))
            yield simple(place, U, W, together(b), SimpleOptions(function("relu"))), parts


def find_equinox(stored: Stored, asked: Asked) -> Recognised:  # noqa: ARG001 - nothing is left open
    """Return the recurrent layers that Equinox's names tell: as PyTorch's, with one ``bias``."""
    return _recognised("Equinox", _equinox(stored))


def _equinox(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, {"weight_ih": 2, "weight_hh": 2, "bias": 1}):
        U, W, place = parts["weight_ih"], parts["weight_hh"], Place(called(module))
        gates = W.shape[0] // max(1, W.shape[1])
        if gates == 4:
            yield lstm(place, U.gates("ifgo"), W.gates("ifgo"), parts["bias"].gates("ifgo"), LstmOptions()), parts
        elif gates == 3:
            b = parts["bias"].gates("rzn")
            yield gru(place, U.gates("rzn"), W.gates("rzn"), b, parts.get("bias_n"), GruOptions()), parts


def find_mlx(stored: Stored, asked: Asked) -> Recognised:  # noqa: ARG001 - nothing is left open
    """Return the recurrent layers that MLX's names tell."""
    return _recognised("MLX", (one for some in (_mlx_gated, _mlx_rnns) for one in some(stored)))


def _mlx_gated(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, {"Wx": 2, "Wh": 2}):
        U, W, place = parts["Wx"], parts["Wh"], Place(called(module))
        gates = W.shape[0] // max(1, W.shape[1])
        if gates == 4:
            biases = parts["bias"].gates("ifgo") if "bias" in parts else {}
            yield lstm(place, U.gates("ifgo"), W.gates("ifgo"), biases, LstmOptions()), parts
        elif gates == 3:
            biases = parts["b"].gates("rzn") if "b" in parts else {}
            yield gru(place, U.gates("rzn"), W.gates("rzn"), biases, parts.get("bhn"), GruOptions()), parts


def _mlx_rnns(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, {"Wxh": 2, "Whh": 2}):
        yield simple(Place(called(module)), parts["Wxh"], parts["Whh"], parts.get("bias"), SimpleOptions()), parts
