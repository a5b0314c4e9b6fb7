"""What is wrong with the way a Chinese text is written: the rules of ``resources/i18n/README.md``."""

from __future__ import annotations

import re

HAN = "一-鿿"
_FULL = "，。：；？！、（）“”"
_LATIN = r"A-Za-z0-9Α-ω∂∑√∞×±²⁰-ₜ"

_RULES = {
    "a space beside full-width punctuation": rf" [{_FULL}]|[{_FULL}] ",
    "an ellipsis of another kind": rf"……|\.\.\.|⋯|[{HAN}）] …",
    "half-width punctuation in prose": rf"[{HAN}”）] ?[,;:!?.](?!\w)|[,;:!?] ?[{HAN}“（]",
    "half-width brackets in prose": rf"[{HAN}] ?\([A-Za-z]{{2,}}|\([^()]*[{HAN}][^()]*\)|[{HAN}]\(|\)[{HAN}]",
    "no space between Chinese and Latin": rf"[{HAN}][{_LATIN}]|[{_LATIN}%‖][{HAN}]",
    "a space between Chinese characters": rf"[{HAN}] [{HAN}]",
    "two spaces": r"\S  +\S",
    "a straight quotation mark": rf"[{HAN}][\"']|[\"'][{HAN}]",
    "a full-width sign for a half-width one": r"[／～％＋－＝＜＞＊［］｛｝＂＇０-９Ａ-Ｚａ-ｚ]",
    "a space before %": r" [%‰]",
    "the name of a mouse's key for an arrow": r"左右键|上下键",
    "another word for what has one": r"搭建|细看|查看面板|体积|样例|点击",
}  # fmt: skip
RULES = {name: re.compile(rule) for name, rule in _RULES.items()}


def prose(text: str) -> str:
    """Return ``text`` without the marks of keys, the tags and the lists of endings, which are no prose."""
    text = re.sub(r"</?(?:s|unk)>", "S", text)
    return re.sub(r"\(&?[A-Z]\)|</?[a-z]+>|\(\*[^)]*\)|&(?!\w+;)", "", text).replace(";;", "\n")


def faults(text: str) -> list[str]:
    """Return a sentence for each rule that ``text`` breaks."""
    bare = prose(text)
    return [f"{name}: {found[0]!r} in {text!r}" for name, rule in RULES.items() if (found := rule.search(bare))]
