/**
 * The panel beside the map: the answers to the query, or what the page holds.
 *
 * @typedef {import("./answers.js").Section} Section
 * @typedef {import("./data.js").Page} Page
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./path.js").Step} Step
 * @typedef {import("./query.js").Term} Term
 * @typedef {import("./theme.js").Theme} Theme
 *
 * @typedef {object} Actions
 * @property {(word: string, set: WordSet) => void} choose
 * @property {(term: Term) => void} toggle Add a word to the query, or take it away.
 * @property {(word: {set: WordSet, row: number} | null) => void} point Show a word on the map.
 * @property {(set: number) => void} show Show another set.
 * @property {() => void} more Show more neighbours.
 */
import { changes, chosenChanges } from "./changes.js";
import { bdi, h } from "./dom.js";
import { cosine, perMillion, whole } from "./numbers.js";
import { beside, chart, multiples } from "./multiples.js";
import { written } from "./query.js";
import { COLOURS } from "./theme.js";

/**
 * Return the contents of the panel for a query.
 *
 * @param {Page} page
 * @param {Term[]} terms
 * @param {Section[]} sections
 * @param {Step[]} steps
 * @param {{current: number, next: number}} shown Number of the set that is shown, and of the neighbours that can be.
 * @param {Theme} theme
 * @param {Actions} actions
 * @returns {Node[]}
 */
export function answered(page, terms, sections, steps, { current, next }, theme, actions) {
  const { kind } = page.head;
  const single = terms.length === 1 && terms[0].sign > 0;
  /** @type {Node[]} */
  const found = [single ? h("h2", {}, bdi(terms[0].word)) : chips(terms, actions)];
  const several = kind === "spaces" || kind === "space" || sections.length > 1;
  if (single && !several) found.push(facts(sections[0]));
  if (single && kind === "slices") {
    found.push(
      ...chosenChanges(page.head.changes, terms[0].word),
      chart(steps, current, actions),
      multiples(steps, current, theme, actions),
    );
    found.push(h("h3", {}, `Nearest in ${page.sets[current].head.name}`));
  }
  if (single && kind === "spaces") found.push(beside(page, terms[0].word, current, theme, actions));
  const lists = sections.map((section) => list(section, several, current, page, actions));
  found.push(h("div", { class: several ? "sections" : "" }, ...lists));
  if (sections.some(({ neighbours }) => neighbours.length)) {
    found.push(h("button", { class: "more", type: "button", click: actions.more }, `Show ${next} neighbours`));
  }
  return found;
}

/** @param {Term[]} terms @param {Actions} actions @returns {HTMLElement} The words of a query, each of which can be removed. */
function chips(terms, actions) {
  return h(
    "h2",
    { class: "chips", "aria-label": written(terms) },
    ...terms.flatMap((term, at) => [
      term.sign < 0 ? "− " : at ? "+ " : null,
      h(
        "button",
        { type: "button", class: "chip", title: `Remove ${term.word}`, click: () => actions.toggle(term) },
        bdi(term.word),
        " ×",
      ),
    ]),
  );
}

/** @param {Section} section @returns {HTMLElement} Frequency of the word of a section. */
function facts({ set, rows, share }) {
  const { counted, tokens } = set.head;
  const parts = rows.length === 1 && counted ? [`${whole(set.counts[rows[0]])} times`] : [];
  if (parts.length && tokens) parts.push(`${perMillion((1e6 * set.counts[rows[0]]) / tokens)} per million`);
  if (share !== null) parts.unshift(`${Math.round(100 * share)} % of its uses`);
  return h("p", { class: "facts" }, parts.join(" · "));
}

