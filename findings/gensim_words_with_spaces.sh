#!/usr/bin/env bash
# A file of word vectors that gensim has written can't always be read by gensim; nor can every line of GloVe's largest file.
#
# One would guess: what `KeyedVectors.save_word2vec_format` writes, `load_word2vec_format` reads back, and a file whose first
# line says another number of words than it has is refused.
# What happens: neither form of the file quotes anything. A word that holds a space, as phrases do ("New York") and as some
# tokens of glove.840B.300d.txt do (". . ."), is written without complaint. As text it ends in "could not convert string to
# float". In the binary form what follows is read a few bytes off, as numbers and as words, and it ends somewhere else, in a
# `UnicodeDecodeError`. Of a first line that says too few words, only so many are read, without a word.
# Seen with gensim 4.3.3 (numpy 1.26.4, scipy 1.13.1).
# Why it matters here: embeddings begin as such files have them. A line of text can be read from its end, where the numbers
# are; of a binary file all that can be done is to notice that a word is none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install gensim==4.3.3 numpy==1.26.4 scipy==1.13.1 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import gensim
import numpy as np
from gensim.models import KeyedVectors

words = KeyedVectors(3)
words.add_vectors(["a", "New York", "b"], np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], dtype="f4"))


def told(read):
    try:
        return read().index_to_key
    except Exception as error:
        return type(error).__name__


def loaded(text, **how):
    open("own.txt", "w").write(text)
    return told(lambda: KeyedVectors.load_word2vec_format("own.txt", **how))


seen = {}
for binary in (False, True):
    words.save_word2vec_format("saved", binary=binary)
    seen["saved, binary" if binary else "saved, text"] = told(
        lambda: KeyedVectors.load_word2vec_format("saved", binary=binary)
    )
seen["a token of GloVe"] = loaded(". . . 1 2 3\na 4 5 6\n", no_header=True)
seen["too few words said"] = loaded("1 3\na 4 5 6\nb 1 2 3\n")
seen["too many words said"] = loaded("3 3\na 4 5 6\nb 1 2 3\n")
print("gensim", gensim.__version__)
for key, value in seen.items():
    print(key, value)
expected = {
    "saved, text": "ValueError", "saved, binary": "UnicodeDecodeError", "a token of GloVe": "ValueError",
    "too few words said": ["a"], "too many words said": "EOFError",
}
raise SystemExit(seen != expected)
PY
