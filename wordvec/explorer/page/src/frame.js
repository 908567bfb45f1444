/**
 * The frame of the page: its elements, before they have contents.
 *
 * @typedef {import("./data.js").Head} Head
 *
 * @typedef {object} Frame
 * @property {HTMLInputElement} input
 * @property {HTMLElement} suggestions
 * @property {HTMLElement} map
 * @property {HTMLElement} legend
 * @property {HTMLElement} panel
 * @property {HTMLElement} live What a screen reader says.
 * @property {(current: number) => void} select Show which set is chosen.
 *
 * @typedef {object} Handlers
 * @property {(set: number) => void} show
 * @property {() => void} saveMap
 * @property {() => void} saveTable
 * @property {(factor: number) => void} zoom 0 for the whole map.
 */
import { bdi, h } from "./dom.js";

/**
 * Fill an element with the frame.
 *
 * @param {HTMLElement} root
 * @param {Head} head
 * @param {Handlers} handlers
 * @returns {Frame}
 */
export function frame(root, head, handlers) {
  const input = h("input", {
    type: "text",
    id: "explorer-search",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "explorer-words",
    "aria-autocomplete": "list",
    "aria-label": "Search a word, or a sum such as king − man + woman",
    placeholder: "Search: king − man + woman",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const suggestions = h("ul", { id: "explorer-words", role: "listbox", "aria-label": "Words", hidden: true });
  const legend = h("div", { class: "legend" });
  const panel = h("aside", { class: "panel", "aria-label": "Answers" });
  const live = h("div", { class: "unseen", "aria-live": "polite" });
  const tool = (/** @type {string} */ text, /** @type {string} */ name, /** @type {() => void} */ click) =>
    h("button", { type: "button", title: name, "aria-label": name, click }, text);
  const map = h(
    "div",
    {
      class: "map",
      tabindex: 0,
      role: "application",
      "aria-label":
        "Map of words. Arrow keys move, plus and minus zoom, 0 shows all. Words are found by the search box, too.",
    },
    h(
      "div",
      { class: "tools" },
      tool("+", "Zoom in", () => handlers.zoom(1.6)),
      tool("−", "Zoom out", () => handlers.zoom(1 / 1.6)),
      tool("⤢", "Show the whole map", () => handlers.zoom(0)),
    ),
    legend,
  );
  const { control, select } = head.kind === "slices" ? slider(head, handlers) : buttons(head, handlers);
  root.replaceChildren(
    h(
      "header",
      {},
      h("h1", { title: head.title }, bdi(head.title)),
      h("div", { class: "search" }, input, suggestions),
      head.kind === "slices" ? "" : control,
      h(
        "div",
        { class: "exports" },
        tool("SVG", "Save this view of the map as SVG", handlers.saveMap),
        tool("CSV", "Save the neighbours as CSV", handlers.saveTable),
      ),
    ),
    h("main", {}, h("div", { class: "left" }, map, head.kind === "slices" ? control : ""), panel),
    live,
  );
  return { input, suggestions, map, legend, panel, live, select };
}

/** @param {Head} head @param {Handlers} handlers */
function buttons(head, handlers) {
  const all = head.sets.map((set, number) =>
    h(
      "button",
      { type: "button", "aria-pressed": "false", title: set.name, click: () => handlers.show(number) },
      bdi(set.name),
    ),
  );
  const name = head.kind === "space" ? "Set that is searched first" : "Set on the map";
  const control = h("div", { class: "sets", role: "group", "aria-label": name, hidden: all.length < 2 }, ...all);
  const select = (/** @type {number} */ current) =>
    all.forEach((button, number) => button.setAttribute("aria-pressed", String(number === current)));
  return { control, select };
}

/** @param {Head} head @param {Handlers} handlers */
function slider(head, handlers) {
  const names = head.sets.map(({ name }) => name),
    last = names.length - 1;
  const range = h("input", {
    type: "range",
    min: 0,
    max: last,
    step: 1,
    "aria-label": "Slice",
    input: () => handlers.show(Number(range.value)),
  });
  const shown = h("output", {});
  const control = h(
    "div",
    { class: "slices" },
    h("span", {}, bdi(names[0])),
    range,
    h("span", {}, bdi(names[last])),
    shown,
  );
  const select = (/** @type {number} */ current) => {
    range.value = String(current);
    range.setAttribute("aria-valuetext", names[current]);
    shown.textContent = names[current];
  };
  return { control, select };
}
