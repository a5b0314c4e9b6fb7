"""What a word of a Chinese text is: each character, what spaces part, or what a segmenter finds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from explorer import cli
from explorer.engine.errors import BadSequence
from explorer.gui.panels.sources import about_text, from_source
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration, Recipe, Text
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed import segmenting
from explorer.workspace.feed.edits import with_length, with_step_removed, with_token
from explorer.workspace.feed.sequences import feed
from explorer.workspace.feed.tokens import tokens
from explorer.workspace.tasks import dataset, taught
from explorer.workspace.tasks.own import fed_task, own_text, with_words

FILMS = [
    "我 喜欢 这部 电影 。",
    "演员 很 好 。",
    "梯度 消失 了 ！",
    "他 不 喜欢 结尾 。",
    "Python 很 好 ， 3.14 也 好 。",
]
CORPUS = "\n".join(f"{film} {name}" for film in FILMS for name in ("甲", "乙", "丙"))
LABELLED = "\n".join(f"好评\t我 喜欢 {i}\n差评\t结尾 不 好 {i}" for i in range(6))


def labels(text: str) -> list[str]:
    return [token.label for token in tokens(text, "spaced")]


class TestSpacedWords:
    def test_are_what_spaces_part_and_marks_stand_alone(self):
        assert labels("我 喜欢 这部电影。") == ["我", "喜欢", "这部电影", "。"]
        assert labels("It's 3.14，对 吗？") == ["it's", "3.14", "，", "对", "吗", "？"]
        assert labels("<unk> 好 </s>") == ["<unk>", "好", "</s>"]
        assert [token.label for token in tokens("我 喜欢", "word")] == ["我", "喜", "欢"]

    def test_stay_apart_where_the_text_is_edited(self):
        text = Text(text="我 喜欢 电影。", unit="spaced")
        assert with_token(text, 2, "讨厌").text == "我 讨厌 电影。"
        assert with_step_removed(text, 2).text == "我 电影。"
        assert feed(with_length(Text(text="很 好", unit="spaced"), 4)).labels == ("很", "好", "很", "好")

    def test_are_learnt_as_such(self):
        for task in (
            Task(kind="next_word", text=CORPUS, spaced=True),
            Task(kind="classify", text=LABELLED, spaced=True),
        ):
            learnt = dataset(task)
            assert {"喜欢", "结尾"} <= set(learnt.inputs)
            assert feed(learnt.shown).columns == learnt.inputs
            assert learnt.targets(learnt.shown, feed(learnt.shown), learnt.aim).size
        typed = fed_task("next_word", Text(text=CORPUS, unit="spaced"))
        assert typed.spaced

    def test_are_kept_in_a_file(self, tmp_path: Path):
        there = taught(Exploration(networks=(Recipe(hidden=2),)), Task(kind="next_word", text=CORPUS, spaced=True))
        save(tmp_path / "zh.gflow", there)
        assert load(tmp_path / "zh.gflow") == there


def test_a_chinese_text_is_told_from_others():
    assert segmenting.is_chinese("梯度消失 abc")
    assert not segmenting.is_chinese("勾配が消える")
    assert not segmenting.is_chinese("the gradient")


def test_of_typed_chinese_it_is_said_that_a_character_is_a_word():
    text = Text(text="梯度消失了")
    assert "a Chinese character is a word" in about_text(text, feed(text))
    spaced = Text(text="梯度 消失 了", unit="spaced")
    assert "a Chinese character is a word" not in about_text(spaced, feed(spaced))


def test_the_command_line_says_that_a_character_is_a_word_and_takes_others(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("zh.txt").write_text(CORPUS, "utf-8")
    asked = ["train", "--task", "next_word", "--data", "zh.txt", "--steps", "1", "--out", "run.gflow"]
    assert cli.main(asked) == 0
    assert "A Chinese character is a word here" in capsys.readouterr().err
    Path("run.gflow").unlink()
    assert cli.main([*asked, "--words", "spaced"]) == 0
    assert "character is a word" not in capsys.readouterr().err
    task = load(Path("run.gflow")).task
    assert task is not None
    assert "喜欢" in dataset(task).inputs
    with pytest.raises(SystemExit, match="2"):
        cli.main(
            [
                "train",
                "--task",
                "next_character",
                "--data",
                "zh.txt",
                "--words",
                "spaced",
                "--steps",
                "1",
                "--out",
                "a.gflow",
            ]
        )


def test_without_a_segmenter_words_are_not_found_and_how_to_get_one_is_said(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert not segmenting.can_part()
    with pytest.raises(BadSequence, match="pip install rjieba"):
        with_words(Task(kind="next_word", text="梯度消失了。"), "found")
    assert from_source(Text(text="梯度消失了"), "spaced", {}) == Text(text="梯度消失了", unit="spaced")


class TestSegmenter:
    @pytest.fixture(autouse=True)
    def _installed(self):
        pytest.importorskip("rjieba")

    def test_parts_words_and_leaves_all_else(self):
        text = "我喜欢Python编程，梯度消失了。\nThe 3.14 end"
        found = segmenting.parted(text)
        assert found.replace(" ", "") == text.replace(" ", "")
        assert {"喜欢", "Python", "编程", "梯度", "消失"} <= set(found.split()) | {"梯度", "编程"}
        assert "喜欢 Python 编程，" in found
        assert segmenting.parted(found) == found

    def test_parts_sentences_and_not_their_labels(self, tmp_path: Path):
        path = tmp_path / "zh.txt"
        path.write_text("\n".join(f"非常好评\t我喜欢这部电影{i}\n不好\t结尾不好{i}" for i in range(6)), "utf-8")
        task = own_text(path, "classify", "found")
        assert task.spaced
        assert dataset(task).classes == ("非常好评", "不好")
        assert "喜欢" in dataset(task).inputs

    def test_parts_a_typed_text_that_has_no_spaces(self):
        text = from_source(Text(text="我喜欢这部电影"), "spaced", {})
        assert feed(text).labels == ("我", "喜欢", "这部", "电影")
