// The page as a whole: what the reader does, and what is painted after it.

const maps = [];
const stateViews = [];

/** Take on what changed of the look, and paint what shows it; at most once a frame. */
function shown(change) {
  Object.assign(look, change);
  const [low, high] = reachOf(NETWORKS[look.active], look.t);
  look.k = Math.min(Math.max(look.k, low), high);
  shown.asked ??= requestAnimationFrame(() => {
    shown.asked = null;
    paintLook();
  });
}

function paintLook() {
  for (const map of maps) map.paintOver();
  for (const view of stateViews) view.paint();
  paintDecay();
  tellVerdict();
  tellPair();
  tellTable();
  showSliders();
}

/** Paint everything: another size or theme. */
function paintAll() {
  for (const map of maps) map.paintGround();
  paintLegend();
  paintLook();
}

function showSliders() {
  const [row, column] = ["row", "column"].map((name) => document.getElementById(name));
  row.value = look.t;
  [column.min, column.max] = reachOf(NETWORKS[look.active], look.t);
  column.value = look.k;
  for (const [slider, sign, step] of [[row, "t", look.t], [column, "k", look.k]]) {
    slider.setAttribute("aria-valuetext", `${sign} = ${stepOf(step)}. ${pairSentences(look.t, look.k)}`);
    document.querySelector(`output[for=${slider.id}]`).textContent = stepOf(step);
  }
  document.getElementById("pin").textContent = say(look.pin ? "unpin" : "pin");
  document.getElementById("decay-title").textContent = say("decay of", { t: stepOf(look.t) });
}

function togglePin() {
  shown({ pin: look.pin ? null : { t: look.t, k: look.k } });
}

/** Move the chosen cell by keys: k to the sides, t up and down. */
function press(event) {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };
  const far = event.shiftKey ? 10 : 1;
  const key = event.key;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key in steps && event.currentTarget.classList.contains("map")) {
    const t = Math.min(Math.max(look.t + far * steps[key][0], 0), T);
    shown({ t, k: look.k + far * steps[key][1], pointed: null });
  } else if ((key === "Home" || key === "End") && event.currentTarget.classList.contains("map")) {
    shown({ k: key === "Home" ? 0 : T, pointed: null });
  } else if (key.toLowerCase() === "p") togglePin();
  else if (key === "Escape") shown({ pin: null });
  else if (/^[1-4]$/.test(key) && Number(key) <= NETWORKS.length) shown({ active: Number(key) - 1 });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Say everything in the language that is now spoken. */
function speak() {
  document.documentElement.lang = look.language.replace("_", "-");
  document.title = say(DATA.title);
  for (const part of document.querySelectorAll("[data-say]")) part.textContent = say(part.dataset.say);
  for (const part of document.querySelectorAll("[data-label]")) part.setAttribute("aria-label", say(part.dataset.label));
  document.getElementById("title").textContent = say(DATA.title);
  document.getElementById("look").textContent = say(DATA.look);
  for (const part of document.querySelectorAll("[data-of]")) {
    const network = NETWORKS[Number(part.dataset.network)];
    part.textContent = say(network[part.dataset.of]);
  }
  const written = document.getElementById("written");
  written.hidden = !DATA.written.length;
  written.querySelector("ul").replaceChildren(...DATA.written.map((note) => {
    const line = document.createElement("li");
    line.textContent = say(note);
    return line;
  }));
  document.getElementById("decay-norm").textContent = say(`decay ${DATA.norm}`);
  maps.forEach((map) => map.field.setAttribute("aria-label", say("map of", { name: say(map.network.name) })));
  stateViews.forEach((view) => view.canvas.setAttribute("aria-label", say("states of", { name: say(view.network.name) })));
  document.getElementById("theme").textContent = say(lookName() === "dark" ? "light" : "dark");
}

function setLanguage(code) {
  look.language = code;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === code));
  }
  speak();
  shown({});
}

function setTheme(name) {
  look.theme = name;
  if (name) document.documentElement.dataset.theme = name;
  speak();
  paintAll();
}

/** Return a copy of a template's figure for a network. */
function figure(id, index) {
  const made = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const part of made.querySelectorAll("[data-of]")) part.dataset.network = index;
  return made;
}

function begin() {
  NETWORKS.forEach((network, index) => {
    const [map, states] = [figure("network", index), figure("states", index)];
    map.querySelector(".dot").hidden = !MANY;
    document.getElementById("maps").append(map);
    document.getElementById("state-views").append(states);
    maps.push(new FlowMap(index, map));
    stateViews.push(new States(index, states));
    map.querySelector(".map").addEventListener("keydown", press);
  });
  document.body.dataset.networks = NETWORKS.length;
  beginDecay();
  document.body.addEventListener("keydown", press);
  document.getElementById("row").max = T;
  document.getElementById("row").addEventListener("input", (event) => shown({ t: Number(event.target.value), pointed: null }));
  document.getElementById("column").addEventListener("input", (event) => shown({ k: Number(event.target.value), pointed: null }));
  document.getElementById("pin").addEventListener("click", togglePin);
  document.getElementById("table").addEventListener("toggle", tellTable);
  document.getElementById("theme").addEventListener("click", () => setTheme(lookName() === "dark" ? "light" : "dark"));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => setLanguage(button.dataset.language));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => look.theme || setTheme(""));
  setLanguage(DATA.language);
  setTheme(DATA.theme);
  onResize(document.querySelectorAll("canvas"), paintAll);
}

begin();
