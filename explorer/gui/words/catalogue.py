"""Which sentences the code says, found without running it, and which of them a catalogue lacks."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from explorer.engine import errors
from explorer.gui.words.i18n import languages
from explorer.workspace.words.catalogues import SOURCE, catalogue

_PACKAGE = Path(errors.__file__).resolve().parents[1]
_REFUSALS = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.Refusal)
)


class Said(NamedTuple):
    """One sentence and where it stands; ``text`` is None where it isn't a literal but an f-string."""

    text: str | None
    where: str


@cache
def sentences(root: Path = _PACKAGE) -> tuple[Said, ...]:
    """Return every sentence that the Python files below ``root`` hand to a person."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))}
    namers = set().union(*map(_namers, trees.values()))
    return tuple(
        Said(text, f"{path.relative_to(root.parent)}:{line}")
        for path, tree in trees.items()
        for text, line in _in_file(tree, namers)
    )


def missing(code: str) -> list[Said]:
    """Return the sentences that the catalogue ``code`` doesn't translate, each once."""
    known = catalogue(code)
    found = {sentence.text: sentence for sentence in reversed(sentences()) if sentence.text is not None}
    return sorted((s for text, s in found.items() if not known.get(text)), key=lambda s: s.where)


def orphans(code: str) -> list[str]:
    """Return the entries of the catalogue ``code`` that no code says."""
    return sorted(set(catalogue(code)) - {sentence.text for sentence in sentences()})


def places(text: str) -> set[str]:
    """Return the names in braces in ``text``."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def main() -> int:
    """Print what each catalogue lacks, as lines to paste into it; return 1 if one lacks anything."""
    lacking = False
    for code in languages():
        if code == SOURCE:
            continue
        for text, where in missing(code):
            print(f'{code}  {where}\n  "{_escaped(text or "")}": "",')
            lacking = True
        for orphan in orphans(code):
            print(f'{code}  nothing says it any more\n  "{_escaped(orphan)}"')
            lacking = True
    return int(lacking)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _in_file(tree: ast.Module, namers: set[str]) -> Iterator[tuple[str | None, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in _spoken(node, namers):
                for text in _literals(argument):
                    yield text, node.lineno


def _namers(tree: ast.Module) -> set[str]:
    """Return the functions whose first parameter is ``what``: it names a thing in a refusal's sentence."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "what"
    }


def _spoken(call: ast.Call, namers: set[str]) -> Iterator[ast.expr]:
    """Yield the arguments of ``call`` that a person will read."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"tr", "mark", "Sentence", "refusal"} or name in _REFUSALS:
        yield from call.args[:1]
    if name in _REFUSALS:
        yield from (k.value for k in call.keywords if k.arg == "what" and isinstance(k.value, ast.Constant))
    if name in namers:
        yield from (a for a in call.args[:1] if isinstance(a, ast.Constant))
    if name == "add" and isinstance(call.func, ast.Attribute) and _is_phrases(call.func.value):
        yield from call.args[1:2]


def _is_phrases(owner: ast.expr) -> bool:
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in {"phrases", "_phrases"}


def _literals(node: ast.expr) -> Iterator[str | None]:
    """Yield the literal strings that ``node`` can be, None for an f-string, nothing for a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield None


if __name__ == "__main__":
    raise SystemExit(main())
