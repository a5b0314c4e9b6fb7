"""Tasks out of a person's own files: a text, a labelled sentence a line, or a CSV file with a target column.

Each is read and made into its data set once, so that what can't be learnt is refused when the file is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from explorer.engine.errors import BadFile, BadSequence
from explorer.workspace.exploration.exploration import Numbers, Sequence, Text, replace
from explorer.workspace.exploration.task import USUAL_SYMBOLS, Task
from explorer.workspace.feed.naming import distinct
from explorer.workspace.feed.segmenting import is_chinese, parted
from explorer.workspace.feed.sequences import generate
from explorer.workspace.tasks.kinds import TASKS, dataset
from explorer.workspace.tasks.labelled import read_labelled
from explorer.workspace.tasks.reviews import LABELS
from explorer.workspace.words.reading import read_text

ChineseWords = Literal["character", "spaced", "found"]
MOST_BYTES = 2_000_000


def own_text(path: Path, kind: str, words: ChineseWords = "character", dictionary: int = USUAL_SYMBOLS) -> Task:
    """Return the task ``kind`` on the text in a file: a corpus, or labelled sentences.

    ``kind`` is one that uses "text": "next_word", "next_character", "sentiment3", "sentiment2" or "classify". ``words`` says
    what a Chinese word is, as `with_words` takes it, ``dictionary`` how many symbols are known at most.

    Raises
    ------
    BadFile
        If the file can't be read, is too big, empty, or not UTF-8 text.
    BadSequence
        If the text can't be learnt from; with the number of the line where it is one line's fault.
    """
    task = with_words(Task(kind=kind, text=_decoded(path), source=path.name, dictionary=dictionary), words)
    dataset(task)
    return task


def chinese_words(task: Task) -> ChineseWords | None:
    """Return what a word of a task's Chinese text is; None where no Chinese text is learnt by words."""
    if "spaced" not in TASKS[task.kind].uses or not is_chinese(task.text):
        return None
    return "spaced" if task.spaced else "character"


def with_words(task: Task, words: ChineseWords) -> Task:
    """Return ``task`` with the words of its text taken another way: each Chinese character, what spaces part, or as found.

    Words that are found are parted by spaces from then on, sentences and not their labels.

    Raises
    ------
    BadSequence
        If words are to be found where no segmenter is installed, or the text can't be learnt from.
    """
    if words != "found":
        return replace(task, spaced=words == "spaced", vocabulary=())
    if "at" not in TASKS[task.kind].uses:
        return replace(task, text=parted(task.text), spaced=True, vocabulary=())
    labelled = read_labelled(task.text, LABELS.get(task.kind, ()))
    text = "\n".join(f"{one.label}\t{parted(one.text)}" for one in labelled)
    return replace(task, text=text, spaced=True, vocabulary=())


def series_task(numbers: Numbers, target: str = "") -> Task:
    """Return the task of predicting the column ``target`` of ``numbers``, whose columns get names where they have none.

    Raises
    ------
    BadSequence
        If there is no such column, or there are too few or too many rows.
    """
    columns = column_names(numbers)
    task = Task(kind="series", rows=numbers.rows, columns=columns, target=target or columns[-1], source=numbers.source)
    dataset(task)
    return task


def learns_fed(kind: str, sequence: Sequence) -> bool:
    """Return whether a task of ``kind`` can learn from what a network is fed, a running text or a series as it may be."""
    uses = TASKS[kind].uses if kind in TASKS else ()
    return "text" in uses and "at" not in uses if isinstance(sequence, Text) else "rows" in uses


def fed_task(kind: str, sequence: Sequence, target: str = "") -> Task:
    """Return the task ``kind`` on what a network is fed; of numbers the column ``target``, or the last, is predicted.

    Raises
    ------
    BadSequence
        If such a task learns from no such sequence, or can't be learnt from this one.
    """
    if not learns_fed(kind, sequence):
        raise _misfit(kind, sequence)
    if not isinstance(sequence, Text):
        numbers = (
            sequence
            if isinstance(sequence, Numbers)
            else Numbers(rows=tuple((v,) for v in generate(sequence).tolist()))
        )
        return series_task(numbers, target)
    spaced = sequence.unit == "spaced" and "spaced" in TASKS[kind].uses
    task = Task(kind=kind, text=sequence.text, source="typed", spaced=spaced)
    dataset(task)
    return task


def _misfit(kind: str, sequence: Sequence) -> BadSequence:
    if not isinstance(sequence, Text):
        return BadSequence("What is fed is no text, and this task learns from one.")
    if "rows" in TASKS[kind].uses:
        return BadSequence("What is fed is a text, and this task learns from numbers.")
    return BadSequence("What is fed has no labels, and this task learns from labelled sentences.")


def as_learnt(task: Task | None, numbers: Numbers) -> Numbers:
    """Return ``numbers`` on the scales on which a network learns ``task``, where it is one of a series of as many columns."""
    if task is None or not task.rows:
        return numbers
    shown = dataset(task).shown
    fits = isinstance(shown, Numbers) and len(shown.scaling) == len(numbers.rows[0])
    return replace(numbers, scaling=shown.scaling) if fits and isinstance(shown, Numbers) else numbers


def column_names(numbers: Numbers) -> tuple[str, ...]:
    """Return the names of the columns, no two alike, made up where the file has none."""
    return distinct(numbers.columns) or tuple(f"x{i}" for i in range(1, len(numbers.rows[0]) + 1))


def _decoded(path: Path) -> str:
    text = read_text(path, MOST_BYTES)
    if not text.strip():
        raise BadFile("“{name}” is empty.", name=path.name)
    return text
