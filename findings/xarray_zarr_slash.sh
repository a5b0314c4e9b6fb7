#!/usr/bin/env bash
# xarray: a variable whose name has a slash is written to Zarr without a word, and is not there when the store is opened again.
#
# One would guess that what `to_zarr` takes `open_zarr` gives back, or that the name is refused, as `to_netcdf` refuses it.
# What happens: "1/h" becomes an array "h" in a group "1" of the store; opened again the dataset has its other variables alone, and
# nothing is said at either end, whichever format of Zarr, with consolidated metadata or without.
# Seen with xarray 2026.9.0 and zarr 3.1.6, Python 3.11.
# Why it matters here: weights and states of layered networks are called so ("1/W_f" here, "encoder/l0/kernel" in Flax and
# Haiku): a training kept in Zarr comes back without them. Here the labelled states are "1_h".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install xarray==2026.9.0 zarr==3.1.6 2>/dev/null
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import sys
from pathlib import Path

import numpy as np
import xarray as xr
import zarr

folder = Path(sys.argv[1])
kept = xr.Dataset({"1/h": ("t", np.arange(3.0)), "loss": ("t", np.zeros(3))})
print("xarray", xr.__version__, "zarr", zarr.__version__)
found = {}
for zarr_format in (2, 3):
    for consolidated in (False, True):
        store = folder / f"{zarr_format}{consolidated}"
        kept.to_zarr(store, zarr_format=zarr_format, consolidated=consolidated)
        found[zarr_format, consolidated] = list(xr.open_zarr(store, consolidated=consolidated).variables)
        print(f"format {zarr_format}, consolidated {consolidated}: {list(kept.variables)} comes back as", found[zarr_format, consolidated])
there = xr.open_zarr(folder / "3False", group="1", consolidated=False)["h"].values.tolist()
print('group "1" has h:', there)
sys.exit(0 if set(map(tuple, found.values())) == {("loss",)} and there == [0.0, 1.0, 2.0] else 1)
PY
