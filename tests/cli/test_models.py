"""What `gradient-flow models` says of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer import cli

DATA = Path(__file__).parents[1] / "workspace" / "models" / "data"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(["models", *words]) == 0
    return capsys.readouterr().out


def test_layers_and_how_they_connect_what_is_left_out_and_what_is_assumed_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed = said(capsys, str(DATA / "pytorch.pt"), "--choose", "relu:activation=relu")
    assert "encoder   2 ⇒ → ←3 ⇒ → ←3 · reads words through embedding\n" in listed
    assert "relu:activation=relu  (tanh can be chosen)" in listed
    assert "tanh:activation=tanh  (relu can be chosen)" in listed
    assert "embedding.weight (7, 2)" in listed


def test_other_programs_are_told_the_files_own_names(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(capsys, str(DATA / "keras3_stack.keras"), "--json"))
    (network,) = told["networks"]
    assert network["embedding"] == "table"
    assert [[one["direction"] for one in level] for level in network["levels"]][1] == ["forward", "backward"]
    assert network["levels"][0][0]["weights"]["W_f"] == ["layers/lstm/cell/vars/1"]
    assert {one["name"] for one in told["left_out"]} == {"table", "out"}


@pytest.mark.parametrize(
    ("words", "blamed"),
    [
        (("pytorch.pt", "--choose", "tanh:activation=tahn"), "There is no activation “tahn”; did you mean “tanh”?"),
        (
            ("keras2_model.h5", "--choose", "activation=relu"),
            "“activation” is chosen, but the file leaves nothing open.",
        ),
        (("missing.pt",), "There is no file “missing.pt”."),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], blamed: str
) -> None:
    assert cli.main(["models", str(DATA / words[0]), *words[1:]]) == 1
    assert blamed in capsys.readouterr().err
