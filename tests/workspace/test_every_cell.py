"""A cell needs nothing but its equations to be explored, kept and given out: the ones that ship, and one's own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest

from explorer.engine import Layer, Network, Recurrence, gradient_flow
from explorer.engine.errors import BadExploration, BadFile, TooBig
from explorer.engine.learning.train import Moment
from explorer.engine.network.families import still
from explorer.engine.recurrence import library
from explorer.workspace.disk.export import FORMATS, save_numbers
from explorer.workspace.disk.files import load, save
from explorer.workspace.disk.saved import load_saved
from explorer.workspace.exploration.building import build, lasting_weights
from explorer.workspace.exploration.cells import MOST_TEXT, CellText, with_text
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, Setting, Signal, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.learning.chronicle import snapshot_of
from explorer.workspace.learning.training import recorded, training, untrained
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.lags import pair
from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence
from explorer.workspace.looks.surfaces import default_directions
from explorer.workspace.looks.trust import trust
from explorer.workspace.tasks import advised

MGU = """\
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""
OWN = CellText(name="gated", text=MGU)
CELLS = (*library.names(), OWN)
NAMED = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell if isinstance(cell, str) else cell.name)


def exploration(cell: str | CellText) -> Exploration:
    return Exploration(networks=(Recipe(cell=cell, hidden=4, outputs=2),), sequence=Signal(kind="noise", steps=9))


@cache
def looked(cell: str | CellText) -> Inspection:
    """An exploration, looked at; nothing of it changes."""
    return inspect(analyse(exploration(cell).with_selection(t=8, k=3)))


@NAMED
def test_looked_at_its_gradients_are_those_of_the_engine_and_told_in_a_sentence(cell: str | CellText) -> None:
    looking = looked(cell)
    recipe = looking.analysis.run.recipe
    net = Network.random(layers=[recipe.layer], inputs=1, outputs=2, seed=recipe.seed)
    flow = gradient_flow(net.forward(looking.analysis.feed.x))
    assert np.array_equal(looking.analysis.run.flow.log_norm, flow.log_norm, equal_nan=True)
    # A unit that is off, and a first step that lets nothing through, leave nothing to be multiplied.
    assert (": ×" in str(verdict_sentence(looking))) == np.isfinite(flow.log_norm[-1, 0])
    assert cause_sentence(looking) is not None


@NAMED
def test_a_file_gives_back_the_network_with_what_was_learnt_and_set_by_hand(
    cell: str | CellText, tmp_path: Path
) -> None:
    path, asked = tmp_path / "cell.gflow", exploration(cell)
    net = build(asked.recipe, 1)
    other = Network.random(layers=[asked.recipe.layer], inputs=1, outputs=2, seed=77)
    name = next(iter(net.parameters))
    asked = asked.with_recipe(trained=snapshot_of(Moment.first(other)), edits=(Edit(name, 0, 0, 0.25),))
    save(path, asked)
    assert load(path) == asked
    found = load_saved(path).network
    assert found.parameters[name].flat[0] == 0.25
    assert np.array_equal(found.V, other.V)
    assert found.layers == net.layers


@NAMED
@pytest.mark.parametrize("ending", FORMATS)
def test_its_numbers_are_given_out_in_every_format(cell: str | CellText, ending: str, tmp_path: Path) -> None:
    path, looking = tmp_path / f"numbers{ending}", looked(cell)
    save_numbers(path, looking)
    log_norm = looking.analysis.run.flow.log_norm
    if ending == ".npz":
        with np.load(path) as numbers:
            meta = json.loads(str(numbers["meta"]))
            assert np.array_equal(numbers["log_norm"], log_norm, equal_nan=True)
    elif ending == ".json":
        meta = json.loads(path.read_text("utf-8"))["meta"]
    else:
        meta = {"cell": None}
        assert np.genfromtxt(path, delimiter=",", names=True, encoding="utf-8")["log_norm"][0] == log_norm[0, 0]
    assert meta["cell"] in (None, cell if isinstance(cell, str) else cell.name)


