// Drawing on canvases: sharp on every screen, axes, marks of what is on no scale.

const TYPE = 11.5;
const ROOM_OF_A_WORD = 24;
const FACE = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** Return a context in CSS pixels of a canvas as fine as the screen, empty. */
function fresh(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const fine = devicePixelRatio || 1;
  canvas.width = Math.round(width * fine);
  canvas.height = Math.round(height * fine);
  const pen = canvas.getContext("2d");
  pen.setTransform(canvas.width / Math.max(width, 1), 0, 0, canvas.height / Math.max(height, 1), 0, 0);
  pen.font = `${TYPE}px ${FACE}`;
  return pen;
}

/** Return the picture of codes (width × height, the first row at the top) in a table of colours. */
function image(width, height, codeAt, table, undefinedCode = -1) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  const pixels = pen.createImageData(width, height);
  const marked = new Map();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const code = codeAt(x, y);
      if (code === undefinedCode) continue;
      const at = 4 * (y * width + x);
      pixels.data.set(table.subarray(3 * code, 3 * code + 3), at);
      pixels.data[at + 3] = 255;
      if (!marked.has(code)) marked.set(code, []);
      marked.get(code).push([x, y]);
    }
  }
  pen.putImageData(pixels, 0, 0);
  return { canvas, marked };
}

/** Draw an `image` into a place, and the marks over its codes that are on no scale. */
function paint(pen, picture, place, marks) {
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture.canvas, place.x, place.y, place.width, place.height);
  const [across, down] = [place.width / picture.canvas.width, place.height / picture.canvas.height];
  for (const [code, mark] of Object.entries(marks)) {
    const cells = picture.marked.get(Number(code));
    if (!cells) continue;
    pen.fillStyle = pattern(pen, mark);
    for (const [x, y] of cells) {
      pen.fillRect(place.x + x * across, place.y + y * down, across + 0.5, down + 0.5);
    }
  }
}

/** Return the filling of small pixels that marks a code. */
function pattern(pen, mark) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = DATA.pitch;
  const dots = tile.getContext("2d");
  dots.fillStyle = mark.ink;
  for (const [row, column] of mark.cells) dots.fillRect(column, row, 1, 1);
  return pen.createPattern(tile, "repeat");
}

function line(pen, points, { colour, width = 1, dash = [] }) {
  pen.save();
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.beginPath();
  let lifted = true;
  for (const [x, y] of points) {
    // What is no number leaves a gap.
    if (Number.isFinite(y) && Number.isFinite(x)) pen[lifted ? "moveTo" : "lineTo"](x, y);
    lifted = !(Number.isFinite(y) && Number.isFinite(x));
  }
  pen.stroke();
  pen.restore();
}

/** Draw a line that is seen on every shade: a dashed one has two colours in turns, a whole one is set off at its sides. */
function haloed(pen, points, style) {
  pen.save();
  pen.globalAlpha = style.dash ? 1 : 0.55;
  line(pen, points, { colour: ink("card"), width: style.width + (style.dash ? 0 : 2) });
  pen.restore();
  line(pen, points, style);
}

function write(pen, text, x, y, { colour, align = "left", base = "middle", bold = false, size = TYPE }) {
  pen.save();
  pen.font = `${bold ? "600 " : ""}${size}px ${FACE}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.textBaseline = base;
  pen.fillText(text, x, y);
  pen.restore();
}

/** Draw the whole steps under a place whose columns are 0 … T. */
function stepAxis(pen, place, columns) {
  const wide = pen.measureText(String(stepOf(T))).width + 14;
  for (const tick of wholeTicks(0, T, place.width / wide)) {
    const x = place.x + ((tick + 0.5) / columns) * place.width;
    line(pen, [[x, place.y + place.height], [x, place.y + place.height + 4]], { colour: ink("border") });
    write(pen, String(stepOf(tick)), x, place.y + place.height + 13, { colour: ink("muted"), align: "center" });
  }
  if (DATA.tokens && place.width / columns >= ROOM_OF_A_WORD) wordAxis(pen, place, columns);
}

/** Write what the network reads at each step below its number, narrower where it is long. */
function wordAxis(pen, place, columns) {
  const room = place.width / columns;
  pen.save();
  pen.fillStyle = ink("text");
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  DATA.tokens.forEach((word, i) => pen.fillText(word, place.x + (i + 1.5) * room, place.y + place.height + 28, room - 4));
  pen.restore();
}

/** Let `work` be done whenever one of the canvases has another size. */
function onResize(canvases, work) {
  const watch = new ResizeObserver(work);
  for (const canvas of canvases) watch.observe(canvas);
}
