"""A recording of sound: its samples as numbers from −1 to 1."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path
from struct import error as unpacking

import numpy as np

from explorer.engine.errors import BadFile
from explorer.engine.floats import Floats
from explorer.workspace.exploration.exploration import MOST_STEPS
from explorer.workspace.words.reading import read_bounded

_MOST_BYTES = 500_000_000
_SAMPLES = {1: "u1", 2: "<i2", 4: "<i4"}
"""Types of samples by their bytes; of three bytes NumPy has none."""


def samples(path: Path) -> Floats:
    """Return the samples of a .wav file (T, channels), the first `MOST_STEPS` and one more where there are more.

    Raises
    ------
    BadFile
        If it can't be read, or holds anything but plain samples (PCM).
    """
    try:
        with wave.open(BytesIO(read_bounded(path, _MOST_BYTES)), "rb") as sound:
            channels, width = sound.getnchannels(), sound.getsampwidth()
            data = sound.readframes(min(sound.getnframes(), MOST_STEPS + 1))
        whole = len(data) // (channels * width) * channels * width
        found = _scaled(data[:whole], width).reshape(-1, channels)
    except (wave.Error, EOFError, ValueError, KeyError, RuntimeError, unpacking) as error:
        raise BadFile("“{name}” is no .wav file of plain samples (PCM).", name=path.name) from error
    if not len(found):
        raise BadFile("“{name}” is empty.", name=path.name)
    return found


def _scaled(data: bytes, width: int) -> Floats:
    if width == 3:
        # The lowest byte of four is zero.
        whole = np.zeros((len(data) // 3, 4), np.uint8)
        whole[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        data, width = whole.tobytes(), 4
    values = np.frombuffer(data, _SAMPLES[width]).astype(np.float64)
    # Bytes have no sign.
    return (values - 128.0) / 128.0 if width == 1 else values / 2.0 ** (8 * width - 1)
