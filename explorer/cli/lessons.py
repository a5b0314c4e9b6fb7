"""``lessons``: those that ship, and whether what one says is so."""

from __future__ import annotations

from pathlib import Path

from explorer.cli.options import DONE, REFUSED, add_language, parser_of
from explorer.cli.saying import PROGRAM, refused, say, speak, tr
from explorer.engine.errors import Refusal


def lessons(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of(
        "lessons",
        "List the lessons, or ask the engine whether what one says is so: its facts, its answers, what is to be tried.",
        f"docs/lessons.md says how a lesson is written.\n\n"
        f"examples:\n  {PROGRAM} lessons --lang zh_CN\n  {PROGRAM} lessons mine.toml",
    )
    parser.add_argument("lesson", metavar="NAME|FILE", nargs="?", help="the lesson to be checked")
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    return _list(asked.lang) if asked.lesson is None else _check(asked.lesson, asked.lang)


def _list(language: str) -> int:
    from explorer.workspace.lessons.library import lesson, names

    for name in names():
        one = lesson(name)
        say(f"{name}\n    {one.title[language]}\n    {one.about[language]}")
    return DONE


def _check(text: str, language: str) -> int:
    from explorer.workspace.lessons.checking import faults
    from explorer.workspace.lessons.library import find_lesson

    lesson = find_lesson(text)
    found = list(faults(lesson))
    for fault in found:
        said = refused(fault.said) if isinstance(fault.said, Refusal) else fault.said.said(tr)
        say(tr("{name}, step at line {line}: {said}").format(name=Path(text).name, line=fault.line, said=said))
    if not found:
        say(tr("“{title}”: all that it says is so.").format(title=lesson.title[language]))
    return REFUSED if found else DONE
