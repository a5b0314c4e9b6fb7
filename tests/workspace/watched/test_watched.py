"""A training that is watched: its file after any end, what is kept of a module, and what is read of it again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.cli import main
from explorer.engine.errors import BadSettings, Refusal
from explorer.workspace.disk.files import load, save
from explorer.workspace.learning.training import at_step
from explorer.workspace.models.readers.records import RUN_MARK, Moment, Packed, packed
from explorer.workspace.watched.following import Following
from explorer.workspace.watched.run import WatchedRun

RNG = np.random.default_rng(0)


def lstm(inputs: int = 3, hidden: int = 4, name: str = "") -> dict[str, np.ndarray]:
    """Return an LSTM's weights by PyTorch's names."""
    shapes = {"weight_ih_l0": (4 * hidden, inputs), "weight_hh_l0": (4 * hidden, hidden), "bias_ih_l0": (4 * hidden,),
              "bias_hh_l0": (4 * hidden,)}  # fmt: skip
    return {name + key: RNG.standard_normal(shape).astype(np.float32) for key, shape in shapes.items()}


class Tensor:
    """What a watcher asks of a PyTorch tensor."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = np.asarray(values)
        self.dtype = f"torch.{self.values.dtype}"

    def detach(self) -> Tensor:
        return self

    cpu = detach

    def numpy(self) -> np.ndarray:
        return self.values


class Layer:
    """What a watcher asks of a PyTorch module."""

    batch_first = True

    def __init__(self, weights: dict[str, np.ndarray], children: dict[str, Layer] | None = None) -> None:
        self.weights, self.children = weights, children or {}
        self.training = True
        self.hooks: list[Callable[[Any, Any], None]] = []

    def state_dict(self) -> dict[str, Tensor]:
        inner = {
            f"{name}.{key}": value for name, one in self.children.items() for key, value in one.state_dict().items()
        }
        return {key: Tensor(value) for key, value in self.weights.items()} | inner

    def named_modules(self) -> Iterator[tuple[str, Layer]]:
        yield "", self
        yield from self.children.items()

    def modules(self) -> Iterator[Layer]:
        yield from (one for _, one in self.named_modules())

    def eval(self) -> None:
        for one in self.modules():
            one.training = False

    def register_forward_pre_hook(self, hook: Callable[[Any, Any], None]) -> Any:
        self.hooks.append(hook)
        return SimpleNamespace(remove=lambda: self.hooks.remove(hook))

    def __call__(self, x: np.ndarray) -> None:
        for hook in list(self.hooks):
            hook(self, (Tensor(x),))
        for one in self.children.values():
            one(x)


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    class Quiet:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(no_grad=Quiet))


@pytest.mark.usefixtures("torch")
def test_a_module_in_training_is_kept_before_and_after_and_now_and_then(tmp_path: Path):
    model = Layer({"head.weight": np.ones((2, 4), np.float32)}, {"encoder": Layer(lstm())})
    x = RNG.standard_normal((2, 5, 3)).astype(np.float32)
    with explorer.watch(model, tmp_path / "run.gflow", every=3, sample=x) as run:
        for update in range(7):
            model(x)
            model.children["encoder"].weights["bias_ih_l0"][:] = update
            run.note(loss=1.0 / (update + 1))
        model.eval()
        model(x)
    assert model.hooks == []
    read = WatchedRun(tmp_path / "run.gflow")
    assert [moment.step for moment in read.moments] == [0, 3, 6, 7]
    assert [[step for step, _ in moment.values.get("loss", [])] for moment in read.moments] == [
        [],
        [0, 1, 2],
        [3, 4, 5],
        [6],
    ]
    assert read.ended
    assert set(read.moments[0].arrays) == {f"encoder.{name}" for name in lstm()}
    assert read.moments[2].arrays["encoder.bias_ih_l0"].array()[0] == 5
    (sight,) = read.sights(read.moments[-1])
    assert sight.name == "encoder"
    assert np.array_equal(sight.x, x[0])
    assert sight.network.weights["1/W_f"].shape == (4, 4)


