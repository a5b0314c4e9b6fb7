"""The person's own numbers: one column of a CSV file is to be predicted.

Where the target column holds at most ten different whole numbers, and there are other columns, it is a class: it is to be
told at each step from the others. Any other is a number: its next value is to be told from all columns so far, itself
included. Numbers are scaled to mean 0 and standard deviation 1 over the part that is learnt from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence as Row

import numpy as np

from explorer.engine.errors import BadSequence, Names
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import MOST_STEPS, Numbers, Sequence
from explorer.workspace.exploration.scaling import ColumnScale, constant, standardised
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.naming import distinct
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.data import EVERY, LEAST_ROWS, MOST_CLASSES, some, told_of_windows
from explorer.workspace.tasks.dataset import Answer, Dataset, Kind, class_of
from explorer.workspace.tasks.sine import next_values, repeating
from explorer.workspace.words.numbers import no_number

WINDOW = 40
_SAME = 1e-9
"""Standard deviations: numbers that differ by less are one, as those of a wave that comes again."""
Steps = Row[int]


def make_series(task: Task) -> Dataset:
    """Return the data set of a series with a target column; its last fifth is held out.

    Raises
    ------
    BadSequence
        If there are no rows, too few or too many, or no such column.
    """
    rows, place = _checked(task)
    if is_class(task):
        return _told(task, rows, place)
    return _predicted(task, rows, place)


def is_class(task: Task) -> bool:
    """Return whether the target column is a class to be told at each step."""
    values = {row[_place(task)] for row in task.rows}
    whole = all(value == round(value) for value in values)
    return whole and 2 <= len(values) <= MOST_CLASSES and len(task.columns) > 1


def _checked(task: Task) -> tuple[Floats, int]:
    if not task.rows:
        raise BadSequence("There are no numbers yet: open a CSV file and choose the column to be predicted.")
    if not LEAST_ROWS <= len(task.rows) <= MOST_STEPS:
        raise BadSequence(
            "There are {got} rows; between {least} and {most} are needed.",
            got=len(task.rows), least=LEAST_ROWS, most=MOST_STEPS,
        )  # fmt: skip
    for i, row in enumerate(task.rows, start=1):
        if len(row) != len(task.columns):
            raise BadSequence(
                "Row {row} has {got} cells, but the first row has {expected}.",
                row=i, got=len(row), expected=len(task.columns),
            )  # fmt: skip
    if task.target not in task.columns:
        raise BadSequence(
            "There is no column “{column}”; there are {choices}.", column=task.target, choices=Names(task.columns)
        )
    rows, place = np.array(task.rows), _place(task)
    for i, j in np.argwhere(~np.isfinite(rows)):
        raise BadSequence(
            "Row {row}, column {column}: {reason}", row=i + 1, column=task.columns[j], reason=no_number(f"{rows[i, j]}")
        )
    if constant(rows[: _border(len(rows))])[place]:
        raise BadSequence(
            "The column “{column}” never changes in the {learnt} rows that are learnt from: there is nothing to predict.",
            column=task.target, learnt=_border(len(rows)),
        )  # fmt: skip
    return rows, place


def _place(task: Task) -> int:
    """Return where the target stands: of two columns of its name, as earlier versions let them be, the first is meant."""
    return task.columns.index(task.target)


def _told(task: Task, rows: Floats, place: int) -> Dataset:
    """Return the data set of a class at each step, from the other columns."""
    classes, targets = np.unique(rows[:, place], return_inverse=True)
    # Each as it was written, to its last digit: 1234567 and 1234568 are two classes.
    names = tuple(repr(value).removesuffix(".0") for value in (classes + 0.0).tolist())
    columns = tuple(name for i, name in enumerate(distinct(task.columns)) if i != place)
    others = np.delete(rows, place, axis=1)
    x, scales = standardised(others, _border(len(rows)), columns)
    shown_targets = targets[_shown(len(x))]

    def answer(sequence: Sequence, fed: Feed, aim: Aim) -> Targets:
        if sequence == shown:
            return shown_targets
        # Of other numbers, what a person says of the last step is all that is known.
        return np.append(np.full(len(fed.x) - 1, -1), class_of(aim, names))

    shown = _numbers(others, len(x), columns, scales, task)
    return _dataset(task, x, targets, "cross_entropy", columns, names, shown, answer)


def _predicted(task: Task, rows: Floats, place: int) -> Dataset:
    """Return the data set of the target's next value, from all columns."""
    columns = distinct(task.columns)
    x, scales = standardised(rows, _border(len(rows)), columns)

    def answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
        return next_values(fed.x[:, [place]])

    shown = _numbers(rows, len(x), columns, scales, task)
    learnt = _dataset(task, x[:-1], x[1:, [place]], "squared_error", columns, (columns[place],), shown, answer)
    baseline = repeating(learnt.held_out, [place])
    return dataclasses.replace(learnt, unit=scales[place], baseline=baseline, ahead=True)


