"""The page in a real browser: it tells the engine's numbers, answers pointer and keys, fits a phone, and loads nothing."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

import explorer
from explorer.engine import Flow, Network, gradient_flow, limits
from explorer.gui.page.page import page
from explorer.gui.views.flow.text import pair_text
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal, Text, replace
from explorer.workspace.looks.analysis import Analysis, analyse, row_of
from explorer.workspace.looks.sentences import verdict_sentence
from explorer.workspace.pages.numbers import packed
from explorer.workspace.scales.gains import flow_codes
from explorer.workspace.scales.states import StateScale, encode
from explorer.workspace.words.catalogues import catalogue
from explorer.workspace.words.numbers import scientific, signed, subscript

from .browser import Browser, browsing, programs

ONE = Exploration(selection=Selection(t=9, k=2), sequence=Signal(steps=12)).with_recipe(hidden=4)
THREE = replace(
    ONE,
    networks=tuple(msgspec.structs.replace(ONE.recipe, activation=name) for name in ("tanh", "sigmoid", "relu")),
    stage="beside",
)
FAR = replace(ONE, sequence=Signal(steps=30)).with_recipe(gain=1e-30)
DEAD = replace(preset("dead-relu").exploration, selection=Selection(t=12, k=2))
PHONE = 360

Open = Callable[..., Analysis]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = programs()
    if found is None:
        pytest.skip("Chromium and its driver are not here: apt-get install chromium chromium-driver")
    with browsing(found, tmp_path_factory.mktemp("profile")) as session:
        yield session


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Open:
    def show(exploration: Exploration, **how: str) -> Analysis:
        path = tmp_path / "page.html"
        path.write_bytes(page(exploration, **{"theme": "light", **how}))
        browser.size(1366, 768)
        browser.open(path)
        return analyse(exploration)

    return show


def test_page_asks_for_nothing_but_itself_and_complains_of_nothing(browser: Browser, opened: Open) -> None:
    opened(THREE)
    assert browser.settled("maps.length") == 3
    assert [address.rpartition("/")[2] for address in browser.requests()] == ["page.html"]
    assert browser.log("browser") == []


def test_nothing_could_be_loaded_or_sent_if_something_tried(browser: Browser, opened: Open) -> None:
    opened(ONE)
    blocked = browser.run(
        """const told = new Promise((done) =>
            addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective)));
        const image = new Image(); image.src = "https://localhost/picture.png"; document.body.append(image);
        return told.then((first) => fetch("https://localhost/").then(() => "sent", () => first));"""
    )
    assert blocked == "img-src"


def test_pointing_at_a_cell_tells_the_number_of_the_engine(browser: Browser, opened: Open) -> None:
    analysis = opened(ONE)
    for t, k in ((12, 0), (7, 3), (5, 5), (2, 9)):
        browser.point("#maps .map", *browser.settled(f"[maps[0].x({k}, maps[0].place), maps[0].y({t}, maps[0].place)]"))
        told = browser.settled("document.querySelector('.pair').textContent")
        assert told == f"under the pointer {pair_text(t, k, float(analysis.run.log_gain[t, k]), 'rms')}"


@pytest.mark.parametrize("shown", [ONE, THREE], ids=["one", "three"])
def test_how_many_times_the_pinned_pair_is_told_of_the_pair_that_is_told(
    browser: Browser, opened: Open, shown: Exploration
) -> None:
    opened(shown)
    runs = [analyse(shown.with_active(i)).run for i in range(len(shown.networks))]
    (t, k), pin = (8, 5), (11, 3)
    browser.run(f"shown({{t: {pin[0]}, k: {pin[1]}}}); document.getElementById('pin').click()")
    told = browser.settled("document.querySelector('#pairs .muted').textContent")
    assert told.count("×1.0 times the pinned one") == len(runs)
    browser.point("#maps .map", *browser.settled(f"[maps[0].x({k}, maps[0].place), maps[0].y({t}, maps[0].place)]"))
    told = browser.settled("[...document.querySelectorAll('#pairs .muted')].at(-1).textContent")
    shares = [(run.log_gain[t, k] - run.log_gain[pin]) / math.log(10.0) for run in runs]
    assert [f"×{scientific(share)} times the pinned one" for share in shares] == [
        part.rpartition(": ")[2] for part in told.split(" · ")
    ]


def test_numbers_are_written_as_the_program_writes_them(browser: Browser, opened: Open) -> None:
    opened(ONE)
    rng = np.random.default_rng(0)
    nice = [
        math.log10(x)
        for x in (0.125, 0.25, 1.25, 2.5, 0.05, 0.995, 9.95, 99.5, 1.05, 100, 1000, 0.001, 1e-5, 150, 1e15)
    ]
    logs = np.array([*nice, *rng.uniform(-8, 8, 800), *rng.uniform(-6000, 6000, 200), *rng.uniform(-330, 330, 200),
                     -np.inf, np.inf, np.nan, 0.0, -0.04, 324.0, -323.97, -2171.4724, 2e6, -1e300])  # fmt: skip
    said = browser.run("return [...unpacked(arguments[0])].map((log) => scientific(log))", packed(logs))
    assert said == [scientific(log) for log in logs.tolist()]
    values = np.array(
        [*rng.normal(0, 1, 300), *rng.normal(0, 1e-4, 50), 0.0, -0.0, 0.5, -0.0625, 1e300, np.inf, -np.inf, np.nan]
    )
    said = browser.run("return [...unpacked(arguments[0])].map((value) => signed(value))", packed(values))
    assert said == [signed(value) for value in values.tolist()]


@pytest.mark.parametrize("exploration", [ONE, FAR, DEAD], ids=["usual", "far", "zeros"])
def test_every_pair_and_every_state_has_the_shade_that_it_has_in_the_window(
    browser: Browser, opened: Open, exploration: Exploration
) -> None:
    analysis = opened(exploration)
    shades = browser.run(
        "const row = (t) => Array.from({length: t + 1}, (_, k) => gainCode(gain(NETWORKS[0], t, k)));"
        "return Array.from({length: CELLS}, (_, t) => row(t))"
    )
    codes = flow_codes(analysis.run.log_gain, analysis.decades)
    assert shades == [row[: t + 1] for t, row in enumerate(codes.tolist())]
    states = browser.run(
        "return NETWORKS[0].parts.flatMap((part) => [...part.values].map((value) => stateCode(value, part.decade)))"
    )
    scale = StateScale.of(analysis.run.trace.s, bounded=exploration.recipe.activation == "tanh")
    assert states == encode(scale.position(analysis.run.trace.s)).ravel().tolist()


def test_what_is_beyond_float64_and_a_true_zero_are_told_apart(browser: Browser, opened: Open) -> None:
    far = opened(FAR)
    assert browser.run("return pairSentence(NETWORKS[0], 30, 0)") == pair_text(
        30, 0, float(far.run.log_gain[30, 0]), "rms"
    )
    assert "10^−" in browser.run("return gainText(log10(NETWORKS[0], 30, 0))")
    dead = opened(DEAD)
    t, k = np.argwhere(dead.run.log_gain == -np.inf)[-1].tolist()
    assert browser.run(f"return pairSentence(NETWORKS[0], {t}, {k})") == pair_text(t, k, -np.inf, "rms")


def test_arrow_keys_choose_a_cell_and_p_pins_it(browser: Browser, opened: Open) -> None:
    opened(ONE)
    browser.click("#maps .map")
    browser.run("shown({t: 9, k: 2})")
    browser.press("Right", "Up", "Up")
    assert browser.settled("[look.t, look.k]") == [11, 3]
    browser.press("p", "End", "Down")
    assert browser.settled("[look.t, look.k, look.pin.t, look.pin.k]") == [10, 10, 11, 3]
    assert "pinned ∂s₁₁/∂s₃" in browser.settled("document.getElementById('pairs').textContent")
    assert browser.settled("document.getElementById('row').value") == "10"
    browser.press("Esc", "Home")
    assert browser.settled("[look.pin, look.k]") == [None, 0]


def test_language_and_theme_can_be_switched(browser: Browser, opened: Open) -> None:
    analysis = opened(ONE, theme="dark")
    dark = browser.settled("getComputedStyle(document.body).backgroundColor")
    browser.click("#theme")
    browser.click("[data-language=zh_CN]")
    assert browser.settled("getComputedStyle(document.body).backgroundColor") != dark
    assert browser.settled("document.documentElement.lang") == "zh-CN"
    said = browser.settled("document.body.innerText")
    assert verdict_sentence(row_of(analysis, 9)).said(lambda text: catalogue("zh_CN")[text]) in said
    assert set(re.findall("[A-Za-z]{4,}", said)) == {"English", "tanh", "Home", "Shift"}


def test_frame_of_some_steps_of_many_tells_them_by_their_own_numbers(browser: Browser, tmp_path: Path) -> None:
    flow = gradient_flow(Network.random(inputs=1, hidden=2, outputs=1, seed=0).forward(np.ones((700, 1))))
    in_frame(browser, tmp_path, flow)
    at = browser.settled("DATA.at")
    t, k = len(at) - 2, 3
    gain = float(flow.log_gain[at[t], at[k]])
    assert browser.run(f"return pairSentence(NETWORKS[0], {t}, {k})") == pair_text(at[t], at[k], gain, "rms")
    browser.run(f"shown({{t: {t}, k: {k}}})")
    assert browser.settled("document.querySelector('output[for=row]').textContent") == str(at[t])
    assert f"s{subscript(at[t])}" in browser.settled("document.getElementById('verdict').textContent")
    assert browser.log("browser") == []


def test_frame_of_a_sweep_tells_the_point_under_the_pointer(browser: Browser, tmp_path: Path) -> None:
    axes = {"gain": [0.5, 1.0, 2.0], "seed": range(3), "hidden": [4, 8]}
    swept = explorer.sweep(
        {"preset": "toggle", "set": {"steps": 8, "t": 8}, "quantities": ["rho", "sigma_1"], "axes": axes}
    )
    in_frame(browser, tmp_path, swept)
    for row, column in ((0, 2), (1, 0)):
        median = swept["rho.median"][column, row]
        assert median == browser.settled(f"picture().rows[{row}].median[{column}]")
        browser.point("#sweep", *browser.settled(f"[x(DATA.xs[{column}], place()), y({median}, place())]"))
        told = browser.settled("document.getElementById('told').textContent")
        assert told.startswith(
            f"gain of W {axes['gain'][column]:g}, units n {axes['hidden'][row]}: median {median:.4g}"
        )
    browser.run("choice.selectedIndex = 1; choice.dispatchEvent(new Event('change'))")
    assert browser.settled("choice.selectedOptions[0].textContent") == "largest singular value σ₁"
    assert f"median {swept['sigma_1.median'][0, 1]:.4g}" in browser.settled(
        "document.getElementById('told').textContent"
    )
    browser.click("[data-language=zh_CN]")
    assert "中位数" in browser.settled("document.getElementById('told').textContent")
    assert browser.log("browser") == []


def in_frame(browser: Browser, folder: Path, value: Flow | explorer.Swept) -> None:
    """Open what stands in the frame in which a value shows itself in a notebook."""
    page_ = html.unescape((value._repr_html_() or "").partition("srcdoc='")[2].partition("'")[0])
    (folder / "frame.html").write_text(page_, "utf-8")
    browser.size(1000, 620)
    browser.open(folder / "frame.html")


@pytest.mark.parametrize(
    ("exploration", "language"),
    [(THREE, "en"), (ONE.with_recipe(cell="lstm"), "zh_CN")],
    ids=["three networks", "long formulas"],
)
def test_a_phone_never_has_to_be_scrolled_to_the_side(
    browser: Browser, opened: Open, exploration: Exploration, language: str
) -> None:
    opened(exploration, spoken=language)
    browser.size(PHONE, 740)
    assert browser.settled("[document.scrollingElement.scrollWidth, innerWidth]") == [PHONE, PHONE]
    assert browser.settled("Math.min(...maps.map((map) => map.place.width))") > 250


def test_a_finger_chooses_a_cell(browser: Browser, opened: Open) -> None:
    opened(ONE)
    browser.size(PHONE, 740)
    browser.tap("#maps .map", *browser.settled("[maps[0].x(1, maps[0].place), maps[0].y(6, maps[0].place)]"))
    assert browser.settled("[look.t, look.k, document.getElementById('column').max]") == [6, 1, "6"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_whatever_has_the_keyboard_has_a_name_for_a_reader(browser: Browser, opened: Open, language: str) -> None:
    opened(THREE, spoken=language)
    browser.settled("0")
    nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
    named = {
        node["nodeId"]: (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if any(one["name"] == "focusable" and one["value"]["value"] for one in node.get("properties", ()))
    }
    roles = [role for role, _ in named.values()]
    assert roles.count("application") == 3
    assert {"button", "slider", "application"} <= set(roles)
    assert [role for role, name in named.values() if not name and role != "RootWebArea"] == []
    pictures = [node.get("name", {}).get("value") for node in nodes if node.get("role", {}).get("value") == "image"]
    assert len(pictures) > 6
    assert all(pictures)


def test_networks_side_by_side_tell_each_their_own_verdict(browser: Browser, opened: Open) -> None:
    opened(THREE)
    kinds = browser.settled("[...document.querySelectorAll('.network .word')].map((word) => word.dataset.kind)")
    rows = [row_of(analyse(THREE.with_active(i)), THREE.selection.t) for i in range(3)]
    assert kinds == [row.verdict.kind for row in rows]
    browser.press("2")
    told = browser.settled("document.getElementById('verdict').textContent")
    assert told.startswith("sigmoid ")
    chosen = browser.settled("document.getElementById('pairs').textContent")
    assert all(name in chosen for name in ("tanh: ×", "sigmoid: ×", "ReLU: ×"))


def test_an_estimate_has_none_of_the_words_of_an_exact_gain(
    browser: Browser, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "most_bytes", lambda: 15_000_000)
    analysis = opened(replace(ONE, sequence=Signal(steps=40), selection=Selection(t=30, k=2)).with_recipe(hidden=150))
    assert analysis.run.estimate is not None
    word, end, verdict = browser.settled(
        "[...['.word', '.end', '#verdict']].map((one) => document.querySelector(one).textContent)"
    )
    assert (word, end[:2], verdict.partition(":")[0]) == ("", "≈ ", "Estimate")
    assert " ≈ ×" in browser.settled("document.getElementById('pairs').textContent")


def test_what_people_typed_stays_text(browser: Browser, opened: Open) -> None:
    typed = Text(text="<b> </script> <!-- x &lt; y", unit="spaced")
    title = "</script><img src=x onerror='window.caught = 1'><b>&amp;"
    analysis = opened(replace(ONE, sequence=typed, selection=Selection(t=3, k=1)), title=title)
    assert browser.settled("[document.title, document.getElementById('title').textContent, typeof caught]") == [
        title, title, "undefined",
    ]  # fmt: skip
    assert browser.settled("DATA.tokens") == list(analysis.feed.shown)
    assert "x₁: “<b>” → x₃: “<”" in browser.settled("document.getElementById('pairs').textContent")
    assert browser.log("browser") == []


def test_the_row_is_a_table_too(browser: Browser, opened: Open) -> None:
    analysis = opened(ONE)
    browser.click("#table summary")
    cells = browser.settled("[...document.querySelectorAll('tbody td')].map((cell) => cell.textContent)")
    row = analysis.run.log_gain[9, 9::-1] / math.log(10.0)
    assert cells == [f"×{scientific(log)}" for log in row.tolist()]


def test_packed_numbers_keep_every_bit() -> None:
    values = np.array([-5000.123456789012, -np.inf, np.nan, 5e-324])
    assert np.array_equal(np.frombuffer(base64.b64decode(packed(values)), "<f8"), values, equal_nan=True)


BOTH = replace(ONE, selection=Selection(t=3, k=9)).with_recipe(cell="lstm", hidden=3, direction="both")
BACK = replace(ONE, selection=Selection(t=3, k=9)).with_recipe(hidden=3, direction="backward")


@pytest.mark.parametrize("exploration", [BOTH, BACK], ids=["both ways", "backward"])
def test_layer_that_reads_backward_fills_its_triangle_in_the_sequences_time(
    browser: Browser, opened: Open, exploration: Exploration
) -> None:
    run = opened(exploration).run
    assert browser.settled("[look.t, look.k]") == [3, 9]
    shown = browser.run(
        "return Array.from({length: CELLS}, (_, t) => Array.from({length: CELLS}, (_, k) =>"
        " goes(NETWORKS[0], t, k) ? gain(NETWORKS[0], t, k) : null))"
    )
    found = np.array(shown, dtype=np.float64)
    np.testing.assert_array_equal(found, run.square)
    assert browser.run("return pairSentence(NETWORKS[0], 3, 9)").startswith("∂s₃/∂s₉ = ")
    verdict = verdict_sentence(row_of(analyse(exploration), run.time(3))).said(lambda text: text)
    assert browser.run("return say(rowOf(NETWORKS[0]).verdict)") == verdict
    assert browser.log("browser") == []


def test_pair_is_held_where_a_chain_goes_and_states_are_in_the_sequences_time(browser: Browser, opened: Open) -> None:
    run = opened(BACK).run
    browser.run("shown({t: 6, k: 2})")
    assert browser.settled("[look.t, look.k]") == [6, 6]
    assert "the chain runs backward" in browser.run("return pairSentence(NETWORKS[0], 6, 2)")
    values = browser.run("return [...NETWORKS[0].parts[0].values]")
    np.testing.assert_array_equal(np.reshape(values, (13, 3)), run.course.s[::-1])
    opened(BOTH)
    assert browser.run("return NETWORKS[0].parts.map((part) => part.name)") == ["h→", "c→", "h←", "c←"]
    browser.run("shown({t: 6, k: 2})")
    assert browser.settled("[look.t, look.k, facesBack(NETWORKS[0])]") == [6, 2, False]


def test_no_line_runs_through_the_name_of_a_contour_and_the_contour_leaves_it_no_more_room_than_it_takes(
    browser: Browser, opened: Open
) -> None:
    opened(preset("toggle").exploration)
    boxes = browser.settled("maps[1].names")
    assert len(boxes) > 2
    for left, top, right, bottom in boxes:
        middle = (left + right) / 2
        k = math.floor(browser.settled(f"CELLS * ({middle} - maps[1].place.x) / maps[1].place.width"))
        browser.run("shown(arguments[0]);", {"t": 40, "k": k})
        inked = f"""
            (() => {{
              const scale = maps[1].over.width / maps[1].over.clientWidth;
              const box = [{left} + 1, {top} + 1, {right - left} - 2, {bottom - top} - 2].map((one) => one * scale);
              return maps[1].over.getContext("2d").getImageData(...box).data.some(Boolean);
            }})()
        """
        assert not browser.settled(inked)
    gap = browser.run(
        """
        const pen = maps[1].ground.getContext("2d");
        const [before, after] = label(pen, [[0, 0], [500, 0], [1000, 0]], "10⁻³").parts;
        return after[0][0] - before.at(-1)[0] - pen.measureText("10⁻³").width;
        """
    )
    assert 4.0 < gap < 16.0


def test_the_frame_covers_no_name_of_a_contour_which_stands_elsewhere_then(browser: Browser, opened: Open) -> None:
    opened(preset("toggle").exploration)
    usual = browser.settled("maps[1].names")
    for left, top, right, bottom in usual:
        place, cells = browser.run("return [maps[1].place, CELLS]")
        k = math.floor(((left + right) / 2 - place["x"]) / place["width"] * cells)
        t = cells - 1 - math.floor(((top + bottom) / 2 - place["y"]) / place["height"] * cells)
        browser.run("shown(arguments[0]);", {"t": t, "k": k})
        x, y, (wide, high), boxes = browser.settled(
            "((map, at) => [map.x(look.k, at), map.y(look.t, at), sides(at), map.names])(maps[1], maps[1].place)"
        )
        assert len(boxes) == len(usual)
        over = x - wide / 2 - 2, y - high / 2 - 2, x + wide / 2 + 2, y + high / 2 + 2
        for box in boxes:
            assert box[2] <= over[0] or over[2] <= box[0] or box[3] <= over[1] or over[3] <= box[1]
    browser.run("shown({t: 2, k: 2})")
    assert browser.settled("maps[1].names") == usual
