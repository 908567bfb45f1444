/**
 * Colours of the page, from the custom properties of its style.
 *
 * @typedef {[number, number, number]} Colour Red, green and blue, from 0 to 255.
 *
 * @typedef {object} Theme
 * @property {Colour} ink
 * @property {Colour} faint
 * @property {Colour} paper
 * @property {Colour} dot A word without a query.
 * @property {Colour} far A word that is not similar to the query.
 * @property {Colour} chosen
 * @property {Colour[]} sets Colours of sets and senses.
 */
export const COLOURS = 6;

/** @param {string} text @returns {Colour} */
export function colour(text) {
  const number = parseInt(text.trim().slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** @param {Element} root @returns {Theme} */
export function theme(root) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name) => colour(style.getPropertyValue(`--${name}`));
  return {
    ink: read("ink"),
    faint: read("faint"),
    paper: read("paper"),
    dot: read("dot"),
    far: read("far"),
    chosen: read("chosen"),
    sets: Array.from({ length: COLOURS }, (_, number) => read(`set-${number}`)),
  };
}

/** @param {Colour} colour @param {number} [alpha] @returns {string} */
export function css([red, green, blue], alpha = 1) {
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}

/** @param {Colour} a @param {Colour} b @param {number} share @returns {Colour} */
export function mixed(a, b, share) {
  const part = (/** @type {number} */ at) => Math.round(a[at] + (b[at] - a[at]) * share);
  return [part(0), part(1), part(2)];
}
