/**
 * The data of the page: a head in JSON, and two blocks of base64 for each set, of its map and of its rows.
 *
 * Blocks hold little-endian arrays one after another. Map: ids (uint32), counts (float64), places (float32 pairs).
 * Rows: scales (float32), then planes of int8: the leading part of each component, and with 16 bits the remainder.
 *
 * @typedef {"set" | "spaces" | "space" | "slices"} Kind One set; sets in spaces of their own; sets in one space; slices.
 *
 * @typedef {object} SetHead
 * @property {string} name
 * @property {number} size Number of words.
 * @property {number} dim
 * @property {8 | 16} bits Bits of a component.
 * @property {boolean} counted Whether counts are known.
 * @property {number | null} tokens Number of tokens of the corpus.
 * @property {boolean} cut Whether the set has more words, of which the page has the first.
 * @property {[string, number[], number[] | null][]} senses Words with several senses, their rows, and their shares of the uses.
 *
 * @typedef {object} ChangedWord
 * @property {string} word
 * @property {number} value The measure of change.
 * @property {number} usual The value expected without change.
 * @property {number} q False discovery rate.
 * @property {boolean} changed
 * @property {boolean} rare
 * @property {boolean} number Whether it is a number.
 *
 * @typedef {object} Change
 * @property {string} a
 * @property {string} b
 * @property {string} by Measure that decides.
 * @property {number} tested Number of words that were tested.
 * @property {number} changed Number of words that changed.
 * @property {ChangedWord[]} words The first words, most changed first.
 *
 * @typedef {object} Head
 * @property {string} title
 * @property {Kind} kind
 * @property {string} layout How the places were computed.
 * @property {string[]} words All words of all sets.
 * @property {SetHead[]} sets
 * @property {Change[]} changes
 */

/**
 * A set of words with their places, and from `ready` on with their vectors.
 *
 * @typedef {object} WordSet
 * @property {number} number
 * @property {SetHead} head
 * @property {string[]} words
 * @property {Float64Array} counts
 * @property {Float32Array} places x and y of each word, between -1 and 1.
 * @property {Map<string, number>} rows
 * @property {Map<string, number[]>} senses Rows of the senses of each word.
 * @property {Map<number, number>} shares Share of the sense of a row.
 * @property {Map<number, number[]>} siblings Rows of all senses of the word of a row.
 * @property {Matrix | null} matrix
 *
 * @typedef {object} Matrix
 * @property {number} dim
 * @property {Float32Array} scales Factor of each row by which its integers become a vector of length 1.
 * @property {Int8Array | Int16Array} integers
 *
 * @typedef {object} Page
 * @property {Head} head
 * @property {WordSet[]} sets
 */

/** @param {string} text @returns {ArrayBuffer} */
export function bytes(text) {
  const quick = /** @type {{fromBase64?: (text: string) => Uint8Array<ArrayBuffer>}} */ (
    /** @type {unknown} */ (Uint8Array)
  ).fromBase64;
  if (quick) return quick.call(Uint8Array, text).buffer;
  const binary = atob(text);
  const found = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) found[at] = binary.charCodeAt(at);
  return found.buffer;
}

/**
 * Return the page without vectors.
 *
 * @param {Head} head
 * @param {ArrayBuffer[]} maps
 * @returns {Page}
 */
export function open(head, maps) {
  const sets = head.sets.map((one, number) => {
    const { size } = one;
    const words = [...new Uint32Array(maps[number].slice(0, 4 * size))].map((id) => head.words[id]);
    return {
      number,
      head: one,
      words,
      counts: new Float64Array(maps[number].slice(4 * size, 12 * size)),
      places: new Float32Array(maps[number].slice(12 * size, 20 * size)),
      rows: new Map(words.map((word, row) => [word, row])),
      senses: new Map(one.senses.map(([word, rows]) => [word, rows])),
      shares: new Map(
        one.senses.flatMap(([, rows, shares]) =>
          rows.map((row, at) => /** @type {[number, number]} */ ([row, shares ? shares[at] : NaN])),
        ),
      ),
      siblings: new Map(one.senses.flatMap(([, rows]) => rows.map((row) => [row, rows]))),
      matrix: null,
    };
  });
  return { head, sets };
}

/**
 * Return the vectors of a set.
 *
 * @param {SetHead} head
 * @param {ArrayBuffer} block
 * @returns {Matrix}
 */
export function matrix(head, block) {
  const { size, dim, bits } = head;
  const scales = new Float32Array(block, 0, size);
  const leading = new Int8Array(block, 4 * size, size * dim);
  if (bits === 8) return { dim, scales, integers: leading };
  const rest = new Int8Array(block, 4 * size + size * dim, size * dim);
  const integers = new Int16Array(size * dim);
  for (let at = 0; at < integers.length; at++) integers[at] = 256 * leading[at] + rest[at];
  return { dim, scales, integers };
}
