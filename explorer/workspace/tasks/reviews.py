"""Sentiment: reviews in, one judgement at the end, in three classes or in two."""

from __future__ import annotations

import numpy as np

from explorer.engine.losses import Targets
from explorer.engine.settings import Settings
from explorer.engine.training import Examples
from explorer.workspace import words
from explorer.workspace.exploration import Sequence, Text
from explorer.workspace.sequences import Feed
from explorer.workspace.task import Aim, Task
from explorer.workspace.tasks.lesson import Kind, Lesson, class_of
from explorer.workspace.tasks.shipped import lines
from explorer.workspace.tasks.split import some, split
from explorer.workspace.tasks.symbols import OneHot, indices, places, vocabulary

THREE = ("positive", "neutral", "negative")


def make_sentiment3(task: Task) -> Lesson:
    """Return the lesson of sentiment in three classes."""
    reviews = [(label, review) for label, _, review in (line.partition("\t") for line in lines("reviews.txt"))]
    return _labelled(task, reviews, THREE)


def _labelled(task: Task, reviews: list[tuple[str, str]], classes: tuple[str, ...]) -> Lesson:
    learnt, held = split(reviews)
    names = vocabulary(_words(review) for _, review in learnt)
    source = _examples(learnt, names, classes)
    label, review = held[0]

    def answer(_: Sequence, __: Feed, aim: Aim) -> Targets:
        return np.array(class_of(aim, classes))

    return Lesson(
        task=task, source=source, seen=some(source, len(held)), held_out=_examples(held, names, classes), inputs=names,
        classes=classes, shown=Text(text=review, vocabulary=names), answer=answer,
        aim=Aim(at="last", target=1.0 + classes.index(label)),
    )  # fmt: skip


def _words(review: str) -> list[str]:
    return [token.label for token in words.tokens(review, "word")]


def _examples(reviews: list[tuple[str, str]], names: tuple[str, ...], classes: tuple[str, ...]) -> Examples:
    place = places(names)
    rows = [indices(_words(review), place) for _, review in reviews]
    return Examples(OneHot(rows, len(names)), [classes.index(label) for label, _ in reviews], at="last")


SENTIMENT3 = Kind(
    titles={"en": "Sentiment, three classes", "zh_CN": "情感分类：三类"},
    explanation={
        "en": "Read a short film review and say at its end whether it is positive, neutral or negative. One word can turn "
        "it all: “not good”, “not bad”, “but”. Watch how much of the gradient from the one loss at the end reaches the word "
        "that decides.",
        "zh_CN": "读一条简短的影评，在末尾判断它是正面、中性还是负面。一个词就能扭转全句：“not good”“not bad”“but”。"
        "请看末尾唯一的损失有多少梯度到达起决定作用的那个词。",
    },
    make=make_sentiment3,
    recipe={"cell": "rnn", "activation": "tanh", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.005, batch=20, decay=0.001),
)
