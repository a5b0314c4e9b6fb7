#!/usr/bin/env bash
# NumPy: whether a read-only array is read-only after a pickle depends on the pickle's protocol, and so on Python's version.
#
# One would guess that the flag either travels or does not.
# What happens: by protocol 4, the default of Python up to 3.13, a read-only array comes back writable; by protocol 5, the
# default from 3.14 on, it comes back read-only. copy.deepcopy and copy.copy make it writable in either case, also inside of
# a frozen dataclass; a view stays read-only.
# Seen with numpy 2.4.6 on Python 3.11.
# Why it matters here: weights, traces and flows are values that are shared: handed to processes, caches and notebooks. What
# promises to be read-only, and has a hash that depends on its numbers, must set the flag again whenever it is made.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install numpy==2.4.6 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import copy
import dataclasses
import pickle

import numpy as np


@dataclasses.dataclass(frozen=True)
class Weights:
    W: np.ndarray


W = np.eye(3)
W.setflags(write=False)
seen = {
    "pickle, protocol 4": pickle.loads(pickle.dumps(W, protocol=4)).flags.writeable,
    "pickle, protocol 5": pickle.loads(pickle.dumps(W, protocol=5)).flags.writeable,
    "frozen dataclass, protocol 4": pickle.loads(pickle.dumps(Weights(W), protocol=4)).W.flags.writeable,
    "frozen dataclass, protocol 5": pickle.loads(pickle.dumps(Weights(W), protocol=5)).W.flags.writeable,
    "frozen dataclass, deepcopy": copy.deepcopy(Weights(W)).W.flags.writeable,
    "deepcopy": copy.deepcopy(W).flags.writeable,
    "copy": copy.copy(W).flags.writeable,
    "view": W.view().flags.writeable,
}
print("numpy", np.__version__)
for way, writable in seen.items():
    print(f"{way}: {'writable' if writable else 'read-only'}")
expected = {way: not ("protocol 5" in way or way == "view") for way in seen}
raise SystemExit(seen != expected)
PY
