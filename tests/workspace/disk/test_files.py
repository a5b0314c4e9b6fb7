"""A file gives back what was saved, or says in one sentence why not; nothing that was there is lost."""

import contextlib
import os
import pickle
import resource
import stat
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.engine.errors import BadFile
from explorer.engine.learning.settings import Settings
from explorer.engine.recurrence import library
from explorer.workspace.disk.autosave import Autosave
from explorer.workspace.disk.files import MOST_BYTES, VERSION, load, save
from explorer.workspace.disk.kinds import FORMAT
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.changes import Change
from explorer.workspace.exploration.curves import COLUMNS, MOST_POINTS, parted
from explorer.workspace.exploration.exploration import (
    MOST_COLUMNS,
    MOST_WEIGHTS,
    Edit,
    Exploration,
    Lens,
    Numbers,
    Recipe,
    Selection,
    Setting,
    Signal,
    Stage,
    Text,
    replace,
)
from explorer.workspace.exploration.layers import LayerRecipe
from explorer.workspace.exploration.record import Record, Snapshot, Watch, packed
from explorer.workspace.exploration.scaling import ColumnScale
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.exploration.vectors import Vectors
from explorer.workspace.feed.tokens import label

FIXTURES = Path(__file__).parents[1] / "data"
FINITE = st.floats(allow_nan=False, allow_infinity=False)
READABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
EDITS = st.builds(
    Edit,
    matrix=st.sampled_from(["U", "W", "V", "b", "c", "b_rec"]),
    row=st.integers(0, 9),
    column=st.integers(0, 9),
    value=FINITE,
)
RECIPES = st.builds(
    Recipe,
    cell=st.sampled_from([*library.names(), CellText(name="own", text="a = 2\nh = tanh(a * (U @ x) + W @ h)")]),
    constants=st.lists(st.builds(Setting, name=READABLE, value=FINITE), max_size=3).map(tuple),
    hidden=st.integers(1, 32),
    gain=st.floats(0, 50),
    seed=st.integers(0, 2**32 - 1),
    edits=st.lists(EDITS, max_size=3).map(tuple),
    initial_state=st.lists(FINITE, max_size=3).map(tuple),
)
SEQUENCES = st.one_of(
    st.builds(
        Text,
        text=READABLE.map("a".__add__),
        markers=st.booleans(),
        vocabulary=st.lists(READABLE, max_size=3, unique_by=lambda word: label(word, "word")).map(tuple),
    ),
    st.builds(Signal, steps=st.integers(1, 2000), period=st.floats(1e-3, 1e6)),
    st.builds(Numbers, rows=st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=9).map(tuple)),
)
EXPLORATIONS = st.builds(
    Exploration,
    networks=st.lists(RECIPES, min_size=1, max_size=4).map(tuple),
    stage=st.sampled_from(get_args(Stage)),
    together=st.booleans(),
    sequence=SEQUENCES,
    selection=st.builds(Selection, t=st.integers(0, 2000)),
    lens=st.builds(Lens, locked=st.booleans(), threshold=st.floats(1e-300, 1)),
)

FULL = Exploration(
    networks=(
        Recipe(cell="lstm", gain=1.25, seed=7, edits=(Edit("W", 3, 2, -0.5), Edit("b", 0, 0, 1e-300))),
        Recipe(cell="gru", hidden=3, seed=0, readout="identity", initial_state=(0.1, 0.2)),
        Recipe(activation="relu", init="orthogonal", seed=0, bias=-0.25),
    ),
    sequence=Text(text="That was phenomenal. 真好！", vocabulary=("that", "was", "phenomenal"), markers=True),
    selection=Selection(t=5, k=2, unit=1),
    lens=Lens(norm="spectral", decades=12, locked=False, threshold=1e-9),
    active=2,
)


def snapshot(step: int, event: str = "") -> Snapshot:
    """Return made-up weights of a network of two units with one input and output."""
    shapes = {"U": (2, 1), "W": (2, 2), "b": (2,), "V": (1, 2), "c": (1,), "b_rec": (2,), "m.W": (2, 2), "t.W": (1,)}
    arrays = {name: np.full(shape, 0.125 * (step + i)) for i, (name, shape) in enumerate(shapes.items())}
    return Snapshot(step=step, tensors=packed(arrays), event=event)


