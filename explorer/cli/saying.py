"""What the program says: on streams that may be closed, full, or without a reader."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO
from unicodedata import east_asian_width

from explorer.engine.errors import Refusal
from explorer.engine.names import nearest, spelt_alike, unknown
from explorer.workspace.words.catalogues import SOURCE, catalogue, worded

PROGRAM = "gradient-flow"


_language = [SOURCE]


class Unsaid(Refusal):
    """What was asked for can't be said."""


class Parser(argparse.ArgumentParser):
    """One that takes choices whatever their capitals, says the nearest, and takes no help for said that nobody could read."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        asked, more = self.parse_known_args(args, namespace)
        if more:
            self.error(self.unrecognized(more))
        return asked

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        asked, more = super().parse_known_args(args, namespace)
        place = next((one for one in self._actions if one.nargs == "?" and not one.option_strings), None)
        if place is None or not more or more[0].startswith("-") or getattr(asked, place.dest) is not None:
            return asked, more
        # Python takes an optional place for empty at the first option, and a word behind it for one too many.
        self._check_alone(place, asked)
        setattr(asked, place.dest, self._get_value(place, more[0]))
        return asked, more[1:]

    def _check_alone(self, place: argparse.Action, asked: Any) -> None:
        groups = (group._group_actions for group in self._mutually_exclusive_groups)
        for other in next((group for group in groups if place in group), ()):
            if getattr(asked, other.dest) != other.default:
                said = "/".join(other.option_strings)
                self.error(str(argparse.ArgumentError(place, f"not allowed with argument {said}")))

    def unrecognized(self, more: Sequence[str]) -> str:
        """Return what is wrong where words are left over, with the option that the first of them is nearest to."""
        first = more[0].partition("=")[0]
        near = nearest(first, self._option_string_actions) if first.startswith("-") else None
        return f"unrecognized arguments: {' '.join(more)}" + (f"; did you mean {near}?" if near else "")

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        value = super()._get_value(action, arg_string)
        return value if action.choices is None else spelt_alike(value, map(str, action.choices)) or value

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, str(unknown("choice", value, map(str, action.choices), Refusal)))

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:
            say(message, end="")
        else:
            mutter(message, end="")


def open_streams() -> None:
    """Let what is closed lead nowhere, so that no file that is opened later takes its number, and words with it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - as long as the program
    for stream in (sys.stdout, sys.stderr):
        # A sentence with ρ in it must not end the program on a terminal that lacks the letter.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def speak(code: str) -> None:
    """Speak the language ``code`` from now on; words about wrong usage, as Python's own, stay English."""
    _language[0] = code


def spoken() -> str:
    """Return the code of the language that is spoken."""
    return _language[0]


def tr(text: str) -> str:
    """Return an English sentence in the language that is spoken."""
    return catalogue(_language[0]).get(text, text)


def refused(refusal: Refusal) -> str:
    """Return the sentence of ``refusal`` in the language that is spoken."""
    return worded(refusal, tr)


def say(*lines: object, end: str = "\n") -> None:
    """Write what was asked for on standard output.

    Raises
    ------
    Unsaid
        If it can't be written.
    BrokenPipeError
        If the reader, such as `head`, has seen enough.
    """
    try:
        print(*lines, sep="\n", end=end, flush=True)
    except BrokenPipeError:
        _lead_nowhere(sys.stdout)
        raise
    except OSError as error:
        _lead_nowhere(sys.stdout)
        raise Unsaid("Standard output can't be written: {reason}.", reason=error.strerror) from error


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "FW" else 1 for sign in text)


def mutter(text: str, end: str = "\n") -> None:
    """Write on standard error, where anybody hears: what is said there is no result."""
    try:
        print(text, end=end, file=sys.stderr, flush=True)
    except OSError:
        _lead_nowhere(sys.stderr)


def _lead_nowhere(stream: TextIO) -> None:
    """Let the rest of what a stream holds go, which would fail once more at the end of the program."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
