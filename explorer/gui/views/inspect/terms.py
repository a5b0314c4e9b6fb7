"""What the signs on the cards mean: one sentence, a formula, and why."""

from __future__ import annotations

from explorer.gui.words.i18n import mark

GAMMA = mark(
    "γ: the greatest that f′ can be.\n"
    "γ = max f′(z), 1 for tanh, ReLU and linear, ¼ for sigmoid\n"
    "Why: each step back multiplies a gradient by f′(z), so by γ at most; with W that makes the bound (γ σ₁)ᵗ⁻ᵏ."
)