def test_a_noted_tensor_is_detached_at_once_and_read_with_the_next_moment(tmp_path: Path):
    class Loss:
        graph, read = True, 0

        def detach(self) -> Loss:
            found = Loss()
            found.graph = False
            return found

        def __float__(self) -> float:
            assert not self.graph
            Loss.read += 1
            return 0.5

    with explorer.Recorder(tmp_path / "run.gflow") as recorder:
        recorder.note(loss=Loss())
        assert Loss.read == 0
        recorder.add(lstm())
    assert Loss.read == 1
    assert WatchedRun(tmp_path / "run.gflow").moments[0].values == {"loss": [(0, 0.5)]}


@pytest.mark.usefixtures("torch")
def test_looking_at_a_sample_leaves_each_part_of_the_module_in_its_mode(tmp_path: Path):
    model = Layer({}, {"encoder": Layer(lstm()), "frozen": Layer({})})
    model.children["frozen"].training = False
    with explorer.watch(model, tmp_path / "run.gflow", every=1, sample=np.zeros((1, 2, 3))):
        model(np.zeros((1, 2, 3)))
    assert [one.training for one in model.modules()] == [True, True, False]
    assert all(not one.hooks for one in model.modules())


def test_a_module_without_a_recurrent_layer_is_refused_before_a_file_is_made(tmp_path: Path):
    with pytest.raises(Refusal), explorer.watch(Layer({"head.weight": np.ones((2, 4))}), tmp_path / "run.gflow"):
        pass
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadSettings, match="every is 0"):
        explorer.watch(Layer(lstm()), tmp_path / "run.gflow", every=0)


def test_what_is_recorded_of_any_framework_is_valid_after_every_call(tmp_path: Path):
    path = tmp_path / "run.gflow"
    weights = lstm()
    with explorer.Recorder(path, every=10) as recorder:
        recorder.add(weights, loss=2.0)
        first = WatchedRun(path)
        assert [moment.step for moment in first.moments] == [0]
        assert not first.ended
        recorder.add(weights, loss=float("nan"), inputs={"net": np.ones((6, 3))})
        (new,) = first.grow()
        assert new.step == 10
        assert np.isnan(new.values["loss"][0][1])
    first.grow()
    assert first.ended
    (sight,) = first.sights(new)
    assert np.array_equal(sight.x, np.ones((6, 3)))
    assert np.array_equal(new.arrays["weight_hh_l0"].array(), weights["weight_hh_l0"])


def test_a_torn_tail_is_passed_over_and_written_over(tmp_path: Path):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path) as recorder:
        recorder.add(lstm())
        whole = path.stat().st_size
        recorder.add(lstm())
    data = path.read_bytes()
    for end in (whole, whole + 1, whole + 11, whole + 13, len(data) - 40):
        path.write_bytes(data[:end])
        assert len(WatchedRun(path).moments) == 1
    path.write_bytes(data[:whole] + bytes(8) + data[whole + 8 :])
    assert len(WatchedRun(path).moments) == 1
    path.write_bytes(data[: whole + 40])
    with explorer.Recorder(path) as recorder:
        recorder.add(lstm())
    assert [moment.step for moment in WatchedRun(path).moments] == [0, 1]


def test_a_length_that_is_a_lie_allocates_nothing(tmp_path: Path):
    path = tmp_path / "run.gflow"
    path.write_bytes(RUN_MARK + (2**62).to_bytes(8, "little") + bytes(4) + b"x")
    assert WatchedRun(path).moments == []


