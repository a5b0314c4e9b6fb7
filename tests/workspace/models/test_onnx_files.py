"""ONNX files: weights behind other nodes, layers as they are connected, and what exporters make of a network."""

import mmap
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hostile_onnx import damaged, files, opened
from explorer.engine import Network
from explorer.engine.errors import BadNetwork, Damage, Refusal, TooBig
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.exploring import exploration_of
from explorer.workspace.models.feeding import numbers
from explorer.workspace.models.onnx import messages, reading
from explorer.workspace.models.onnx.finding import find
from explorer.workspace.models.onnx.reading import stored_of
from explorer.workspace.models.onnx.wire import Wire, wholes_of
from explorer.workspace.models.opening import open_model
from explorer.workspace.models.written import onnx_file

DATA = Path(__file__).parent / "data"
EXPORTS = (
    "LSTM of two layers", "GRU both ways", "LSTM both ways batch first", "simple cell", "simple cells both ways",
    "simple cells of two layers", "LSTM cell", "GRU cell", "simple cell step by step", "embedding batch first",
)  # fmt: skip


@cache
def held(name):
    with np.load(DATA / f"onnx_{name}.npz") as file:
        return {key: file[key] for key in file.files}


def recognised(model, **chose):
    asked = Asked(chose)
    return find(stored_of(memoryview(model.tobytes()), "network.onnx"), asked), asked


def only(found):
    (stack,) = found.stacks
    return stack


def out(stack, x):
    return stack.network().forward(x, stack.starts() or None).o


# ---- weights


@pytest.mark.parametrize(
    "name", ["slices", "transposed", "reshaped", "constant", "added", "dequantised", "dynamically quantised"]
)
def test_weights_are_found_behind_other_nodes(name):
    case = {key.rpartition("/")[2]: array for key, array in held("nodes").items() if key.startswith(f"fold/{name}/")}
    found, _ = recognised(case["model"])
    np.testing.assert_allclose(out(only(found), case["x"]), case["exact"], rtol=1e-11, atol=1e-13)


def test_a_branch_that_only_the_run_decides_is_told_and_can_be_chosen():
    case = {key.rpartition("/")[2]: array for key, array in held("nodes").items() if "two branches deep" in key}
    first, asked = recognised(case["model"])
    (assumption,) = asked.assumptions
    assert (assumption.about, assumption.taken, assumption.choices) == (
        "outer", "then_branch", ("then_branch", "else_branch"),
    )  # fmt: skip
    second, _ = recognised(case["model"], **{"outer:branch": "else_branch"})
    np.testing.assert_allclose(out(only(first), case["x"]), case["exact"], rtol=1e-11)
    np.testing.assert_allclose(out(only(second), case["x"]), case["other"], rtol=1e-11)


def test_a_quantised_layer_says_what_its_numbers_are():
    _, asked = recognised(held("nodes")["fold/dynamically quantised/model"])
    assert [one.key for one in asked.assumptions] == ["quantised"]


# ---- exporters


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("exporter", ["new", "old"])
def test_exported_network_gives_what_the_framework_gives(name, exporter):
    case = held("exports")
    found, _ = recognised(case[f"{name}/{exporter}"])
    x, y = case[f"{name}/x"], case[f"{name}/y"]
    if x.dtype.kind == "i":
        (table,) = [one.table for one in found.left_out if one.kind == "embedding"]
        x = np.asarray(table, np.float64)[x]
    np.testing.assert_allclose(out(only(found), x), y, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("exporter", ["new", "old"])
def test_the_table_whose_rows_a_layer_reads_is_known(exporter):
    found, _ = recognised(held("exports")[f"embedding batch first/{exporter}"])
    assert only(found).embedding == "words.weight"
    assert [one.name for one in found.left_out if one.kind == "embedding"] == ["words.weight"]


def test_unrolled_cells_keep_the_names_of_the_module():
    found, asked = recognised(held("exports")["simple cells of two layers/new"])
    assert [strand.name for strand in only(found).strands] == ["rnn.l0", "rnn.l1"]
    assert not asked.assumptions


def test_a_projection_that_the_exporter_dropped_is_refused():
    with pytest.raises(BadNetwork, match="its projection was lost when the file was written"):
        recognised(held("exports")["projection/new"])


def test_a_file_opens_by_its_name_and_by_what_stands_in_it(tmp_path):
    model = held("exports")["LSTM of two layers/new"].tobytes()
    for name in ("network.onnx", "network.bin"):
        (tmp_path / name).write_bytes(model)
        assert open_model(tmp_path / name).source.startswith("ONNX (pytorch 2.13")


def test_a_large_file_is_looked_at_where_it_stands(tmp_path, monkeypatch):
    path = tmp_path / "network.onnx"
    path.write_bytes(held("exports")["LSTM of two layers/old"].tobytes())
    plain = only(open_model(path)).network()
    monkeypatch.setattr(reading, "_READ_AT_ONCE", 0)
    assert isinstance(reading._bytes_of(path).obj, mmap.mmap)
    assert only(open_model(path)).network() == plain


# ---- hostile files


def field(number, data):
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value):
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes(made) + bytes([value])


def model_of(*parts):
    return b"\x08\x08" + field(7, b"".join(parts))


def node(kind, inputs, outputs, *more):
    names = [field(1, one.encode()) for one in inputs] + [field(2, one.encode()) for one in outputs]
    return field(1, b"".join(names) + field(4, kind.encode()) + b"".join(more))


def tensor(name, dims, raw=b"", kind=1, *more):
    sizes = b"".join(b"\x08" + _varint(size) for size in dims)
    return field(
        5, sizes + b"\x10" + _varint(kind) + field(8, name.encode()) + (field(9, raw) if raw else b"") + b"".join(more)
    )


