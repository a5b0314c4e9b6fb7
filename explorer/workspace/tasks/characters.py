"""Next character: windows of a running text, at each character the one that follows."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.errors import BadSequence
from explorer.engine.gradient.losses import NO_CLASS
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Text
from explorer.workspace.exploration.task import USUAL_SYMBOLS, Task
from explorer.workspace.feed import tokens as words
from explorer.workspace.tasks.covered import coverage
from explorer.workspace.tasks.data import EVERY, LEAST_CHARACTERS, check_text, shipped_lines, some, told_of_windows
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.sentences import following
from explorer.workspace.tasks.symbols import Indices, following_examples, indices, known_only, vocabulary

WINDOW = 40
"""Steps of an example."""
_PRIVATE = 0x10000
"""From here on there are more characters than a text has different ones."""


def make_next_character(task: Task) -> Dataset:
    """Return the data set of the next character, in the shipped story or in the person's own text.

    The last fifth of the text is held out, but for windows that stand in the rest, too. The windows to learn from overlap by
    a half, so that what stands at the beginning of one has a past in another.
    """
    check_text(task.text)
    text = task.text or " ".join(shipped_lines("story.txt"))
    tokens = words.tokens(text, "character")
    if len(tokens) < LEAST_CHARACTERS:
        raise BadSequence(
            "The text has {got} characters; at least {least} are needed.", got=len(tokens), least=LEAST_CHARACTERS
        )
    border = len(tokens) - len(tokens) // EVERY
    labels = [token.label for token in tokens]
    names = vocabulary([labels[:border]], given=task.vocabulary, most=task.dictionary)
    symbols = indices(labels, words.places(names, "character"))
    source = following_examples(_windows(symbols[:border], WINDOW // 2), names)
    held = [border + start for start in range(0, len(symbols) - border - WINDOW, WINDOW)]
    new = [start for start in _new(labels, held, border) if _says(symbols[start + 1 : start + WINDOW + 1], names)]
    held_out = following_examples((symbols[start : start + WINDOW + 1] for start in new or held), names)
    first = next(start for start in new or held if _says(symbols[start + 1 : start + WINDOW + 1], names))
    shown = Text(text=text[tokens[first].start : tokens[first + WINDOW].start], unit="character", vocabulary=names)
    return Dataset(
        task=task, source=source, seen=some(source, len(held_out)), held_out=held_out, inputs=names, classes=names,
        shown=shown, answer=following, covered=coverage([labels[:border]], [labels[border:]], names, spoken=True),
        apart=told_of_windows(len(held), len(new)), spoken=(symbols[:border],), ahead=True,
    )  # fmt: skip


def _windows(symbols: Indices, stride: int) -> Iterator[Indices]:
    """Yield the windows that lie wholly in ``symbols``, one beginning every ``stride`` steps, each with what follows it."""
    return (symbols[start : start + WINDOW + 1] for start in range(0, len(symbols) - WINDOW, stride))


def _new(labels: list[str], held: list[int], border: int) -> list[int]:
    """Return the beginnings of those windows, with what follows them, that stand nowhere in what is learnt from."""
    letters = {label: chr(_PRIVATE + i) for i, label in enumerate(dict.fromkeys(labels))}
    text = "".join(letters[label] for label in labels)
    return [start for start in held if text.find(text[start : start + WINDOW + 1], 0, border) < 0]


def _says(symbols: Indices, names: tuple[str, ...]) -> bool:
    return bool((known_only(symbols, names) != NO_CLASS).any())


NEXT_CHARACTER = Kind(
    titles={"en": "Next character", "zh_CN": "下一个字符"},
    explanation={
        "en": "At each character of a text, say which comes next. Within a word the last two or three letters tell; at its "
        "first letter a whole sentence may. Watch over how many lags the gradient of a letter is spread, and "
        "that of a space.",
        "zh_CN": "在文本的每个字符处预测下一个字符。词的内部看前两三个字母就够了；到词的开头，可能要看整句话。"
        "请看字母处的梯度铺在多少个滞后上，空格处的又如何。",
    },
    own={
        "en": "At each character of your text, say which comes next. Some follow from the few before them, others only from "
        "much more: watch over how many lags the gradient is spread at either.",
        "zh_CN": "在你的文本的每个字符处预测下一个字符。有的由前面少数几个字符就能判断，有的要看更长的上文："
        "请看这两种字符处的梯度各铺在多少个滞后上。",
    },
    make=make_next_character,
    uses=("text",),
    form={
        "en": f"A plain text in UTF-8, of at least {LEAST_CHARACTERS} characters; a few thousand are better. "
        f"Its {USUAL_SYMBOLS:,} commonest characters are the vocabulary.",
        "zh_CN": f"UTF-8 编码的纯文本，至少 {LEAST_CHARACTERS} 个字符；有几千个更好。"
        f"其中最常见的 {USUAL_SYMBOLS:,} 个字符构成词表。",
    },
    sample="The dogs bark at night. Nobody knows why they do, and nobody asks.",
    recipe={"cell": "gru", "hidden": 48, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "input_scale": 0.3},
    settings=Settings(optimiser="adam", rate=0.005, batch=20, decay=0.001),
)
