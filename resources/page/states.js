// The hidden states of one network: a column for each step, a band for each part.

const GAP = 5;

class States {
  constructor(index, figure) {
    this.index = index;
    this.network = NETWORKS[index];
    this.canvas = figure.querySelector("canvas");
    this.said = figure.querySelector("output");
    this.pictures = {};
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.tell(null));
    this.canvas.addEventListener("pointerdown", (event) => this.choose(event));
  }

  /** Return the places of the parts, each as high as it has rows. */
  get places() {
    const left = MANY ? MARGIN.left : 46;
    const width = this.canvas.clientWidth - left - MARGIN.right;
    const parts = this.network.parts;
    const height = this.canvas.clientHeight - MARGIN.bottom - 4 - GAP * (parts.length - 1);
    return parts.map((part, i) => ({
      x: left, y: 4 + i * (height / parts.length + GAP), width, height: height / parts.length,
    }));
  }

  paint() {
    const pen = fresh(this.canvas);
    const places = this.places;
    this.network.parts.forEach((part, i) => {
      paint(pen, this.picture(part), places[i], colours()["state marks"]);
      pen.strokeStyle = ink("border");
      pen.strokeRect(places[i].x - 0.5, places[i].y - 0.5, places[i].width + 1, places[i].height + 1);
      const middle = places[i].y + places[i].height / 2;
      write(pen, part.name, places[i].x - 8, middle, { colour: ink("muted"), align: "right", bold: true });
    });
    stepAxis(pen, { ...places[0], height: places.at(-1).y + places.at(-1).height - places[0].y }, CELLS);
    for (const [step, dash] of [[look.t, []], [look.k, [2, 3]]]) {
      const x = places[0].x + ((step + 0.5) / CELLS) * places[0].width;
      const bottom = places.at(-1).y + places.at(-1).height;
      line(pen, [[x, 4], [x, bottom]], { colour: ink("ink"), width: 1.4, dash });
    }
    this.tell(null);
  }

  picture(part) {
    const name = `${lookName()} ${part.name}`;
    // Unit 0 is at the bottom.
    this.pictures[name] ??= image(
      CELLS, part.rows, (x, y) => stateCode(part.values[x * part.rows + part.rows - 1 - y], part.decade), colours().states,
    );
    return this.pictures[name];
  }

  /** Return what is under a pointer: the part, the step and the row. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const places = this.places;
    const i = places.findIndex((place) => y >= place.y && y < place.y + place.height);
    const step = Math.floor(((x - places[0].x) / places[0].width) * CELLS);
    if (i < 0 || step < 0 || step > T) return null;
    const part = this.network.parts[i];
    return { part, step, row: Math.floor(((places[i].y + places[i].height - y) / places[i].height) * part.rows) };
  }

  point(event) {
    this.tell(this.at(event));
  }

  choose(event) {
    const found = this.at(event);
    if (found) shown({ t: found.step, active: this.index });
  }

  /** Say the value under the pointer, else between which ends the states of step t are. */
  tell(found) {
    this.said.textContent = found
      ? `${entry(found.part, found.step, found.row)} = ${signed(found.part.values[found.step * found.part.rows + found.row])}`
      : this.network.parts.map((part) => this.range(part)).join(" · ");
  }

  range(part) {
    const values = part.values.subarray(look.t * part.rows, (look.t + 1) * part.rows);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((end) => signed(end));
    return say("states at", { name: part.name + subscript(stepOf(look.t)), low, high });
  }
}

/** Return what a row of a part is called: h₃[5], or S₃[0,5] of a matrix. */
function entry(part, step, row) {
  const place = part.columns === 1 ? [row] : [Math.floor(row / part.columns), row % part.columns];
  return `${part.name}${subscript(stepOf(step))}[${place.join(",")}]`;
}
