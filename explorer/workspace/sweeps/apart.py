"""Processes that begin apart from the script that asks for them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def without_script() -> Iterator[None]:
    """Let processes that are started meanwhile leave the running script alone: nothing of it is sent to them.

    To find what is defined there `multiprocessing` imports it again in each, so that a script that sweeps would begin to
    sweep in its own workers, unless it has a guard; and a program would be loaded as often as there are workers.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
