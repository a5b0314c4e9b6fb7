// What is said in words: the verdict, the chosen, the pinned and the pointed pair, and the row as a table.

/** Return the sentence on a pair of a network. */
function pairSentence(network, t, k) {
  if (!goes(network, t, k)) return say(k > t ? "undefined" : "undefined back", { t: subscript(stepOf(t)), k: subscript(stepOf(k)) });
  const log = log10(network, t, k);
  if (log === -Infinity) return say("zero pair", { pair: pairName(t, k) });
  if (!Number.isFinite(log)) return say("nan pair", { pair: pairName(t, k) });
  return say(network.estimate ? "rough pair" : "pair", {
    pair: pairName(t, k), gain: scientific(log), norm: say(DATA.norm), decades: decadesText(log),
  });
}

/** Return the sentences on a pair, of all networks where there are several. */
function pairSentences(t, k) {
  if (!MANY || !goes(NETWORKS[look.active], t, k)) return pairSentence(NETWORKS[look.active], t, k);
  return NETWORKS.map((network) => say("of", { name: say(network.name), value: pairGain(network, t, k) })).join(" · ");
}

/** Return the gain of a pair as it is read best, a dash where no chain goes. */
function pairGain(network, t, k) {
  return goes(network, t, k) ? gainText(log10(network, t, k)) : "–";
}

/** Return the words that stand at a step of a text; "" of numbers. */
function token(step) {
  return DATA.tokens && step > 0 ? say("reads", { t: subscript(stepOf(step)), token: `“${DATA.tokens[step - 1]}”` }) : "";
}

function tellPair() {
  const shown = look.pointed ?? look;
  const lines = [[say(look.pointed ? "pointed" : "chosen"), shown.t, shown.k]];
  if (look.pin) lines.push([say("pinned"), look.pin.t, look.pin.k]);
  const list = document.getElementById("pairs");
  list.replaceChildren(...lines.map(([name, t, k]) => pairLine(name, t, k)));
  if (look.pin) list.append(element("p", "muted", ratios(shown, look.pin)));
  document.getElementById("spoken").textContent = pairSentences(look.t, look.k);
}

/** Return how many times a pair is another one, of all networks where there are several; "" where it is no number. */
function ratios(pair, pin) {
  const told = NETWORKS.map((network) => {
    const share = log10(network, pair.t, pair.k) - log10(network, pin.t, pin.k);
    const value = Number.isFinite(share) ? say("ratio", { ratio: "×" + scientific(share) }) : "";
    return MANY && value ? say("of", { name: say(network.name), value }) : value;
  });
  return told.filter(Boolean).join(" · ");
}

function pairLine(name, t, k) {
  const item = element("p", "pair");
  item.append(element("span", "tag", name), " ", `${MANY && goes(NETWORKS[look.active], t, k) ? pairName(t, k) + "  " : ""}${pairSentences(t, k)}`);
  const words = [token(k), token(t)].filter(Boolean).join(" → ");
  const about = NETWORKS[look.active].estimate;
  if (about) item.append(element("span", "muted", " " + say(about)));
  if (words) item.append(element("span", "muted", " " + words));
  return item;
}

function element(tag, kind, text = "") {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  return made;
}

/** Say the verdict on the row: its word large, then its sentence. */
function tellVerdict() {
  const row = rowOf(NETWORKS[look.active]);
  const [head, ...rest] = say(row.verdict).split(/(?<=[:：])/);
  const headline = document.getElementById("verdict");
  headline.dataset.kind = row.kind;
  headline.replaceChildren(
    ...(MANY ? [element("span", "whose", say(NETWORKS[look.active].name) + " ")] : []),
    element("strong", "", head), rest.join(""),
  );
  document.getElementById("fit").textContent = MANY ? "" : [row.rate, row.reach].filter(Boolean).map((words) => say(words)).join(" · ");
  document.querySelectorAll(".network").forEach((figure, index) => {
    const own = rowOf(NETWORKS[index]);
    figure.querySelector(".dot").style.background = lineInk(index);
    const word = figure.querySelector(".word");
    word.dataset.kind = own.kind;
    word.textContent = own.kind in DATA.kinds ? say(DATA.kinds[own.kind]) : "";
    figure.querySelector(".end").textContent = ["start", "undefined"].includes(own.kind) ? "" : `${own.kind === "estimate" ? "≈ " : ""}×${own.end}`;
    figure.toggleAttribute("data-active", MANY && index === look.active);
  });
}

/** Fill the table of the row, for who reads numbers or can't see the curve. */
function tellTable() {
  const details = document.getElementById("table");
  if (!details.open) return;
  const head = document.createElement("tr");
  head.append(...["k", ...NETWORKS.map((network) => say(network.name))].map((name) => header(name, "col")));
  const rows = [];
  const [low, high] = spanOf(NETWORKS[look.active]);
  const steps = Array.from({ length: high - low + 1 }, (_, i) => (low < look.t ? high - i : low + i));
  for (const k of steps) {
    const row = document.createElement("tr");
    row.append(header(String(stepOf(k)), "row"), ...NETWORKS.map((network) => element("td", "", pairGain(network, look.t, k))));
    rows.push(row);
  }
  details.querySelector("thead").replaceChildren(head);
  details.querySelector("tbody").replaceChildren(...rows);
}

function header(text, scope) {
  const cell = element("th", "", text);
  cell.scope = scope;
  return cell;
}

/** Draw the legend: the bar of the scale with its ends, and what is on none. */
function paintLegend() {
  const canvas = document.getElementById("bar");
  const pen = fresh(canvas);
  const place = { x: 8, y: 2, width: canvas.clientWidth - 16, height: 12 };
  paint(pen, image(LAST - FIRST + 1, 1, (x) => FIRST + x, colours().gains), place, {});
  for (const [at, decade] of [[0, -DATA.decades], [0.5, 0], [1, DATA.decades]]) {
    const align = ["left", "center", "right"][2 * at];
    write(pen, powerOfTen(decade), place.x + at * place.width, 24, { colour: ink("muted"), align });
  }
  const kinds = { zero: ZERO, nan: NAN, below: BELOW, above: ABOVE };
  for (const [name, code] of Object.entries(kinds)) {
    const swatch = document.querySelector(`[data-swatch=${name}]`);
    const brush = fresh(swatch);
    const area = { x: 0, y: 0, width: swatch.clientWidth, height: swatch.clientHeight };
    paint(brush, image(1, 1, () => code, colours().gains), area, colours()["gain marks"]);
  }
}
