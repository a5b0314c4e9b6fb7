"""Where the program's data lies, in a checkout and in an installed wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


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