def lstm(*arrays):
    return model_of(node("LSTM", ["X", "W", "R"], ["Y"]), *arrays)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x08\x08", Damage),
        (b"\x08\x08\x3a\xff\xff\xff\xff\x7f", Damage),
        (b"\x08" + b"\xff" * 11, Damage),
        (lstm(tensor("W", [1, 2**40, 3]), tensor("R", [1, 16, 4], bytes(256))), TooBig),
        (lstm(tensor("W", [2**63, 2**63, 3]), tensor("R", [1, 16, 4], bytes(256))), Refusal),
        (lstm(tensor("W", [1, 16, 3], bytes(100)), tensor("R", [1, 16, 4], bytes(256))), Refusal),
        (lstm(), Refusal),
    ],
)
def test_hostile_file_is_refused(data, kind):
    with pytest.raises(kind):
        find(stored_of(memoryview(data), "hostile.onnx"), Asked())


def test_more_nodes_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(messages, "MOST_NODES", 10)
    with pytest.raises(TooBig):
        stored_of(memoryview(model_of(*(node("Identity", ["a"], ["b"]) for _ in range(11)))), "long.onnx")


def test_graphs_in_graphs_end_somewhere():
    graph = node("LSTM", ["X", "W", "R"], ["Y"])
    for _ in range(60):
        graph = node("If", ["c"], ["y"], field(5, field(1, b"then_branch") + field(6, graph)))
    with pytest.raises(TooBig):
        stored_of(memoryview(model_of(graph)), "deep.onnx")


def test_constants_that_grow_beyond_the_file_are_not_made():
    doubling = [
        node("Concat", [f"w{i}", f"w{i}"], [f"w{i + 1}"], field(5, field(1, b"axis") + b"\x18\x00")) for i in range(40)
    ]
    data = model_of(*doubling, node("LSTM", ["X", "w40", "R"], ["Y"]), tensor("w0", [1, 16, 3], bytes(192)))
    with pytest.raises(TooBig):
        find(stored_of(memoryview(data), "bomb.onnx"), Asked())


def test_what_makes_itself_is_no_constant():
    data = lstm(node("Identity", ["W"], ["W"]), tensor("R", [1, 16, 4], bytes(256)))
    with pytest.raises(Refusal):
        find(stored_of(memoryview(data), "circle.onnx"), Asked())


@pytest.mark.parametrize(
    ("location", "length", "said"),
    [
        ("../secret", "192", "outside the folder"),
        ("linked", "192", "outside the folder"),
        ("missing", "192", "which is not there"),
        ("short", "192", "does not hold that many numbers"),
        ("weights", "9999999999", "does not hold that many numbers"),
    ],
)
def test_arrays_in_other_files_are_taken_from_beside_the_file_alone(tmp_path, location, length, said):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(bytes(192))
    (folder / "linked").symlink_to(tmp_path / "secret")
    (folder / "short").write_bytes(bytes(10))
    (folder / "weights").write_bytes(np.ones(48, "<f4").tobytes())
    good = outside("W", [1, 16, 3], {"location": "weights", "length": "192"})
    bad = outside("W", [1, 16, 3], {"location": location, "length": length})
    R = tensor("R", [1, 16, 4], bytes(256))
    (folder / "good.onnx").write_bytes(lstm(good, R))
    assert only(open_model(folder / "good.onnx")).levels[0][0].weights["U_g"].max() == 1.0
    (folder / "bad.onnx").write_bytes(lstm(bad, R))
    with pytest.raises(Refusal, match=said):
        open_model(folder / "bad.onnx")


def outside(name, dims, entries):
    said = b"".join(field(13, field(1, key.encode()) + field(2, value.encode())) for key, value in entries.items())
    return tensor(name, dims, b"", 1, said, b"\x70\x01")


def test_packed_whole_numbers_are_those_of_the_standard():
    numbers = [0, 1, 127, 128, 300, 2**31, 2**62, 2**64 - 1, 2**64 - 5]
    packed = b"".join(map(_varint, numbers))
    assert wholes_of(memoryview(packed)).tolist() == [*numbers[:7], -1, -5]
    with pytest.raises(Damage):
        wholes_of(memoryview(packed[:-1] + b"\xff"))


def test_damaged_files_are_refused_or_opened():
    whole = files()
    became = {opened(damaged(whole[seed % len(whole)], seed)) for seed in range(400)}
    assert became == {"refused", "opened"}


def test_a_field_is_looked_at_only_so_often():
    with pytest.raises(TooBig):
        list(Wire(left=3).fields(memoryview(b"\x08\x01" * 4)))


class WithLength(onnx_file._Graph):
    """Writes LSTM nodes to which the file says how long a sequence is."""

    length = 3

    def node(self, kind, inputs, *rest):
        lengths = [self.array("lengths", np.array([self.length], np.int64))] if kind == "LSTM" else []
        super().node(kind, [*inputs, *lengths], *rest)


def test_a_length_that_stands_in_the_file_ends_what_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_file, "_Graph", WithLength)
    network = Network.random(cell="lstm", inputs=2, hidden=3, outputs=1, seed=0)
    (tmp_path / "short.onnx").write_bytes(onnx_file.onnx_file(network))
    found = open_model(tmp_path / "short.onnx")
    assert [(one.key, one.taken) for one in found.assumptions] == [("lengths", "3")]
    fed = numbers(np.ones((8, 2)), "x")
    assert len(exploration_of(found, "layer1", fed).sequence.rows) == 3
    monkeypatch.setattr(WithLength, "length", 0)
    (tmp_path / "none.onnx").write_bytes(onnx_file.onnx_file(network))
    with pytest.raises(BadNetwork, match="reads no step of a sequence"):
        open_model(tmp_path / "none.onnx")
