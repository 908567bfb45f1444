/**
 * The path of a word through slices in one space.
 *
 * @typedef {import("./data.js").Page} Page
 * @typedef {import("./data.js").WordSet} WordSet
 *
 * @typedef {object} Step
 * @property {WordSet} set
 * @property {number | null} perMillion Frequency in the slice.
 * @property {number} count
 * @property {number | null} similarity Cosine with the vector in the first slice that has the word.
 * @property {[number, number] | null} place Mean place of the nearest words in the slice.
 * @property {string[]} nearest
 */
import { best, cosines, product, vector } from "./search.js";

const PLACED_BY = 5;

/**
 * Return a step for each slice.
 *
 * @param {Page} page
 * @param {string} word
 * @returns {Step[]}
 */
export function path(page, word) {
  /** @type {Float64Array | null} */
  let first = null;
  return page.sets.map((set) => {
    const row = set.rows.get(word);
    if (row === undefined || !set.matrix) {
      return { set, perMillion: null, count: 0, similarity: null, place: null, nearest: [] };
    }
    const query = vector(set.matrix, row);
    first ??= query;
    const near = best(cosines(set.matrix, query), PLACED_BY, new Set([row]));
    const count = set.counts[row];
    const { tokens, counted } = set.head;
    return {
      set,
      perMillion: counted && tokens ? (1e6 * count) / tokens : null,
      count,
      similarity: product(first, query),
      place: mean(near.map(({ row }) => [set.places[2 * row], set.places[2 * row + 1]])),
      nearest: near.map(({ row }) => set.words[row]),
    };
  });
}

/** @param {[number, number][]} points @returns {[number, number] | null} */
function mean(points) {
  if (!points.length) return null;
  const total = points.reduce(([a, b], [x, y]) => [a + x, b + y]);
  return [total[0] / points.length, total[1] / points.length];
}
