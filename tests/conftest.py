"""What every test needs before Qt and NumPy are imported."""

import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .hanging import Watch

# No test opens a window on a person's screen unasked.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# One process a core runs tests: more threads of BLAS would wait for each other, and waiting they burn the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Where Python is to leave nothing beside its sources, each process of each run would compile tests and program anew.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / ".pytest_cache" / "compiled")
# A run begun in the background is told to ignore Ctrl-C, and so would be the programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_MUCH = 1_000_000
"""So many new objects are worth a look for garbage, which goes through all that windows and their tests have left."""


def pytest_configure(config: pytest.Config) -> None:
    """End tests that hang; how quickly a busy machine makes examples is no fact of the program."""
    config.pluginmanager.register(Watch())
    settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Let each of several processes import another share of the tests first: what one has compiled, the others read.

    Asserts are written anew when a test is compiled; in a fresh clone that takes longer than all other collecting.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    mine = int(worker["workerid"].removeprefix("gw"))
    for path in _named(session.config.args)[mine :: worker["workercount"]]:
        # What can't be imported is told where it is collected.
        with suppress(Exception, pytest.skip.Exception):
            _ = pytest.Module.from_parent(session, path=path).obj


def _named(args: list[str]) -> list[Path]:
    """Return the files of tests that a run is asked for."""
    places = [Path(arg.partition("::")[0]).resolve() for arg in args]
    return [file for place in places for file in (sorted(place.rglob("test_*.py")) if place.is_dir() else [place])]


def pytest_collection_finish() -> None:
    """Let no collection of garbage go through what lasts as long as the run: thousands of tests and all modules."""
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """Collect garbage between tests, where a window's thread does it: Python by itself would in any thread."""
    if gc.get_count()[0] > _MUCH:
        gc.collect()


@pytest.fixture(scope="session", autouse=True)
def same_memory_everywhere():
    """What fits does not depend on the machine that runs the tests."""
    # Only here: what is set above has to be before NumPy.
    from explorer.engine import limits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "most_bytes", lambda: 2 * 2**30)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_persons(tmp_path_factory):
    """No test finds a person's own cells."""
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "APPDATA", *(["HOME"] if sys.platform == "darwin" else [])):
            patch.setenv(name, home)
        yield
