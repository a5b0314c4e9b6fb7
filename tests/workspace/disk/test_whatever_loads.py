"""Whatever a file holds is refused in a sentence, or can be looked at, scrubbed, trained on, saved and loaded again."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import reduce
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.engine.errors import BadFile, Refusal
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.curves import POINT_BYTES
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Recipe
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import at_step, recorded, training, untrained
from explorer.workspace.looks.analyst import Analyst
from explorer.workspace.tasks import taught

Place = tuple[str | int, ...]
"""The keys that lead to a value of a file."""

NUMBERS = (-1, 0, 0.5, 3, 257, -1e308, 1e308, 10**30, None, "x")
TEXTS = ("", "nonsense", "rnn", "W", None, 3)
EVERY = 6
POINTS = (np.nan, np.inf, -np.inf, -1.0, 0.5, 1e308, 5e-324)
WEIGHTS = (np.nan, np.inf, -1.0, 1e308)


def trained(exploration: Exploration, updates: int) -> Exploration:
    """Return ``exploration`` after so many updates, with a snapshot of each."""
    for progress in training(exploration, every=0.0, updates=updates):
        exploration = recorded(exploration, progress)
    return exploration


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the content of a file with all that there can be: a training whose settings changed, edits, three networks."""
    networks = (
        Recipe(hidden=2, initial_state=(0.25,)),
        Recipe(hidden=2, cell="lstm"),
        Recipe(hidden=1, cell="gru", edits=(Edit("W", 0, 0, 0.5),)),
    )
    exploration = taught(Exploration(networks=networks), Task(kind="sine", lag=2))
    exploration = exploration.with_sequence(Numbers(rows=((0.5,), (-1.0,), (0.0,), (0.25,)), columns=("value",)))
    exploration = trained(exploration.with_settings(batch=2), 2)
    exploration = trained(exploration.with_settings(window=3, batch=3, learn=("W", "V", "c")), 2)
    exploration = trained(exploration.with_settings(window=0, chunk=2, rate=0.5), 1)
    path = tmp_path_factory.mktemp("written") / "base.gflow"
    save(path, exploration.with_recipe(edits=(Edit("b", 1, 0, -0.5),)))
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every value of a file with where it stands, whole lists and objects too."""
    yield place, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        # Networks, moments and rows are all alike.
        if not (isinstance(key, int) and place[-1:] in (("networks",), ("snapshots",), ("rows",)) and key > 0):
            yield from leaves(one, (*place, key))


def put(content: Any, place: Place, value: Any) -> Any:
    """Return ``content`` with another ``value`` at one place."""
    if not place:
        return value
    copied = content.copy()
    copied[place[0]] = put(content[place[0]], place[1:], value)
    return copied


def other_values(value: Any) -> Iterator[Any]:
    """Yield what could stand in the place of ``value``."""
    if isinstance(value, str):
        yield from TEXTS
    elif isinstance(value, int | float):
        yield from NUMBERS
    elif isinstance(value, list):
        yield from ([], value[::-1], value + value, value[1:], [None], None)
    elif isinstance(value, dict):
        yield from ({}, None, {"nonsense": 1}, *({k: v for k, v in value.items() if k != gone} for gone in value))


def other_curves(text: str) -> Iterator[str]:
    """Yield the curves of a record with one value in each column, and with all rows in another order."""
    columns = POINT_BYTES // 8
    table = np.frombuffer(base64.b64decode(text)).reshape(-1, columns)
    for column in range(columns):
        for i, value in enumerate(POINTS):
            other = table.copy()
            other[-((column + i) % 2), column] = value
            yield coded(other.tobytes())
    for other in (table[::-1], np.repeat(table, 2, axis=0), table[:1], table[:0], np.tile(table, (2000, 1))):
        yield coded(other.tobytes())
    yield coded(table.tobytes()[:-8])


def other_tensors(text: str) -> Iterator[str]:
    """Yield the weights and the optimiser's memory of a moment with another number, shape or name each."""
    arrays = Snapshot(step=0, tensors=base64.b64decode(text)).arrays
    for name, array in arrays.items():
        for value in WEIGHTS:
            other = array.copy()
            other.flat[0] = value
            yield coded(packed(arrays | {name: other}))
        for other in (
            array.T,
            array[:1],
            array[:0],
            np.concatenate((array, array)),
            array.ravel(),
            array[None],
            array[..., None],
        ):
            yield coded(packed(arrays | {name: other}))
        yield coded(packed({key: one for key, one in arrays.items() if key != name}))
        yield coded(packed(arrays | {f"x.{name}": array, f"{name}.W": array}))


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def works(path: Path, thoroughly: bool) -> bool:
    """Return whether what the file holds is taken; then it can be shown, scrubbed and trained on, and is saved as it is."""
    try:
        exploration = load(path)
    except BadFile:
        return False
    next(Analyst().look(exploration, lambda: False, lambda _: None))
    learn(exploration)
    for moment in moments(exploration) if thoroughly else ():
        list(Analyst().look(moment, lambda: False, lambda _: None))
        save(path, moment)
        assert load(path) == moment
    return True


