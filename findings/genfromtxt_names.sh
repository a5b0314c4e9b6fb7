#!/usr/bin/env bash
# A table with comments above the names of its columns can be read by pandas or by numpy.genfromtxt, not by both alike.
#
# One would guess: both pass over lines that begin with "#", and then take the next line for the names.
# What happens: pandas does. `numpy.genfromtxt(names=True)` takes the first line for the names, be it a comment: silently where
# it has as many parts as the rows, else it complains of the rows. Comments between the names and the rows suit both, and
# `numpy.loadtxt(skiprows=1)`, too. But pandas with its Python engine parts comments into cells before it passes over them:
# one with a cell that begins with a quotation mark, as a comma in a list of words makes it, ends in an error.
# Seen with numpy 2.4.6 and pandas 3.1.1.
# Why it matters here: results travel as tables that explain themselves by comments.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install numpy==2.4.6 pandas==3.1.1 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import pandas as pd

comment, names, rows = '# words: [",", "."]\n', "t,k,log_norm\n", "0,0,1.5\n1,0,2.5\n"
open("above.csv", "w").write(comment + names + rows)
open("below.csv", "w").write(names + comment + rows)


def told(read):
    try:
        return read()
    except Exception as error:
        return type(error).__name__


def genfromtxt(name):
    return told(lambda: np.genfromtxt(name, delimiter=",", names=True).dtype.names)


def pandas(name, engine):
    return told(lambda: tuple(pd.read_csv(name, comment="#", engine=engine).columns))


seen = {
    (name, reader): read(name)
    for name in ("above.csv", "below.csv")
    for reader, read in (
        ("genfromtxt", genfromtxt),
        ("pandas, C", lambda name: pandas(name, "c")),
        ("pandas, Python", lambda name: pandas(name, "python")),
    )
}
print("numpy", np.__version__, "pandas", pd.__version__)
for key, value in seen.items():
    print(*key, value)
right = ("t", "k", "log_norm")
expected = {
    ("above.csv", "genfromtxt"): ("words_", "f0", "f1"), ("above.csv", "pandas, C"): right, ("above.csv", "pandas, Python"): "ParserError",
    ("below.csv", "genfromtxt"): right, ("below.csv", "pandas, C"): right, ("below.csv", "pandas, Python"): "ParserError",
}
raise SystemExit(seen != expected)
PY
