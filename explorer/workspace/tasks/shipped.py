"""The data that comes with the program: lines of text in ``resources/tasks``, read when a task is first asked for."""

from __future__ import annotations

from explorer.paths import resources


def lines(name: str) -> list[str]:
    """Return the lines of a shipped file; a line that begins with ``#`` says something about the file."""
    text = (resources() / "tasks" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
