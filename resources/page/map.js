// The map of all pairs of one network: row t upward, column k to the right.

const CELLS = T + 1;
const WIDER = 7 * Math.max(String(stepOf(T)).length - 3, 0);
const MARGIN = { left: 30 + WIDER, right: 6 + WIDER, top: 6, bottom: DATA.tokens ? 38 : 22 };
const HALF_LINE = 8;

class FlowMap {
  constructor(index, figure) {
    this.index = index;
    this.network = NETWORKS[index];
    this.field = figure.querySelector(".map");
    [this.ground, this.over] = figure.querySelectorAll("canvas");
    this.pictures = {};
    this.names = this.usual = [];
    this.taken = null;
    this.field.addEventListener("pointermove", (event) => this.point(event));
    this.field.addEventListener("pointerleave", () => shown({ pointed: null }));
    this.field.addEventListener("pointerdown", (event) => this.choose(event));
    this.field.addEventListener("dblclick", () => togglePin());
    this.field.addEventListener("focus", () => shown({ active: this.index }));
  }

  get place() {
    const width = this.ground.clientWidth - MARGIN.left - MARGIN.right;
    const height = this.ground.clientHeight - MARGIN.top - MARGIN.bottom;
    return { x: MARGIN.left, y: MARGIN.top, width: Math.max(width, 1), height: Math.max(height, 1) };
  }

  /** Return the cell under a pointer as {t, k}; null beside the map. */
  cell(event) {
    const box = this.ground.getBoundingClientRect();
    const place = this.place;
    const k = Math.floor(((event.clientX - box.left - place.x) / place.width) * CELLS);
    const t = T - Math.floor(((event.clientY - box.top - place.y) / place.height) * CELLS);
    return k >= 0 && k <= T && t >= 0 && t <= T ? { t, k } : null;
  }

  point(event) {
    const cell = this.cell(event);
    const pointed = cell && { ...cell, index: this.index };
    if (event.buttons) this.choose(event);
    else if (JSON.stringify(pointed) !== JSON.stringify(look.pointed)) shown({ pointed });
  }

  choose(event) {
    const cell = this.cell(event);
    if (cell && goes(this.network, cell.t, cell.k)) shown({ ...cell, active: this.index, pointed: null });
  }

  /** Return the picture of the gains in the colours of now; it is made once. */
  get picture() {
    const name = lookName();
    this.pictures[name] ??= image(
      CELLS, CELLS,
      (x, y) => (goes(this.network, T - y, x) ? gainCode(gain(this.network, T - y, x)) : UNDEFINED),
      colours().gains, UNDEFINED,
    );
    return this.pictures[name];
  }

  /** Paint what changes with the size and the theme alone, but for names that would stand on what is ``taken``, a box. */
  paintGround(taken = null) {
    this.taken = taken;
    const pen = fresh(this.ground);
    const place = this.place;
    hatch(pen, place);
    paint(pen, this.picture, place, colours()["gain marks"]);
    this.contours(pen, place);
    if (!taken) this.usual = this.names;
    pen.strokeStyle = ink("border");
    pen.strokeRect(place.x - 0.5, place.y - 0.5, place.width + 1, place.height + 1);
    stepAxis(pen, place, CELLS);
    for (const tick of wholeTicks(0, T, place.height / 26)) {
      const y = this.y(tick, place);
      line(pen, [[place.x - 4, y], [place.x, y]], { colour: ink("border") });
      write(pen, String(stepOf(tick)), place.x - 7, y, { colour: ink("muted"), align: "right" });
    }
  }

  x(k, place) {
    return place.x + ((k + 0.5) / CELLS) * place.width;
  }

  y(t, place) {
    return place.y + ((T - t + 0.5) / CELLS) * place.height;
  }

  /** Draw the lines of equal gain; the longest of each power of ten has its name. */
  contours(pen, place) {
    const named = new Set();
    this.names = [];
    for (const [level, flat] of this.network.contours) {
      const points = [];
      for (let i = 0; i < flat.length; i += 2) points.push([this.x(flat[i], place), this.y(flat[i + 1], place)]);
      const colour = readable(gainCode(level * Math.LN10));
      const name = named.has(level) ? null : label(pen, points, powerOfTen(level), this.taken);
      for (const part of name ? name.parts : [points]) line(pen, part, { colour, width: 1.1 });
      if (name) {
        named.add(level);
        this.names.push(name.box);
      }
      if (name) turned(pen, name, powerOfTen(level), colour);
    }
  }

  /** Let a name that the frame of the chosen cell would cover stand elsewhere. */
  clear(place) {
    const [x, y] = [this.x(look.k, place), this.y(look.t, place)];
    const [across, down] = sides(place).map((side) => side / 2 + 2);
    const over = [x - across, y - down, x + across, y + down];
    const taken = this.usual.some((box) => meet(box, over)) ? over : null;
    if (String(taken) !== String(this.taken)) this.paintGround(taken);
  }

