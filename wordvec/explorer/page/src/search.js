/**
 * Exact search: cosines of a query with all rows, and the best of them.
 *
 * @typedef {import("./data.js").Matrix} Matrix
 * @typedef {{row: number, score: number}} Found
 */

/** @param {Matrix} matrix @param {number} row @returns {Float64Array} The vector of a row, of length 1. */
export function vector({ dim, scales, integers }, row) {
  return Float64Array.from(integers.subarray(row * dim, (row + 1) * dim), (value) => value * scales[row]);
}

/**
 * Return the sum of vectors of length 1, scaled to length 1; null if they cancel.
 *
 * @param {{sign: number, vector: Float64Array}[]} terms
 * @returns {Float64Array | null}
 */
export function sum(terms) {
  const total = new Float64Array(terms[0].vector.length);
  for (const { sign, vector } of terms) vector.forEach((value, at) => (total[at] += sign * value));
  const length = Math.hypot(...total);
  return length > 1e-4 ? total.map((value) => value / length) : null;
}

/** @param {Float64Array} a @param {Float64Array} b @returns {number} */
export function product(a, b) {
  return a.reduce((total, value, at) => total + value * b[at], 0);
}

/**
 * Return the cosine of a query with each row.
 *
 * @param {Matrix} matrix
 * @param {Float64Array} query Of length 1.
 * @returns {Float32Array}
 */
export function cosines({ dim, scales, integers }, query) {
  const found = new Float32Array(scales.length);
  const whole = dim - (dim % 4);
  for (let row = 0, at = 0; row < found.length; row++, at += dim) {
    let a = 0,
      b = 0,
      c = 0,
      d = 0;
    for (let i = 0; i < whole; i += 4) {
      a += integers[at + i] * query[i];
      b += integers[at + i + 1] * query[i + 1];
      c += integers[at + i + 2] * query[i + 2];
      d += integers[at + i + 3] * query[i + 3];
    }
    for (let i = whole; i < dim; i++) a += integers[at + i] * query[i];
    found[row] = (a + b + (c + d)) * scales[row];
  }
  return found;
}

/**
 * Return the rows with the highest scores, best first; of equal ones, the lower row first.
 *
 * @param {Float32Array} scores
 * @param {number} n
 * @param {ReadonlySet<number>} excluded
 * @returns {Found[]}
 */
export function best(scores, n, excluded) {
  /** @type {Found[]} */
  const found = [];
  let least = -Infinity;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row];
    if ((found.length === n && score <= least) || excluded.has(row)) continue;
    let at = found.length;
    while (at > 0 && found[at - 1].score < score) at--;
    found.splice(at, 0, { row, score });
    if (found.length > n) found.pop();
    least = found[found.length - 1].score;
  }
  return found;
}
