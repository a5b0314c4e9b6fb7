"""Files that were damaged, or made to do harm: refused in a sentence, before anything is made or run."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fuzz_models import files, tried
from explorer.engine.errors import BadFile, Refusal
from explorer.models import load

COUNT = 340


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_file_is_opened_or_refused_in_a_sentence(part: int, tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        for seed in range(part, COUNT, 4):
            said, _, memory = tried(files()[seed % len(files())], seed, tmp_path)
            assert said in ("opened", "BadFile", "BadNetwork"), seed
            assert memory < 3.0, seed
    finally:
        tracemalloc.stop()


class Harm:
    """What runs a command when a pickle of it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("in_zip", [False, True])
def test_nothing_in_a_pickle_is_run(in_zip: bool, tmp_path: Path) -> None:
    data = pickle.dumps(
        {"lstm.weight_ih_l0": Harm(tmp_path / "harmed"), "weights": [Harm(tmp_path / "harmed")]}, protocol=2
    )
    file = tmp_path / "net.pt"
    if in_zip:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("archive/data.pkl", data)
    else:
        file.write_bytes(data)
    with pytest.raises(Refusal):
        load(file)
    assert not (tmp_path / "harmed").exists()


def a_zip(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_npy", ".npy"), data)
    return file.getvalue()


def npy(shape: str) -> bytes:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)


def safetensors(header: object) -> bytes:
    told = json.dumps(header).encode()
    return struct.pack("<Q", len(told)) + told + bytes(64)


def doubled(depth: int) -> bytes:
    """Return a pickle of a list of two lists that are the same list of two lists …"""
    return (
        b"\x80\x02]q\x00"
        + b"".join(
            b"]" + b"q" + bytes([i]) + b"(h" + bytes([i - 1]) + b"h" + bytes([i - 1]) + b"e" for i in range(1, depth)
        )
        + b"."
    )


HUGE = {"W": {"dtype": "F64", "shape": [2**40, 2**20], "data_offsets": [0, 64]}}
HOSTILE: dict[str, bytes] = {
    "a zip bomb": a_zip(a_npy=bytes(40_000_000)),
    "an array of terabytes": npy("(1099511627776,)"),
    "an array of terabytes in a zip": a_zip(a_npy=npy("(1099511627776, 8)")),
    "an array that overflows": npy("(9223372036854775807, 3)"),
    "a header of four gigabytes": struct.pack("<Q", 2**32) + b'{"a":1}' + bytes(50),
    "a tensor of exabytes": safetensors(HUGE),
    "a header nested without end": struct.pack("<Q", 60_000) + b'{"a":' + b"[" * 59_995,
    "a list of itself": doubled(200),
    "tuples without end": b"\x80\x02)" + b"\x85" * 20_000 + b".",
    "tuples without end for a name": b"\x80\x02}(" + b")" + b"\x85" * 20_000 + b"Nu.",
    "a memory of gigabytes": b"\x80\x02]r\xff\xff\xff\x7f.",
    "a text of gigabytes": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"a.",
    "a list of gigabytes in msgpack": b"\x81\xa1a\xdd\xff\xff\xff\xff\x01",
    "messages without end": b"\x81\xa1a" * 100_000,
    "an HDF5 that is cut": (files()[0].parent / "keras2.h5").read_bytes()[:3000],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_far_too_much_is_refused_before_it_becomes_anything(name: str, tmp_path: Path) -> None:
    file = tmp_path / "net.pt"
    file.write_bytes(HOSTILE[name])
    tracemalloc.start()
    try:
        with pytest.raises(Refusal) as refusal:
            load(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(HOSTILE[name]) + 16_000_000
    assert len(str(refusal.value)) < 300


def test_a_whole_module_is_refused_with_how_to_save_its_weights(tmp_path: Path) -> None:
    state = b"}(X\x08\x00\x00\x00_modules}X\x0b\x00\x00\x00_parameters}u"
    (tmp_path / "net.pt").write_bytes(b"\x80\x02c__main__\nNet\n)\x81" + state + b"b.")
    with pytest.raises(BadFile, match=r"__main__\.Net, .* torch\.save\(model\.state_dict\(\), file\)"):
        load(tmp_path / "net.pt")


def test_a_link_in_an_hdf5_file_leads_nowhere(tmp_path: Path) -> None:
    # A soft link has the same entry as a hard one, but for its kind: every entry of the root is made one.
    data = bytearray((files()[0].parent / "keras2.h5").read_bytes())
    entry = data.find(b"SNOD") + 8
    for place in range(3):
        data[entry + 40 * place + 16 : entry + 40 * place + 20] = struct.pack("<I", 2)
    (tmp_path / "net.h5").write_bytes(data)
    with pytest.raises(Refusal, match="arrays in it: 0"):
        load(tmp_path / "net.h5")


def test_zeros_of_an_array_are_no_reason_to_refuse_it(tmp_path: Path) -> None:
    arrays = {"lstm.weight_ih_l0": np.zeros((8, 3)), "lstm.weight_hh_l0": np.zeros((8, 2))}
    np.savez_compressed(tmp_path / "net.npz", **arrays)
    assert list(load(tmp_path / "net.npz").networks) == ["lstm"]


def test_quantised_layers_are_refused_with_what_to_save_instead(tmp_path: Path) -> None:
    key = b"X\x1f\x00\x00\x00lstm._all_weight_values.0.param"
    (tmp_path / "net.pt").write_bytes(b"\x80\x02}(" + key + b"ctorch\nScriptObject\n)Ru.")
    with pytest.raises(Refusal, match=r"quantised layers, lstm\._all_weight_values\.0\.param.* before it is quantised"):
        load(tmp_path / "net.pt")
