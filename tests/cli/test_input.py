"""A table that the network is fed from the command line: by the rules of the dialog."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer import cli

TABLE = "date,load,wind\n" + "".join(
    f"2026-01-{t % 28 + 1:02},{20_000 + 50 * (t * t % 37)},{t % 5 / 4}\n" for t in range(60)
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("grid.csv").write_text(TABLE, "utf-8")


def flow(*words: str) -> np.ndarray:
    assert cli.main(["flow", "--out", "flow.npz", "--input", "grid.csv", *words]) == 0
    with np.load("flow.npz") as found:
        return found["x"]


def test_is_standardised_where_it_is_far_from_one_which_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    x = flow()
    assert x.shape == (60, 2)
    np.testing.assert_allclose((x.mean(axis=0), x.std(axis=0)), ((0, 0), (1, 1)), atol=1e-12)
    told, said = capsys.readouterr().err, "is left out: Row 2, column date"
    assert said in told
    assert "“grid.csv” is far from one and is standardised" in told


def test_near_one_or_as_asked_is_fed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    np.testing.assert_array_equal(flow("--columns", "wind")[:5, 0], [0, 0.25, 0.5, 0.75, 1])
    assert flow("--standardise", "no", "--from-row", "3").max() > 20_000
    assert abs(flow("--columns", "wind", "--standardise", "yes").mean()) < 1e-12
    assert "standardised" not in capsys.readouterr().err


def test_is_looked_at_from_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    flow()
    assert "from s₆₀ back" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (
            ("--input", "grid.csv", "--columns", "date"),
            1,
            "“grid.csv”: Row 2, column date: “2026-01-01” is not a number",
        ),
        (("--input", "none.csv"), 1, "There is no file “none.csv”"),
        (("--columns", "load"), 2, "--columns: said of a table, and goes with --input"),
        (("--standardise", "yes"), 2, "--standardise: said of a table, and goes with --input"),
    ],
)
@pytest.mark.parametrize("command", [("flow", "--out", "flow.npz"), ("render", "flow.png")])
def test_what_can_not_be_fed_is_told(
    command, words, code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        got = cli.main([*command, *words])
    except SystemExit as end:
        got = end.code
    assert got == code
    assert sentence in capsys.readouterr().err
    assert not Path(command[-1]).exists()
