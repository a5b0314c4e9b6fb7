// What a sweep came to: curves with their quartiles, or a map; it tells the point under the pointer or chosen by keys.

const DATA = JSON.parse(document.getElementById("data").textContent);
const FACE = "12px system-ui, sans-serif";
const PLACE = { left: 64, right: 14, top: 8, bottom: 42 };
const canvas = document.getElementById("sweep");
const choice = document.getElementById("quantity");
const look = { picture: 0, row: 0, column: 0, language: DATA.language, theme: "" };

const say = (words) => words[look.language];
const lookName = () => look.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const picture = () => DATA.pictures[look.picture];
const coloursOf = (looks) => Object.fromEntries(Object.entries(looks).map(([name, found]) => [
  name, { ...found, cells: Uint8Array.from(atob(found.cells), (sign) => sign.charCodeAt(0)) },
]));
const pictures = DATA.pictures.map((one) => coloursOf(one.looks));
const colours = () => pictures[look.picture][lookName()];

/** Return the place of the picture within the canvas. */
function place() {
  const { clientWidth: width, clientHeight: height } = canvas;
  return {
    x: PLACE.left, y: PLACE.top,
    width: Math.max(width - PLACE.left - PLACE.right, 1), height: Math.max(height - PLACE.top - PLACE.bottom, 1),
  };
}

const x = (value, at) => at.x + ((value - DATA.across.low) / (DATA.across.high - DATA.across.low)) * at.width;
const y = (value, at) => at.y + ((picture().up.high - value) / (picture().up.high - picture().up.low)) * at.height;

function paint() {
  const fine = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * fine));
  const pen = canvas.getContext("2d");
  pen.scale(fine, fine);
  pen.font = FACE;
  const at = place();
  axes(pen, at);
  pen.save();
  pen.beginPath();
  pen.rect(at.x, at.y, at.width, at.height);
  pen.clip();
  if (DATA.maps) cells(pen, at);
  else picture().rows.forEach((row, index) => curve(pen, at, row, colours().lines[index]));
  for (const row of picture().theory) path(pen, row.map(([a, b]) => [x(a, at), b === null ? NaN : y(b, at)]), ink("text"), [5, 4]);
  mark(pen, at);
  pen.restore();
}

function axes(pen, at) {
  pen.fillStyle = ink("muted");
  pen.strokeStyle = ink("grid");
  pen.textAlign = "center";
  for (const [value, label] of DATA.across.ticks) pen.fillText(say(label), x(value, at), at.y + at.height + 16);
  pen.fillText(say(DATA.across.title), at.x + at.width / 2, at.y + at.height + 34);
  pen.textAlign = "right";
  for (const [value, label] of picture().up.ticks) {
    pen.fillText(say(label), at.x - 6, y(value, at) + 4);
    if (!DATA.maps) path(pen, [[at.x, y(value, at)], [at.x + at.width, y(value, at)]], ink("grid"), []);
  }
  pen.strokeStyle = ink("border");
  pen.strokeRect(at.x - 0.5, at.y - 0.5, at.width + 1, at.height + 1);
}

function cells(pen, at) {
  const [rows, columns] = [picture().rows.length, DATA.xs.length];
  const tile = { width: at.width / columns, height: at.height / rows };
  const shades = colours().cells;
  for (let i = 0; i < rows * columns; i += 1) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    pen.fillStyle = `rgb(${shades[3 * i]}, ${shades[3 * i + 1]}, ${shades[3 * i + 2]})`;
    pen.fillRect(at.x + column * tile.width, at.y + (rows - 1 - row) * tile.height, tile.width + 0.5, tile.height + 0.5);
  }
}