def learn(exploration: Exploration) -> None:
    """Make an update, from the first moment of the record, too."""
    start = exploration.record.snapshots[0].step if exploration.record is not None else 0
    for begun in (exploration, at_step(exploration, start)):
        try:
            assert trained(begun, 1).record is not None
        except Refusal:
            # What can't be learnt is said where training is asked for; a training that is there goes on.
            assert exploration.task is None or exploration.task.kind != "sine" or exploration.recipe.trained is None


def moments(exploration: Exploration) -> Iterator[Exploration]:
    yield exploration
    yield untrained(exploration)
    if exploration.record is not None:
        yield from (at_step(exploration, one.step) for one in exploration.record.snapshots[:2])


def check(
    path: Path, content: dict[str, Any], place: Place, values: Iterator[Any], thoroughly: bool = True
) -> tuple[int, int]:
    """Put each of the ``values`` at one place, and see that what loads works; return how many were refused, how many not."""
    counts = [0, 0]
    for value in values:
        path.write_text(json.dumps(put(content, place, value)), "utf-8")
        try:
            counts[works(path, thoroughly and not counts[1])] += 1
        except Exception as error:
            raise AssertionError(f"{'.'.join(map(str, place))} = {str(value)[:80]}: {error!r}") from error
    return counts[0], counts[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mutated.gflow"


def test_the_file_itself_works(path: Path, written: dict[str, Any]) -> None:
    path.write_text(json.dumps(written), "utf-8")
    assert works(path, thoroughly=True)


PARTS = (("networks",), ("sequence", "task"), ("selection", "lens", "aim", "settings", "active"))


@pytest.mark.parametrize("parts", PARTS)
def test_any_field_with_another_value_is_refused_or_works(
    path: Path, written: dict[str, Any], parts: tuple[str, ...]
) -> None:
    refused = worked = 0
    for i, (place, value) in enumerate(leaves(written)):
        if place[1:2] in {(part,) for part in parts} and "tensors" not in place and "curves" not in place:
            # All values in turn, so that each field meets some and each value many fields.
            values = islice(cycle(other_values(value)), i % EVERY, i % EVERY + EVERY, EVERY // 2)
            one = check(path, written, place, values, thoroughly=not worked)
            refused, worked = refused + one[0], worked + one[1]
    assert refused
    assert worked


RECORD: Place = ("exploration", "networks", 0, "record")


def value_at(content: Any, place: Place) -> Any:
    return reduce(lambda inner, key: inner[key], place, content)


def test_any_number_in_the_curves_is_refused_or_works(path: Path, written: dict[str, Any]) -> None:
    place = (*RECORD, "curves")
    refused, worked = check(path, written, place, other_curves(value_at(written, place)))
    assert refused > 5
    assert worked > 50


@pytest.mark.parametrize("place", [("exploration", "networks", 0, "trained"), (*RECORD, "snapshots", 1)])
def test_any_array_of_a_moment_is_refused_or_works(path: Path, written: dict[str, Any], place: Place) -> None:
    place = (*place, "tensors")
    refused, worked = check(path, written, place, islice(other_tensors(value_at(written, place)), 0, None, 3))
    assert refused > 20
    assert worked > 3
