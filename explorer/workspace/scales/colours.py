"""Colours as the eye sees them: contrast, distance, and diverging tables with even steps.

Distances and blends are made in OKLab (B. Ottosson, "A perceptual color space for image processing", 2020).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                 [0.2119034982, 0.6806995451, 0.1073969566],
                 [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                 [1.9779984951, -2.4285922050, 0.4505937099],
                 [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


def linear(colours: Sequence[str]) -> NDArray[np.float64]:
    """Return the colours ``#rrggbb`` as linear light, (number, 3), each 0..1."""
    rgb = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def oklab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return linear light (…, 3) as OKLab (…, 3): lightness 0..1, green–red, blue–yellow."""
    return np.asarray(np.cbrt(light @ _LMS.T) @ _LAB.T)


def bytes_of(lab: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return OKLab (…, 3) as sRGB bytes (…, 3), clipped to what a screen can show."""
    light = np.clip((lab @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_LMS).T, 0, 1)
    rgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255 * rgb), dtype=np.uint8)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1..21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted(linear([one, other]) @ (0.2126, 0.7152, 0.0722))
    return float((high + 0.05) / (low + 0.05))


def distance(one: str, other: str) -> float:
    """Return how far apart two colours look: 0 equal, 1 black and white; 0.05 is seen at a glance."""
    first, second = oklab(linear([one, other]))
    return float(np.linalg.norm(first - second))


def diverging(low: Sequence[str], middle: str, high: Sequence[str]) -> NDArray[np.uint8]:
    """Return a table (256, 4), RGBA, from ``low[0]`` over ``middle`` to ``high[0]``.

    Its steps are equal in lightness; entries 127 and 128 are both ``middle``. The stops are given
    from the end to the middle, darkest first.
    """
    arms = [_arm([*stops, middle]) for stops in (low, high)]
    table = np.full((256, 4), 255, dtype=np.uint8)
    table[:, :3] = bytes_of(np.concatenate([arms[0], arms[1][::-1]]))
    return table


def _arm(stops: Sequence[str]) -> NDArray[np.float64]:
    """Return 128 colours in OKLab along ``stops``, which grow lighter, even in lightness."""
    lab = oklab(linear(stops))
    lightness = np.linspace(lab[0, 0], lab[-1, 0], 128)
    return np.stack([lightness, *(np.interp(lightness, lab[:, 0], lab[:, i]) for i in (1, 2))], axis=-1)
