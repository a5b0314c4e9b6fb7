"""From the start of the process to the first heatmap on the screen, beside bare imports and a bare Qt window.

``python -m benchmarks.startup`` starts fresh processes in turn and prints medians; what a bare ``import numpy`` and a bare
Qt window take on the same machine says how much of it is ours.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7

_EXPLORER = """
import time
from PySide6.QtCore import QTimer
from explorer.gui.shell import app
from explorer.gui.shell.preferences import Preferences
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import default
application = app.application()
window = Window(default().exploration, app.FixedPreferences("light", "en"))
def painted(*_):
    # The views have drawn; once the events they asked for are handled, they are painted.
    QTimer.singleShot(0, lambda: (print(time.time(), flush=True), application.exit()))
window.controller.answered.connect(painted)
window.start()
application.exec()
window.close()
"""
_QT = """
import time
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("window")
label.show()
application.processEvents()
print(time.time(), flush=True)
"""
_NUMPY = "import numpy, time; print(time.time(), flush=True)"
CASES = {"explorer: first heatmap painted": _EXPLORER, "bare Qt window": _QT, "import numpy": _NUMPY}


def main() -> None:
    """Print the table."""
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for number in range(ROUNDS + 1):
        for name, program in CASES.items():
            seconds = start(program)
            # The first round warms the disk's cache.
            if number:
                times[name].append(seconds)
    print("| start of the process until | median | fastest | budget |")
    print("|:--|--:|--:|--:|")
    for name, seconds_ in times.items():
        budget = "1.2 s" if name.startswith("explorer") else ""
        print(f"| {name} | {statistics.median(seconds_):.2f} s | {min(seconds_):.2f} s | {budget} |")


def start(program: str) -> float:
    """Return the seconds from starting Python to the time that ``program`` prints."""
    with tempfile.TemporaryDirectory() as empty:
        # A home of its own: what a crash left in the person's would be asked about, and nobody answers.
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_DATA_HOME": empty, "XDG_CONFIG_HOME": empty}
        command = [sys.executable, "-c", program]
        begun = time.time()
        result = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=60)
    return float(result.stdout.split()[-1]) - begun


if __name__ == "__main__":
    main()
