"""Numbers in tips, hints, messages and the guide are those of the program, and the same in every language."""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pytest

from explorer.engine.looks.verdict import EXTREME, PRESERVED
from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.recurrence import library
from explorer.engine.recurrence.activation_words import activation_words
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.cell_file import CellWords
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.gui.controls import number_field
from explorer.gui.shell.actions import _ENTRIES
from explorer.gui.views.inspect import nudge, weights
from explorer.gui.views.tryout import entry as tryout_entry
from explorer.gui.words import i18n
from explorer.gui.words.catalogue import sentences
from explorer.workspace.disk.presets import preset
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.scales import states
from explorer.workspace.words.glossary import glossary

from ...workspace.claims import Claim, printed, says
from .test_glossary import bare

OF_FILES = [*map(library.words, library.names()), *activation_words().values()]
"""What the files of cells and activations say."""
MEANINGS = [
    *(term.meaning for term in glossary().values()),
    *(words for one in OF_FILES for words in (one.notes, *([one.flows] if isinstance(one, CellWords) else []))),
]


@cache
def said() -> tuple[str, ...]:
    """Return the sentences of the code; what every file of it says is not read before a test asks."""
    return tuple(sorted({sentence.text for sentence in sentences() if sentence.text}))


@cache
def english() -> tuple[str, ...]:
    return (*said(), *(words["en"] for words in MEANINGS))


def claim(text: str, *values: float) -> Claim:
    return says(text, text, lambda: list(values))


def key(name: str) -> float:
    return float(_ENTRIES[name].keys[0])


def sigmoid(z: float) -> float:
    return float(ACTIVATIONS["sigmoid"].value(np.array(z)))


def steepest(name: str) -> float:
    """Return the greatest derivative found, which γ must be."""
    found = float(ACTIVATIONS[name].slope(np.linspace(-5, 5, 1001)).max())
    assert found == ACTIVATIONS[name].steepest
    return found


def delays(name: str) -> tuple[int, ...]:
    """Return how far back a cell's first state is read, without what the dots stand for."""
    (state, *_) = library.cell(name).recurrence.states
    assert state.delays == tuple(2**i for i in range(8))
    return *state.delays[:3], state.delays[-1]


def toggle() -> tuple[float, int]:
    verdict = inspect(analyse(preset("toggle").exploration)).verdict
    return math.exp(verdict.end), verdict.horizon


def shape(name: str, n: int = 400) -> np.ndarray:
    return INITIALISATIONS[name](n, 1.0, 2, 0)


# A number that is measured or set somewhere, as it stands in English, and what it is there.
CLAIMS = (
    claim("×0.47 over 36 steps", *toggle()),
    claim("below 10⁻⁶", math.exp(-EXTREME)), claim("up to 10⁶", math.exp(EXTREME)),
    claim("less than 10⁻⁶", math.exp(-EXTREME)),
    claim("from 10⁻⁶ to less than 0.32", math.exp(-EXTREME), math.exp(-PRESERVED)),
    claim("from 0.32 to 3.2 times", math.exp(-PRESERVED), math.exp(PRESERVED)),
    claim("more than 3.2 and up to 10⁶ times", math.exp(PRESERVED), math.exp(EXTREME)),
    claim("more than 10⁶", math.exp(EXTREME)), claim("for an LSTM 2n", len(KERNELS["lstm"].parts)),
    claim("Powers of 10: ×1000 is 3 decades", 10.0, 10.0**3, 3.0),
    claim("below 0.32", math.exp(-PRESERVED)), claim("up to 3.2", math.exp(PRESERVED)),
    claim("press 1, 2, 3 for tanh, sigmoid and ReLU", key("tanh"), key("sigmoid"), key("relu")),
    claim("Press 6 for an LSTM", key("lstm")),
    claim("0.8g", float(np.abs(np.linalg.eigvals(shape("nonnormal", 24))).mean())),
    claim("change it by 0.05", weights._NOTCH),
    claim("at most 1 for tanh and ReLU", steepest("tanh")), claim("1, 2, 4, … 128 steps ago", *delays("mist")),
    claim("f′(z) is 1 at z = 0", float(ACTIVATIONS["tanh"].slope(np.array(0.0))), 0.0),
    claim("1 where z > 0", steepest("relu"), 0.0), claim("1 everywhere", steepest("identity")),
    claim("at most 1/4", 1.0, 1 / steepest("sigmoid")),
    claim("σ₁ → 2g", float(np.linalg.norm(shape("gaussian"), 2))),
    claim("√(3/n)", 400 * float(np.abs(shape("glorot")).max()) ** 2),
    claim("10¹⁵", number_field._LIMIT),
    claim("30 symbols at most", tryout_entry._SENTENCE),
    claim("1 gives 0.73", 1.0, sigmoid(1.0)), claim("5 gives 0.993", 5.0, sigmoid(5.0)),
    claim("below 0.01", states._LINEAR),
    claim("10 %", nudge._TOLERANCE),
    claim("powers of 10", 10.0),
    claim("×4 or more", 10.0**states.STEP_DECADES),
    # The average of ten gradients forgets a tenth at each update.
    claim("0.9 averages over", 1 - 1 / 10),
)  # fmt: skip

# What is measured nowhere: nought and one, which are bounds and the singular; years, names, examples of how to write.
SIGNS = re.compile(
    r"(?<![\d.,])[−±-]?[01](?![\d.,%]\d| %|\d)|\b20[12]\d\b|UTF-8|[WUVbc]\[\d(?:,\d)?\]|float64|1\.234,5|1,234\.5"
    r"|ln 2/|HDF5|h5py|word2vec|\(10\^−?½\)|direction 2|5·10⁻³²⁴"
)


def figures(text: str) -> list[float]:
    """Return the numbers of a sentence that are written in figures, from the smallest on."""
    return sorted(number.value for number in printed(re.sub(r"[^\d.,¹²³⁰-⁹⁻%−]+", " ", bare(text))))


def unnamed(text: str) -> str:
    for one in sorted(CLAIMS, key=lambda one: -len(one.words["en"])):
        text = text.replace(one.words["en"], "⟨⟩")
    return SIGNS.sub("⟨⟩", text)


@pytest.mark.parametrize("one", CLAIMS, ids=lambda one: one.words["en"])
def test_a_number_that_is_said_is_what_the_program_has(one: Claim):
    assert any(one.words["en"] in text for text in english())
    assert one.holds("en")


def test_no_sentence_says_a_number_that_is_tied_to_nothing():
    assert [text for text in map(bare, english()) if re.search(r"\d", unnamed(text))] == []


def test_the_smallest_number_that_is_named_is_that_of_float64():
    assert any("at least 5·10⁻³²⁴ in size" in text for text in said())
    assert np.nextafter(0.0, 1.0) == 5e-324


@pytest.mark.parametrize("code", set(i18n.languages()) - {i18n.SOURCE})
def test_every_language_says_the_same_numbers(code: str):
    pairs = [(text, i18n.catalogue(code)[text]) for text in said()] + [(words["en"], words[code]) for words in MEANINGS]
    assert [one for one, other in pairs if figures(one) != figures(other)] == []


def test_powers_of_the_non_normal_matrix_grow_first_at_gain_one():
    W = shape("nonnormal", 24)
    norms = [float(np.linalg.norm(np.linalg.matrix_power(W, power))) for power in (1, 8, 200)]
    assert norms[1] > norms[0] > norms[2]