def keras(layers: list[Any]) -> tuple[Any, Any]:
    """Return what a watcher asks of Keras, and a model of the ``layers``."""

    class Callback:
        model: Any = None

    library = SimpleNamespace(
        __version__="3.15.0", callbacks=SimpleNamespace(Callback=Callback), ops=SimpleNamespace(convert_to_numpy=np.asarray),
        Model=lambda _, given: lambda sample, training: given(sample) if not training else None,
    )  # fmt: skip
    told = {"class_name": "Sequential", "config": {"layers": [layer.told for layer in layers]}}
    return library, SimpleNamespace(layers=layers, inputs=None, to_json=lambda: json.dumps(told))


def keras_lstm(name: str) -> Any:
    weights = [RNG.standard_normal(shape).astype(np.float32) for shape in ((3, 16), (4, 16), (16,))]
    told = {
        "class_name": "LSTM",
        "config": {"name": name, "units": 4, "activation": "tanh", "recurrent_activation": "sigmoid"},
    }
    return SimpleNamespace(name=name, cell=SimpleNamespace(weights=weights), input=lambda x: 2 * x, told=told)


def test_a_keras_model_is_kept_by_a_callback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    layer = keras_lstm("memory")
    library, model = keras(
        [SimpleNamespace(name="other", told={"class_name": "Dense", "config": {"name": "other"}}), layer]
    )
    monkeypatch.setitem(sys.modules, "keras", library)
    sample = RNG.standard_normal((1, 5, 3))
    callback = explorer.keras_callback(tmp_path / "run.gflow", every=2, sample=sample)
    callback.model = model
    callback.on_train_begin()
    for batch in range(3):
        callback.on_train_batch_begin(batch)
        callback.on_train_batch_end(batch, {"loss": 0.5, "accuracy": 1.0})
    callback.on_train_end()
    run = WatchedRun(tmp_path / "run.gflow")
    assert [moment.step for moment in run.moments] == [0, 2, 3]
    assert run.moments[1].values == {"loss": [(0, 0.5), (1, 0.5)]}
    (sight,) = run.sights(run.moments[-1])
    assert sight.name == "memory"
    assert np.array_equal(sight.x, 2 * sample[0])
    # Keras has its gates in the order i, f, c, o.
    assert np.array_equal(sight.network.weights["1/W_f"], layer.cell.weights[1][:, 4:8].T)
    callback.model = SimpleNamespace(layers=[])
    with pytest.raises(Refusal, match="Nothing in this model is recurrent"):
        callback.on_train_begin()


def test_batches_that_keras_runs_in_one_call_are_all_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    library, model = keras([keras_lstm("memory")])
    monkeypatch.setitem(sys.modules, "keras", library)
    callback = explorer.keras_callback(tmp_path / "run.gflow", every=8)
    callback.model = model
    callback.on_train_begin()
    for first in (0, 4, 8, 12, 16):
        callback.on_train_batch_begin(first)
        callback.on_train_batch_end(first + 3, {"loss": 0.5})
    callback.on_train_end()
    assert [moment.step for moment in WatchedRun(tmp_path / "run.gflow").moments] == [0, 8, 16, 20]


@pytest.mark.parametrize(
    "one", [Packed("<f8", (2, 3), bytes(47)), Packed("|O", (1,), bytes(8)), Packed("<f8", (-1, -1), bytes(8))]
)
def test_an_array_that_is_not_what_it_says_is_refused(one: Packed):
    with pytest.raises(Refusal):
        one.array()


def test_neither_another_file_nor_another_network_nor_another_writer_is_written_into(tmp_path: Path):
    path = tmp_path / "run.gflow"
    path.write_bytes(b"something else, which must not be lost")
    with pytest.raises(Refusal, match="holds something else than a watched run"):
        explorer.Recorder(path)
    assert path.read_bytes() == b"something else, which must not be lost"
    with pytest.raises(Refusal, match="is no watched run"):
        WatchedRun(path)
    path.unlink()
    with explorer.Recorder(path) as recorder:
        recorder.add(lstm())
        with pytest.raises(Refusal, match="is being written by another"):
            explorer.Recorder(path)
    with pytest.raises(Refusal, match="holds the run of another network"):
        explorer.Recorder(path, choose={"activation": "relu"})