function curve(pen, at, row, colour) {
  pen.save();
  pen.globalAlpha = 0.2;
  pen.fillStyle = colour;
  const known = DATA.xs.map((_, i) => i).filter((i) => row.lower[i] !== null && row.upper[i] !== null);
  pen.beginPath();
  for (const i of known) pen.lineTo(x(DATA.xs[i], at), y(row.lower[i], at));
  for (const i of known.reverse()) pen.lineTo(x(DATA.xs[i], at), y(row.upper[i], at));
  pen.fill();
  pen.restore();
  const points = row.median.map((value, i) => [x(DATA.xs[i], at), value === null ? NaN : y(value, at)]);
  path(pen, points, colour, [], 2);
  pen.fillStyle = colour;
  for (const [a, b] of points.length > 60 ? [] : points) if (Number.isFinite(b)) pen.fillRect(a - 2, b - 2, 4, 4);
}

function path(pen, points, colour, dash, width = 1) {
  pen.save();
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  let lifted = true;
  for (const [a, b] of points) {
    if (Number.isFinite(b)) pen[lifted ? "moveTo" : "lineTo"](a, b);
    lifted = !Number.isFinite(b);
  }
  pen.stroke();
  pen.restore();
}

/** Mark the point that is told. */
function mark(pen, at) {
  const column = x(DATA.xs[look.column], at);
  const value = DATA.maps ? look.row : picture().rows[look.row].median[look.column];
  path(pen, [[column, at.y], [column, at.y + at.height]], ink("selection"), [2, 3]);
  if (value === null) return;
  pen.strokeStyle = ink("selection");
  pen.lineWidth = 2;
  pen.strokeRect(column - 5, y(value, at) - 5, 10, 10);
}

/** Return what is nearest to a pointer: the column, and the row of the map or the curve. */
function nearest(event) {
  const box = canvas.getBoundingClientRect();
  const at = place();
  const away = (list, far) => list.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
  const column = away(DATA.xs, (i) => Math.abs(x(DATA.xs[i], at) - (event.clientX - box.left)));
  const height = event.clientY - box.top;
  const value = (i) => (DATA.maps ? i : picture().rows[i].median[column]);
  const row = away(picture().rows, (i) => (value(i) === null ? Infinity : Math.abs(y(value(i), at) - height)));
  return { row, column };
}

function shown(change) {
  Object.assign(look, change);
  document.documentElement.lang = look.language.replace("_", "-");
  if (look.theme) document.documentElement.dataset.theme = look.theme;
  const title = document.getElementById("title");
  title.textContent = say(picture().title);
  title.hidden = DATA.pictures.length > 1;
  choice.replaceChildren(...DATA.pictures.map((one) => new Option(say(one.title))));
  choice.selectedIndex = look.picture;
  choice.hidden = DATA.pictures.length < 2;
  choice.setAttribute("aria-label", say(DATA.quantity));
  document.getElementById("left_out").textContent = say(DATA.leftOut);
  const names = document.getElementById("names");
  names.replaceChildren(...picture().rows.filter((row) => !DATA.maps && row.name).map((row, index) => {
    const name = document.createElement("span");
    name.style.color = colours().lines[index];
    name.style.marginRight = "12px";
    name.textContent = say(row.name);
    return name;
  }));
  document.getElementById("theme").textContent = say(DATA.themes[lookName() === "dark" ? "light" : "dark"]);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === look.language));
  }
  document.getElementById("told").textContent = say(picture().rows[look.row].said[look.column]);
  paint();
}

function press(event) {
  const [up, right] = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
  if (!up && !right) return;
  const within = (value, list) => Math.min(Math.max(value, 0), list.length - 1);
  shown({ row: within(look.row + up, picture().rows), column: within(look.column + right, DATA.xs) });
  event.preventDefault();
}

canvas.addEventListener("pointermove", (event) => shown(nearest(event)));
canvas.addEventListener("pointerdown", (event) => shown(nearest(event)));
canvas.addEventListener("keydown", press);
choice.addEventListener("change", () => shown({ picture: choice.selectedIndex }));
document.getElementById("theme").addEventListener("click", () => shown({ theme: lookName() === "dark" ? "light" : "dark" }));
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => shown({ language: button.dataset.language }));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => shown({}));
new ResizeObserver(() => shown({})).observe(canvas);
shown({});
