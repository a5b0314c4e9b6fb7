"""Reversal: an encoder reads some letters, a decoder says them from the last to the first."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import NO_CLASS, Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import LayerRecipe, Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn
from explorer.workspace.tasks.symbols import OneHot

LETTERS = tuple("abcdefgh")
GO = "·"
SYMBOLS = (*LETTERS, GO, UNKNOWN)
LENGTH = 6
"""Letters; after so many steps the decoder takes over."""


def make_reversal(task: Task) -> Dataset:
    """Return the data set of reversal: letters, then a mark and the right answers of the step before."""
    shown = Text(text=f"badcfe{GO}efcda", unit="character", vocabulary=SYMBOLS)
    learnt = drawn(
        task, draw_reversals, "cross_entropy", "every", inputs=SYMBOLS, classes=LETTERS, shown=shown, answer=_answer
    )
    return dataclasses.replace(learnt, seam=LENGTH, ahead=True)


def draw_reversals(rng: np.random.Generator, count: int) -> tuple[OneHot, list[Targets]]:
    """Return ``count`` sequences of 2·`LENGTH` symbols, and the letters wanted at each step, none of the encoder."""
    letters = rng.integers(0, len(LETTERS), (count, LENGTH))
    said = letters[:, ::-1]
    go = np.full((count, 1), SYMBOLS.index(GO))
    rows = np.concatenate([letters, go, said[:, :-1]], axis=1)
    wanted = np.concatenate([np.full((count, LENGTH), NO_CLASS), said], axis=1)
    return OneHot(list(rows), len(SYMBOLS)), list(wanted)


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    letters = fed.labels[:LENGTH]
    if len(fed.labels) != 2 * LENGTH or fed.labels[LENGTH] != GO or not set(letters) <= set(LETTERS):
        raise BadTargets(
            "The text is none to reverse: {count} letters from a to h are expected, then “{mark}” and, as an answer would "
            "begin, {rest} letters.",
            count=LENGTH, mark=GO, rest=LENGTH - 1,
        )  # fmt: skip
    return np.array([NO_CLASS] * LENGTH + [LETTERS.index(letter) for letter in reversed(letters)])


_LAYER: Mapping[str, Any] = {"cell": "lstm", "hidden": 32, "init": "orthogonal", "gain": 1.0, "bias": 0.0}

REVERSAL = Kind(
    titles={"en": "Reversing letters", "zh_CN": "倒序字母"},
    explanation={
        "en": "Six letters are read, then said in reverse; at each step is fed what would have been right at the last. All "
        "that is known of the letters when the answer begins is the state after the sixth: the seam of an encoder and a "
        "decoder. Watch the map's square across it: what is lost there, no letter of the answer can learn from.",
        "zh_CN": "先读入六个字母，再倒着说出；每一步给的是上一步的正确答案。"
        "开始回答时，对这些字母所知的一切就是读完第六个字母后的状态：编码器与解码器的接缝。"
        "请看图上跨过它的那一块：在那里丢失的，答案里没有一个字母还能学到。",
    },
    make=make_reversal,
    recipe={**_LAYER, "decoder": (LayerRecipe(**_LAYER),), "seam": LENGTH},
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)
