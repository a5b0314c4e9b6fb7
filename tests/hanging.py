"""A test that hangs is ended, and shows where all threads of its process stood."""

from __future__ import annotations

import faulthandler
import math
import os
import time

_PATIENCE = 300
_OFTEN = 10


class Watch:
    """Ends the process five minutes after a test began: by a thread of C, as a signal isn't heard where a lock is waited for.

    The tests of ten seconds share one. To begin and to end a thread each of them would wait until a core is free, and tests
    keep all of them busy.
    """

    def __init__(self) -> None:
        # While tests run, what they say is captured.
        self._told, self._since = os.dup(2), -math.inf

    def pytest_runtest_setup(self) -> None:
        """Give the test its time."""
        now = time.monotonic()
        if now - self._since > _OFTEN:
            faulthandler.dump_traceback_later(_PATIENCE, file=self._told, exit=True)
            self._since = now

    def pytest_exception_interact(self) -> None:
        """Begin anew with the next test: as one fails pytest ends the watch, for somebody may look into it."""
        self._since = -math.inf

    def pytest_unconfigure(self) -> None:
        """Watch no more."""
        faulthandler.cancel_dump_traceback_later()
        os.close(self._told)