def test_the_equations_of_a_persons_own_cell_make_its_run_again(tmp_path: Path) -> None:
    save_numbers(tmp_path / "own.npz", looked(OWN))
    with np.load(tmp_path / "own.npz") as numbers:
        meta = json.loads(str(numbers["meta"]))
        assert meta["text"] == MGU
        layer = Layer(Recurrence.parse("\n".join(meta["equations"][:-1])), meta["hidden"])
        weights = {name: numbers[name] for name in numbers if name in ("V", "c") or name.startswith("1/")}
        trace = Network.from_weights(layers=[layer], weights=weights).forward(numbers["x"], numbers["s"][0])
        assert np.array_equal(trace.s, numbers["s"])


class TestText:
    def test_of_a_cell_that_ships_is_the_cell_that_ships(self) -> None:
        for name in library.names():
            assert Recipe(cell=with_text(name)) == Recipe(cell=name)

    def test_in_a_file_holds_when_the_cell_that_ships_becomes_another(self, tmp_path: Path) -> None:
        path = tmp_path / "old.gflow"
        save(path, exploration("mgu"))
        text = path.read_text("utf-8")
        assert "f * n" in text
        path.write_text(text.replace("(1 - f) * h + f * n", "f * h + (1 - f) * n"), "utf-8")
        found = load(path).recipe
        assert isinstance(found.cell, CellText)
        assert (found.cell_name, found.recurrence.lines[-1].code) == ("mgu", "h = f * h + (1 - f) * n")

    def test_that_is_no_cell_is_refused_with_line_and_column(self) -> None:
        with pytest.raises(BadFile, match="Line 2, column 5: there is no operator `tanhh`"):
            CellText(name="mine", text="a = U @ x\nh = tanhh(a + W @ h)")

    @pytest.mark.parametrize(
        ("name", "text"), [("", MGU), ("a\nb", MGU), ("a/b", MGU), ("mine", "#" * (MOST_TEXT + 1))]
    )
    def test_or_name_that_can_not_be_held_is_refused(self, name: str, text: str) -> None:
        with pytest.raises(BadExploration):
            CellText(name=name, text=text)

    def test_that_is_damaged_in_a_file_is_told_by_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "own.gflow"
        save(path, exploration(OWN))
        path.write_text(path.read_text("utf-8").replace("tanh(", "tanhh("), "utf-8")
        with pytest.raises(BadFile, match=r"is damaged .* Line 2, column 5"):
            load(path)

    def test_of_a_hostile_file_is_measured_before_it_is_decoded(self, tmp_path: Path) -> None:
        path = tmp_path / "own.gflow"
        save(path, exploration(OWN))
        content = msgspec.json.decode(path.read_bytes())
        content["exploration"]["networks"][0]["cell"]["text"] = "#" * 10_000_000
        path.write_bytes(msgspec.json.encode(content))
        with pytest.raises(BadFile, match="“cell” is too long: "):
            load(path)

    def test_whose_sizes_make_more_weights_than_there_is_room_for_is_refused_before_any_is_drawn(self) -> None:
        text = 'equations = "h = tanh(A @ B @ C @ D @ E @ U @ x + W @ h)"\ntitle = ""\nnote = ""\nsource = ""\n'
        text += '[sizes]\nk = 4096\nA = ["n", "k"]\n'
        text += "".join(f'{name} = ["k", "k"]\n' for name in "BCDE")
        with pytest.raises(TooBig, match="The cell large with 4 units has 6"):
            build(Recipe(cell=CellText(name="large", text=text), hidden=4), 1)


def test_a_constant_has_the_value_that_the_recipe_says_and_its_weights_stay() -> None:
    recipe = Recipe(cell="cornn", hidden=3)
    slower = replace(recipe, constants=(Setting("dt", 0.01), Setting("gone", 5.0)))
    assert {one.name: one.value for one in slower.recurrence.constants} == {"dt": 0.01, "gamma": 66.0, "epsilon": 15.0}
    one, other = build(recipe, 1), build(slower, 1)
    assert all(np.array_equal(one.weights[name], weight) for name, weight in other.weights.items())
    assert not np.array_equal(one.forward([[1.0]]).s, other.forward([[1.0]]).s)


