"""Memory over ten thousand frames: gestures on the real window, and what the process holds after each thousand."""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil

from benchmarks.window import gesture
from explorer.gui.shell.app import discard, picture_window
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal

EVERY = 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    frames = parser.parse_args().frames
    exploration = Exploration(networks=(Recipe(hidden=16),), sequence=Signal(steps=32))
    window = picture_window(exploration, (1366, 768), "light", "en")
    process = psutil.Process()
    print("| frames | memory |")
    print("|--:|--:|")
    try:
        for number in range(frames + 1):
            gesture(window, 1.0 + 0.001 * (number % 1000))
            if number % EVERY == 0:
                # A gesture under the same merge key is one undo step: history can't be what grows.
                print(f"| {number} | {process.memory_info().rss / 2**20:.0f} MB |", flush=True)
    finally:
        discard(window)


if __name__ == "__main__":
    main()
