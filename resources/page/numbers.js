// Numbers as the program writes them: s₃₆, 0.33, 2.1·10⁻³, 10^−2171.5. The rules are those of words/numbers.py.

const FAR = 324;
const LONG = 1e6;

/** Return `text` with its digits and minus signs put into the row of characters `row`. */
function lettered(text, row) {
  return String(text).replace(/[0-9-]/g, (sign) => row[sign === "-" ? 10 : Number(sign)]);
}

const subscript = (number) => lettered(number, [..."₀₁₂₃₄₅₆₇₈₉₋"]);
const superscript = (number) => lettered(number, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻"]);
const pairName = (t, k) => `∂s${subscript(stepOf(t))}/∂s${subscript(stepOf(k))}`;

/** Return `value` with so many decimals; toFixed rounds an exact tie up, Python and we to the even digit. */
function fixed(value, decimals) {
  const text = value.toFixed(decimals);
  const exact = Math.abs(value).toFixed(100);
  const rest = exact.slice(exact.indexOf(".") + 1 + decimals);
  if (!/^50*$/.test(rest)) return text;
  const whole = exact.slice(0, exact.length - rest.length).replace(/\.$/, "");
  return "02468".includes(whole.at(-1)) ? (value < 0 ? "-" : "") + whole : text;
}

/** Return [digits, power of ten] of 10^log10 inside float64; numbers near one have the power 0. */
function parts(log10, digits) {
  let exponent = Math.floor(log10);
  let mantissa = fixed(10 ** (log10 - exponent), digits - 1);
  if (Number(mantissa) >= 10) {
    exponent += 1;
    mantissa = fixed(1, digits - 1);
  }
  if (-3 < exponent && exponent < Math.max(digits, 3)) {
    return [fixed(Number(mantissa) * 10 ** exponent, Math.max(digits - 1 - exponent, 0)), 0];
  }
  return [mantissa, exponent];
}

function powerOfTen(exponent) {
  if (Math.abs(exponent) >= LONG) return `10^(${signed(exponent, 2)})`;
  if (exponent === 0) return "1";
  return exponent === 1 ? "10" : "10" + superscript(exponent);
}

/** Return a finite logarithm to base ten with its decimals: −2171.5, 0.0. */
function logarithm(log10, decimals = 1) {
  if (Math.abs(log10) >= LONG) return signed(log10, 2);
  const text = fixed(log10, decimals).replace("-", "−");
  return Number(fixed(log10, decimals)) === 0 ? text.replace("−", "") : text;
}

/** Return the number 10^log10: 2.1·10⁻³, 0.60, 150; outside float64 its power. −∞ is the true zero. */
function scientific(log10, digits = 2) {
  if (Number.isNaN(log10)) return "NaN";
  if (!Number.isFinite(log10)) return log10 < 0 ? "0" : "∞";
  if (Math.abs(log10) >= FAR) {
    return Math.abs(log10) < LONG ? `10^${logarithm(log10)}` : `10^(${logarithm(log10)})`;
  }
  const [number, exponent] = parts(log10, digits);
  return exponent ? `${number}·${powerOfTen(exponent)}` : number;
}

/** Return a value with its digits and a true minus sign: −0.42, 1.6·10⁵, NaN, ∞. */
function signed(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  const minus = value < 0 ? "−" : "";
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return minus + "∞";
  return minus + scientific(Math.log10(Math.abs(value)), digits);
}

/** Return a logarithm to base ten with its sign: +0.3, −12.0. */
function decadesText(log10) {
  const text = logarithm(log10);
  return text === "0.0" || log10 < 0 ? text : `+${text}`;
}

/** Return a gain as it is read best: ×0.60, ×1.3·10⁻⁴, exactly 0, NaN. */
function gainText(log10) {
  if (log10 === -Infinity) return say("exactly 0");
  return Number.isFinite(log10) ? "×" + scientific(log10) : "NaN";
}

/** Return the number of the ladder 1, 2, 5, 10 that divides a span into at most so many parts. */
function ladderStep(span, most, least = 0) {
  const size = Math.max(span / Math.max(most, 1), least);
  const decade = 10 ** Math.floor(Math.log10(size));
  return [1, 2, 5, 10].map((factor) => factor * decade).find((step) => step >= size * (1 - 1e-9));
}

/** Return round whole numbers from low to high, at most about so many. */
function wholeTicks(low, high, most) {
  const step = ladderStep(high - low || 1, most, 1);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) * step);
}
