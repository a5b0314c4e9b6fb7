"""Pictures of what somebody's trained networks still hear: a speech detector's, a text generator's, a captcha reader's.

    python -m benchmarks.model_pictures                     # into docs/pictures; ends with 1 if docs/models.md says otherwise
    python -m benchmarks.model_pictures --folder packages   # of packages that are there, as benchmarks.models keeps them

Each picture has a sentence on what its network's last state hears, measured here; docs/models.md must hold it word for word.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.models import install
from explorer.gui.shell.app import Sheet, render
from explorer.models import load
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.hearing import heard_by
from explorer.workspace.models.exploring import exploration_of
from explorer.workspace.models.feeding import noise, words

ROOT = Path(__file__).parents[1]
TEXT = "the past is heard as long as its gradient lives"
CHUNK, RATE = 512, 16_000
"""Samples that the speech detector reads a step, and samples a second."""
CAPTCHA_STEPS, HALF = 20, "LSTM_79→"
SIZE = (1366, 768)


def speech(packages: Path) -> Exploration:
    """Return the LSTM of the speech detector under the noise with which it opens."""
    return exploration_of(load(packages / "silero_vad/data/silero_vad_16k_sequence.onnx"), "/recurrent/LSTM")


def text(packages: Path) -> Exploration:
    """Return the first LSTM of the text generator on a line of text, beside one as wide that is begun as Keras begins."""
    folder = packages / "textgenrnn"
    found = load(folder / "textgenrnn_weights.hdf5")
    rows = json.loads((folder / "textgenrnn_vocab.json").read_text())
    trained = exploration_of(found, "rnn_1", words(found, "rnn_1", [str(rows[letter]) for letter in TEXT]))
    untrained = Recipe(
        cell="lstm", hidden=trained.recipe.hidden, init="orthogonal", gain=1.0, forget_bias=1.0, readout="identity",
        outputs=trained.recipe.outputs, title="untrained",
    )  # fmt: skip
    return replace(trained, networks=(replace(trained.recipe, title="trained"), untrained), stage="beside")


def captcha(packages: Path) -> Exploration:
    """Return the half of the captcha reader's LSTM that reads forward, under noise as long as a captcha is wide."""
    found = load(packages / "ddddocr/common.onnx")
    explored = exploration_of(found, HALF, noise(found, HALF, CAPTCHA_STEPS))
    # The singular values of a product of Jacobians of 1024×1024 take minutes: none is looked at closely.
    return explored.with_selection(k=CAPTCHA_STEPS)


PICTURES = {"speech": speech, "text": text, "captcha": captcha}


def sentences(exploration: Exploration) -> Iterator[str]:
    """Yield what the last state of each network hears."""
    for active in range(len(exploration.networks)):
        yield heard_by(analyse(replace(exploration, active=active))).said(lambda text: text)


def main() -> int:
    """Draw the pictures and print the sentences; return 1 if one of them is not in the page on own networks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the packages are, or are to be installed")
    parser.add_argument("--only", nargs="+", default=list(PICTURES), choices=list(PICTURES))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    asked = parser.parse_args()
    page, missed = " ".join((ROOT / "docs" / "models.md").read_text(encoding="utf-8").split()), 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        install(folder)
        for name in asked.only:
            exploration = PICTURES[name](folder)
            for said in sentences(exploration):
                print(f"{name}: {said}", flush=True)
                missed += said not in page
            write_bytes(asked.out / f"model_{name}.png", render(".png", exploration, Sheet(size=SIZE)))
    print(f"a step of the speech detector: {1000 * CHUNK // RATE} ms")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
