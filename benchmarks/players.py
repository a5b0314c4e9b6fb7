"""Processes that last and work when it is their turn: what they import and compile is paid for once, and not timed."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from benchmarks.turns import Taken


class Size(NamedTuple):
    """n units, T steps."""

    n: int
    T: int

    def __str__(self) -> str:
        return f"n = {self.n}, T = {self.T:,}"


class NoAnswer(Exception):
    """A turn was ended, and why: it took longer than it was allowed, or its process gave up."""


class Player:
    """A process of ``command`` that reads sizes, a line each, and answers each with a line: a `Taken`.

    It is begun when it has its first turn, and again after one that took too long. It holds what each size took, to tell what
    others will.
    """

    def __init__(self, command: Sequence[str], tree: Path, environment: Mapping[str, str]) -> None:
        self._command, self._tree = command, tree
        self._environment = {**os.environ, **environment, "PYTHONPATH": str(tree)}
        self._process: subprocess.Popen[str] | None = None
        self._seconds: dict[Size, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def turn(self, size: Size, patience: float | None = None) -> Taken:
        """Return what a size takes.

        Raises
        ------
        NoAnswer
            After so many seconds of ``patience``, or where the process ends by itself.
        """
        taken = self._answer(self._process or self._begin(), size, patience)
        self._seconds[size] = taken.processor / 1e3
        return taken

    def _answer(self, process: subprocess.Popen[str], size: Size, patience: float | None) -> Taken:
        assert process.stdin is not None
        assert process.stdout is not None
        print(*size, file=process.stdin, flush=True)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(patience):
                self._end()
                raise NoAnswer(f"more than {patience:.0f} s")
        answer = process.stdout.readline()
        if not answer:
            self._end()
            raise NoAnswer("given up")
        return Taken(*json.loads(answer))

    def expected(self, size: Size) -> float:
        """Return how many seconds of the processor a size will take, by the nearest that is known; 0 where none is."""
        if not self._seconds:
            return 0.0
        nearest = min(self._seconds, key=lambda known: abs(known.n - size.n) + abs(known.T - size.T))
        return self._seconds[nearest] * (size.n / nearest.n) ** 2 * (size.T / nearest.T) ** 2

    def _begin(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            self._command, cwd=self._tree, env=self._environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        # Its imports are no part of what a size takes.
        self._answer(self._process, Size(2, 4), None)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
