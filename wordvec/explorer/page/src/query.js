/**
 * Queries as people write them: `king - man + woman`.
 *
 * @typedef {{sign: 1 | -1, word: string}} Term
 */

const SIGNS = new Map(
  /** @type {[string, 1 | -1][]} */ ([
    ["+", 1],
    ["-", -1],
    ["−", -1],
    ["–", -1],
  ]),
);

/**
 * Return the terms of a query. Signs have blanks around them, since words may contain them.
 *
 * @param {string} text
 * @returns {Term[]}
 */
export function parse(text) {
  const tokens = text.split(/\s+/).filter(Boolean);
  /** @type {Term[]} */
  const terms = [];
  /** @type {1 | -1 | null} */
  let sign = 1;
  for (const [at, token] of tokens.entries()) {
    const found = SIGNS.get(token);
    const begins = at === 0 && tokens.length > 1 && SIGNS.get(tokens[1]) === undefined;
    if (found !== undefined && (sign === null || begins)) {
      sign = found;
    } else if (sign === null) {
      terms[terms.length - 1].word += ` ${token}`;
    } else {
      terms.push({ sign, word: token });
      sign = null;
    }
  }
  return terms;
}

/** @param {Term[]} terms @returns {string} */
export function written(terms) {
  return terms.map(({ sign, word }, at) => (sign < 0 ? "− " : at ? "+ " : "") + word).join(" ");
}

/**
 * Return the query with a term added, with another sign, or without it if it was there with this sign.
 *
 * @param {Term[]} terms
 * @param {Term} term
 * @returns {Term[]}
 */
export function toggled(terms, term) {
  const others = terms.filter(({ word }) => word !== term.word);
  const had = terms.some(({ word, sign }) => word === term.word && sign === term.sign);
  return had ? others : [...others, term];
}
