"""Make ``resources/tasks/world.vec``, vectors of the words of the small world, as word2vec writes them, and put them into the
preset that begins with them::

    python -m benchmarks.make_word_vectors

Words are alike that have the same neighbours: the positive pointwise mutual information of a word and what stands before or
behind it (Church and Hanks 1990), and of that matrix the first singular vectors, each times the root of its singular value
(Levy, Goldberg and Dagan 2015, equation 9). Only the sentences are looked at, not their parts of speech.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re

import msgspec
import numpy as np

from explorer.engine.floats import Floats
from explorer.paths import resources
from explorer.workspace.disk.presets import preset
from explorer.workspace.feed.word_vectors import read_vectors, vocabulary_of
from explorer.workspace.tasks.sentences import tagged

SIZE = 4
PRESET = "task-word-vectors"
FILE = resources() / "tasks" / "world.vec"
FLAT = re.compile(r"\[([^\[\]{}]*)\]")


def main() -> None:
    """Write the file and the preset."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    words, rows = vectors()
    lines = [f"{word} {' '.join(f'{value:.4f}' for value in row)}" for word, row in zip(words, rows, strict=True)]
    FILE.write_text("\n".join([f"{len(words)} {SIZE}", *lines]) + "\n", encoding="utf-8")
    path = resources() / "presets" / f"{PRESET}.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    found = read_vectors(FILE, vocabulary_of(preset(PRESET).exploration))
    whole["exploration"]["networks"][0]["vectors"] = msgspec.to_builtins(found)
    text = json.dumps(whole, indent=2, ensure_ascii=False)
    path.write_text(FLAT.sub(lambda one: f"[{' '.join(one[1].split())}]", text) + "\n", encoding="utf-8")


def vectors() -> tuple[list[str], Floats]:
    """Return the words and their vectors, whose entries have the standard deviation 1."""
    sentences = [[word for word, _ in sentence] for sentence in tagged()]
    words = sorted({word for sentence in sentences for word in sentence})
    place = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(words), 2, len(words)))
    for sentence in sentences:
        for before, after in itertools.pairwise(sentence):
            counts[place[after], 0, place[before]] += 1
            counts[place[before], 1, place[after]] += 1
    shares = counts.reshape(len(words), -1) / counts.sum()
    chance = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    information = np.log(shares, where=shares > 0, out=np.full(shares.shape, -np.inf)) - np.log(
        np.maximum(chance, 1e-300)
    )
    left, scales, _ = np.linalg.svd(np.maximum(information, 0.0), full_matrices=False)
    found: Floats = left[:, :SIZE] * np.sqrt(scales[:SIZE])
    return words, found / found.std()


if __name__ == "__main__":
    main()
