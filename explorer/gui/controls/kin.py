"""What a widget answers stays a part of what it is in: PySide (6.11) takes it for a part of what was asked.

A part is kept by what it is a part of. Where the answer in turn holds what was asked, as a page that scrolls holds the
viewport that hands the keyboard on to it, nothing keeps the two but each other: the next collection of rubbish takes them,
and all that is in them, away from Python while they stand on the screen, and whatever is called on them "was deleted".
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

Answer = TypeVar("Answer", bound=QObject | None)


def in_place(answer: Answer) -> Answer:
    """Return ``answer``, which one widget gave about another, known again as a part of what it is in.

    To be asked of whatever may answer with what it is not around: who has the keyboard instead, who has it next or before,
    whose handle, key or button it is. For Qt nothing changes.
    """
    if answer is not None:
        answer.setParent(answer.parent())
    return answer
