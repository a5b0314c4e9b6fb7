"""Trained networks that install from the package index, and whether ours have the numbers of theirs.

    python -m benchmarks.models [WORD …]

Every package is fetched without what it needs to run and unpacked into a temporary folder: nothing of it is run. Words choose
rows by what they contain. Each row is a layer of a file, fed with x_t[j] = 0.5 sin(0.1 t j), t = 1…10, j = 1…m, from zero; J
is the spectral norm of ∂s_10/∂s_1, hh that of its block of h, in float64. Exits with 1 if a number differs by more than 1e-6.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from explorer.models import load

T, TOLERANCE = 10, 1e-6


@dataclass(frozen=True)
class Row:
    """A layer of a file in a package, and its numbers, None where none is known."""

    package: str
    file: str
    layer: str
    J: float | None
    hh: float | None


ROWS = (
    Row("silero-vad==6.2.3", "silero_vad/data/silero_vad_16k_sequence.onnx", "/recurrent/LSTM", 5.19699467, 1.80294602),
    Row("silero-vad==6.2.3", "silero_vad/data/silero_vad_16k_op15.onnx", "/model/decoder/rnn/LSTM", 5.19699467, 1.80294602),
    Row(
        "silero-vad==6.2.3", "silero_vad/data/silero_vad.onnx", "If_0_then_branch__Inline_0__/decoder/rnn/LSTM",
        5.19699467, 1.80294602,
    ),
    Row("silero-vad==6.2.3", "silero_vad/data/silero_vad_op18_ifless.onnx", "model.decoder.rnn", 5.19699467, 1.80294602),
    Row("ddddocr==1.6.1", "ddddocr/common.onnx", "LSTM_79→", 4.90394727, 1.88429085),
    Row("ddddocr==1.6.1", "ddddocr/common.onnx", "LSTM_79←", 10.1166744, None),
)  # fmt: skip


@cache
def unpacked(package: str, folder: Path) -> Path:
    """Return the folder that a package's wheel was unpacked into."""
    place = folder / package.replace("==", "-")
    place.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--only-binary", ":all:", "--dest", str(place), package], check=True)
    for wheel in place.glob("*.whl"):
        with zipfile.ZipFile(wheel) as parts:
            parts.extractall(place)
    return place


def measured(path: Path, layer: str) -> tuple[float, float]:
    """Return J and hh of a layer in a file, in the order in which it runs."""
    found = load(path)
    strand, network = found.strand(layer), found.layers[layer]
    steps, columns = np.arange(1, T + 1), np.arange(1, strand.inputs + 1)
    x = 0.5 * np.sin(0.1 * np.outer(steps, columns))
    # A layer that runs backward reads the same first.
    (course,) = network.forward(x[::-1] if strand.backward else x).chains.values()
    P = np.linalg.multi_dot(course.jacobians()[:0:-1])
    n = strand.width
    return float(np.linalg.norm(P, 2)), float(np.linalg.norm(P[:n, :n], 2))


def _differs(found: float, wanted: float | None) -> bool:
    return wanted is not None and abs(found / wanted - 1.0) > TOLERANCE


def main(words: Iterable[str] = ()) -> int:
    """Check the rows; return the exit code."""
    rows = [row for row in ROWS if all(word in f"{row.package} {row.file} {row.layer}" for word in words)]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            J, hh = measured(unpacked(row.package, Path(folder)) / row.file, row.layer)
            fault = _differs(J, row.J) or _differs(hh, row.hh)
            wrong += fault
            print(
                f"{row.package:20} {row.layer:50} J {J:.9g}  hh {hh:.9g}{'   <-- differs' if fault else ''}", flush=True
            )
    print(f"{len(rows)} layers, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
