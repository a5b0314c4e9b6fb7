"""The window: the only room that knows Qt and pyqtgraph."""

import os

# Qt writes the fonts of a PDF in the order of a table that is hashed in another way each time it starts.
os.environ.setdefault("QT_HASH_SEED", "0")
