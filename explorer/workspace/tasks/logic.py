"""AND, OR and XOR of two inputs: what one perceptron can and cannot learn by its own rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import and_, or_, xor

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.data import told_of_copies
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.words.sentence import Words

Gate = Callable[[bool, bool], bool]
INPUTS = ("a", "b")
ROWS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
INPUT_ITSELF = CellText(
    name="x itself",
    text='title = { en = "The input itself", zh_CN = "输入本身" }\nnote = ""\nsource = ""\n'
    'equations = """\nh = P @ x\n"""\n\n[fixed]\nP = "identity"\n',
)
"""What a perceptron reads: nothing stands between the input and the readout."""


def make_logic(gate: Gate, task: Task) -> Dataset:
    """Return the data set of a gate: its four rows, each a sequence of one step, to learn from and to be judged by."""
    rows = [np.array([row]) for row in ROWS]
    examples = Examples(rows, [[float(gate(bool(a), bool(b)))] for a, b in ROWS], "perceptron", "last")
    return Dataset(
        task=task, source=examples, seen=examples, held_out=examples, inputs=INPUTS, classes=("1",),
        shown=Numbers(rows=(ROWS[-1],), columns=INPUTS, source="logic"), answer=partial(_answer, gate),
        apart=told_of_copies(),
    )  # fmt: skip


def _answer(gate: Gate, _: Sequence, fed: Feed, __: Aim) -> Targets:
    a, b = fed.x[-1]
    if {a, b} - {0.0, 1.0}:
        raise BadTargets("The inputs at the last step are {a} and {b}; each must be 0 or 1.", a=f"{a:g}", b=f"{b:g}")
    return np.array([float(gate(bool(a), bool(b)))])


def _kind(gate: Gate, titles: Words, explanation: Words) -> Kind:
    return Kind(
        titles=titles,
        explanation=explanation,
        make=partial(make_logic, gate),
        recipe={"cell": INPUT_ITSELF, "hidden": len(INPUTS)},
        settings=Settings(optimiser="sgd", rate=1.0, batch=1, clip="none"),
    )


_RULE = {
    "en": "With a threshold as its readout, a rate of 1 and one row at a time, training is the perceptron's own rule: a "
    "wrong row is added to the weights or taken from them, a right one changes nothing.",
    "zh_CN": "输出函数取阈值、学习率取 1、每次一行，训练就是感知机自己的规则："
    "答错的一行加进权重或从中减去，答对则什么也不变。",
}
AND = _kind(
    and_,
    {"en": "AND of two inputs", "zh_CN": "两个输入的“与”"},
    {
        "en": f"Say 1 if both inputs are 1. One line parts that row from the others, so that a perceptron finds it. "
        f"{_RULE['en']}",
        "zh_CN": f"两个输入都为 1 时答 1。一条直线就能把这一行与其他行分开，因此感知机找得到。{_RULE['zh_CN']}",
    },
)
OR = _kind(
    or_,
    {"en": "OR of two inputs", "zh_CN": "两个输入的“或”"},
    {
        "en": f"Say 1 unless both inputs are 0. One line parts that row from the others, so that a perceptron finds it. "
        f"{_RULE['en']}",
        "zh_CN": f"除非两个输入都为 0，否则答 1。一条直线就能把这一行与其他行分开，因此感知机找得到。{_RULE['zh_CN']}",
    },
)
XOR = _kind(
    xor,
    {"en": "XOR of two inputs", "zh_CN": "两个输入的“异或”"},
    {
        "en": f"Say 1 if just one input is 1. No line parts these two rows from the others: a perceptron changes its weights "
        f"for ever, and a layer between input and readout is needed. {_RULE['en']}",
        "zh_CN": f"恰有一个输入为 1 时答 1。没有一条直线能把这两行与其他行分开：感知机的权重会永远改下去，"
        f"输入与输出函数之间还需要一层。{_RULE['zh_CN']}",
    },
)
