"""Next word: sentences in, at each word the word that follows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from explorer.engine.errors import BadSequence, BadTargets
from explorer.engine.gradient.losses import NO_CLASS, Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import USUAL_SYMBOLS, Aim, Task
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.covered import coverage
from explorer.workspace.tasks.data import LEAST_SENTENCES, check_text, shipped_lines, some, split
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.symbols import following_examples, indices, known_only, vocabulary

LONGEST = 100
"""Steps; a longer sentence is cut into pieces."""


class Phrase(NamedTuple):
    """A sentence as it stands in a text, and its tokens with the markers."""

    text: str
    labels: list[str]


def tagged() -> list[list[tuple[str, str]]]:
    """Return the sentences of the small world as words with their parts of speech."""
    return [
        [(word, tag) for word, _, tag in (pair.partition("/") for pair in line.split())]
        for line in shipped_lines("world.txt")
    ]


def typed(sentence: Iterable[tuple[str, str]]) -> str:
    """Return a sentence of the small world as one would type it."""
    return " ".join(word for word, _ in sentence) + "."


def make_next_word(task: Task) -> Dataset:
    """Return the data set of the next word, in the small world or in the person's own corpus."""
    check_text(task.text)
    sentences = _sentences(task.text or "\n".join(map(typed, tagged())), task.unit)
    if len(sentences) < LEAST_SENTENCES:
        raise BadSequence(
            "The text has {got} sentences; at least {least} are needed.", got=len(sentences), least=LEAST_SENTENCES
        )
    learnt, held, apart = split(sentences, lambda sentence: tuple(sentence.labels))
    names = vocabulary(
        (sentence.labels for sentence in learnt), markers=True, given=task.vocabulary, most=task.dictionary
    )
    place = words.places(names, "word")
    rows, unseen = ([indices(one.labels, place) for one in part] for part in (learnt, held))
    source, held_out = following_examples(rows, names), following_examples(unseen, names)
    known = set(names) - {words.UNKNOWN}
    first = next(one for one in held if not known.isdisjoint(one.labels[1:]))
    covered = coverage((one.labels for one in learnt), (one.labels for one in held), names, spoken=True)
    return Dataset(
        task=task, source=source, seen=some(source, len(held_out)), held_out=held_out, inputs=names, classes=names,
        shown=Text(text=first.text, unit=task.unit, vocabulary=names, markers=True), answer=following, covered=covered,
        apart=apart, spoken=tuple(rows), ahead=True,
    )  # fmt: skip


def following(_: Sequence, fed: Feed, __: Aim) -> Targets:
    """Return at each step the symbol of the next; nothing before ``<unk>``, at the end of the text or of a sentence.

    Raises
    ------
    BadTargets
        If all that follows is unknown.
    """
    targets = np.append(known_only(fed.x[1:].argmax(axis=1), fed.columns), NO_CLASS)
    ends = [t for t, label in enumerate(fed.labels) if label == words.SENTENCE_END]
    targets[ends] = NO_CLASS
    if words.UNKNOWN in fed.labels[1:] and (targets == NO_CLASS).all():
        raise BadTargets("The vocabulary knows nothing that follows in this text: type words of the task.")
    return targets


def _sentences(text: str, unit: words.Unit) -> list[Phrase]:
    """Return the sentences of a text, in pieces of at most `LONGEST` tokens."""
    pieces: list[list[words.Token]] = []
    for token in words.tokens(text, unit, markers=True):
        if token.label == words.SENTENCE_START or len(pieces[-1]) == LONGEST:
            pieces.append([])
        pieces[-1].append(token)
    return [
        Phrase(text[piece[0].start : piece[-1].end].strip(), [token.label for token in piece])
        for piece in pieces
        if len(piece) > 1
    ]


NEXT_WORD = Kind(
    titles={"en": "Next word", "zh_CN": "下一个词"},
    explanation={
        "en": "At each word of a sentence, say which comes next. A verb agrees with its subject however many words stand "
        "between: “the keys that the man carries are …”. Watch the contributions from the subject to the loss at the verb: "
        "the gradient must live through all that lies between.",
        "zh_CN": "在句子的每个词处预测下一个词。动词要与主语一致，无论中间插入多少词：“the keys that the man carries are …”。"
        "请看主语那一步对动词处损失的贡献：梯度必须穿过其间的所有步。",
    },
    own={
        "en": "At each word of your text, say which comes next. What decides it may stand long before: watch from how far "
        "back the contributions to the loss at a word come, for the gradient must live through all that lies between.",
        "zh_CN": "在你的文本的每个词处预测下一个词。起决定作用的内容可能在很久以前：请看某个词处的损失，其贡献来自多远之前，"
        "因为梯度必须穿过其间的所有步。",
    },
    make=make_next_word,
    uses=("text", "spaced"),
    form={
        "en": f"A plain text in UTF-8, of at least {LEAST_SENTENCES} sentences. A sentence ends with . ! ? or with its line. "
        f"Its {USUAL_SYMBOLS:,} commonest words and marks are the vocabulary, or as many as its dictionary is given; a "
        "Chinese character is a word where nothing else is chosen.",
        "zh_CN": f"UTF-8 编码的纯文本，至少 {LEAST_SENTENCES} 个句子。句子以“。”“！”“？”或换行结束。"
        f"其中最常见的 {USUAL_SYMBOLS:,} 个词和标点构成词表，词典大小可另选；未另行选择时，一个汉字算一个词。",
    },
    sample="The dogs bark at night.\nNobody knows why they do.",
    recipe={"cell": "lstm", "hidden": 48, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "input_scale": 0.3},
    settings=Settings(optimiser="adam", rate=0.01, batch=20, decay=0.001),
)
