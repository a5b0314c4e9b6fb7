"""Every number in a preset's words, in both languages, is what the program works out."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from explorer.gui.shell import actions
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import Preset, preset, presets
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.looks.ghosts import COMPARED
from explorer.workspace.tasks.sine import NOISE

from ..claims import Claim, says, undeclared
from ..looking import look, mean_factors
from ..measured import (  # fmt: skip
    BEGINNING,
    active,
    classes,
    descended,
    double,
    end,
    exploding,
    gate,
    guess,
    keys,
    lag,
    longest_lived,
    norms,
    rate,
    recipe,
    silent_steps,
    slope_at_the_wall,
    told,
    training_of,
    tried,
    update_off_the_wall,
)

PRESETS = presets()

CLAIMS: Mapping[str, tuple[Claim, ...]] = {
    "toggle": (
        says("Three activations", "三种激活函数", lambda: len(preset("toggle").exploration.networks)),
        says("which of the three", "三个网络", lambda: len(COMPARED)),
    ),
    "vanishing-tanh": (
        says("row 36", "第 36 行", lambda: look("vanishing-tanh").t),
        says("multiplies the gradient by 0.52", "梯度乘以 0.52", rate("vanishing-tanh")),
        says("after 22 steps", "22 步之后", lambda: look("vanishing-tanh").verdict.horizon + 1),
        says("below 10⁻⁶", "低于 10⁻⁶", lambda: preset("vanishing-tanh").exploration.lens.threshold),
        says("the gain to 1.6", "增益提高到 1.6", tried("vanishing-tanh", "gain"), "among"),
        says("×0.47 of it arrives", "×0.47 到达", end("vanishing-tanh", gain=1.6)),
    ),
    "exploding-relu": (
        says("by 1.63", "乘以 1.63", rate("exploding-relu")),
        says("every 1.4 steps", "每 1.4 步", double("exploding-relu")),
        says("to 10⁹", "直到 10⁹", lambda: np.abs(look("exploding-relu").analysis.run.trace.s).max()),
        says("Press 2", "按 2", keys("sigmoid")),
    ),
    "saturated-sigmoid": (
        says("×3.7 a step", "每步为 ×3.7", lambda: mean_factors(look("saturated-sigmoid"))[0]),
        says("5 %", "5%", lambda: mean_factors(look("saturated-sigmoid"))[1]),
        says("25 %", "25%", lambda: look("saturated-sigmoid").analysis.run.network.steepest),
        says("bias to 0", "偏置设为 0", tried("saturated-sigmoid", "bias"), "among"),
        says("gain to 16", "增益设为 16", tried("saturated-sigmoid", "gain"), "among"),
        says("×120", "×120", end("saturated-sigmoid", bias=0.0, gain=16.0)),
        says("over 36 steps", "36 步共", lambda: look("saturated-sigmoid").t),
    ),
    "critical-gain": (
        says("at gain 1", "增益为 1", recipe("critical-gain", "gain")),
        says("still ×0.30", "仍有 ×0.30", end("critical-gain")),
        says("over 60 steps", "经过 60 步", lambda: look("critical-gain").t),
        says("Try 0.8", "试试 0.8", tried("critical-gain", "gain"), "among"),
        says("every 3.4 steps", "每 3.4 步", double("critical-gain", gain=0.8)),
        says("and 1.5", "再试 1.5", tried("critical-gain", "gain"), "among"),
        says("×21 arrives", "到达时为 ×21", end("critical-gain", gain=1.5)),
    ),
    "orthogonal": (
        says("orthogonal W is 1", "奇异值都是 1", lambda: look("orthogonal").analysis.run.sigma),
        says("Press 1", "按 1", keys("tanh")),
        says("×0.72 a step", "每步 ×0.72", rate("orthogonal", activation="tanh")),
    ),
    "identity-relu": (
        says("every z above 0", "所有 z 大于 0", lambda: look("identity-relu").analysis.run.trace.z.min(), "above"),
        says("derivative is 1", "导数为 1", lambda: mean_factors(look("identity-relu"))[1]),
        says(
            "gain to 0.95 or 1.05", "增益设为 0.95 或 1.05",
            lambda: [math.exp(look("identity-relu", gain=gain).row[-2]) for gain in (0.95, 1.05)],
        ),
        says(
            "ln 0.95 or ln 1.05 a step", "每步 ln 0.95 或 ln 1.05",
            lambda: [math.exp(look("identity-relu", gain=gain).row[0] / 36) for gain in (0.95, 1.05)],
        ),
    ),
    "non-normal": (
        says("this W is 0.8", "全为 0.8", lambda: abs(look("non-normal").analysis.run.eigenvalues).mean()),
        says("to ×16", "到 ×16", lambda: math.exp(look("non-normal").row.max())),
        says("within 14 steps", "14 步内", lambda: 60 - int(look("non-normal").row.argmax())),
        says("gain to 0.7", "增益降到 0.7", tried("non-normal", "gain"), "among"),
        says("shrink to 0.56", "变为 0.56", lambda: abs(look("non-normal", gain=0.7).analysis.run.eigenvalues).mean()),
    ),
    "tanh-large-radius": (
        says("ρ = 1.2", "ρ = 1.2", lambda: look("tanh-large-radius").analysis.run.radius),
        says("radius is 1.2", "谱半径为 1.2", lambda: look("tanh-large-radius").analysis.run.radius),
        says("every 1.1 steps", "每 1.1 步", double("tanh-large-radius")),
        says("×280 arrives", "到达时为 ×280", end("tanh-large-radius", activation="identity")),
    ),
    "lstm-remembers": (
        says("forget bias of 5", "遗忘偏置为 5", recipe("lstm-remembers", "forget_bias")),
        says("at 0.99", "保持在 0.99", lambda: gate("lstm-remembers", 1)),
        says("×0.70", "×0.70", end("lstm-remembers")),
        says("forget bias to 1", "遗忘偏置降到 1", tried("lstm-remembers", "forget_bias"), "among"),
        says("every 2.2 steps", "每 2.2 步", double("lstm-remembers", forget_bias=1.0)),
        says("×0.092 a step", "每步只剩 ×0.092", rate("lstm-remembers", cell="rnn")),
    ),
    "lstm-forget-bias-1": (
        says("Forget bias 1:", "遗忘偏置 1：", recipe("lstm-forget-bias-1", "forget_bias")),
        says("half-life 2.2", "半衰期 2.2", double("lstm-forget-bias-1")),
        says("σ(1)", "σ(1)", recipe("lstm-forget-bias-1", "forget_bias")),
        says("= 0.73", "= 0.73", lambda: gate("lstm-forget-bias-1", 1)),
        says("every 2.2 steps", "每 2.2 步", double("lstm-forget-bias-1")),
        says("forget bias to 5", "遗忘偏置提高到 5", tried("lstm-forget-bias-1", "forget_bias"), "among"),
    ),
    "gru": (
        says("bias of 3", "偏置为 3", recipe("gru", "bias")),
        says("near 0.93", "保持在 0.93", lambda: gate("gru", 1)),
        says("two gates", "两个门", lambda: len(look("gru").analysis.run.network.kernel.gates) - 1),
        says("(1−z)∘n", "(1−z)∘n", lambda: 1.0),
        says("bias to 0", "偏置设为 0", tried("gru", "bias"), "among"),
        says("lets 0.50", "只放行 0.50", lambda: gate("gru", 1, bias=0.0)),
        says("every 2.1 steps", "每 2.1 步", double("gru", bias=0.0)),
    ),
    "phenomenal": (
        says("only 1 %", "只有 1%", lambda: math.exp(look("phenomenal").row[2])),
        says("3 steps before", "3 步之前", lambda: 5 - look("phenomenal").analysis.feed.labels.index("that") - 1),
        says("Press 1", "按 1", keys("tanh")),
    ),
    "dead-relu": (
        says("bias of −1", "偏置为 −1", recipe("dead-relu", "bias")),
        says("all 24 units", "全部 24 个单元", recipe("dead-relu", "hidden")),
        says("at steps 15, 16, 35 and 36", "第 15、16、35、36 步", silent_steps),
        says("climbs back to 0", "回升到 0", lambda: [look("dead-relu").analysis.feed.x[35, 0]]),
        says("derivative is 0", "导数全为 0", lambda: float(max(active("dead-relu")[i] for i in (14, 15, 34, 35)))),
        says("bias to −0.5", "偏置提高到 −0.5", tried("dead-relu", "bias"), "among"),
        says("at least 9 units", "至少有 9 个单元", lambda: min(active("dead-relu", bias=-0.5))),
    ),
    "shift-register": (
        says("all 8 units", "全部 8 个单元", recipe("shift-register", "hidden")),
        says("after 8 steps", "8 步之后", lambda: look("shift-register").verdict.dead_lag or math.nan),
    ),
    "chaos": (
        says("×0.45 a step", "每步 ×0.45", lambda: mean_factors(look("chaos"))[1]),
        says("at gain 3", "增益为 3", recipe("chaos", "gain")),
        says("×3.00", "×3.00", lambda: mean_factors(look("chaos"))[0]),
        says("×1.34 a step", "每步 ×1.34", rate("chaos")),
        says("bias to 10", "偏置设为 10", tried("chaos", "bias"), "among"),
    ),
    "one-unit": (
        says("tanh(2s)", "tanh(2s)", recipe("one-unit", "gain")),
        says("0.9575", "0.9575", lambda: look("one-unit").analysis.run.trace.s[-1, 0]),
        says("by 0.1664", "乘以 0.1664", lambda: math.exp(look("one-unit").row[-2])),
        says("−1.7935 nats", "−1.7935 奈特", lambda: look("one-unit").row[-2]),
        says("these 20 steps", "这 20 步", lambda: look("one-unit").t),
        says("longest at 0.98", "为 0.98 时梯度存活最久", lambda: longest_lived(20)),
        says("longer ones at 1", "越长越趋近 1", lambda: longest_lived(1000)),
    ),
    "error-surface": (
        says("50 steps", "50 步", lambda: look("error-surface").t),
        says("b is 0.0241", "为 0.0241", lambda: descended().loss),
        says("at W = 5, b = −2.5", "在 W = 5、b = −2.5", recipe("error-surface", "gain", "bias")),
        says("along W = 5", "沿 W = 5", recipe("error-surface", "gain")),
        says("at b = −2.61234", "在 b = −2.61234", lambda: -2.61234),
        says("∂L/∂b is −5738", "∂L/∂b 为 −5738", slope_at_the_wall),
        says("within 20 updates", "20 次更新之内", update_off_the_wall, "below"),
    ),
    "task-next-word": (
        *training_of("task-next-word", "below 1.95 nats", "每词 1.95 奈特"),
        says("gives 2.50", "为 2.50", lambda: guess("task-next-word").loss),
    ),
    "task-next-character": (
        *training_of("task-next-character", "more than 75 %", "超过 75%"),
        says("tells 43 %", "只有 43%", lambda: guess("task-next-character").accuracy),
    ),
    "task-sentiment-3": (
        *training_of("task-sentiment-3", "more than 86 %", "超过 86%"),
        says("three classes", "三类情感", lambda: classes("task-sentiment-3")),
        says("gets 33 %", "为 33%", lambda: 1 / classes("task-sentiment-3")),
    ),
    "task-sentiment-2": (
        *training_of("task-sentiment-2", "more than 89 %", "超过 89%"),
        says("two classes", "两类情感", lambda: round(1 / guess("task-sentiment-2").accuracy)),
        says("gets 50 %", "为 50%", lambda: guess("task-sentiment-2").accuracy),
    ),
    "task-labels": (
        *training_of("task-labels", "more than 99 %", "超过 99%"),
        says("tells 97 %", "为 97%", lambda: guess("task-labels").accuracy),
    ),
    "task-ball": (
        *training_of("task-ball", "more than 97 %", "超过 97%"),
        says("one of 8 directions", "8 个方向", lambda: classes("task-ball")),
    ),
    "task-sine": (
        *training_of("task-sine", "below 0.011", "0.011 以下"),
        says("gives 0.038", "为 0.038", lambda: guess("task-sine").loss),
        says("leave 0.005", "为 0.005", lambda: NOISE**2 / 2),
    ),
    "task-temporal-order": (
        *training_of("task-temporal-order", "100 %", "100%"),
        says("in 30 steps", "30 步的", lambda: lag("task-temporal-order")),
        says("at step 30", "第 30 步", lambda: look("task-temporal-order").t),
        says("the two symbols", "那两个符号", lambda: told("task-temporal-order")),
        says("the first 50 updates", "前 50 次更新", lambda: BEGINNING),
        says("at times 8 times", "阈值的 8 倍", lambda: norms("task-temporal-order").max(), "above"),
    ),
    "task-adding": (
        *training_of("task-adding", "below 0.002", "0.002 以下"),
        says("over 50 steps", "跨 50 步", lambda: lag("task-adding")),
        says("all 50 steps", "全部 50 步", lambda: lag("task-adding")),
        says("gives 0.0244", "为 0.0244", lambda: guess("task-adding").loss),
        says("Its forget bias of 5", "遗忘偏置为 5", recipe("task-adding", "forget_bias")),
        says("with a forget bias of 1", "遗忘偏置改为 1", tried("task-adding", "forget_bias"), "among"),
    ),
    "task-recall": (
        *training_of("task-recall", "100 %", "100%"),
        says("after 50 steps", "50 步之后", lambda: lag("task-recall")),
        says("over 50 steps", "跨越 50 步", lambda: lag("task-recall")),
        says("×0.041 of the gradient", "×0.041 的梯度", lambda: math.exp(look("task-recall").row[0])),
        says("guess among 4", "在 4 个中瞎猜", lambda: classes("task-recall")),
    ),
    "task-exploding": (
        says("falls to 0.62", "降到 0.62", lambda: float(np.nanmin(exploding("none")[:, 1]))),
        says("beyond 10⁷⁰", "10⁷⁰ 以上", lambda: float(np.nanmax(exploding("none")[:, 1])), "above"),
        says("update 74", "第 74 次更新", lambda: float(exploding("none")[-1, 0])),
        says("the threshold 1", "阈值 1", lambda: preset("task-exploding").exploration.settings.threshold),
        says("to 100 %", "学到 100%", lambda: float(exploding("norm")[-1, COLUMNS.index("held_accuracy")])),
    ),
}  # fmt: skip


def words_of(one: Preset, code: str) -> str:
    return f"{one.titles[code]}\n{one.look[code]}"


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
@pytest.mark.parametrize("code", i18n.languages())
def test_no_number_is_said_that_is_not_tied_to_the_program(one: Preset, code: str):
    assert undeclared(words_of(one, code), code, CLAIMS[one.name]) == []


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_every_number_is_what_the_program_works_out(one: Preset):
    for claim in CLAIMS[one.name]:
        for code in i18n.languages():
            assert claim.words[code] in words_of(one, code)
            assert claim.holds(code), claim.words[code]


def test_training_begins_with_the_key_named():
    (named,) = actions._ENTRIES["train"].keys
    assert all(f"Press {named} to train" in one.look["en"] for one in PRESETS if one.exploration.task)
    assert all(f"按 {named} 开始训练" in one.look["zh_CN"] for one in PRESETS if one.exploration.task)