def test_a_forget_bias_goes_where_the_cells_own_text_says() -> None:
    told = f'equations = """\n{MGU}"""\ntitle = ""\nnote = ""\nsource = ""\nforget = ["b_f"]\n'
    recipe = Recipe(cell=CellText(name="mine", text=told), hidden=3, bias=0.5, forget_bias=2.0)
    assert build(recipe, 1).weights["1/b_f"].tolist() == [2.5, 2.5, 2.5]
    assert build(replace(recipe, cell=OWN), 1).weights["1/b_f"].tolist() == [0.5, 0.5, 0.5]


def test_weights_that_know_neither_inputs_nor_outputs_last_when_these_change() -> None:
    assert lasting_weights(Recipe(cell="lstm")) == {"W", "b", "b_rec"}
    assert lasting_weights(Recipe(cell="mgu")) == {"1/W_f", "1/b_f", "1/W_n", "1/b_n"}


@NAMED
def test_it_learns_a_task_and_goes_back_to_its_first_weights(cell: str | CellText, tmp_path: Path) -> None:
    begun = advised(exploration("rnn"), Task(kind="temporal_order")).with_recipe(cell=cell, hidden=4)
    begun = begun.with_settings(batch=4)
    (progress,) = training(begun, updates=2, every=1e9)
    learnt = recorded(begun, progress)
    assert learnt.updates == 2
    inputs = feed(begun.sequence).x.shape[1]
    assert build(learnt.recipe, inputs) != build(begun.recipe, inputs)
    assert untrained(learnt).without_runs() == begun
    save(tmp_path / "learnt.gflow", learnt)
    assert load(tmp_path / "learnt.gflow") == learnt


def test_a_persons_own_simple_cell_is_compared_with_itself_under_other_activations() -> None:
    own = CellText(name="mine", text="s = f(A_x @ x + A_h @ s + b)")
    simple = inspect(analyse(exploration(own)))
    assert set(simple.ghosts) == {"sigmoid", "relu"}
    assert simple.attribution is not None
    other = exploration(own).with_recipe(activation="relu").with_selection(t=simple.t, k=simple.k)
    row = analyse(other).run.log_gain[simple.t, : simple.t + 1]
    np.testing.assert_allclose(simple.ghosts["relu"], row, rtol=0, atol=1e-9)


@NAMED
def test_the_first_two_weights_of_its_error_surface_are_there_and_learn(cell: str | CellText) -> None:
    weights = default_directions(exploration(cell)).weights
    net = build(exploration(cell).recipe, 1)
    assert len({weight.matrix for weight in weights}) == 2
    assert all(weight.matrix in net.parameters for weight in weights)
    assert not {weight.matrix for weight in weights} & still(net.architecture)


@NAMED
def test_what_its_loss_sees_is_told_by_families_of_weights(cell: str | CellText) -> None:
    judged = inspect(analyse(exploration(cell).with_lens(quantity="delta").with_settings(window=4))).judged
    assert judged is not None
    shown = judged.log_map("delta")
    assert shown.shape == (10, 10)
    assert np.isneginf(shown[9, 1:6]).all()
    families = judged.full.items.families
    for name in ("W", "U"):
        assert np.isfinite(judged.kept(name)[1]) == (name in families)
    found = pair(judged, min(families)).full
    assert found.share.sum() == pytest.approx(1.0)


@NAMED
def test_its_gradient_is_checked_in_every_way_and_agrees(cell: str | CellText) -> None:
    small = replace(exploration(cell).with_recipe(hidden=2), sequence=Signal(kind="noise", steps=5))
    judged = inspect(analyse(small.with_lens(quantity="delta"))).judged
    assert judged is not None
    *_, found = trust(judged, lambda: False, lambda _: None)
    assert (found.verdict, found.made) == ("agrees", "done")
    assert found.differences.tried > 0