def test_a_program_that_is_killed_leaves_all_that_it_recorded(tmp_path: Path):
    path = tmp_path / "run.gflow"
    program = (
        "import os, signal, numpy as np, explorer\n"
        f"recorder = explorer.Recorder({str(path)!r})\n"
        "for i in range(3):\n"
        "    recorder.add({'weight_ih_l0': np.ones((4, 3)), 'weight_hh_l0': np.eye(4)}, loss=i)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode != 0
    read = WatchedRun(path)
    assert [moment.values["loss"][0][1] for moment in read.moments] == [0.0, 1.0, 2.0]
    assert not read.ended


def rnn(scale: float) -> dict[str, np.ndarray]:
    return {"weight_ih_l0": np.zeros((4, 3)), "weight_hh_l0": scale * np.eye(4)}


def test_a_run_is_the_record_of_a_training_and_grows(tmp_path: Path):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path, every=50) as recorder:
        recorder.add(rnn(0.1), loss=1.0, inputs={"net": np.zeros((9, 3))})
        run = WatchedRun(path)
        following = Following.of(run)
        first = following.begun()
        assert (first.updates, first.selection.t, first.record and first.record.last) == (0, 9, 0)
        recorder.add(rnn(0.5), loss=0.5, inputs={"net": np.zeros((9, 3))})
        recorder.add(rnn(1.0), loss=0.4)
        later = following.grown(first, run.grow())
        # Who looks at an earlier moment stays there.
        stays = following.grown(at_step(later, 50), [])
    assert later.record is not None
    assert [one.step for one in later.record.snapshots] == [0, 50, 100]
    assert later.updates == 100
    assert stays.updates == 50
    assert later.record.column("step").tolist() == [0.0, 50.0, 100.0]
    assert later.record.column("loss").tolist() == [1.0, 0.5, 0.4]
    assert later.record.column("horizon").tolist() == [6.0, 9.0, 9.0]
    assert later.record.column("sigma") == pytest.approx([0.1, 0.5, 1.0])
    assert Following.of(WatchedRun(path)).begun().record == later.record
    assert later.recipe.imported is not None
    saved = tmp_path / "kept.gflow"
    save(saved, later)
    assert load(saved) == later


def test_a_run_that_is_too_large_is_saved_by_reference_and_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path, every=50) as recorder:
        for scale in (0.1, 0.5, 1.0):
            recorder.add(rnn(scale), inputs={"net": np.zeros((9, 3))})
    shown = Following.of(WatchedRun(path)).begun()
    monkeypatch.setattr("explorer.workspace.disk.referring.MOST_TENSOR_BYTES", 100)
    saved = tmp_path / "kept.gflow"
    save(saved, shown)
    assert b'"tensors":""' in saved.read_bytes()
    assert load(saved) == shown
    earlier = at_step(shown, 50)
    save(saved, earlier)
    assert load(saved) == earlier
    path.unlink()
    with explorer.Recorder(path, every=50) as recorder:
        for scale in (0.2, 0.5, 1.0):
            recorder.add(rnn(scale))
    with pytest.raises(Refusal, match=r"kept in “run\.gflow” alone, .*other weights now"):
        load(saved)


def deep(scale: float = 1.0) -> dict[str, np.ndarray]:
    """Return two layers' weights by PyTorch's names."""
    rng = np.random.default_rng(3)
    shapes = {"weight_ih_l0": (4, 3), "weight_hh_l0": (4, 4), "weight_ih_l1": (4, 4), "weight_hh_l1": (4, 4)}
    return {name: scale * rng.normal(size=shape) for name, shape in shapes.items()}


