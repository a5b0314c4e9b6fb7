// What is shown: its data, its words, and how a gain or a state becomes a colour. The rules are those of gui/plot.

const DATA = JSON.parse(document.getElementById("data").textContent);
const T = DATA.steps;

/** Return which step of the sequence a column stands for: its own, unless only some are shown. */
const stepOf = (column) => (DATA.at ? DATA.at[column] : column);

const UNDEFINED = 0;
const [ZERO, NAN, BELOW, FIRST, ONE, LAST, ABOVE] = [1, 2, 3, 4, 128, 252, 253];
const STATE = { largest: 252, nan: 253, above: 254, below: 255, linear: 0.01 };

/** What the reader looks at; `shown` paints it anew. */
const look = {
  t: DATA.start.t, k: DATA.start.k, active: DATA.start.active,
  pin: null, pointed: null, language: DATA.language, theme: DATA.theme,
};

function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** Return packed float64 as numbers, whatever the order of bytes of this machine. */
function unpacked(text) {
  const raw = new DataView(bytes(text).buffer);
  return Float64Array.from({ length: raw.byteLength / 8 }, (_, i) => raw.getFloat64(8 * i, true));
}

const NETWORKS = DATA.networks.map((network) => ({
  ...network,
  gains: unpacked(network.gains),
  parts: network.parts.map((part) => ({ ...part, values: unpacked(part.values) })),
}));
const MANY = NETWORKS.length > 1;

/** Return whether a chain of the network leads from s_k to s_t. */
const goes = (network, t, k) => t === k || network.ways.includes(k < t ? "forward" : "backward");

/** Return ln of the gain from s_t back to s_k, of a pair along which a chain goes. */
const gain = (network, t, k) => network.gains[network.back.length ? t * (T + 1) + k : (t * (t + 1)) / 2 + k];
const log10 = (network, t, k) => gain(network, t, k) / Math.LN10;

/** Return whether the chosen pair of a network lies on its backward chain. */
const facesBack = (network) => !network.rows.length || (network.back.length > 0 && look.k > look.t);

/** Return what is said of the chosen row of a network. */
const rowOf = (network) => (facesBack(network) ? network.back : network.rows)[look.t];

/** Return the first and the last step of the chosen row. */
const spanOf = (network) => (facesBack(network) ? [look.t, T] : [0, look.t]);

/** Return from which to which k the pairs (t, k) of a network go. */
const reachOf = (network, t) => [network.rows.length ? 0 : t, network.back.length ? T : t];

/** Return words in the language that is spoken, of one of the page's sentences or of data that has all languages. */
function say(words, values = {}) {
  const all = typeof words === "string" ? DATA.words[words] : words;
  return all[look.language].replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

/** Return "light" or "dark": what was chosen, else what the browser prefers. */
function lookName() {
  return look.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

const unpackedLooks = Object.fromEntries(
  Object.entries(DATA.looks).map(([name, colours]) => [
    name, { ...colours, gains: bytes(colours.gains), states: bytes(colours.states) },
  ]),
);
const colours = () => unpackedLooks[lookName()];

/** Return a colour of the theme by its name. */
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Return the ink of a network's line. */
const lineInk = (index) => colours().lines[index];

/** Round to the nearest whole number, a tie to the even one. */
function rint(value) {
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

/** Return the code of ln of a gain on the scale of this page. */
function gainCode(log) {
  if (log === -Infinity) return ZERO;
  if (!Number.isFinite(log)) return NAN;
  const level = rint(log * ((ONE - FIRST) / (DATA.decades * Math.LN10)) + ONE);
  return Math.min(Math.max(level, BELOW), ABOVE);
}

/** Return the entry of the states' table of a value of a part. */
function stateCode(value, decade) {
  if (Number.isNaN(value)) return STATE.nan;
  if (!Number.isFinite(value)) return value > 0 ? STATE.above : STATE.below;
  const place = Math.min(Math.max(statePlace(value, decade), -1), 1);
  return rint(place * (STATE.largest / 2) + STATE.largest / 2);
}

/** Return where a value stands from −1 to 1: as it is, or by its logarithm up to 10^decade. */
function statePlace(value, decade) {
  if (decade === 0) return value;
  const size = Math.log(Math.abs(value) + STATE.linear) - Math.log(STATE.linear);
  return (Math.sign(value) * size) / (decade * Math.LN10 - Math.log(STATE.linear));
}
