"""Where the program's data lies, in a checkout and in an installed wheel alike."""

import os
import sys
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def resources() -> Path:
    """Return the folder of presets, themes, translations, icons and fonts.

    A wheel carries it inside the package, a checkout beside it.

    Raises
    ------
    FileNotFoundError
        If neither is there: the installation is incomplete.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"No resources folder beside {_PACKAGE}: install the program again.")


def data_folder() -> Path:
    """Return the folder of what the program keeps for a person, such as own cells; it need not be there yet.

    It is where the window's toolkit puts it, so that the command line finds the same.
    """
    home = _home()
    if sys.platform == "win32":
        kept = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        kept = home / "Library" / "Application Support"
    else:
        named = Path(os.environ.get("XDG_DATA_HOME", ""))
        # A relative one is to be ignored, says the specification.
        kept = named if named.is_absolute() else home / ".local" / "share"
    return kept / "gradient-flow-explorer"


def _home() -> Path:
    """Return the account's home; of one that has none, where nothing will be found."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")