def test_a_run_is_followed_as_it_is_connected_and_each_layer_alone_by_its_name(tmp_path: Path):
    path = tmp_path / "run.gflow"
    x = np.random.default_rng(4).normal(size=(9, 3))
    with explorer.Recorder(path) as recorder:
        recorder.add(deep(), inputs={"net": x})
        recorder.add(deep(0.5))
    run = WatchedRun(path)
    whole = Following.of(run).begun()
    assert [layer.hidden for layer in whole.recipe.layers] == [4, 4]
    second = Following.of(run, "l1").begun()
    assert len(second.recipe.layers) == 1
    # The second layer reads what the first gives out of the sample.
    first = run.found(run.moments[0]).layers["l0"]
    assert np.allclose(np.array(second.sequence.rows), first.forward(x).y)
    assert second.updates == 1
    with pytest.raises(Refusal, match="no network “l2”"):
        Following.of(run, "l2")
    # Who goes back to what was shown before follows that again.
    following = Following.of(run, "l1").seen_in(whole)
    assert following is not None
    assert following.layer == "net"


def test_one_layer_of_a_run_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path) as recorder:
        recorder.add(deep(), inputs={"net": np.zeros((9, 3))})
    assert main(["watch", str(path), "--words", "--layer", "l1"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Update 0: l1 ")
    assert main(["watch", str(path), "--words", "--layer", "l7"]) == 1
    assert "l7" in capsys.readouterr().err
    # What a run holds is listed as any file of weights is.
    assert main(["models", str(path)]) == 0
    assert "l1" in capsys.readouterr().out


def test_of_a_run_of_many_moments_some_are_measured_the_newest_among_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path, every=50) as recorder:
        for _ in range(8):
            recorder.add(rnn(0.5), loss=1.0)
    monkeypatch.setattr("explorer.workspace.watched.following.MOST_MEASURED", 3)
    record = Following.of(WatchedRun(path)).begun().record
    assert record is not None
    assert record.column("loss").tolist() == [1.0] * 8
    assert np.flatnonzero(~np.isnan(record.column("sigma"))).tolist() == [0, 1, 4, 7]


def test_weights_that_are_no_numbers_end_a_run_at_the_moment_before(tmp_path: Path):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path) as recorder:
        for scale in (0.1, 0.5, float("nan"), 1.0):
            recorder.add(rnn(scale))
    begun = Following.of(WatchedRun(path)).begun()
    assert begun.record is not None
    assert begun.record.diverged
    assert begun.updates == 1


def test_a_run_without_a_moment_says_so(tmp_path: Path):
    explorer.Recorder(tmp_path / "run.gflow").close()
    with pytest.raises(Refusal, match="has no moment yet"):
        Following.of(WatchedRun(tmp_path / "run.gflow"))


def test_each_moment_is_a_line_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path, every=50) as recorder:
        for scale in (0.1, 1.0):
            recorder.add(rnn(scale), loss=0.25, inputs={"net": np.zeros((9, 3))})
    assert main(["watch", str(path), "--words"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Update 0: loss 0.25, net gone, ×1.0·10⁻⁹ over 9 steps, horizon 6",
        "Update 50: loss 0.25, net preserved, ×1.0 over 9 steps, horizon 9",
    ]
    assert main(["watch", str(path), "--words", "--lang", "zh_CN"]) == 0
    assert "消失" in capsys.readouterr().out.splitlines()[0]


def test_a_moment_that_is_no_network_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "run.gflow"
    with explorer.Recorder(path) as recorder:
        recorder.add({"weight_ih_l0": np.full((4, 3), np.nan), "weight_hh_l0": np.eye(4)})
    assert main(["watch", str(path), "--words"]) == 0
    assert "weight_ih_l0 has a value that is not finite" in capsys.readouterr().out


def test_moments_know_their_arrays_in_any_byte_order():
    array = np.arange(6, dtype=">f4").reshape(2, 3)
    moment = Moment(0, 0.0, packed({"a": array}))
    assert np.array_equal(moment.arrays["a"].array(), array)
