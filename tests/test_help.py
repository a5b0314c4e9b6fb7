"""`help` of each public name is complete in itself: what it is, shapes, errors, and an example that runs."""

from __future__ import annotations

import doctest
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import explorer
import explorer.engine
from explorer.cli import main
from explorer.engine import Batch, Network, Recurrence
from explorer.engine.floats import Floats

PUBLIC: dict[str, Any] = {name: getattr(explorer.engine, name) for name in explorer.engine.__all__} | {
    "explorer": explorer, "explorer.engine": explorer.engine, "explorer.load": explorer.load,
    "explorer.Saved": explorer.Saved, "explorer.sweep": explorer.sweep, "explorer.load_sweep": explorer.load_sweep,
    "explorer.Swept": explorer.Swept,
    "Network.random": Network.random, "Network.from_arrays": Network.from_arrays, "Network.forward": Network.forward,
    "Batch.of": Batch.of, "Recurrence.parse": Recurrence.parse,
}  # fmt: skip


WITHIN = {
    "Architecture", "Choice", "Construction", "Kernel", "Line", "Motion", "Node", "Passage", "Piece", "Reach", "Signed",
    "Start", "Step", "Steps",
}  # fmt: skip
"""What is no concern of a script: how a network and its equations are held within."""
ONLY_FOR_TYPES = {"Network": Network, "Block": explorer.engine.Block, "Flow": explorer.engine.Flow, "Floats": Floats}


def given_out(name: str) -> Iterator[Any]:
    """Yield the types of what a public function, or a method, property or field of a public class, gives out."""
    one = PUBLIC[name]
    if not inspect.isclass(one):
        yield typing.get_type_hints(one, localns=ONLY_FOR_TYPES)["return"]
        return
    yield from (kind for field, kind in typing.get_type_hints(one, localns=ONLY_FOR_TYPES).items() if field[0] != "_")
    for what in (inspect.getattr_static(one, member) for member in dir(one) if member[0] != "_"):
        function = what.fget if isinstance(what, property) else getattr(what, "__func__", what)
        if inspect.isfunction(function):
            yield typing.get_type_hints(function, localns=ONLY_FOR_TYPES).get("return")


def classes(kind: Any) -> Iterator[str]:
    """Yield the names of our own classes in a type."""
    if inspect.isclass(kind) and kind.__module__.startswith("explorer.engine"):
        yield kind.__name__
    for part in typing.get_args(kind):
        yield from classes(part)


@pytest.mark.parametrize("name", sorted(set(explorer.engine.__all__)))
def test_what_is_given_out_is_public_too(name: str):
    found = {one for kind in given_out(name) for one in classes(kind)}
    assert found - WITHIN <= set(explorer.engine.__all__)


REFUSALS = {name for name, one in PUBLIC.items() if inspect.isclass(one) and issubclass(one, Exception)}
REFUSES_NOTHING = {"entropy_rate", "kaplan_yorke_dimension", "predictability_time", "verdict"}
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
