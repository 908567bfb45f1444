/**
 * A word in each set: small maps; and in each slice its similarity to itself and its frequency as a chart.
 *
 * @typedef {import("./data.js").Page} Page
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./path.js").Step} Step
 * @typedef {import("./panel.js").Actions} Actions
 * @typedef {import("./theme.js").Theme} Theme
 */
import { h, svg } from "./dom.js";
import { cosine, perMillion } from "./numbers.js";
import { css } from "./theme.js";

const [WIDTH, HEIGHT, BARS, LEFT, TOP] = [360, 92, 30, 6, 16];
const [SMALL_WIDTH, SMALL_HEIGHT, MOST] = [108, 76, 1200];

/** @param {Step} step @returns {string} What a slice says of the word, in words. */
function told({ set, similarity, perMillion: frequency, nearest }) {
  if (similarity === null) return `${set.head.name}: not there`;
  const often = frequency === null ? "" : `, ${perMillion(frequency)} per million`;
  return `${set.head.name}: similarity ${cosine(similarity, 2)}${often}; ${nearest.join(", ")}`;
}

/**
 * Return a chart of a word's cosine with its first vector (line) and of its frequency (bars).
 *
 * @param {Step[]} steps
 * @param {number} current
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function chart(steps, current, actions) {
  const width = (WIDTH - 2 * LEFT) / steps.length;
  const x = (/** @type {number} */ at) => LEFT + (at + 0.5) * width;
  const y = (/** @type {number} */ value) => TOP + (1 - Math.max(0, value)) * (HEIGHT - TOP);
  const most = Math.max(1e-9, ...steps.map((step) => step.perMillion ?? 0));
  const bottom = HEIGHT + BARS + 8,
    every = Math.ceil(steps.length / 8);
  const there = steps.map((step, at) => ({ step, at })).filter(({ step }) => step.similarity !== null);
  const points = there.map(({ step, at }) => `${x(at)},${y(step.similarity ?? 0)}`).join(" ");
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${bottom + 16}`, class: "trace", role: "img", "aria-label": steps.map(told).join(". ") },
    svg("rect", { x: LEFT + current * width, y: 0, width, height: bottom + 16, class: "now", rx: 3 }),
    svg("line", { x1: LEFT, x2: WIDTH - LEFT, y1: y(1), y2: y(1), class: "rule" }),
    svg("line", { x1: LEFT, x2: WIDTH - LEFT, y1: y(0), y2: y(0), class: "rule" }),
    ...steps.map((step, at) => {
      const height = ((step.perMillion ?? 0) / most) * BARS;
      return svg("rect", { x: x(at) - width * 0.3, y: bottom - height, width: width * 0.6, height, class: "often" });
    }),
    svg("polyline", { points }),
    ...there.map(({ step, at }) =>
      svg("circle", { cx: x(at), cy: y(step.similarity ?? 0), r: at === current ? 5 : 3.5 }),
    ),
    ...there.map(({ step, at }) =>
      at === current || steps.length <= 8
        ? svg("text", { x: x(at), y: y(step.similarity ?? 0) - 8 }, cosine(step.similarity ?? 0, 2))
        : "",
    ),
    ...steps.map((step, at) =>
      at % every === 0 || at === current
        ? svg("text", { x: x(at), y: bottom + 13, class: at === current ? "shown" : "" }, step.set.head.name)
        : "",
    ),
    ...steps.map((step, at) => {
      const area = svg(
        "rect",
        { x: LEFT + at * width, y: 0, width, height: bottom + 16, class: "area" },
        svg("title", {}, told(step)),
      );
      area.addEventListener("click", () => actions.show(at));
      return area;
    }),
  );
  return h(
    "figure",
    {},
    h("figcaption", {}, "Similarity to its first vector (line, 0 to 1) and frequency (bars)"),
    drawing,
  );
}

/**
 * Return a small map for each slice, with the place of the word there.
 *
 * @param {Step[]} steps
 * @param {number} current
 * @param {Theme} theme
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function multiples(steps, current, theme, actions) {
  return all(steps.map((step) => small(step.set, step.place, told(step), current, theme, actions)));
}

/**
 * Return a small map for each set, with the place of a word there.
 *
 * @param {Page} page
 * @param {string} word
 * @param {number} current
 * @param {Theme} theme
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function beside(page, word, current, theme, actions) {
  return all(
    page.sets.map((set) => {
      const row = set.rows.get(word);
      if (row === undefined) return small(set, null, `${set.head.name}: not there`, current, theme, actions);
      return small(
        set,
        [set.places[2 * row], set.places[2 * row + 1]],
        `${set.head.name}: show this map`,
        current,
        theme,
        actions,
      );
    }),
  );
}

/** @param {HTMLElement[]} maps @returns {HTMLElement} */
function all(maps) {
  return h("div", { class: "multiples" }, ...maps);
}

/**
 * Return a small map that shows its set when it is clicked.
 *
 * @param {WordSet} set
 * @param {[number, number] | null} place
 * @param {string} title
 * @param {number} current
 * @param {Theme} theme
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
function small(set, place, title, current, theme, actions) {
  const canvas = h("canvas", { width: 2 * SMALL_WIDTH, height: 2 * SMALL_HEIGHT, "aria-hidden": "true" });
  const drawn = canvas.getContext("2d");
  const pressed = String(set.number === current);
  const button = h(
    "button",
    { type: "button", title, "aria-pressed": pressed, click: () => actions.show(set.number) },
    canvas,
    h("span", {}, set.head.name),
  );
  if (!drawn) return button;
  const x = (/** @type {number} */ value) => (1 + 0.95 * value) * SMALL_WIDTH;
  const y = (/** @type {number} */ value) => (1 - 0.95 * value) * SMALL_HEIGHT;
  drawn.fillStyle = css(theme.dot, place ? 0.5 : 0.25);
  for (let row = 0; row < Math.min(MOST, set.head.size); row++) {
    drawn.fillRect(x(set.places[2 * row]) - 1, y(set.places[2 * row + 1]) - 1, 2, 2);
  }
  if (place) {
    drawn.fillStyle = css(theme.chosen);
    drawn.beginPath();
    drawn.arc(x(place[0]), y(place[1]), 9, 0, 2 * Math.PI);
    drawn.fill();
  }
  return button;
}
