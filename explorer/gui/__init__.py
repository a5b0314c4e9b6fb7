"""The window: the only room that knows Qt and pyqtgraph."""

import gc
import os

# Qt writes the fonts of a PDF in the order of a table that is hashed in another way each time it starts.
os.environ.setdefault("QT_HASH_SEED", "0")
# What is loaded now stays: to look through it for rubbish again and again took a fifteenth of the start. Once there is an
# application, rubbish is looked for as a window needs it.
gc.set_threshold(2_000_000, 10, 10)
