"""Trained networks of other people's packages against numbers that their own frameworks gave::

    python -m benchmarks.models            # a markdown table; ends with 1 if a number is missed
    python -m benchmarks.models --folder packages    # keeps what was installed there

The packages are installed into a temporary folder, without what they depend on; none of their code is run. Each layer is fed
x_t[j] = 0.5 · sin(0.1 · t · j), t = 1…10, j = 1…I, from a state of zeros, in the order of its own steps. J is the spectral
norm of ∂s_10/∂s_1, s = (h, c) of an LSTM; hh that of its block of h.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.models import load

WITHIN = 1e-5
STEPS = 10
PACKAGES = (
    "g2p-en==2.1.0", "arabic-diacritizer==1.0.0", "chars2vec==0.1.7", "textgenrnn==2.0.0", "ao-compensation-model==0.1.6",
    "en-prompt-nsfw-pipeline-bilstm==0.3.0", "silero-vad==6.2.3", "ddddocr==1.6.1",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A layer in a file of a package, with what was chosen, and its J and hh as its framework has them; None is not known."""

    file: str
    layer: str
    J: float
    hh: float | None = None
    choose: str = ""


KNOWN = (
    Known("g2p_en/checkpoint20.npz", "enc", 6.34532238),
    Known("g2p_en/checkpoint20.npz", "dec", 14.0488732),
    Known("diacritize/assets/bilstm_best.pt", "lstm.l0", 2.35108445, 1.02590683),
    Known("diacritize/assets/bilstm_best.pt", "lstm.l2_reverse", 21.0173337, 7.29940019),
    Known("chars2vec/trained_models/eng_50/weights.h5", "lstm_1", 1.28675069),
    Known("chars2vec/trained_models/eng_50/weights.h5", "lstm_1", 1.12984789, choose="gates=sigmoid"),
    Known("textgenrnn/textgenrnn_weights.hdf5", "rnn_1", 69.233882),
    Known("textgenrnn/textgenrnn_weights.hdf5", "rnn_2", 113.171138),
    Known("ao_compensation_model/model/2026_03_24_18_43_0.1902/gru_model.keras", "gru", 0.0301955622),
    Known("ao_compensation_model/model/2026_03_26_15_45_0.0212_best/gru_model.keras", "gru", 0.792355286),
    Known("ao_compensation_model/model/BEST_*/gru_model.keras", "gru", 0.0519352536),
    Known("en_prompt_nsfw_pipeline_bilstm/*/tok2vec/model", "shims/10/0/state.l0", 0.0733853416, 0.0212039198),
    Known("silero_vad/data/silero_vad_16k_sequence.onnx", "/recurrent/LSTM", 5.19699467, 1.80294602),
    Known("silero_vad/data/silero_vad.onnx", "If_0_then_branch__Inline_0__/decoder/rnn/LSTM", 5.19699467, 1.80294602),
    Known("ddddocr/common.onnx", "LSTM_79→", 4.90394727, 1.88429085),
    Known("ddddocr/common.onnx", "LSTM_79←", 10.1166744),
)


def install(folder: Path) -> None:
    """Install the packages into a folder that has none yet."""
    if any(folder.iterdir()):
        return
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(folder)]
    subprocess.run([*words, *PACKAGES], check=True)


def norms(known: Known, path: Path) -> tuple[float, float]:
    """Return J and hh of a layer, run in the order of its own steps."""
    found = load(path, dict(one.split("=") for one in known.choose.split(",") if one))
    network = replace(found.strand(known.layer), backward=False).network()
    t, j = np.arange(1, STEPS + 1)[:, None], np.arange(1, network.inputs + 1)
    (course,) = network.forward(0.5 * np.sin(0.1 * t * j)).chains.values()
    P = np.eye(course.width)
    for J in course.jacobians()[1:]:
        P = J @ P
    h = course.parts["h"]
    return float(np.linalg.norm(P, 2)), float(np.linalg.norm(P[h, h], 2))


def rows(folder: Path) -> Iterator[tuple[Known, tuple[float, float], float]]:
    """Yield what is known, what comes out here, and the larger of the relative differences."""
    for known in KNOWN:
        (path,) = folder.glob(known.file)
        found = norms(known, path)
        pairs = zip((known.J, known.hh), found, strict=True)
        yield known, found, max(abs(here / there - 1.0) for there, here in pairs if there is not None)


def main() -> int:
    """Print the table; return 1 if a number is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the packages are, or are to be installed")
    asked = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        install(folder)
        print("| file, layer | J / hh there | J / hh here | difference |\n|---|---|---|---|")
        for known, (J, hh), difference in rows(folder):
            there = f"{known.J:.9g}" + ("" if known.hh is None else f" / {known.hh:.9g}")
            called = f"{known.file}, {known.layer}{' with ' + known.choose if known.choose else ''}"
            print(f"| {called} | {there} | {J:.9g} / {hh:.9g} | {difference:.1e} |", flush=True)
            missed += not difference <= WITHIN
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
