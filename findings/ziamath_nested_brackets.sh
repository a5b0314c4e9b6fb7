#!/usr/bin/env bash
# ziamath takes twice as long for every level at which growing brackets stand within each other.
#
# One would guess: a formula takes time by its length, so that \left( … \right) may be written around every part, as programs
# that make LaTeX do.
# What happens: each level of \left( … \right) doubles the time, as does each level of braces with a power. Eight levels, some
# eighty characters, take a second or more; the same in plain brackets takes some hundredths. What is drawn differs little.
# Seen with ziamath 0.13.
# Why it matters here: the Jacobian of a gated cell is a formula of brackets within brackets, made by a program.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install ziamath==0.13 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import time

import ziamath

ziamath.config.svg2 = False


def seconds(left, right, depth):
    formula = "a"
    for _ in range(depth):
        formula = f"{left}{formula}+b{right}"
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        ziamath.Latex(formula).svg()
        best = min(best, time.process_time() - start)
    return best


ziamath.Latex("a").svg()
growing = {depth: seconds(r"\left(", r"\right)", depth) for depth in (2, 5, 8)}
plain = {depth: seconds("(", ")", depth) for depth in (2, 5, 8)}
print("ziamath", ziamath.__version__)
for depth in growing:
    print(depth, "levels: growing", round(growing[depth], 3), "s, plain", round(plain[depth], 3), "s")
# Three levels more: eight times where each doubles, less than twice where time goes by length.
doubles = growing[8] > 4 * growing[5] > 16 * growing[2]
raise SystemExit(not doubles or plain[8] > 4 * plain[2] or growing[8] < 10 * plain[8])
PY
