"""Part of a name or not: words that are both, such as “rose”, are told apart by the word after them alone."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import NO_CLASS, Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn
from explorer.workspace.tasks.symbols import OneHot

THINGS = {
    "teddy": "bears", "rose": "petals", "lily": "ponds", "daisy": "chains", "holly": "bushes", "ivy": "leaves",
    "ruby": "rings", "pearl": "beads", "olive": "trees", "robin": "eggs",
}  # fmt: skip
"""Words that may be a first name, and what follows them where they are none."""
SURNAMES = ("roosevelt", "miller", "carter", "baker", "stone", "fisher")
OPENINGS = (("he", "said"), ("we", "know"), ("today",), ())
VERBS = ("liked", "needed", "surprised", "followed", "pleased")
CLASSES = ("name", "other")
NAME, OTHER = range(len(CLASSES))
WORDS = (*THINGS, *THINGS.values(), *SURNAMES, *VERBS, *(word for opening in OPENINGS for word in opening), UNKNOWN)
_PLACE = {word: i for i, word in enumerate(WORDS)}


def make_people(task: Task) -> Dataset:
    """Return the data set of names: of each word, whether it is part of one."""
    shown = Text(text="he said teddy bears pleased ruby fisher", vocabulary=WORDS)
    return drawn(
        task, draw_people, "cross_entropy", "every", inputs=WORDS, classes=CLASSES, shown=shown, answer=_answer
    )


def draw_people(rng: np.random.Generator, count: int) -> tuple[OneHot, list[Targets]]:
    """Return ``count`` sentences and the classes (T,) of their words."""
    sentences = [_sentence(rng) for _ in range(count)]
    return OneHot([np.array([_PLACE[word] for word in one]) for one in sentences], len(WORDS)), [
        classes_of(one) for one in sentences
    ]


def classes_of(sentence: tuple[str, ...]) -> Targets:
    """Return the classes (T,) of a sentence's words, -1 of one that may be a name and that nothing known follows."""
    return np.array([_class_of(word, after) for word, after in zip(sentence, (*sentence[1:], ""), strict=True)])


def _class_of(word: str, after: str) -> int:
    if word in THINGS and after not in SURNAMES:
        return OTHER if after == THINGS[word] else NO_CLASS
    if word in THINGS or word in SURNAMES:
        return NAME
    return NO_CLASS if word == UNKNOWN else OTHER


def _sentence(rng: np.random.Generator) -> tuple[str, ...]:
    opening = OPENINGS[int(rng.integers(len(OPENINGS)))]
    return *opening, *_pair(rng), VERBS[int(rng.integers(len(VERBS)))], *_pair(rng)


def _pair(rng: np.random.Generator) -> tuple[str, str]:
    """Return a word that may be a name and what follows: a surname as often as not."""
    word = tuple(THINGS)[int(rng.integers(len(THINGS)))]
    return word, SURNAMES[int(rng.integers(len(SURNAMES)))] if rng.integers(2) else THINGS[word]


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    targets = classes_of(fed.labels)
    if (targets == NO_CLASS).all():
        raise BadTargets(
            "Of no word of this sentence it is known whether it is part of a name: take words of the task."
        )
    return targets


PEOPLE = Kind(
    titles={"en": "Part of a name?", "zh_CN": "是不是人名？"},
    explanation={
        "en": "Say of each word, at its own step, whether it is part of a person's name. “Teddy” is in “teddy roosevelt”, "
        "not in “teddy bears”: only what comes after tells, so that a network that reads forward alone must guess. Watch "
        "from which side the gradient comes to the word.",
        "zh_CN": "在每个词自己的那一步说出它是不是人名的一部分。“teddy”在“teddy roosevelt”中是，在“teddy bears”中不是："
        "只有后文能说明，所以只向前读的网络只能猜。请看梯度从哪一侧到达这个词。",
    },
    make=make_people,
    recipe={
        "cell": "rnn", "hidden": 16, "direction": "both", "init": "orthogonal", "gain": 0.9, "bias": 0.0,
    },
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)  # fmt: skip
