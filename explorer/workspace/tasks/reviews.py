"""Sentiment, and sentences with labels of any kind: one judgement of a whole sentence."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.covered import coverage
from explorer.workspace.tasks.data import LEAST_OF_A_LABEL, MOST_LABELS, shipped_lines, some, split
from explorer.workspace.tasks.dataset import Answer, Dataset, Kind, class_of
from explorer.workspace.tasks.labelled import Labelled, read_labelled, tokens
from explorer.workspace.tasks.symbols import OneHot, indices, vocabulary
from explorer.workspace.words.sentence import Words

THREE = ("positive", "neutral", "negative")
TWO = ("positive", "negative")
LABELS = {"sentiment3": THREE, "sentiment2": TWO}
"""The labels of the kinds of tasks that have their own."""


def make_sentiment3(task: Task) -> Dataset:
    """Return the data set of sentiment in three classes."""
    return _in_classes(task, _reviews(task, THREE), THREE)


def make_sentiment2(task: Task) -> Dataset:
    """Return the data set of sentiment in two classes: one output, the probability of "positive"."""
    reviews = _reviews(task, TWO)
    return _dataset(task, reviews, TWO[:1], [float(one.label == TWO[0]) for one in reviews], _probability)


def make_classify(task: Task) -> Dataset:
    """Return the data set of the person's own labelled sentences, with whatever labels they have.

    Raises
    ------
    BadSequence
        If there are none, or they can't be used.
    """
    reviews = read_labelled(task.text)
    return _in_classes(task, reviews, tuple(dict.fromkeys(one.label for one in reviews)))


def _reviews(task: Task, labels: tuple[str, ...]) -> list[Labelled]:
    if task.text:
        return read_labelled(task.text, labels)
    shipped = read_labelled("\n".join(shipped_lines("reviews.txt")))
    return [one for one in shipped if one.label in labels]


def _in_classes(task: Task, reviews: list[Labelled], classes: tuple[str, ...]) -> Dataset:
    def answer(_: Sequence, __: Feed, aim: Aim) -> Targets:
        return np.array(class_of(aim, classes))

    return _dataset(task, reviews, classes, [classes.index(one.label) for one in reviews], answer)


def _dataset(
    task: Task, reviews: list[Labelled], classes: tuple[str, ...], targets: list[int] | list[float], answer: Answer
) -> Dataset:
    pairs = list(zip(reviews, targets, strict=True))
    learnt, held, apart = split(pairs, lambda pair: tokens(pair[0].text, task.unit), lambda pair: pair[0].label)
    names = vocabulary((tokens(one.text, task.unit) for one, _ in learnt), given=task.vocabulary, most=task.dictionary)
    loss, at = "cross_entropy" if len(classes) > 1 else "binary_cross_entropy", task.at or "last"
    source, held_out = (_examples(part, names, loss, at, task.unit) for part in (learnt, held))
    first = 0.0 if len(classes) == 1 else 1.0
    # Of two labels for the same words that of the shown example holds.
    aims = {tokens(one.text, task.unit): first + target for one, target in reversed([*held, *learnt])}
    review = held[0][0].text
    read, unread = ([tokens(one.text, task.unit) for one, _ in part] for part in (learnt, held))
    covered = coverage(read, unread, names, spoken=False)
    return Dataset(
        task=task, source=source, seen=some(source, len(held)), held_out=held_out, inputs=names, classes=classes,
        shown=Text(text=review, unit=task.unit, vocabulary=names), answer=answer,
        aim=Aim(at=at, target=aims[tokens(review, task.unit)]), aims=aims, covered=covered,
        apart=apart,
    )  # fmt: skip


def _probability(_: Sequence, __: Feed, aim: Aim) -> Targets:
    if not 0.0 <= aim.target <= 1.0:
        raise BadTargets("The target is {value}; a probability from 0 to 1 is expected.", value=f"{aim.target:g}")
    return np.array([aim.target])


def _examples(
    pairs: list[tuple[Labelled, int | float]], names: tuple[str, ...], loss: str, at: str, unit: words.Unit
) -> Examples:
    place = words.places(names, "word")
    rows = [indices(tokens(one.text, unit), place) for one, _ in pairs]
    return Examples(OneHot(rows, len(names)), [target for _, target in pairs], loss, at)


def _form(labels_en: str, labels_zh: str) -> Words:
    """Return what a file of labelled sentences must be like, with these labels."""
    return {
        "en": "A text in UTF-8 with a line for each sentence: the label, a tab, the sentence; or, in all lines, the sentence "
        "first and the label last. A comma, a colon or a semicolon may stand for the tab. "
        f"{labels_en}, with at least {LEAST_OF_A_LABEL} sentences each. Labels are sought before the sentences, and behind "
        "them only where not every line has one of these before.",
        "zh_CN": f"UTF-8 编码的文本，每行一句：先写标签，再写制表符，最后是句子；也可以每行都先写句子，最后写标签。"
        f"制表符也可用逗号、冒号或分号代替。{labels_zh}，每种至少 {LEAST_OF_A_LABEL} 句。"
        "先在句子之前寻找标签；仅当并非每行句前都有这样的标签时，才在句子之后寻找。",
    }


_RECIPE = {"cell": "rnn", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "input_scale": 0.2}
_SETTINGS = Settings(optimiser="adam", rate=0.005, batch=20, decay=0.003)

SENTIMENT3 = Kind(
    titles={"en": "Sentiment, three classes", "zh_CN": "情感分类：三类"},
    explanation={
        "en": "Read a short film review and say at its end whether it is positive, neutral or negative. One word can turn "
        "it all: “not good”, “not bad”, “but”. Watch how much of the gradient from the one loss at the end reaches the word "
        "that decides.",
        "zh_CN": "读一条简短的影评，在末尾判断它是正面、中性还是负面。一个词就能扭转全句：“not good”“not bad”“but”。"
        "请看末尾唯一的损失有多少梯度到达起决定作用的那个词。",
    },
    own={
        "en": "Read a sentence of your file and say at its end whether it is positive, neutral or negative. Watch how much "
        "of the gradient from the one loss at the end reaches the words that decide.",
        "zh_CN": "读你的文件中的一个句子，在末尾判断它是正面、中性还是负面。请看末尾唯一的损失有多少梯度到达起决定作用的词。",
    },
    make=make_sentiment3,
    uses=("at", "text", "spaced"),
    form=_form("The labels are positive, neutral and negative", "标签为 positive、neutral、negative"),
    sample="positive\tI liked it.\nneutral\tIt has two parts.\nnegative\tI fell asleep after ten minutes.",
    recipe=_RECIPE,
    settings=_SETTINGS,
)

SENTIMENT2 = Kind(
    titles={"en": "Sentiment, two classes", "zh_CN": "情感分类：两类"},
    explanation={
        "en": "Read a short film review and give the probability that it is positive, with one sigmoid output and the binary "
        "cross-entropy. Take the loss at the last state or on the mean of all states, and watch the gradient: the mean gives "
        "every word a short way to the loss.",
        "zh_CN": "读一条简短的影评，用单个 sigmoid 输出和二元交叉熵给出它为正面的概率。"
        "损失可取在最后的状态上，也可取在所有状态的均值上；请看梯度：取均值时，每个词到损失都有一条短路。",
    },
    own={
        "en": "Read a sentence of your file and give the probability that it is positive, with one sigmoid output and the "
        "binary cross-entropy. Take the loss at the last state or on the mean of all states, and watch the gradient: the "
        "mean gives every word a short way to the loss.",
        "zh_CN": "读你的文件中的一个句子，用单个 sigmoid 输出和二元交叉熵给出它为正面的概率。"
        "损失可取在最后的状态上，也可取在所有状态的均值上；请看梯度：取均值时，每个词到损失都有一条短路。",
    },
    make=make_sentiment2,
    uses=("at", "text", "spaced"),
    form=_form("The labels are positive and negative", "标签为 positive、negative"),
    sample="positive\tI liked it.\nnegative\tI fell asleep after ten minutes.",
    recipe=_RECIPE,
    settings=_SETTINGS,
)

CLASSIFY = Kind(
    titles={"en": "Own labelled sentences", "zh_CN": "自己的带标签句子"},
    explanation={
        "en": "Say at a sentence's end which label it has, from a file of your own: a line for each sentence, its label, a "
        "tab (or a comma, colon or semicolon), and the sentence, or the label last. Watch which words the gradient of the "
        "one loss still reaches.",
        "zh_CN": "根据你自己的文件，在句末说出句子的标签：每行一句，先写标签，再写制表符（或逗号、冒号、分号），最后是句子；"
        "标签也可写在最后。请看末尾唯一的损失的梯度还能到达哪些词。",
    },
    make=make_classify,
    uses=("at", "text", "spaced"),
    owned=True,
    form=_form(f"The labels are your own: 2 to {MOST_LABELS}", f"标签由你自定，2 到 {MOST_LABELS} 种"),
    sample="question\tWhere is the station?\nrequest\tBring me the book, please.",
    recipe={"cell": "gru", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "input_scale": 0.2},
    settings=Settings(optimiser="adam", rate=0.005, batch=20, decay=0.003),
)
