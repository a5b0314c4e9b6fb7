"""Where the program starts: from its first moment Ctrl-C ends it without a word, before anything slow is loaded."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130
"""What a shell makes of the end of a program by Ctrl-C."""


def main() -> int:
    """Run the command line of this process; return the exit code."""
    try:
        # Ignored, as of a command in the background, it stays.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _end)
        from explorer.cli import main as run

        return run()
    except KeyboardInterrupt:
        return _INTERRUPTED


def _end(number: int, frame: object) -> None:  # noqa: ARG001 - as a handler is called
    # An exception would be lost, or printed, where it comes out of a callback; nothing is half done here.
    os._exit(_INTERRUPTED)