TRAINED = Exploration(
    networks=(
        Recipe(
            hidden=2,
            outputs=1,
            readout="identity",
            trained=snapshot(3, "nan"),
            record=Record(
                snapshots=(snapshot(0), snapshot(2, "jump"), snapshot(3, "nan")),
                **parted(np.column_stack(([1.0, 2.0, 3.0], np.full((3, len(COLUMNS) - 2), 0.25), np.full(3, np.nan)))),
                stride=2,
                settings=Settings(rate=0.003, learn=("V", "c")),
                changes=(
                    Change(step=2, setting="rate", before=0.01, after=0.003),
                    Change(step=3, setting="learn", before=("W", "V", "c"), after=("V", "c")),
                    Change(step=3, setting="optimiser", before="sgd", after="adam"),
                ),
            ),
        ),
    ),
    sequence=Signal(kind="noise", steps=12),
    selection=Selection(t=12, k=3),
    lens=Lens(quantity="W"),
    task=Task(kind="own_rows", lag=3, rows=((0.5, 1.0), (0.25, 2.0)), columns=("a", "b"), target="b", source="a.csv"),
    aim=Aim(at="every", target=0.5),
    settings=Settings(optimiser="rmsprop", rate=0.5, clip="value", window=4, learn=("W", "b"), seed=9),
)
"""Everything that version 2 added to version 1."""

WATCHED = TRAINED.with_recipe(
    record=msgspec.structs.replace(TRAINED.recipe.record, watch=Watch(good=2, alive=0, silent=3, thrown=2))
)
"""Everything that version 3 added to version 2."""
SCALED = replace(
    WATCHED,
    sequence=Numbers(
        rows=((20000.0,), (20500.0,)), columns=("load",), source="grid.csv", scaling=(ColumnScale(2e4, 300.0),)
    ),
    task=Task(kind="own_words", text="梯度 消失 了 。", spaced=True),
)
"""Everything that version 4 added to version 3."""
LEAKY = CellText(name="leaky", text="dt = 0.1\nh = (1 - dt) * h + dt * tanh(U @ x + W_r @ h)")
OWN = replace(
    SCALED,
    networks=(
        *SCALED.networks,
        Recipe(
            cell=LEAKY, hidden=1, outputs=1, readout="identity", constants=(Setting("dt", 0.25),),
            edits=(Edit("1/W_r", 0, 0, 0.5),),
            trained=Snapshot(
                step=1, tensors=packed({name: np.full((1, 1), 0.5) for name in ("1/U", "1/W_r", "V")} | {"c": np.ones(1)})
            ),
        ),
    ),
)  # fmt: skip
"""Everything that version 5 added to version 4."""
BESIDE = replace(OWN, networks=(*OWN.networks, *OWN.networks), active=3, stage="swipe", together=True)
"""Everything that version 6 added to version 5."""
BUILT = Exploration(
    networks=(
        Recipe(
            cell="lstm", hidden=3, direction="both", embedding=2, embedding_trained=False,
            above=(LayerRecipe(cell="gru", hidden=6, direction="backward", skip=True), LayerRecipe(hidden=2, own_steps=4)),
        ),
        Recipe(cell="gru", hidden=3, decoder=(LayerRecipe(cell="gru", hidden=3),), seam=2, features=(0.5, -1.0)),
    ),
    lens=Lens(chain="1", into="h", out_of="c"), selection=Selection(t=4, k=1, unit=0, layer=1),
)  # fmt: skip
"""What version 7 added to version 6: layers, a decoder, an embedding, features, and which of them is looked at."""
SPARSE = Exploration(
    networks=(
        Recipe(
            hidden=3, embedding=2, features=(1.0, 0.0), outputs=5,
            vectors=Vectors(
                file="own.vec", words=("a", "b", "<unk>"), found=("b",), known=9, table=np.array([0.5, -1.0]).tobytes()
            ),
        ),
    ),
    sequence=Text(text="a b", vocabulary=("a", "b", "<unk>")), selection=Selection(t=2, k=1, unit=0),
    settings=Settings(decay=0.001, decay_form="l1", floss=0.5), task=Task(kind="intents", dictionary=5000),
    lens=Lens(draw=3, likeliest=True, candidates="a b\nb a"),
)  # fmt: skip
"""What version 8 added to version 7: ℓ₁ decay, flossing, word vectors, candidate sentences, a dictionary."""

