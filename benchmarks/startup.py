"""From the start of the process to the first heatmap on the screen, beside an earlier commit and a bare window.

``python -m benchmarks.startup`` starts fresh processes in turn, their bytecode at hand as from the second start on, and
prints medians and the least time of the processor, which other work on the machine disturbs least. What a bare
``import numpy`` and a bare Qt window take on the same machine says how much of it is ours.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.beside import COMMIT, TREE, earlier_tree
from benchmarks.turns import tell_if_busy, waiting

_EXPLORER = """
import time
from importlib import import_module
def either(name, before):
    try:
        return import_module("explorer." + name)
    except ModuleNotFoundError:
        return import_module("explorer." + before)
app = either("gui.shell.app", "gui.app")
Window = either("gui.shell.window", "gui.window").Window
default = either("workspace.disk.presets", "workspace.presets").default
from PySide6.QtCore import QEvent, QObject, QTimer
application = app.application()
window = Window(default().exploration, app.FixedPreferences("light", "en"))
class Painted(QObject):
    answered = False
    def eventFilter(self, watched, event):
        # The views have drawn; what they asked for is painted by the next of these.
        if self.answered and watched is window and event.type() == QEvent.Type.UpdateRequest:
            self.answered = False
            window.event(event)
            print(time.time(), time.process_time(), flush=True)
            QTimer.singleShot(0, application.exit)
            return True
        return False
    def expect(self, *_):
        self.answered = True
painted = Painted()
window.installEventFilter(painted)
window.controller.answered.connect(painted.expect)
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
print(time.time(), time.process_time(), flush=True)
"""
_NUMPY = "import numpy, time; print(time.time(), time.process_time(), flush=True)"


@dataclass(slots=True)
class Case:
    """A program that is started in a ``tree``, and the seconds that it took, on the clock and of the processor."""

    name: str
    program: str
    tree: Path = TREE
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with earlier_tree(COMMIT) as earlier, tempfile.TemporaryDirectory() as bytecode:
        now, before = Case("first heatmap painted", _EXPLORER), Case(f"the same at {COMMIT}", _EXPLORER, earlier)
        cases = (now, before, Case("bare Qt window", _QT), Case("import numpy", _NUMPY))
        waits = [waiting() for _ in range(rounds)]
        for number in range(rounds + 1):
            for case in cases:
                times = start(case.program, case.tree, Path(bytecode))
                # The first round warms the disk's cache, and writes the bytecode.
                if number:
                    case.seconds.append(times[0])
                    case.processor.append(times[1])
    tell_if_busy(waits)
    print("| start of the process until | median | fastest | processor time, least |")
    print("|:--|--:|--:|--:|")
    for case in cases:
        wall = f"{statistics.median(case.seconds):.2f} s | {min(case.seconds):.2f} s"
        print(f"| {case.name} | {wall} | {min(case.processor):.2f} s |")
    print(f"\nThis tree takes {min(now.processor) / min(before.processor):.2f} of the processor time of {COMMIT}.")


def start(program: str, tree: Path = TREE, bytecode: Path | None = None) -> tuple[float, float]:
    """Return the seconds from starting Python in ``tree`` to the time that ``program`` prints, and those of the processor."""
    with tempfile.TemporaryDirectory() as empty:
        # A home of its own: what a crash left in the person's would be asked about, and nobody answers.
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_DATA_HOME": empty, "XDG_CONFIG_HOME": empty}
        environment["PYTHONPATH"] = str(tree)
        if bytecode is not None:
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
        command = [sys.executable, "-c", program]
        begun = time.time()
        result = subprocess.run(
            command, cwd=tree, capture_output=True, text=True, env=environment, check=True, timeout=60
        )
    ended, processor = map(float, result.stdout.split()[-2:])
    return ended - begun, processor


if __name__ == "__main__":
    main()