def _dataset(
    task: Task, x: Floats, targets: Targets, loss: str, columns: tuple[str, ...], names: tuple[str, ...],
    shown: Numbers, answer: Answer,
) -> Dataset:  # fmt: skip
    border = _border(len(x))
    source = _windows(x, targets, _starts(0, border, WINDOW // 2), border, loss)
    held = _starts(border, len(x), WINDOW)
    both = np.column_stack((x, targets))
    new = [start for start in held if not _stands_in(both[start : start + WINDOW], both[:border])]
    held_out = _windows(x, targets, new or held, len(x), loss)
    return Dataset(
        task=task, source=source, seen=some(source, len(held_out)), held_out=held_out, inputs=columns, classes=names,
        shown=shown, answer=answer, apart=told_of_windows(len(held), len(new)),
    )  # fmt: skip


def _starts(begin: int, end: int, stride: int) -> Steps:
    """Return where windows begin between ``begin`` and ``end``, one every ``stride`` steps."""
    return range(begin, max(end - WINDOW // 2, begin + 1), stride)


def _windows(x: Floats, targets: Targets, starts: Steps, end: int, loss: str) -> Examples:
    """Return windows of at most `WINDOW` steps before ``end``."""
    places = [slice(start, min(start + WINDOW, end)) for start in starts]
    return Examples([x[place] for place in places], [targets[place] for place in places], loss=loss, at="every")


def _stands_in(window: Floats, learnt: Floats) -> bool:
    """Return whether the rows of a window follow one another in ``learnt``, too, but for rounding."""
    last = len(learnt) - len(window) + 1
    begins = np.flatnonzero((np.abs(learnt[:last] - window[0]) <= _SAME).all(axis=1))
    return any((np.abs(learnt[i : i + len(window)] - window) <= _SAME).all() for i in begins)


def _border(steps: int) -> int:
    """Return where the part begins that is held out."""
    return steps - steps // EVERY


def _shown(steps: int) -> slice:
    return slice(_border(steps), _border(steps) + WINDOW)


def _numbers(
    rows: Floats, steps: int, columns: tuple[str, ...], scales: tuple[ColumnScale, ...], task: Task
) -> Numbers:
    shown = rows[_shown(steps)]
    return Numbers(
        rows=tuple(map(tuple, shown.tolist())), columns=columns, source=task.source or "series", scaling=scales
    )


SERIES = Kind(
    titles={"en": "Own series, one column to predict", "zh_CN": "自己的序列：预测其中一列"},
    explanation={
        "en": "From numbers of your own, predict one column: its next value from all columns so far, or, where it holds a "
        "few whole numbers, its class at each step from the others. Numbers are scaled to mean 0 and deviation 1. Watch at "
        "which lag the contributions to the gradient still count.",
        "zh_CN": "用你自己的数值预测其中一列：由此前的所有列预测它的下一个值；若它只有少数几个整数，"
        "则由其他列在每一步判断类别。数值已缩放为均值 0、标准差 1。请看多长的滞后对梯度仍有贡献。",
    },
    make=make_series,
    uses=("rows",),
    owned=True,
    form={
        "en": f"A table in UTF-8: a row for each step of time, {LEAST_ROWS} to {MOST_STEPS} of which are taken; a column for "
        "each quantity, apart by commas, semicolons, tabs or spaces. The first row may hold the names of the columns; lines "
        f"that begin with # are passed over. A column of 2 to {MOST_CLASSES} different whole numbers is a class.",
        "zh_CN": f"UTF-8 编码的表格：每行一个时间步，取其中 {LEAST_ROWS} 到 {MOST_STEPS} 行；"
        "每列一个量，以逗号、分号、制表符或空格分隔。"
        f"首行可以是列名；以 # 开头的行会被略过。只含 2 到 {MOST_CLASSES} 个不同整数的列视为类别。",
    },
    sample="temperature,wind,load\n20.5,3.1,0.62\n20.9,2.8,0.66",
    recipe={"cell": "rnn", "activation": "tanh", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.005, batch=20),
)
