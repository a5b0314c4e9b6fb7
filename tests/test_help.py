"""`help` of each public name is complete in itself: what it is, shapes, errors, and an example that runs."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import explorer
import explorer.engine
from explorer.cli import main
from explorer.engine import Batch, Network, Recurrence

PUBLIC: dict[str, Any] = {name: getattr(explorer.engine, name) for name in explorer.engine.__all__} | {
    "explorer": explorer, "explorer.engine": explorer.engine, "explorer.load": explorer.load,
    "Network.random": Network.random, "Network.from_arrays": Network.from_arrays, "Network.forward": Network.forward,
    "Batch.of": Batch.of, "Recurrence.parse": Recurrence.parse,
}  # fmt: skip


REFUSALS = {name for name, one in PUBLIC.items() if inspect.isclass(one) and issubclass(one, Exception)}
REFUSES_NOTHING = {"verdict"}
EACH = pytest.mark.parametrize("name", PUBLIC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the file of which the example of `explorer.load` tells."""
    made = tmp_path_factory.mktemp("help")
    words = ["--task", "temporal_order", "--steps", "1", "--out", str(made / "mine.gflow")]
    assert main(["train", *words]) == 0
    return made


@EACH
class TestHelp:
    def test_has_an_example_that_runs(self, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.chdir(folder)
        # Nothing is given to it: it says what it needs.
        test = doctest.DocTestParser().get_doctest(PUBLIC[name].__doc__, {}, name, None, 0)
        assert test.examples
        said: list[str] = []
        doctest.DocTestRunner(verbose=False).run(test, out=said.append)
        assert "".join(said) == ""

    def test_tells_every_argument(self, name: str):
        asked = () if name in REFUSALS or inspect.ismodule(PUBLIC[name]) else inspect.signature(PUBLIC[name]).parameters
        text = inspect.getdoc(PUBLIC[name]) or ""
        assert [one for one in asked if one != "self" and not re.search(rf"\b{one}\b", text)] == []

    def test_tells_what_is_refused(self, name: str):
        if inspect.isroutine(PUBLIC[name]) and name not in REFUSES_NOTHING:
            assert "Raises" in PUBLIC[name].__doc__
