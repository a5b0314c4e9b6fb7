"""What every test needs before Qt is imported: no test opens a window on a person's screen unasked."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
