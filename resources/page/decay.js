// The decay of the chosen row: its gains over k on a logarithmic axis, one line for each network.

const decay = { canvas: null, place: null };

function beginDecay() {
  decay.canvas = document.getElementById("decay");
  decay.canvas.addEventListener("pointermove", (event) => pointDecay(event, false));
  decay.canvas.addEventListener("pointerdown", (event) => pointDecay(event, true));
  decay.canvas.addEventListener("pointerleave", () => shown({ pointed: null }));
}

function pointDecay(event, pressed) {
  const box = decay.canvas.getBoundingClientRect();
  const k = Math.floor(((event.clientX - box.left - decay.place.x) / decay.place.width) * CELLS);
  const [low, high] = spanOf(NETWORKS[look.active]);
  if (k < low || k > high) shown({ pointed: null });
  else if (pressed || event.buttons) shown({ k, pointed: null });
  else shown({ pointed: { t: look.t, k, index: look.active } });
}

function paintDecay() {
  const pen = fresh(decay.canvas);
  const place = {
    x: 46, y: 8, width: decay.canvas.clientWidth - 46 - MARGIN.right, height: decay.canvas.clientHeight - 8 - MARGIN.bottom,
  };
  decay.place = place;
  const t = look.t;
  const ends = NETWORKS.map((network) => rowOf(network).decades);
  const scale = { low: Math.min(...ends.map((end) => end[0])), high: Math.max(...ends.map((end) => end[1])) };
  const y = (log) => place.y + ((scale.high - log) / (scale.high - scale.low)) * place.height;
  const x = (k) => place.x + ((k + 0.5) / CELLS) * place.width;
  decayGrid(pen, place, scale, y);
  pen.save();
  pen.beginPath();
  pen.rect(place.x, place.y, place.width, place.height);
  pen.clip();
  reach(pen, place, t, x, y);
  const names = MANY ? [] : besides(pen, NETWORKS[0], t, x, y);
  NETWORKS.forEach((network, index) => names.push(curve(pen, network, index, t, x, y, place)));
  line(pen, [[x(look.k), place.y], [x(look.k), place.y + place.height]], { colour: ink("selection"), dash: [2, 3] });
  if (look.pointed && look.pointed.t === t) {
    line(pen, [[x(look.pointed.k), place.y], [x(look.pointed.k), place.y + place.height]], { colour: ink("accent") });
  }
  pen.restore();
  nameLines(pen, place, names);
  stepAxis(pen, place, CELLS);
}

function decayGrid(pen, place, scale, y) {
  for (const decade of wholeTicks(scale.low, scale.high, place.height / 26)) {
    const level = Math.round(y(decade)) + 0.5;
    line(pen, [[place.x, level], [place.x + place.width, level]], { colour: ink(decade === 0 ? "border" : "grid") });
    write(pen, powerOfTen(decade), place.x - 6, level, { colour: ink("muted"), align: "right" });
  }
}

/** Draw the threshold, and alone how far back the gain stays above it. */
function reach(pen, place, t, x, y) {
  const level = Math.min(y(DATA.threshold[0]), place.y + place.height - 2);
  line(pen, [[place.x, level], [place.x + place.width, level]], { colour: ink("threshold") });
  const row = rowOf(NETWORKS[look.active]);
  if (MANY || row.horizon === null) return;
  const right = place.x + place.width;
  const back = facesBack(NETWORKS[look.active]);
  const edge = back ? Math.min(x(t + row.horizon + 0.5), right) : Math.max(x(t - row.horizon - 0.5), place.x);
  if (!row.whole) {
    pen.save();
    pen.globalAlpha = 0.1;
    pen.fillStyle = ink("threshold");
    if (back) pen.fillRect(edge, place.y, right - edge, place.height);
    else pen.fillRect(place.x, place.y, edge - place.x, place.height);
    pen.restore();
    line(pen, [[edge, level - 6], [edge, level + 6]], { colour: ink("threshold"), width: 2.5 });
  }
  line(pen, [[edge, level], [x(t), level]], { colour: ink("threshold"), width: 2.5 });
}

/** Draw trend, bound and fit, straight lines over the lag; return their names. */
function besides(pen, network, t, x, y) {
  const row = rowOf(network);
  const [low, high] = spanOf(network);
  const lines = [];
  if (network.trend !== null) {
    lines.push([say(network.steepest === 1 ? "trend" : "steep trend"), 0, network.trend, "trend", [1.5, 3]]);
  }
  if (network.bound !== null) lines.push([say("bound"), 0, network.bound, "bound", [7, 4]]);
  if (row.fit) lines.push([say("fit"), row.fit[0], row.fit[1], "fit", [8, 3, 2, 3]]);
  return lines.map(([name, start, rate, colour, dash]) => {
    const at = (k) => y((start + rate * Math.abs(stepOf(t) - stepOf(k))) / Math.LN10);
    line(pen, [[x(low), at(low)], [x(high), at(high)]], { colour: ink(colour), width: 1.5, dash });
    return { name, colour: ink(colour), y: at(low) };
  });
}

/** Draw a network's row; zeros stand as dots on the floor. Return the line's name. */
function curve(pen, network, index, t, x, y, place) {
  const colour = lineInk(index);
  const floor = place.y + place.height - 5;
  const [low, high] = spanOf(network);
  const points = Array.from({ length: high - low + 1 }, (_, i) => [x(low + i), y(log10(network, t, low + i))]);
  line(pen, points, { colour, width: index === look.active ? 2.8 : 2 });
  pen.fillStyle = colour;
  for (let k = low; k <= high; k += 1) {
    if (log10(network, t, k) === -Infinity) pen.fillRect(x(k) - 2, floor - 2, 4, 4);
  }
  const k = Math.min(Math.max(look.k, low), high);
  const chosen = y(log10(network, t, k));
  if (Number.isFinite(chosen)) dot(pen, x(k), chosen, colour);
  const end = points.find((point) => Number.isFinite(point[1]));
  return { name: say(network.name), colour, y: end && end[0] === x(low) ? end[1] : floor, bold: true };
}

function dot(pen, x, y, colour) {
  pen.beginPath();
  pen.arc(x, y, 4.5, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = ink("card");
  pen.stroke();
}

/** Write the names beside the left ends of lines, moved until none covers another. */
function nameLines(pen, place, names) {
  const placed = [];
  for (const name of names.sort((one, other) => (other.bold ? 1 : 0) - (one.bold ? 1 : 0))) {
    const home = Math.min(Math.max(name.y - 10, place.y + 9), place.y + place.height - 9);
    const free = [0, 20, -20, 34, -34, 48, -48, 62]
      .map((shift) => home + shift)
      .find((y) => y > place.y + 6 && y < place.y + place.height - 6 && placed.every((other) => Math.abs(other - y) > 13));
    if (free === undefined) continue;
    placed.push(free);
    pen.save();
    pen.fillStyle = ink("card");
    pen.globalAlpha = 0.8;
    pen.fillRect(place.x + 4, free - 8, pen.measureText(name.name).width + 10, 16);
    pen.restore();
    write(pen, name.name, place.x + 8, free, { colour: name.colour, bold: name.bold });
  }
}
