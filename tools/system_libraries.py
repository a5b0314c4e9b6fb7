"""Install what Qt needs of the system and isn't there: `make run` and `make test` begin with this.

On Debian and Ubuntu the missing packages are installed: unasked as root or with ``CI`` set, after one question on a
terminal. Elsewhere, and without the right to, the one line to type is said. Exit status 0: Qt can draw.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from explorer.cli.display import DRAWING, LIBRARIES, WAYLAND, X11, missing_packages

APT = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120"]


def main(environment: Mapping[str, str]) -> int:
    """Install what is missing, if that is wanted and allowed; return 0 where nothing that is needed lacks then."""
    packages = missing_packages(LIBRARIES) if sys.platform.startswith("linux") else []
    if packages and not (_may_install(packages, environment) and _install(packages)):
        print(f"Qt needs libraries that this system lacks. On Debian or Ubuntu: {_line(packages)}", file=sys.stderr)
    return 1 if packages and missing_packages(_needed(environment)) else 0


def _needed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the libraries without which nothing goes on here: a machine without a display draws pictures."""
    if environment.get("QT_QPA_PLATFORM"):
        return DRAWING
    if environment.get("WAYLAND_DISPLAY"):
        return DRAWING | WAYLAND
    return DRAWING | X11 if environment.get("DISPLAY") else DRAWING


def _may_install(packages: Sequence[str], environment: Mapping[str, str]) -> bool:
    if shutil.which("apt-get") is None:
        return False
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    return bool(environment.get("CI")) or (sys.stdin.isatty() and _agreed(packages))


def _agreed(packages: Sequence[str]) -> bool:
    print(f"Qt needs libraries that this system lacks: {' '.join(packages)}", flush=True)
    return input("Install them now with sudo? [Y/n] ").strip().lower() in ("", "y", "yes")


def _install(packages: Sequence[str]) -> bool:
    """Install the packages; return whether that was done. A list of packages that can't be renewed may still serve."""
    print("Installing Qt's system libraries (once) ...", flush=True)
    _run(*APT, "update")
    return _run("env", "DEBIAN_FRONTEND=noninteractive", *APT, "install", "--no-install-recommends", *packages)


def _run(*command: str) -> bool:
    """Run a command as root; of what it says only its errors are shown."""
    return subprocess.run([*_as_root(), *command], check=False, stdout=subprocess.DEVNULL).returncode == 0


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "--non-interactive"]


def _line(packages: Sequence[str]) -> str:
    return shlex.join(["sudo", "apt", "install", *packages])


if __name__ == "__main__":
    try:
        sys.exit(main(os.environ))
    except (KeyboardInterrupt, EOFError):
        sys.exit(130)
