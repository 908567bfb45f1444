/**
 * Answers to a query: sections of neighbours, each of one set or of one sense.
 *
 * @typedef {import("./data.js").Page} Page
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./data.js").Matrix} Matrix
 * @typedef {import("./query.js").Term} Term
 * @typedef {import("./search.js").Found} Found
 *
 * @typedef {object} Section
 * @property {WordSet} set
 * @property {string} name Name of the set or of the row of the sense.
 * @property {number} colour Number of the colour.
 * @property {number[]} rows Rows of the words of the query in this set.
 * @property {number | null} share Share of the sense among the uses of its word.
 * @property {Found[]} neighbours
 * @property {Float32Array | null} scores Cosines of all words of the set.
 * @property {string} problem Why there are no neighbours.
 */
import { best, cosines, sum, vector } from "./search.js";

/**
 * Return the answers to a query.
 *
 * @param {Page} page
 * @param {Term[]} terms
 * @param {number} current Number of the set that is shown.
 * @param {number} n Number of neighbours.
 * @returns {Section[]}
 */
export function answers(page, terms, current, n) {
  if (!terms.length) return [];
  const { kind } = page.head;
  const shown = page.sets[current];
  // Slices have one colour, since one is shown at a time.
  if (kind === "slices") return sections(shown, terms, n).map((section) => ({ ...section, colour: 0 }));
  if (kind === "set") return sections(shown, terms, n);
  if (kind === "spaces") return page.sets.flatMap((set) => sections(set, terms, n));
  const sources = [shown, ...page.sets.filter((set) => set !== shown)];
  const senses = sources.map((set) => sensesOf(set, terms)).find((found) => found.length);
  return page.sets.flatMap((set) =>
    senses?.[0].set === set ? sections(set, terms, n) : [across(set, sources, terms, n)],
  );
}

/**
 * Return the answers of one set, by its own vectors.
 *
 * @param {WordSet} set
 * @param {Term[]} terms
 * @param {number} n
 * @returns {Section[]}
 */
function sections(set, terms, n) {
  const senses = sensesOf(set, terms);
  if (!senses.length) return [across(set, [set], terms, n)];
  return senses.map(({ name, row }, colour) => ({
    ...across(set, [set], [{ sign: 1, word: name }], n),
    name,
    colour,
    share: Number.isNaN(set.shares.get(row) ?? NaN) ? null : (set.shares.get(row) ?? null),
  }));
}

/**
 * Return the senses of a query of one word that has several and no row of its own.
 *
 * @param {WordSet} set
 * @param {Term[]} terms
 * @returns {{set: WordSet, name: string, row: number}[]}
 */
function sensesOf(set, terms) {
  if (terms.length > 1 || set.rows.has(terms[0].word)) return [];
  return (set.senses.get(terms[0].word) ?? []).map((row) => ({ set, name: set.words[row], row }));
}

/**
 * Return the words of a set nearest to a sum of words, each from the first source that has it.
 *
 * @param {WordSet} set
 * @param {WordSet[]} sources
 * @param {Term[]} terms
 * @param {number} n
 * @returns {Section}
 */
function across(set, sources, terms, n) {
  const own = terms.map(({ word }) => set.rows.get(word) ?? -1).filter((row) => row >= 0);
  const section = {
    set,
    name: set.head.name,
    colour: set.number,
    rows: own,
    share: null,
    neighbours: [],
    scores: null,
  };
  const parts = [];
  /** @type {Set<number>} */
  const excluded = new Set();
  for (const { sign, word } of terms) {
    const source = sources.find((one) => one.rows.has(word));
    if (!source) return { ...section, problem: unknown(sources, word) };
    if (!source.matrix || !set.matrix) return { ...section, problem: "The vectors are still being read." };
    const row = /** @type {number} */ (source.rows.get(word));
    parts.push({ sign, vector: vector(source.matrix, row) });
    if (source === set) for (const other of set.siblings.get(row) ?? [row]) excluded.add(other);
  }
  const query = sum(parts);
  if (!query) return { ...section, problem: "The words cancel each other." };
  const scores = cosines(/** @type {Matrix} */ (set.matrix), query);
  return { ...section, neighbours: best(scores, n, excluded), scores, problem: "" };
}

/** @param {WordSet[]} sources @param {string} word @returns {string} */
function unknown(sources, word) {
  const senses = sources[0].senses.get(word);
  if (senses) return `${word} has several senses: ${senses.map((row) => sources[0].words[row]).join(", ")}.`;
  return sources.length > 1 ? `${word} is in none of the sets.` : `${word} is not among these words.`;
}
