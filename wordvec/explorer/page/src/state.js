/**
 * The state of the page, as it is written into the hash of its address.
 *
 * @typedef {import("./view.js").View} View
 *
 * @typedef {object} State
 * @property {string} query
 * @property {number} set Number of the set that is shown.
 * @property {number} number Number of neighbours.
 * @property {View} view
 */
import { WHOLE } from "./view.js";

export const NUMBERS = [10, 25, 50];

/** @param {State} state @param {number} first Number of the set that is shown by default. @returns {string} */
export function hash({ query, set, number, view }, first) {
  const found = new URLSearchParams();
  if (query) found.set("q", query);
  if (set !== first) found.set("set", String(set));
  if (number !== NUMBERS[0]) found.set("n", String(number));
  const isWhole = view.x === WHOLE.x && view.y === WHOLE.y && view.zoom === WHOLE.zoom;
  if (!isWhole) found.set("view", [view.x.toFixed(4), view.y.toFixed(4), view.zoom.toFixed(2)].join(","));
  const text = found.toString();
  return text ? `#${text}` : "";
}

/**
 * Return the state of a hash; what is missing or makes no sense has its default.
 *
 * @param {string} text
 * @param {number} sets Number of sets.
 * @param {number} first Number of the set that is shown by default.
 * @returns {State}
 */
export function stateOf(text, sets, first) {
  const found = new URLSearchParams(text.replace(/^#/, ""));
  const set = Number(found.get("set") ?? first);
  const number = Number(found.get("n"));
  const [x, y, zoom] = (found.get("view") ?? "").split(",").map(Number);
  const isView = Number.isFinite(x) && Number.isFinite(y) && zoom > 0 && Number.isFinite(zoom);
  return {
    query: found.get("q") ?? "",
    set: Number.isInteger(set) && set >= 0 && set < sets ? set : first,
    number: NUMBERS.includes(number) ? number : NUMBERS[0],
    view: isView ? { x, y, zoom } : WHOLE,
  };
}
