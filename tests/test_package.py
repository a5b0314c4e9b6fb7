"""The package from outside: `explorer.load`, and what importing and running it does."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer.engine import BadFile
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.workspace.disk.files import save
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Recipe, Signal, Text
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.tasks import taught


def trained() -> Exploration:
    exploration = taught(Exploration().with_recipe(cell="gru", hidden=4), Task(kind="next_word"))
    *_, last = training(exploration, updates=2, every=1e9)
    return recorded(exploration, last)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save(tmp_path / "mine.gflow", trained())
    return tmp_path / "mine.gflow"


def test_load_gives_the_trained_network_and_what_it_is_fed(file: Path):
    saved, exploration = explorer.load(file), trained()
    assert exploration.recipe.trained is not None
    for name in WEIGHTS:
        np.testing.assert_array_equal(getattr(saved.network, name), exploration.recipe.trained.weights[name])
    analysis = analyse(exploration)
    assert saved.network.forward(saved.x, saved.s0) == analysis.run.trace
    assert saved.updates == 2
    assert saved.tokens == analysis.feed.tokens
    assert saved.columns == saved.classes
    assert len(saved.columns) == saved.network.inputs == len(saved.network.c)


def test_load_takes_a_name_as_a_text_and_gives_a_value(file: Path):
    saved = explorer.load(str(file))
    assert saved == explorer.load(file) == pickle.loads(pickle.dumps(saved))
    assert not any(array.flags.writeable for array in (saved.x, saved.s0, saved.network.W))
    assert "\n" not in repr(saved)


def test_load_gives_every_network_with_its_edits_and_the_initial_state_of_the_active_one(tmp_path: Path):
    edited = Recipe(hidden=3, cell="lstm", edits=(Edit("W", 1, 2, 7.5),), initial_state=(0.5, 0.25))
    numbers = Numbers(rows=((1.0, 2.0), (3.0, 4.5)), columns=("height", "weight"))
    save(tmp_path / "two.gflow", Exploration(networks=(Recipe(hidden=5), edited), active=1, sequence=numbers))
    saved = explorer.load(tmp_path / "two.gflow")
    assert [network.cell for network in saved.networks] == ["rnn", "lstm"]
    assert saved.network is saved.networks[1]
    assert saved.network.W[1, 2] == 7.5
    np.testing.assert_array_equal(saved.s0, [0.5, 0.25, 0, 0, 0, 0])
    np.testing.assert_array_equal(saved.x, [[1.0, 2.0], [3.0, 4.5]])
    assert (saved.columns, saved.classes, saved.updates) == (("height", "weight"), (), 0)


@pytest.mark.parametrize("sequence", [Signal(steps=5), Text(text="so far, so good")])
def test_load_gives_a_token_for_each_step_and_a_name_for_each_column(tmp_path: Path, sequence: Signal | Text):
    save(tmp_path / "one.gflow", Exploration(sequence=sequence))
    saved = explorer.load(tmp_path / "one.gflow")
    assert (len(saved.tokens), len(saved.columns)) == saved.x.shape


def test_load_gives_the_classes_of_a_task(tmp_path: Path):
    save(tmp_path / "order.gflow", preset("task-temporal-order").exploration)
    assert explorer.load(tmp_path / "order.gflow").classes == ("AA", "AB", "BA", "BB")


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04"])
def test_load_refuses_what_is_no_such_file(tmp_path: Path, content: bytes | None):
    path = tmp_path / "none.gflow"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=r"none\.gflow"):
        explorer.load(path)


def in_python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, encoding="utf-8")


def test_import_of_the_package_loads_nothing_else():
    said = in_python("-c", "import explorer, sys; print({'numpy', 'msgspec', 'PySide6'} & set(sys.modules))")
    assert said.stdout.strip() == "set()"


def test_engine_loads_numpy_alone():
    said = in_python(
        "-c", "from explorer.engine import *; import sys; print({'msgspec', 'PySide6'} & set(sys.modules))"
    )
    assert said.stdout.strip() == "set()"


def test_engine_gives_each_of_its_names_and_no_other():
    assert {name for name in explorer.engine.__all__ if getattr(explorer.engine, name) is None} == set()
    assert set(explorer.engine.__all__) <= set(dir(explorer.engine))
    with pytest.raises(AttributeError, match="nonsense"):
        explorer.engine.nonsense  # noqa: B018


def test_flow_of_a_cell_with_a_kernel_waits_for_nothing_that_only_others_need():
    program = (
        "import numpy, sys\nfrom explorer.engine import Network, gradient_flow\n"
        "from explorer.engine.looks.verdict import verdict\n"
        "flow = gradient_flow(Network.random(inputs=2, hidden=3, outputs=2).forward(numpy.ones((4, 2))))\n"
        "verdict(flow.log_gain[4])\nassert 'numpy.ma' not in sys.modules\n"
        "print([name for name in ('recurrence.run.legs', 'gradient.bptt', 'learning.train', 'flow.kronecker')"
        " if 'explorer.engine.' + name in sys.modules])"
    )
    assert in_python("-c", program).stdout.strip() == "[]"


def test_first_picture_waits_for_nothing_that_is_not_seen_in_it():
    # The worker, which goes into details after a while, waits until the picture is there, however slow the machine.
    program = (
        "import sys\nfrom explorer.gui.core import worker\nfrom explorer.gui.shell import app\n"
        "from explorer.workspace.disk.presets import default\nworker._PAUSE = 600\n"
        "running = app.application()\nwindow = app.Window(default().exploration, app.FixedPreferences('light', 'en'))\n"
        "window.controller.answered.connect(lambda *_: running.exit())\nwindow.start()\nrunning.exec()\n"
        "assert not window.grab().isNull()\n"
        "print([name for name in ('gui.shell.time_views', 'gui.views.inspect', 'gui.panels.build', 'gui.shell.learning',"
        " 'gui.shell.inspect_panel', 'workspace.tasks', 'workspace.words.cells', 'flow.offers')"
        " if 'explorer.' + name in sys.modules], {'pyqtgraph', 'ziamath', 'numpy.ma'} & set(sys.modules))\nwindow.close()\n"
    )
    assert in_python("-c", program).stdout.strip() == "[] set()"


def test_pyqtgraph_is_loaded_without_a_copy_of_qt():
    program = (
        "from explorer.gui.plot.graphs import pg\nfrom PySide6 import QtWidgets\n"
        "print('QDial' in vars(pg.QtWidgets), pg.QtWidgets.QDial is QtWidgets.QDial, 'QDial' in dir(QtWidgets))"
    )
    assert in_python("-c", program).stdout.strip() == "False True True"


def test_package_runs_as_a_program():
    assert in_python("-m", "explorer", "--version").stdout == f"gradient-flow {explorer.__version__}\n"
    wrong = in_python("-m", "explorer", "presets", "--nonsense")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("usage: gradient-flow presets")
