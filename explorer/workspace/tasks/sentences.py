"""Next word: sentences in, at each word the word that follows."""

from __future__ import annotations

import numpy as np

from explorer.engine.losses import Targets
from explorer.engine.settings import Settings
from explorer.engine.training import Examples
from explorer.workspace import words
from explorer.workspace.exploration import Sequence, Text
from explorer.workspace.sequences import Feed
from explorer.workspace.task import Aim, Task
from explorer.workspace.tasks.lesson import Kind, Lesson
from explorer.workspace.tasks.shipped import lines
from explorer.workspace.tasks.split import some, split
from explorer.workspace.tasks.symbols import OneHot, indices, places, vocabulary

LONGEST = 100
"""A longer sentence is cut into pieces."""


def tagged() -> list[list[tuple[str, str]]]:
    """Return the sentences of the small world as words with their parts of speech."""
    return [
        [(word, tag) for word, _, tag in (pair.partition("/") for pair in line.split())] for line in lines("world.txt")
    ]


def make_next_word(task: Task) -> Lesson:
    """Return the lesson of the next word, in the small world or in the person's own corpus."""
    sentences = _sentences(task.text) if task.text else [_marked(sentence) for sentence in tagged()]
    learnt, held = split(sentences)
    names = vocabulary(learnt, markers=True)
    source, held_out = _examples(learnt, names), _examples(held, names)
    shown = Text(text=_text(held[0]), vocabulary=names, markers=True)
    return Lesson(
        task=task, source=source, seen=some(source, len(held)), held_out=held_out, inputs=names, classes=names,
        shown=shown, answer=following,
    )  # fmt: skip


def following(_: Sequence, fed: Feed, __: Aim) -> Targets:
    """Return at each step the symbol of the next; nothing at the end of the text or of a sentence."""
    symbols = fed.x.argmax(axis=1)
    targets = np.append(symbols[1:], -1)
    ends = [t for t, label in enumerate(fed.labels) if label == words.SENTENCE_END]
    targets[ends] = -1
    return targets


def _marked(sentence: list[tuple[str, str]]) -> list[str]:
    return [words.SENTENCE_START, *(word for word, _ in sentence), ".", words.SENTENCE_END]


def _sentences(text: str) -> list[list[str]]:
    """Return the sentences of a text with their markers, in pieces of at most `LONGEST` tokens."""
    sentences: list[list[str]] = []
    for token in words.tokens(text, "word", markers=True):
        if token.label == words.SENTENCE_START or len(sentences[-1]) == LONGEST:
            sentences.append([])
        sentences[-1].append(token.label)
    return [sentence for sentence in sentences if len(sentence) > 1]


def _examples(sentences: list[list[str]], names: tuple[str, ...]) -> Examples:
    """Return examples whose input is all but the last token, and whose targets are all but the first."""
    place = places(names)
    rows = [indices(sentence, place) for sentence in sentences]
    return Examples(OneHot([row[:-1] for row in rows], len(names)), [row[1:] for row in rows])


def _text(sentence: list[str]) -> str:
    """Return a sentence as one would type it, which is read back as the same tokens."""
    text = ""
    for word in sentence:
        if word not in (words.SENTENCE_START, words.SENTENCE_END):
            text = word if not text else f"{text}{word}" if word == "." else f"{text} {word}"
    return text


NEXT_WORD = Kind(
    titles={"en": "Next word", "zh_CN": "下一个词"},
    explanation={
        "en": "At each word of a sentence, say which comes next. A verb agrees with its subject however many words stand "
        "between: “the keys that the man carries are …”. Watch the contributions from the subject to the loss at the verb: "
        "the gradient must live through all that lies between.",
        "zh_CN": "在句子的每个词处预测下一个词。动词要与主语一致，无论中间隔着多少词：“the keys that the man carries are …”。"
        "请看主语那一步对动词处损失的贡献：梯度必须穿过其间的所有步。",
    },
    make=make_next_word,
    uses=("text",),
    recipe={"cell": "rnn", "activation": "tanh", "hidden": 48, "init": "orthogonal", "gain": 0.9, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.005, batch=20),
)
