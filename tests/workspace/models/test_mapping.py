"""A mapping tells which array of a file is what; the examples are those of docs/models.md."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadFile
from explorer.models import load

DATA = Path(__file__).parent / "data"
DOCUMENT = Path(__file__).parents[3] / "docs" / "models.md"
EXAMPLES = {
    name: text for text, name in re.findall(r"```toml\n(# (\w+)\.toml\n.*?)```", DOCUMENT.read_text("utf-8"), re.S)
}
FILES = {"haiku": "haiku.npz", "mlx": "mlx.safetensors", "paddle": "paddle.pdparams"}
with np.load(DATA / "frameworks.npz") as held:
    EXPECTED = {name: held[name] for name in held.files}


@pytest.mark.parametrize("name", FILES)
def test_the_documented_mapping_gives_the_frameworks_numbers(name: str, tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(EXAMPLES[name], "utf-8")
    found = load(DATA / FILES[name], map=tmp_path / "mapping.toml")
    assert found.networks
    for network in found.networks:
        case = f"{FILES[name]}|{network}|"
        y = found.networks[network].forward(EXPECTED[f"{case}|x"]).y
        np.testing.assert_allclose(y, EXPECTED[f"{case}|y"], atol=1e-6 if name == "mlx" else 1e-12)


def test_a_start_that_is_in_the_file_is_what_the_network_starts_from(tmp_path: Path) -> None:
    np.savez(tmp_path / "net.npz", U=np.ones((2, 1)), W=np.eye(2), s=[0.25, -0.5])
    told = '[[layer]]\nname = "net"\ncell = "rnn"\nactivation = "identity"\ninput = "U"\nrecurrent = "W"\n'
    told += 'start = { h = "s" }\n'
    (tmp_path / "mapping.toml").write_text(told, "utf-8")
    found = load(tmp_path / "net.npz", map=tmp_path / "mapping.toml")
    trace = found.networks["net"].forward([[1.0]], found.starts("net")["net"])
    np.testing.assert_array_equal(trace.s, [[0.25, -0.5], [1.25, 0.5]])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (('input = "gru.Wx"', 'input = "gru.Wz"'), "line 9: There is no array “gru.Wz”; did you mean “gru.Wx”?"),
        (
            ('recurrent = "gru.Wh"', 'recurent = "gru.Wh"'),
            "line 13: There is no key “recurent”; did you mean “recurrent”?",
        ),
        (('recurrent = "gru.Wh"\n', ""), "line 9: The layer gru needs “input” and “recurrent”, or “both”."),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_with_its_line(changed: tuple[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(EXAMPLES["mlx"].replace(*changed), "utf-8")
    with pytest.raises(BadFile, match=re.escape(said)):
        load(DATA / "mlx.safetensors", map=tmp_path / "mapping.toml")
