/**
 * What the map shows: layers of words with the styles of their points, marked words, and a path.
 *
 * @typedef {import("./answers.js").Section} Section
 * @typedef {import("./data.js").Page} Page
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./path.js").Step} Step
 * @typedef {import("./theme.js").Colour} Colour
 * @typedef {import("./theme.js").Theme} Theme
 *
 * @typedef {object} Layer
 * @property {WordSet} set
 * @property {number} shape Number of the shape of its points.
 * @property {Uint8Array<ArrayBuffer>} styles Red, green, blue, opacity of each point.
 * @property {Uint8Array<ArrayBuffer>} sizes Size of each point, 64 for the usual one.
 *
 * @typedef {object} Mark
 * @property {WordSet} set
 * @property {number} row
 * @property {Colour} colour
 * @property {boolean} chosen Whether it is a word of the query.
 *
 * @typedef {object} Scene
 * @property {Layer[]} layers
 * @property {Mark[]} marks Most important first.
 * @property {Step[]} path Steps with a place.
 * @property {number} current Number of the set that is shown.
 */
import { COLOURS, mixed } from "./theme.js";

const LOWEST = 0.15;

/**
 * Return the sets that are on the map together.
 *
 * @param {Page} page
 * @param {number} current
 * @returns {WordSet[]}
 */
export function visible(page, current) {
  return page.head.kind === "space" ? page.sets : [page.sets[current]];
}

/**
 * Return the scene of some answers.
 *
 * @param {Page} page
 * @param {number} current
 * @param {Section[]} sections
 * @param {Step[]} steps
 * @param {Theme} theme
 * @returns {Scene}
 */
export function scene(page, current, sections, steps, theme) {
  const sets = visible(page, current);
  const several = sets.length > 1;
  const own = sections.filter((section) => sets.includes(section.set) && section.scores);
  const layers = sets.map((set) => ({
    set,
    shape: several ? set.number % 4 : 0,
    ...styled(
      set,
      own.filter((section) => section.set === set),
      several,
      theme,
    ),
  }));
  const chosen = own.flatMap((section) =>
    section.rows.map((row) => ({ set: section.set, row, colour: theme.chosen, chosen: true })),
  );
  const near = own.flatMap((section) =>
    section.neighbours.map(({ row }) => ({ set: section.set, row, colour: tone(section, theme), chosen: false })),
  );
  return { layers, marks: [...chosen, ...near], path: steps.filter(({ place }) => place), current };
}

/** @param {Section} section @param {Theme} theme @returns {Colour} */
export function tone({ colour }, theme) {
  return theme.sets[colour % COLOURS];
}

/**
 * Return the styles of the points of a set: coloured by set, or by the most similar of the answers.
 *
 * @param {WordSet} set
 * @param {Section[]} sections
 * @param {boolean} several
 * @param {Theme} theme
 */
function styled(set, sections, several, theme) {
  const { size } = set.head;
  const styles = new Uint8Array(4 * size),
    sizes = new Uint8Array(size);
  const plain = several ? mixed(theme.dot, theme.sets[set.number % COLOURS], 0.7) : theme.dot;
  const highest = Math.max(
    0.4,
    ...sections.flatMap(({ neighbours }) => neighbours.slice(0, 1).map(({ score }) => score)),
  );
  for (let row = 0; row < size; row++) {
    const common = 1 - Math.log1p(row) / Math.log1p(size);
    let colour = plain,
      opacity = 0.35 + 0.5 * common,
      points = 56 + 48 * common;
    if (sections.length) {
      let section = sections[0];
      for (const other of sections) if (at(other, row) > at(section, row)) section = other;
      const share = Math.min(1, Math.max(0, (at(section, row) - LOWEST) / (highest - LOWEST))) ** 1.5;
      colour = mixed(theme.far, tone(section, theme), share);
      opacity = 0.4 + 0.55 * share;
      points = 52 + 64 * share;
    }
    styles.set([...colour, Math.round(255 * opacity)], 4 * row);
    sizes[row] = points;
  }
  return { styles, sizes };
}

/** @param {Section} section @param {number} row @returns {number} */
function at({ scores }, row) {
  return scores ? scores[row] : 0;
}
