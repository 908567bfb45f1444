/**
 * Numbers as people read them.
 */

const WHOLE = new Intl.NumberFormat("en");

/** @param {number} value @returns {string} */
export function whole(value) {
  return WHOLE.format(value);
}

/** @param {number} value @returns {string} */
export function perMillion(value) {
  return value >= 10 ? whole(Math.round(value)) : value.toPrecision(2);
}

/** @param {number} value @param {number} [digits] @returns {string} A cosine without the zero before the point. */
export function cosine(value, digits = 3) {
  return value
    .toFixed(digits)
    .replace(/^(-?)0\./, "$1.")
    .replace("-", "−");
}

/** @param {number} q @returns {string} */
export function rate(q) {
  return q >= 0.0005 ? cosine(q) : "< .0005";
}