/**
 * @param {Section} section
 * @param {boolean} several
 * @param {number} current
 * @param {Page} page
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
function list(section, several, current, page, actions) {
  const { set, neighbours, problem } = section;
  const style = `--own: var(--set-${section.colour % COLOURS})`;
  const heading = several ? [heads(section, current, page, actions), facts(section)] : [];
  if (problem) return h("section", { style }, ...heading, h("p", { class: "problem" }, problem));
  return h(
    "section",
    { style, "aria-label": section.name },
    ...heading,
    h("ol", { class: "neighbours" }, ...neighbours.map(({ row, score }) => item(set, row, score, actions))),
  );
}

/** @param {Section} section @param {number} current @param {Page} page @param {Actions} actions @returns {HTMLElement} */
function heads(section, current, page, actions) {
  const { set, name } = section;
  const mark = h("i", { class: `mark shape-${page.head.kind === "space" ? set.number % 4 : 0}` });
  if (page.head.kind !== "spaces") return h("h3", {}, mark, bdi(name));
  const pressed = set.number === current;
  const title = pressed ? "On the map" : "Show on the map";
  return h(
    "h3",
    {},
    mark,
    h(
      "button",
      { type: "button", class: "link", title, "aria-pressed": String(pressed), click: () => actions.show(set.number) },
      bdi(name),
    ),
  );
}

/** @param {WordSet} set @param {number} row @param {number} score @param {Actions} actions @returns {HTMLElement} */
function item(set, row, score, actions) {
  const word = set.words[row];
  const show = () => actions.point({ set, row }),
    hide = () => actions.point(null);
  const change = (/** @type {1 | -1} */ sign) =>
    h(
      "button",
      {
        type: "button",
        class: "sign",
        title: sign > 0 ? "Add to the query" : "Subtract from the query",
        "aria-label": `${sign > 0 ? "add" : "subtract"} ${word}`,
        click: () => actions.toggle({ sign, word }),
      },
      sign > 0 ? "+" : "−",
    );
  return h(
    "li",
    { mouseenter: show, mouseleave: hide, focusin: show, focusout: hide },
    h("button", { type: "button", class: "neighbour", click: () => actions.choose(word, set) }, bdi(word)),
    h(
      "span",
      { class: "bar", "aria-hidden": "true" },
      h("i", { style: `width: ${(100 * Math.max(0, score)).toFixed(1)}%` }),
    ),
    h("span", { class: "number" }, cosine(score)),
    h("span", { class: "signs" }, change(1), change(-1)),
  );
}

/**
 * Return the contents of the panel without a query.
 *
 * @param {Page} page
 * @param {() => void} random
 * @param {Actions} actions
 * @returns {Node[]}
 */
export function welcome(page, random, actions) {
  const { head } = page;
  const rows = head.sets.map((set) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, bdi(set.name)),
      h("td", { class: "number" }, set.cut ? `first ${whole(set.size)}` : whole(set.size)),
      h("td", { class: "number" }, String(set.dim)),
      h("td", { class: "number" }, set.tokens ? whole(set.tokens) : "–"),
    ),
  );
  const table = h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th"),
        h("th", { class: "number" }, "words"),
        h("th", { class: "number" }, "dim"),
        h("th", { class: "number" }, "tokens"),
      ),
    ),
    h("tbody", {}, ...rows),
  );
  return [
    h(
      "h2",
      {},
      head.kind === "slices"
        ? "Words through slices"
        : head.sets.length > 1
          ? "Words in several sets"
          : "Words on a map",
    ),
    h(
      "p",
      {},
      "Search a word, or click one on the map, to see the words nearest to it. Sums work, too: ",
      h("q", {}, "king − man + woman"),
      ".",
    ),
    h("p", {}, h("button", { type: "button", class: "more", click: random }, "A random word")),
    ...changes(head.changes, page.sets, actions),
    h("h3", {}, "In this page"),
    table,
    h(
      "p",
      { class: "facts" },
      `Map: ${head.layout}. Cosines are computed from vectors of ${head.sets[0].bits} bits a number. Keys on the map: arrows, +, −, 0; / to search.`,
    ),
  ];
}
