"""The worked notebooks run as they stand, and each number of their prose is held by their code."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import explorer
import explorer.engine
import explorer.models

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.py"))
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = r"\d\.\de-?\d+"
_NUMBER = re.compile(r"(?<![\w.])−?\d[\d,]*(?:\.\d+)?")
# A year of a paper, what stands in a literal, and what is counted of a formula are no claims.
_NO_CLAIM = re.compile(r"\((?:18|19|20)\d\d\)|\b(?:19|20)\d\d\)|``[^`]*``|s²|10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|10\^|e\^")


def prose(path: Path) -> str:
    """Return what a person reads between the code."""
    source = path.read_text("utf-8")
    comments = (
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    )
    words = [comment.lstrip("# ") for comment in comments if not comment.startswith("# %%")]
    return "\n".join([ast.get_docstring(ast.parse(source)) or "", *words])


def claimed(path: Path) -> set[str]:
    """Return the numbers of the prose as code writes them, without their signs: 0.9575, 1.1e-04."""
    text = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", _power, prose(path))
    powers = set(re.findall(_POWER, text))
    plain = {
        found.lstrip("−").replace(",", "") for found in _NUMBER.findall(_NO_CLAIM.sub(" ", re.sub(_POWER, " ", text)))
    }
    return {f"{float(power):.1e}" for power in powers} | {f"{float(number):g}" for number in plain}


def _power(found: re.Match[str]) -> str:
    return "e" + found[1].translate(_SUPERSCRIPTS)


def held(path: Path) -> set[str]:
    """Return the numbers and the texts of the code."""
    return set(_written(ast.parse(path.read_text("utf-8"))))


def _written(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            yield f"{node.value:g}"
        elif isinstance(node, ast.Constant):
            yield from re.findall(r"\d[\d.e-]*", str(node.value))


def test_there_are_six_notebooks_and_each_ends_in_what_shows_itself() -> None:
    assert len(NOTEBOOKS) == 6
    for path in NOTEBOOKS:
        assert isinstance(ast.parse(path.read_text("utf-8")).body[-1], ast.Expr)


@EACH
def test_each_number_of_the_prose_stands_in_the_code(path: Path) -> None:
    assert claimed(path) - held(path) == set()


# What Matplotlib warns of is none of ours.
@pytest.mark.filterwarnings("default")
@EACH
def test_notebook_runs_as_it_stands_and_its_last_line_shows_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = path.read_text("utf-8")
    if ".plot()" in source:
        pytest.importorskip("matplotlib").use("agg")
    monkeypatch.chdir(tmp_path)
    *body, last = ast.parse(source).body
    names: dict[str, object] = {"__name__": "notebook"}
    exec(compile(ast.Module(body, []), str(path), "exec"), names)
    assert isinstance(last, ast.Expr)
    shown = eval(compile(ast.Expression(last.value), str(path), "eval"), names)
    assert hasattr(shown, "figure") or shown._repr_html_().startswith("<iframe")


def test_reference_lists_every_public_name() -> None:
    listed = set(re.findall(r"^ +([A-Za-z_.]+)$", (DOCS / "reference.rst").read_text("utf-8"), re.MULTILINE))
    public = {f"explorer.engine.{name}" for name in explorer.engine.__all__}
    public |= {f"explorer.{name}" for name in explorer.__all__ if name != "__version__"}
    public |= {f"explorer.models.{name}" for name in explorer.models.__all__}
    assert listed == public
