"""The simple cell, LSTM and GRU with all that the frameworks let one choose, as cells of ours.

What has no options is the cell that ships, by its name; all else is equations.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.workspace.exploration.cells import Cell
from explorer.workspace.models.equations.functions import SIGMOID, TANH, Function, is_choice_of_simple
from explorer.workspace.models.equations.lines import at, gate
from explorer.workspace.models.equations.told import cell_text


@dataclass(frozen=True, slots=True)
class SimpleOptions:
    """h = function(clip(U x + W h' + b))."""

    function: Function = TANH
    clip: float | None = None

    def cell(self) -> tuple[Cell, str]:
        """Return the cell, and what f(…) stands for in it."""
        if self.clip is None and is_choice_of_simple(self.function):
            return "rnn", self.function.name
        traits = [*_own(not is_choice_of_simple(self.function)), *_clip(self.clip)]
        lines = gate("h", "U @ x + W @ h + b", self.function, self.clip)
        return cell_text("RNN", traits, lines, candidate="W"), "tanh"


@dataclass(frozen=True, slots=True)
class LstmOptions:
    """An LSTM's choices.

    ``gate``, ``candidate`` and ``hidden`` are the functions of the gates, of g, and of the new cell on its way to h.
    ``peepholes`` p_i, p_f on the last cell and p_o on the new one; ``coupled`` gates have f = 1 − i; ``clip`` bounds net
    inputs, ``clip_cell`` the cell; a ``projection`` gives the size of the cell, of which h = W_r (o ∘ tanh(c)) is made.
    """

    gate: Function = SIGMOID
    candidate: Function = TANH
    hidden: Function = TANH
    peepholes: bool = False
    coupled: bool = False
    clip: float | None = None
    projection: int | None = None

    def cell(self) -> tuple[Cell, str]:
        """Return the cell, and what f(…) stands for in it."""
        own = (self.gate, self.candidate, self.hidden) != (SIGMOID, TANH, TANH)
        plain = not (own or self.coupled or self.projection) and self.clip is None
        if plain:
            return ("peephole" if self.peepholes else "lstm"), "tanh"
        traits = [
            *(["projection"] if self.projection else []),
            *(["peepholes"] if self.peepholes else []),
            *(["coupled gates"] if self.coupled else []),
            *_own(own),
            *_clip(self.clip),
        ]
        sizes = {"k": self.projection, "c": ["k"]} if self.projection else None
        forget = () if self.coupled else ("b_f",)
        return cell_text("LSTM", traits, self._lines(), candidate="W_g", forget=forget, sizes=sizes), "tanh"

    def _lines(self) -> list[str]:
        looks = {one: f" + p_{one} * c" if self.peepholes else "" for one in "ifo"}
        inner = {one: f"U_{one} @ x + W_{one} @ h{looks.get(one, '')} + b_{one}" for one in "ifgo"}
        before, h = at("a", "c", self.hidden)
        return [
            *gate("i", inner["i"], self.gate, self.clip),
            *(["f = 1.0 - i"] if self.coupled else gate("f", inner["f"], self.gate, self.clip)),
            *gate("g", inner["g"], self.candidate, self.clip),
            "c = f * c + i * g",
            *gate("o", inner["o"], self.gate, self.clip),
            *before,
            f"h = W_r @ (o * {h})" if self.projection else f"h = o * {h}",
        ]


@dataclass(frozen=True, slots=True)
class GruOptions:
    """A GRU's choices.

    ``gate`` and ``candidate`` are its functions; ``before`` says that the reset gate stands before the matrix, n =
    tanh(U_n x + W_n (r ∘ h') + b_n), and not behind it. ``swapped`` is h = (1 − z) ∘ h' + z ∘ n, the other way round.
    """

    gate: Function = SIGMOID
    candidate: Function = TANH
    before: bool = False
    swapped: bool = False
    clip: float | None = None

    def cell(self) -> tuple[Cell, str]:
        """Return the cell, and what f(…) stands for in it."""
        own = (self.gate, self.candidate) != (SIGMOID, TANH)
        if not (own or self.before or self.swapped) and self.clip is None:
            return "gru", "tanh"
        traits = [*(["reset before the matrix"] if self.before else []), *_own(own), *_clip(self.clip)]
        inner = ("U_n @ x + b_n + r * (W_n @ h + b_rec)", "U_n @ x + W_n @ (r * h) + b_n")[self.before]
        lines = [
            *gate("r", "U_r @ x + W_r @ h + b_r", self.gate, self.clip),
            *gate("z", "U_z @ x + W_z @ h + b_z", self.gate, self.clip),
            *gate("n", inner, self.candidate, self.clip),
            "h = (1 - z) * h + z * n" if self.swapped else "h = (1 - z) * n + z * h",
        ]
        return cell_text("GRU", traits, lines, candidate="W_n"), "tanh"


@dataclass(frozen=True, slots=True)
class MguOptions:
    """A minimal gated unit whose one gate stands behind the matrix, n = tanh(U_n x + b_n + f ∘ (W_n h' + b_rec))."""

    def cell(self) -> tuple[Cell, str]:
        """Return the cell, and what f(…) stands for in it."""
        lines = [
            "f = sigmoid(U_f @ x + W_f @ h + b_f)",
            "n = tanh(U_n @ x + b_n + f * (W_n @ h + b_rec))",
            "h = (1 - f) * n + f * h",
        ]
        return cell_text("MGU", ("gate behind the matrix",), lines, candidate="W_n"), "tanh"


def _own(there: bool) -> list[str]:
    return ["own activations"] if there else []


def _clip(clip: float | None) -> list[str]:
    return [] if clip is None else ["clip"]
