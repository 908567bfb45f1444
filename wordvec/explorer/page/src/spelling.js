/**
 * Completion of words, without regard to case and accents.
 */

/** @param {string} text @returns {string} */
export function folded(text) {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, "");
}

/** Words in the order of their folded spelling. */
export class Completion {
  /** @param {string[]} words Most frequent first. */
  constructor(words) {
    this.words = words;
    this.keys = words.map(folded);
    this.known = new Set(words);
    /** @type {Map<string, number>} */
    this.first = new Map();
    this.keys.forEach((key, number) => this.first.has(key) || this.first.set(key, number));
  }

  /** @param {string} word @returns {string | null} The word as it is spelled here; null for an unknown one. */
  spelled(word) {
    if (this.known.has(word)) return word;
    const number = this.first.get(folded(word));
    return number === undefined ? null : this.words[number];
  }

  /**
   * Return words that begin with a text, then words that contain it; each most frequent first.
   *
   * @param {string} text
   * @param {number} n
   * @returns {string[]}
   */
  complete(text, n) {
    const key = folded(text);
    if (!key) return [];
    /** @type {string[][]} */
    const found = [[], [], []];
    for (let at = 0; at < this.keys.length && found[1].length < n; at++) {
      const other = this.keys[at];
      const kind = other === key ? 0 : other.startsWith(key) ? 1 : other.includes(key) ? 2 : 3;
      if (kind < 3 && found[kind].length < n) found[kind].push(this.words[at]);
    }
    return found.flat().slice(0, n);
  }
}