  /** Paint what is chosen, pinned and pointed at. */
  paintOver() {
    const pen = fresh(this.over);
    const place = this.place;
    const colour = ink("selection");
    const y = this.y(look.t, place);
    const x = this.x(look.k, place);
    this.clear(place);
    // Neither line runs through a name, which is read where it stands.
    for (const [from, to] of between(place.x, place.x + place.width, y, this.names, 0)) {
      haloed(pen, [[from, y], [to, y]], { colour, width: 1.4 });
    }
    for (const [from, to] of between(place.y, place.y + place.height, x, this.names, 1)) {
      haloed(pen, [[x, from], [x, to]], { colour, width: 1.4, dash: [3, 3] });
    }
    frame(pen, x, y, place, colour, 2);
    if (look.pin) diamond(pen, this.x(look.pin.k, place), this.y(look.pin.t, place));
    if (look.pointed) {
      frame(pen, this.x(look.pointed.k, place), this.y(look.pointed.t, place), place, ink("accent"), 2);
    }
  }
}

/** Let what is not defined look like nothing that is. */
function hatch(pen, place) {
  pen.save();
  pen.beginPath();
  pen.rect(place.x, place.y, place.width, place.height);
  pen.clip();
  pen.fillStyle = ink("card");
  pen.fillRect(place.x, place.y, place.width, place.height);
  for (let at = -place.height; at < place.width; at += 9) {
    line(pen, [[place.x + at, place.y + place.height], [place.x + at + place.height, place.y]], {
      colour: ink("undefined-hatch"), width: 0.8,
    });
  }
  pen.restore();
}

/** Return how wide and how high a frame is: as a cell, or as what can be seen. */
function sides(place) {
  return [Math.max(place.width / CELLS, 7), Math.max(place.height / CELLS, 7)];
}

function frame(pen, x, y, place, colour, width) {
  const [across, down] = sides(place);
  pen.lineWidth = width + 2;
  pen.strokeStyle = ink("card");
  pen.strokeRect(x - across / 2, y - down / 2, across, down);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.strokeRect(x - across / 2, y - down / 2, across, down);
}

function diamond(pen, x, y) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(Math.PI / 4);
  pen.fillStyle = ink("accent");
  pen.strokeStyle = ink("card");
  pen.lineWidth = 1.5;
  pen.fillRect(-5, -5, 10, 10);
  pen.strokeRect(-5, -5, 10, 10);
  pen.restore();
}

/** Return black or white, whichever has more contrast with the shade of a code. */
function readable(code) {
  const light = [0, 1, 2].map((i) => {
    const share = colours().gains[3 * code + i] / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.179 ? "#000000" : "#ffffff";
}

/** Return the pieces of a line along an axis (0 or 1) at ``at`` of the other one over which no box lies. */
function between(start, end, at, boxes, axis) {
  const over = boxes.filter((box) => box[1 - axis] < at && at < box[3 - axis]).map((box) => [box[axis], box[2 + axis]]);
  const pieces = [];
  let free = start;
  for (const [first, last] of [...over.sort((one, other) => one[0] - other[0]), [end, end]]) {
    if (first > free) pieces.push([free, Math.min(first, end)]);
    free = Math.max(free, last);
  }
  return pieces;
}

/** Return where a line of ``points`` is after a ``length``, given its lengths ``along`` up to each of them. */
function after(points, along, length) {
  const next = Math.max(along.findIndex((at) => at >= length), 1);
  const share = (length - along[next - 1]) / (along[next] - along[next - 1] || 1);
  return [0, 1].map((i) => points[next - 1][i] + share * (points[next][i] - points[next - 1][i]));
}

function meet(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

/**
 * Return where a line's name fits, clear of the box that is ``taken``: about a straight part near its middle, and what is
 * left of it; null for nowhere.
 */
function label(pen, points, text, taken) {
  const room = pen.measureText(text).width / 2 + 5;
  const along = [0];
  for (let i = 1; i < points.length; i += 1) {
    along.push(along[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  }
  const length = along.at(-1);
  if (length < 5 * room) return null;
  for (const share of [0.5, 0.4, 0.6, 0.3, 0.7]) {
    const [from, to] = [share * length - room, share * length + room];
    const [[x1, y1], [x2, y2]] = [from, to].map((at) => after(points, along, at));
    if (Math.hypot(x2 - x1, y2 - y1) < 0.88 * 2 * room) continue;
    const [x, y, angle] = [(x1 + x2) / 2, (y1 + y2) / 2, Math.atan((y2 - y1) / (x2 - x1 || 1e-9))];
    const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
    const [across, down] = [cos * room + sin * HALF_LINE, sin * room + cos * HALF_LINE];
    const box = [x - across, y - down, x + across, y + down];
    if (taken && meet(box, taken)) continue;
    const parts = [
      [...points.filter((_, i) => along[i] < from), [x1, y1]], [[x2, y2], ...points.filter((_, i) => along[i] > to)],
    ];
    return { parts, x, y, angle, box };
  }
  return null;
}

function turned(pen, { x, y, angle }, text, colour) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  write(pen, text, 0, 0, { colour, align: "center" });
  pen.restore();
}