ENVELOPE = b'{"format":"gradient-flow-explorer","version":2,"program":"0.1.0","exploration":%s}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lecture.gflow"


def files_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


class TestSaving:
    @given(EXPLORATIONS)
    @settings(deadline=None)
    def test_what_was_saved_is_loaded(self, tmp_path_factory: pytest.TempPathFactory, exploration: Exploration) -> None:
        path = tmp_path_factory.getbasetemp() / "any.gflow"
        save(path, exploration)
        assert load(path) == exploration

    def test_a_file_says_what_it_is_and_holds_every_field(self, path: Path) -> None:
        save(path, Exploration())
        content = msgspec.json.decode(path.read_bytes())
        assert (content["format"], content["version"]) == (FORMAT, VERSION)
        assert set(content["exploration"]) == set(Exploration.__struct_fields__)
        assert set(content["exploration"]["networks"][0]) == set(Recipe.__struct_fields__)

    @pytest.mark.parametrize(
        ("written", "otherwise"),
        [
            ('"optimiser":"rmsprop"', '"optimiser":"RMSprop"'), ('"clip":"value"', '"clip":"Value"'),
            ('"learn":["W","b"]', '"learn":["w","b"]'), ('"learn":["V","c"]', '"learn":["V","C"]'),
            ('"activation":"tanh"', '"activation":"Tanh"'), ('"readout":"identity"', '"readout":"Identity"'),
        ],
    )  # fmt: skip
    def test_a_name_in_a_file_is_as_the_program_writes_it(self, path: Path, written: str, otherwise: str) -> None:
        save(path, TRAINED)
        content = path.read_text("utf-8")
        assert written in content
        path.write_text(content.replace(written, otherwise, 1), "utf-8")
        with pytest.raises(BadFile, match="damaged"):
            load(path)

    def test_saving_leaves_no_other_file(self, path: Path) -> None:
        save(path, Exploration())
        save(path, FULL)
        assert files_in(path.parent) == ["lecture.gflow"]

    def test_permissions_of_the_old_file_are_kept(self, path: Path) -> None:
        save(path, Exploration())
        path.chmod(0o640)
        save(path, FULL)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_a_link_still_leads_to_the_file(self, path: Path) -> None:
        link = path.with_name("link.gflow")
        save(path, Exploration())
        link.symlink_to(path)
        save(link, FULL)
        assert link.is_symlink()
        assert load(path) == FULL

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
    def test_what_could_not_be_read_back_is_refused_and_the_old_file_stays(self, path: Path, value: object) -> None:
        save(path, FULL)
        recipe = Recipe()
        msgspec.structs.force_setattr(recipe, "bias" if isinstance(value, float) else "cell", value)
        with pytest.raises(BadFile, match="not finite or an invalid character"):
            save(path, Exploration(networks=(recipe,)))
        assert load(path) == FULL
        assert files_in(path.parent) == ["lecture.gflow"]

    def test_more_than_can_be_loaded_is_not_saved(self, path: Path) -> None:
        with pytest.raises(BadFile, match="at most 96 MB"):
            save(path, Exploration(task=Task(kind="next_word", text="a" * MOST_BYTES)))
        assert not path.exists()

    def test_a_full_record_of_the_largest_network_can_be_saved(self, path: Path) -> None:
        symbols = (MOST_WEIGHTS - 4 * 256**2) // (5 * 256)
        assert symbols >= MOST_COLUMNS
        recipe = Recipe(cell="lstm", hidden=256, outputs=symbols)
        network = build(recipe, symbols)
        weights = {name: getattr(network, name) for name in ("U", "W", "b", "V", "c", "b_rec")}
        adam = {f"{slot}.{name}": np.abs(array) for slot in "mv" for name, array in weights.items()}
        record = Record(snapshots=(Snapshot(step=0, tensors=packed(weights)),))
        jump, now = (Snapshot(step=step, tensors=packed(weights | adam)) for step in (4999, 5000))
        record = record.grown(np.ones((MOST_POINTS, len(COLUMNS))) * np.arange(MOST_POINTS)[:, None], now, [jump])
        recipe = msgspec.structs.replace(recipe, trained=now, record=record)
        words = tuple(f"w{i}" for i in range(symbols - 1))
        save(path, Exploration(networks=(recipe,), sequence=Text(text="w1", vocabulary=words)))
        assert path.stat().st_size > 40_000_000

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match=r"there is no folder “.*nowhere”"):
            save(tmp_path / "nowhere" / "a.gflow", FULL)

    def test_a_folder_in_the_way_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.gflow").mkdir()
        with pytest.raises(BadFile, match="a folder has this name"):
            save(tmp_path / "a.gflow", FULL)
        assert files_in(tmp_path) == ["a.gflow"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_read_only_file_and_folder_are_refused(self, path: Path) -> None:
        save(path, FULL)
        path.chmod(0o400)
        with pytest.raises(BadFile, match="may not be written"):
            save(path, Exploration())
        path.parent.chmod(0o500)
        with pytest.raises(BadFile, match="may not be written"):
            save(path.with_name("new.gflow"), Exploration())
        path.parent.chmod(0o700)
        assert load(path) == FULL

    def test_a_file_system_that_takes_no_files_is_refused(self) -> None:
        with pytest.raises(BadFile, match="the folder “/proc” takes no files"):
            save(Path("/proc/lecture.gflow"), FULL)

    def test_a_link_that_leads_nowhere_names_the_folder_that_is_missing(self, path: Path) -> None:
        path.symlink_to(path.with_name("nowhere") / "a.gflow")
        with pytest.raises(BadFile, match=r"there is no folder “.*nowhere”"):
            save(path, FULL)

    def test_a_full_disk_keeps_the_old_file_and_leaves_no_other(self, path: Path) -> None:
        save(path, Exploration())
        with file_sizes_limited_to(100), pytest.raises(BadFile, match="the disk is full"):
            save(path, FULL)
        assert load(path) == Exploration()
        assert files_in(path.parent) == ["lecture.gflow"]


@contextlib.contextmanager
def file_sizes_limited_to(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestLoading:
    def test_the_file_of_version_1_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v1.gflow") == FULL

    def test_the_file_of_version_2_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v2.gflow") == TRAINED

    def test_the_file_of_version_3_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v3.gflow") == WATCHED

    def test_the_file_of_version_4_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v4.gflow") == SCALED

    def test_the_file_of_version_5_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v5.gflow") == OWN

    def test_the_file_of_version_6_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v6.gflow") == BESIDE

    def test_the_file_of_version_7_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v7.gflow") == BUILT

    def test_the_file_of_version_8_opens_for_ever(self) -> None:
        assert load(FIXTURES / "v8.gflow") == SPARSE

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "“lecture.gflow” is empty"),
            (b" \n", "“lecture.gflow” is empty"),
            (b"\x89PNG\r\n\x1a\n", "is not a file of the Gradient Flow Explorer"),
            (pickle.dumps(FULL.recipe.gain), "is not a file of the Gradient Flow Explorer"),
            (b"hello", "is not a file of the Gradient Flow Explorer"),
            (b"[1, 2]", "is not a file of the Gradient Flow Explorer"),
            (b'{"format":"other","version":1}', "is not a file of the Gradient Flow Explorer"),
            (b'{"a":' + b"[" * 10**6, "is not a file of the Gradient Flow Explorer"),
            ((ENVELOPE % b"{}")[:-1], "is damaged"),
            (ENVELOPE % b'{"unknown":1}', "is damaged .*unknown field `unknown`"),
            (ENVELOPE % b'{"networks":' + b"[" * 10**6, "is damaged"),
            ((ENVELOPE % b"{}").replace(b'"program"', b'"x":' + b"[" * 10**6), "is damaged"),
            (ENVELOPE % b'{"networks":[{"gain":99}]}', "is damaged .*gain is 99"),
            (ENVELOPE % b'{"networks":[{"edits":[["W",-1,0,1]]}]}', "is damaged .*from 0, not below"),
            (ENVELOPE % b'{"selection":{"t":2001}}', "is damaged"),
            (ENVELOPE % b'{"networks":[{"gain":null}]}', "is damaged"),
            (ENVELOPE % b'{"networks":[{"cell":5}]}', "is damaged"),
            (ENVELOPE % b'{"networks":[{"cell":{"name":"a"}}]}', "is damaged .*missing required field `text`"),
            (ENVELOPE % b'{"networks":[{"cell":{"name":"a","text":"h = 1 +"}}]}', "is damaged .*Line 1, column 8"),
            (
                ENVELOPE % b'{"networks":[{"cell":{"name":"a","text":"[[[[[[[[[["}}]}',
                "is damaged .*The cell a can't be read",
            ),
            (ENVELOPE % b'{"networks":[{"constants":[["a",null]]}]}', "is damaged"),
            (ENVELOPE % b'{"networks":[{"bias":1e999}]}', "is damaged"),
            (ENVELOPE % b'{"networks":[{"cell":"\xff"}]}', "is damaged"),
            (ENVELOPE % b'{"sequence":{"type":"numbers","rows":[[1],[1,2]]}}', "is damaged .*Step 2"),
            (ENVELOPE % b'{"selection":{"t":%s}}' % (b"9" * 5000), "is damaged"),
            (ENVELOPE % b'{"settings":{"rate":-1}}', "is damaged .*learning rate is -1"),
            (ENVELOPE % b'{"task":{"kind":"a","lag":0}}', "is damaged"),
            (ENVELOPE % b'{"networks":[{"record":{"snapshots":[]}}]}', "is damaged .*order of their updates"),
            (
                ENVELOPE % b'{"networks":[{"record":{"snapshots":[{"step":0,"tensors":"AAAA"}]}}]}',
                "is damaged .*weights are damaged",
            ),
            (ENVELOPE % b'{"networks":[{"trained":{"step":0,"tensors":"%s"}}]}' % (b"/" * 40), "weights are damaged"),
            (
                ENVELOPE % b'{"networks":[{"record":{"snapshots":[{"step":0,"tensors":""}],"curves":"AAAA"}}]}',
                "curves .* are damaged",
            ),
            ((ENVELOPE % b"{}").replace(b"2,", b"0,"), "is damaged .*no version 0"),
            ((ENVELOPE % b'{"new":1}').replace(b"2,", b"9999,"), "saved by a newer version"),
        ],
    )
    def test_each_kind_of_wrong_file_is_refused_in_one_sentence(self, path: Path, data: bytes, sentence: str) -> None:
        path.write_bytes(data)
        with pytest.raises(BadFile, match=sentence):
            load(path)

    def test_a_zip_is_foreign(self, path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", "b")
        with pytest.raises(BadFile, match="is not a file of"):
            load(path)

    def test_repeated_keys_are_harmless(self, path: Path) -> None:
        path.write_bytes(ENVELOPE % b'{"active":0,"active":0}')
        assert load(path) == Exploration()

    def test_an_oversized_file_is_refused_before_it_is_read(self, path: Path) -> None:
        path.touch()
        os.truncate(path, 10**12)
        with pytest.raises(BadFile, match="too big: 1000000 MB, where at most 96 MB"):
            load(path)

    def test_a_missing_file_a_folder_and_a_device_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match=r"no file “none\.gflow”"):
            load(tmp_path / "none.gflow")
        for path in (tmp_path, Path("/dev/zero")):
            with pytest.raises(BadFile, match="not a file"):
                load(path)

    @given(data=st.data())
    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_any_mutated_bytes_are_an_exploration_or_a_refusal(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "mutated.gflow"
        path.write_bytes(data.draw(mutations((FIXTURES / "v1.gflow").read_bytes())))
        with contextlib.suppress(BadFile):
            assert isinstance(load(path), Exploration)

    def test_every_single_byte_lost_or_overwritten_is_an_exploration_or_a_refusal(self, path: Path) -> None:
        whole = (FIXTURES / "v1.gflow").read_bytes()
        pieces = (b"\x00", b"\xff", b"[", b"9", b'"')
        for i in range(len(whole)):
            for piece in (b"", pieces[i % len(pieces)]):
                path.write_bytes(whole[:i] + piece + whole[i + 1 :])
                with contextlib.suppress(BadFile):
                    assert isinstance(load(path), Exploration)


@st.composite
def mutations(draw: st.DrawFn, whole: bytes) -> bytes:
    """Draw ``whole`` with pieces of it cut, repeated, moved or overwritten."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + 40)))
        piece = draw(
            st.binary(max_size=6)
            | st.sampled_from([b"", data[start:stop] * 2, b"null", b"1e999", b"-1", b"[" * 5000, b"9" * 400])
        )
        data = data[:start] + piece + data[stop:]
    return data


class TestAutosave:
    def test_nothing_is_offered_where_nothing_was_left(self, tmp_path: Path) -> None:
        assert Autosave(tmp_path / "nowhere").offer() is None

    def test_what_a_crash_left_is_offered_once(self, tmp_path: Path) -> None:
        crash(tmp_path, gain=3.5)
        first, second = Autosave(tmp_path), Autosave(tmp_path)
        offered = first.offer()
        assert offered is not None
        assert offered.recipe.gain == 3.5
        assert first.offer() is None
        assert second.offer() is None
        first.close()

    def test_what_was_offered_and_not_answered_is_offered_again(self, tmp_path: Path) -> None:
        crash(tmp_path, gain=3.5)
        for _ in range(2):
            autosave = Autosave(tmp_path)
            assert autosave.offer() is not None
            autosave.close()

    def test_what_was_written_and_let_go_is_offered(self, tmp_path: Path) -> None:
        autosave = Autosave(tmp_path)
        autosave.write(FULL)
        autosave.close()
        successor = Autosave(tmp_path)
        assert successor.offer() == FULL
        successor.clear()

    @pytest.mark.parametrize("answer", ["write", "clear"])
    def test_an_answered_offer_is_gone(self, tmp_path: Path, answer: str) -> None:
        crash(tmp_path, gain=3.5)
        autosave = Autosave(tmp_path)
        autosave.offer()
        if answer == "write":
            autosave.write(FULL)
        autosave.clear()
        assert files_in(tmp_path) == []
        assert Autosave(tmp_path).offer() is None

    def test_the_newest_is_offered_first(self, tmp_path: Path) -> None:
        crash(tmp_path, gain=3.0)
        os.utime(next(tmp_path.glob("*.gflow")), (1, 1))
        crash(tmp_path, gain=4.0)
        autosave = Autosave(tmp_path)
        offers = [autosave.offer(), autosave.offer()]
        assert [offer and offer.recipe.gain for offer in offers] == [4.0, 3.0]
        autosave.clear()

    def test_what_a_running_program_wrote_is_not_offered(self, tmp_path: Path) -> None:
        running = Autosave(tmp_path)
        running.write(FULL)
        assert Autosave(tmp_path).offer() is None
        running.clear()

    def test_programs_do_not_overwrite_one_another(self, tmp_path: Path) -> None:
        first, second = Autosave(tmp_path), Autosave(tmp_path)
        first.write(FULL)
        second.write(Exploration())
        second.write(FULL)
        assert len(list(tmp_path.glob("*.gflow"))) == 2
        first.clear()
        assert len(list(tmp_path.glob("*.gflow"))) == 1
        second.clear()
        assert files_in(tmp_path) == []

    def test_a_damaged_state_is_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "autosave-1.gflow").write_bytes(b"damaged")
        assert Autosave(tmp_path).offer() is None

    def test_a_folder_that_cannot_be_made_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(BadFile, match="may not be written"):
            Autosave(tmp_path / "file").write(FULL)


def crash(folder: Path, gain: float) -> None:
    """Run a program that autosaves and dies without a word."""
    run(f"""
        import os
        from pathlib import Path
        from explorer.workspace.disk.autosave import Autosave
        from explorer.workspace.exploration.exploration import Exploration
        autosave = Autosave(Path({str(folder)!r}))
        autosave.write(Exploration().with_recipe(gain={gain}))
        os._exit(0)
    """)


def run(program: str) -> None:
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, cwd=root, timeout=60)
