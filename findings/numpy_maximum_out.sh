#!/usr/bin/env bash
# NumPy: of the ufuncs of two arguments, maximum and minimum alone warn when the output is the third positional argument.
#
# One would guess that all ufuncs take it alike: np.add(a, b, out) and np.add(a, b, out=out) are the same call.
# What happens: from 2.4 on np.maximum(a, b, out) and np.minimum(a, b, out) are deprecated, as a third argument there was often
# meant as a third array; np.fmax, np.add, np.multiply, np.logaddexp and the others take it silently, in both forms.
# Seen with numpy 2.4.6 on Python 3.11.
# Why it matters here: who runs a list of ufuncs with their outputs laid out before, as for the steps of a recurrence, calls
# them all in one form; ReLU is then the one step that warns, and fails where warnings are errors.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install numpy==2.4.6 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import sys
import warnings

import numpy as np

a, b, out = np.array([1.0, -2.0]), np.array([1.0, 1.0]), np.empty(2)


def warns(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return sorted({one.category.__name__ for one in caught})


names = ("add", "subtract", "multiply", "divide", "power", "logaddexp", "arctan2", "fmax", "fmin", "maximum", "minimum")
seen = {name: warns(lambda f=getattr(np, name): f(a, b, out)) for name in names}
by_keyword = {name: warns(lambda f=getattr(np, name): f(a, b, out=out)) for name in names}
print("numpy", np.__version__)
for name in names:
    print(f"np.{name}(a, b, out): {seen[name] or 'silent'}; np.{name}(a, b, out=out): {by_keyword[name] or 'silent'}")
deprecated = {name for name in names if "DeprecationWarning" in seen[name]}
still = {name for name in names if "DeprecationWarning" in by_keyword[name]}
sys.exit(0 if deprecated == {"maximum", "minimum"} and not still else 1)
PY
