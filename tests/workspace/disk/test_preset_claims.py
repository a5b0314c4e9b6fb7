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
    block,
    classes,
    constant,
    cycle,
    descended,
    dictionary_weights,
    double,
    end,
    end_of,
    energy,
    exploding,
    gate,
    guess,
    inputs_read,
    keys,
    lag,
    lags_alive,
    longest_lived,
    loss_when_right,
    norms,
    rate,
    recipe,
    rows,
    silent_steps,
    slope_at_the_wall,
    sums,
    today,
    told,
    training_of,
    tried,
    update_off_the_wall,
    weakest,
    zeros_of,
)

PRESETS = presets()
MOST, SOME, FEW = ("more than 99 %", "超过 99%"), ("less than 90 %", "不到 90%"), ("less than 60 %", "不到 60%")
BELOW_90, BELOW_11 = ("below 90 %", "达不到 90%"), ("below 0.011", "0.011 以下")
LITTLE, LOW, NOTHING = ("below 0.005", "0.005 以下"), ("below 0.006", "0.006 以下"), ("above 0.02", "0.02 以上")
MUCH = ("above 0.015", "0.015 以上")

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
        *training_of("task-next-word", ("below 1.95 nats", "每词 1.95 奈特")),
        says("gives 2.50", "为 2.50", lambda: guess("task-next-word").loss),
    ),
    "task-next-character": (
        *training_of("task-next-character", ("more than 75 %", "超过 75%")),
        says("tells 43 %", "只有 43%", lambda: guess("task-next-character").accuracy),
    ),
    "task-sentiment-3": (
        *training_of("task-sentiment-3", ("more than 86 %", "超过 86%")),
        says("three classes", "三类情感", lambda: classes("task-sentiment-3")),
        says("gets 33 %", "为 33%", lambda: 1 / classes("task-sentiment-3")),
    ),
    "task-sentiment-2": (
        *training_of("task-sentiment-2", ("more than 89 %", "超过 89%")),
        says("two classes", "两类情感", lambda: round(1 / guess("task-sentiment-2").accuracy)),
        says("gets 50 %", "为 50%", lambda: guess("task-sentiment-2").accuracy),
    ),
    "task-labels": (
        *training_of("task-labels", MOST),
        says("tells 97 %", "为 97%", lambda: guess("task-labels").accuracy),
    ),
    "task-ball": (
        *training_of("task-ball", ("more than 97 %", "超过 97%")),
        says("one of 8 directions", "8 个方向", lambda: classes("task-ball")),
    ),
    "task-sine": (
        *training_of("task-sine", BELOW_11),
        says("gives 0.038", "为 0.038", lambda: guess("task-sine").loss),
        says("leave 0.005", "为 0.005", lambda: NOISE**2 / 2),
    ),
    "task-temporal-order": (
        *training_of("task-temporal-order", ("100 %", "100%")),
        says("in 30 steps", "30 步的", lambda: lag("task-temporal-order")),
        says("at step 30", "第 30 步", lambda: look("task-temporal-order").t),
        says("the two symbols", "那两个符号", lambda: told("task-temporal-order")),
        says("the first 50 updates", "前 50 次更新", lambda: BEGINNING),
        says("at times 8 times", "阈值的 8 倍", lambda: norms("task-temporal-order").max(), "above"),
    ),
    "task-adding": (
        *training_of("task-adding", ("below 0.002", "0.002 以下")),
        says("over 50 steps", "跨 50 步", lambda: lag("task-adding")),
        says("all 50 steps", "全部 50 步", lambda: lag("task-adding")),
        says("gives 0.0244", "为 0.0244", lambda: guess("task-adding").loss),
        says("Its forget bias of 5", "遗忘偏置为 5", recipe("task-adding", "forget_bias")),
        says("with a forget bias of 1", "遗忘偏置改为 1", tried("task-adding", "forget_bias"), "among"),
    ),
    "task-recall": (
        *training_of("task-recall", ("100 %", "100%")),
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
    "residual": (
        says("twice", "两次", lambda: len(preset("residual").exploration.networks)),
        says("keeps ×0.0000053", "剩下 ×0.0000053", end("residual")),
        says("over 36 steps", "36 步之后", lambda: look("residual").t),
        says("grows to ×78", "增强到 ×78", end_of("residual", 1)),
        says("the gain to 0", "增益设为 0", tried("residual", "gain"), "among"),
        says("residual cell is at 1", "每一对都是 1", end_of("residual", 1, gain=0.0)),
    ),
    "lstm-gates": (
        says("in 1997", "1997 年", lambda: 1997),
        says("grows to ×5.7", "增强到 ×5.7", end_of("lstm-gates", 1)),
        says("over 36 steps", "36 步之后", lambda: look("lstm-gates").t),
        says("a bias of 1", "偏置从 1 开始", recipe("lstm-gates", "forget_bias")),
        says("only ×0.0030", "只剩下 ×0.0030", end("lstm-gates")),
        says("little: ×0.0028", "不大：×0.0028", end_of("lstm-gates", 2)),
        says("forget bias to 5", "遗忘偏置提高到 5", tried("lstm-gates", "forget_bias"), "among"),
        says("see these two", "看这两个网络", lambda: sum(end_of("lstm-gates", i, forget_bias=5.0)() > 1 for i in (0, 2))),
    ),
    "deep": (
        says("Three layers", "三个层", lambda: len(preset("deep").exploration.recipe.layers)),
        says("within layer 3", "第 3 层之内", lambda: len(preset("deep").exploration.recipe.layers)),
        says("less than 10⁻¹³", "不到 10⁻¹³", lambda: block("deep", "3", "3"), "below"),
        says("36 steps", "36 步之后", lambda: look("deep").t),
        says("×0.0032", "×0.0032", lambda: block("deep", "3", "1")),
        says("from layer 1 into layer 3", "从第 1 层到第 3 层", lambda: [1, len(preset("deep").exploration.recipe.layers)]),
    ),
    "thirty-layers": (
        says("30 layers, no", "30 层，没有", lambda: preset("thirty-layers").exploration.recipe.own_steps),
        says("through 30 layers", "穿过 30 层", lambda: preset("thirty-layers").exploration.recipe.own_steps),
        says("tanh keeps ×0.084", "tanh 保住 ×0.084", end("thirty-layers")),
        says("ReLU ×0.0000067", "ReLU 保住 ×0.0000067", end_of("thirty-layers", 2)),
        says("less than 10⁻¹⁹", "不到 10⁻¹⁹", end_of("thirty-layers", 1), "below"),
        says("the gain to 1.41", "增益提高到 1.41", tried("thirty-layers", "gain"), "among"),
        says("ReLU keeps ×0.20", "ReLU 保住 ×0.20", end_of("thirty-layers", 2, gain=1.41)),
        says("grow to ×4.0", "增强到 ×4.0", end_of("thirty-layers", 0, gain=1.41)),
    ),
    "thirty-starts": (
        says("30 layers, three starts", "30 层，三种", lambda: [30, len(preset("thirty-starts").exploration.networks)]),
        says("over 30 layers", "穿过 30 层", lambda: preset("thirty-starts").exploration.recipe.own_steps),
        says("below 10⁻²⁴", "不到 10⁻²⁴", lambda: weakest("thirty-starts", 0), "below"),
        says("below 10⁻²⁹", "不到 10⁻²⁹", lambda: weakest("thirty-starts", 1), "below"),
        says("keep ×0.40", "保住 ×0.40", lambda: weakest("thirty-starts", 2)),
        says("compare the three", "比较这三个网络", lambda: len(preset("thirty-starts").exploration.networks)),
    ),
    "causal-convolution": (
        says("Three layers", "三个层", lambda: len(preset("causal-convolution").exploration.recipe.layers)),
        says("1, 2 and 4 steps back", "1、2、4 步之前", lambda: [1, 2, 4]),
        says("row 24", "第 24 行", lambda: look("causal-convolution").t),
        says(
            "three steps are alive, 2, 4 and 6 back", "三个步有梯度，即 2、4、6 步之前",
            lambda: [len(lags_alive("causal-convolution")), *lags_alive("causal-convolution")],
        ),
        says("window of 7 steps", "这 7 步的窗口", lambda: look("causal-convolution").verdict.dead_lag or math.nan),
    ),
    "hopfield": (
        says("from 5 patterns", "由 5 个模式", lambda: 5),
        says("below 10⁻³⁸", "不到 10⁻³⁸", end("hopfield"), "below"),
        says("over 20 steps", "20 步之后", lambda: look("hopfield").t),
        says("cycle of two", "周期为 2", lambda: cycle("hopfield", 1)),
        says("×0.013", "×0.013", end_of("hopfield", 1)),
        says("−14.2 and −11.1", "−14.2 和 −11.1", lambda: [energy("hopfield", 0), energy("hopfield", 1)]),
    ),
    "echo-state": (
        says("radius of 0.9", "谱半径 0.9", lambda: constant("echo-state", 0, "radius")),
        says("less than 10⁻⁸", "不到 10⁻⁸", end("echo-state"), "below"),
        says("after 36 steps", "36 步之后", lambda: look("echo-state").t),
        says("leak of 0.3", "泄漏率为 0.3", lambda: constant("echo-state", 1, "leak")),
        says("it is ×0.0027", "剩下 ×0.0027", end_of("echo-state", 1)),
        says("radius of 1.3", "谱半径为 1.3", lambda: constant("echo-state", 2, "radius")),
        says("×0.024 is left", "剩下 ×0.024", end_of("echo-state", 2)),
    ),
    "sigmoids-softmax": (
        says(
            "Three sigmoids answer three questions", "三个 sigmoid 各自回答三个问题",
            lambda: [preset("sigmoids-softmax").exploration.recipe.outputs] * 2,
        ),
        says("1.42 at least", "至少为 1.42", lambda: float(sums("sigmoids-softmax", 0).min())),
        says("its three add", "三个输出", lambda: preset("sigmoids-softmax").exploration.recipe.outputs),
        says("up to 1.00 at every step", "都是 1.00", lambda: float(sums("sigmoids-softmax", 1).min())),
    ),
    "task-sentiment-mean": (
        *training_of("task-sentiment-mean", ("more than 88 %", "超过 88%")),
        says("gets 33 %", "为 33%", lambda: 1 / classes("task-sentiment-mean")),
    ),
    "task-shape": (
        *training_of("task-shape", ("below 0.004", "0.004 以下")),
        says("gives 0.081", "为 0.081", lambda: guess("task-shape").loss),
        says("at step 1", "第 1 步", lambda: 1),
        says("of 24 points", "共 24 点", lambda: look("task-shape").t),
    ),
    "task-people": (
        *training_of("task-people", ("below 88 %", "不到 88%"), MOST, MOST),
        says("of two layers", "两个层的", lambda: len(preset("task-people").exploration.networks[2].layers)),
    ),
    "task-intents": (
        *training_of("task-intents", MOST, ("below 85 %", "达不到 85%")),
        says("tells 78 %", "为 78%", lambda: guess("task-intents").accuracy),
        says("two intents", "两种意图", lambda: len(preset("task-intents").exploration.networks[0].features)),
    ),
    "task-dictionary": (
        *training_of("task-dictionary", *(("both get more than 90 %", "都有超过 90%"),) * 2),
        says("tells 26 %", "为 26%", lambda: guess("task-dictionary").accuracy),
        says("each of 10,000 words, 320,000 weights", "10,000 个词各有一列，共 320,000 个权重", dictionary_weights),
        says("vectors of 8 numbers", "8 维向量", lambda: preset("task-dictionary").exploration.recipe.embedding),
    ),
    "task-word-vectors": (
        *training_of(
            "task-word-vectors", ("more than 95 %", "超过 95%"), ("below 85 %", "达不到 85%"), ("below 90 %", "达不到 90%")
        ),
        says("4 numbers of a word", "每个词的 4 个数", lambda: preset("task-word-vectors").exploration.recipe.embedding),
    ),
    "task-sparse": (
        *training_of("task-sparse", MOST),
        says("more than 50 % of the entries", "有超过 50% 的元素", lambda: zeros_of("l1"), "above"),
        says("leaves none at 0", "没有一个权重为 0", lambda: zeros_of("l2")),
        says("exactly 0", "恰好为 0", lambda: 0.0),
    ),
    "task-reversal": (
        *training_of("task-reversal", ("more than 96 %", "超过 96%")),
        says("the 6 letters", "这 6 个字母", lambda: preset("task-reversal").exploration.recipe.seam),
    ),
    "perceptron-and": (
        *training_of("perceptron-and", ("100 %", "100%")),
        says("rate of 1", "学习率为 1", lambda: preset("perceptron-and").exploration.settings.rate),
        says("the 4 rows", "4 行", lambda: rows("perceptron-and")),
    ),
    "perceptron-or": (
        *training_of("perceptron-or", ("100 %", "100%")),
        says("the 4 rows", "4 行", lambda: rows("perceptron-or")),
        says("stays at 0", "停在 0", lambda: loss_when_right("perceptron-or")),
    ),
    "perceptron-xor": (
        *training_of("perceptron-xor", ("below 80 %", "不到 80%"), ("100 %", "100%")),
        says("needs two layers", "需要两个层", lambda: 2),
        says("two layers in all", "共 2 层", lambda: 2),
        says("all 4 rows", "这 4 行", lambda: rows("perceptron-xor")),
        says("4 tanh units", "4 个 tanh", lambda: preset("perceptron-xor").exploration.networks[1].hidden),
    ),
    "task-sine-delays": (
        *training_of(
            "task-sine-delays",
            ("below 0.02 on", "0.02 以下"), ("below 0.013", "0.013 以下"), BELOW_11, BELOW_11,
        ),
        says("window of 8 values", "8 个值", lambda: inputs_read("task-sine-delays", 1)),
    ),
    "task-echo-state": (
        *training_of("task-echo-state", ("below 0.018", "0.018 以下")),
        says("gives 0.038", "为 0.038", lambda: guess("task-echo-state").loss),
        says("its 50 units", "50 个单元", recipe("task-echo-state", "hidden")),
    ),
    "recall-diagonal": (
        *today("recall-diagonal", MOST, MOST, MOST, MOST),
        says("×0.0000047", "×0.0000047", end_of("recall-diagonal", 0)),
        says("×0.22", "×0.22", end_of("recall-diagonal", 1)),
        says("×0.32", "×0.32", end_of("recall-diagonal", 2)),
        says("×0.30", "×0.30", end_of("recall-diagonal", 3)),
    ),
    "recall-matrix": (
        *today("recall-matrix", MOST, MOST, MOST, MOST),
        says("×0.057", "×0.057", end_of("recall-matrix", 0)),
        says("×0.084", "×0.084", end_of("recall-matrix", 1)),
        says("×0.0074", "×0.0074", end_of("recall-matrix", 2)),
        says("×0.42", "×0.42", end_of("recall-matrix", 3)),
    ),
    "recall-orthogonal": (
        *today("recall-orthogonal", MOST, FEW, FEW),
        says("×0.85", "×0.85", end_of("recall-orthogonal", 0)),
        says("coRNN less than 10⁻⁶", "coRNN 不到 10⁻⁶", end_of("recall-orthogonal", 1), "below"),
        says("×0.0037", "×0.0037", end_of("recall-orthogonal", 2)),
    ),
    "order-diagonal": (
        *today("order-diagonal", MOST, MOST, MOST, MOST, FEW, MOST, FEW, MOST),
        says("less than 10⁻⁹", "不到 10⁻⁹", end_of("order-diagonal", 0), "below"),
        says("×0.19", "×0.19", end_of("order-diagonal", 1)),
        says("×0.33", "×0.33", end_of("order-diagonal", 2)),
        says("×0.32", "×0.32", end_of("order-diagonal", 3)),
    ),
    "order-matrix": (
        *today("order-matrix", *[MOST] * 8),
        says("×0.0039", "×0.0039", end_of("order-matrix", 0)),
        says("×0.088", "×0.088", end_of("order-matrix", 1)),
        says("×0.0078", "×0.0078", end_of("order-matrix", 2)),
        says("×0.20", "×0.20", end_of("order-matrix", 3)),
    ),
    "order-orthogonal": (
        *today("order-orthogonal", MOST, BELOW_90, BELOW_90, FEW, FEW, FEW),
        says("×0.97", "×0.97", end_of("order-orthogonal", 0)),
        says("less than 10⁻⁶", "不到 10⁻⁶", end_of("order-orthogonal", 1), "below"),
        says("×0.00040", "×0.00040", end_of("order-orthogonal", 2)),
    ),
    "adding-diagonal": (
        *today("adding-diagonal", LOW, LOW, NOTHING, LOW, MUCH, LOW, MUCH, LOW),
        says("gives 0.0244", "为 0.0244", lambda: guess("adding-diagonal").loss),
        says("LRU carries ×0.33", "LRU 传到 s₀ 的梯度为 ×0.33", end_of("adding-diagonal", 2)),
        says("less than 10⁻⁶", "不到 10⁻⁶", end_of("adding-diagonal", 0), "below"),
    ),
    "adding-matrix": (
        *today("adding-matrix", *[LITTLE, LITTLE, LITTLE, ("below 0.015", "0.015 以下")] * 2),
        says("gives 0.0244", "为 0.0244", lambda: guess("adding-matrix").loss),
        says("×0.0058", "×0.0058", end_of("adding-matrix", 0)),
        says("×0.088", "×0.088", end_of("adding-matrix", 1)),
        says("×0.0081", "×0.0081", end_of("adding-matrix", 2)),
        says("×0.34", "×0.34", end_of("adding-matrix", 3)),
    ),
    "adding-orthogonal": (
        *today("adding-orthogonal", NOTHING, NOTHING, NOTHING, MUCH, MUCH, MUCH),
        says("gives 0.0244", "为 0.0244", lambda: guess("adding-orthogonal").loss),
        says("×0.90", "×0.90", end_of("adding-orthogonal", 0)),
        says("less than 10⁻⁵", "不到 10⁻⁵", end_of("adding-orthogonal", 1), "below"),
        says("×0.016", "×0.016", end_of("adding-orthogonal", 2)),
    ),
    "recall200-diagonal": (
        *today("recall200-diagonal", FEW, MOST, MOST, MOST),
        says("×0.13", "×0.13", end_of("recall200-diagonal", 1)),
        says("×0.078", "×0.078", end_of("recall200-diagonal", 2)),
        says("×0.12", "×0.12", end_of("recall200-diagonal", 3)),
        says("less than 10⁻¹⁷", "不到 10⁻¹⁷", end_of("recall200-diagonal", 0), "below"),
        says("over 50 steps", "跨 50 步时", lambda: lag("recall-diagonal")),
    ),
    "recall200-matrix": (
        *today("recall200-matrix", MOST, MOST, MOST, MOST),
        says("×0.000057", "×0.000057", end_of("recall200-matrix", 1)),
        says("×0.21", "×0.21", end_of("recall200-matrix", 3)),
        says("×0.0030", "×0.0030", end_of("recall200-matrix", 0)),
        says("less than 10⁻⁸", "不到 10⁻⁸", end_of("recall200-matrix", 2), "below"),
    ),
    "recall200-orthogonal": (
        *today("recall200-orthogonal", MOST, SOME, SOME),
        says("×0.85", "×0.85", end_of("recall200-orthogonal", 0)),
        says("less than 10⁻²⁵", "不到 10⁻²⁵", end_of("recall200-orthogonal", 1), "below"),
        says("less than 10⁻⁷", "不到 10⁻⁷", end_of("recall200-orthogonal", 2), "below"),
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
