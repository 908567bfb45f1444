/**
 * The explorer: reads the page's data, and keeps map, panel and address together.
 *
 * @typedef {import("./answers.js").Section} Section
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./path.js").Step} Step
 * @typedef {import("./query.js").Term} Term
 */
import { answers } from "./answers.js";
import { bytes, matrix, open } from "./data.js";
import { bdi, h } from "./dom.js";
import { csv, download, svgOf } from "./exports.js";
import { frame } from "./frame.js";
import { WordMap } from "./map.js";
import { cosine } from "./numbers.js";
import { answered, welcome } from "./panel.js";
import { path } from "./path.js";
import { parse, toggled, written } from "./query.js";
import { scene, visible } from "./scene.js";
import { SearchBox } from "./search-box.js";
import { Completion } from "./spelling.js";
import { NUMBERS, hash, stateOf } from "./state.js";
import { COLOURS, theme } from "./theme.js";
import { WHOLE, around, transform, zoomed } from "./view.js";

const [ANNOUNCED, CLOSEST, EDGE] = [5, 12, 0.08];

/** @param {string} id @returns {string} */
function text(id) {
  return document.getElementById(id)?.textContent?.trim() ?? "";
}

/** The explorer in an element. */
class Explorer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {import("./data.js").Head} */
    const head = JSON.parse(text("explorer-head"));
    this.page = open(
      head,
      head.sets.map((_, number) => bytes(text(`explorer-map-${number}`))),
    );
    this.first = head.kind === "slices" ? head.sets.length - 1 : 0;
    this.state = stateOf(location.hash, head.sets.length, this.first);
    this.theme = theme(root);
    this.ready = false;
    /** @type {Section[]} */
    this.sections = [];
    /** @type {Step[]} */
    this.steps = [];
    /** @type {Completion | null} */
    this.known = null;
    this.frame = frame(root, head, {
      show: (set) => this.change({ set }),
      saveMap: () => download(`${this.fileName()}.svg`, "image/svg+xml", this.svg()),
      saveTable: () => download(`${this.fileName()}.csv`, "text/csv", csv(this.state.query, this.sections)),
      zoom: (factor) => this.map.set(factor ? zoomed(this.map.view, this.map.size, factor) : WHOLE),
    });
    this.box = new SearchBox(
      this.frame.input,
      this.frame.suggestions,
      (word, n) => this.completion().complete(word, n),
      (query) => this.ask(query),
    );
    this.map = new WordMap(this.frame.map, this.theme, {
      chosen: ({ set, row }) => this.choose(set.words[row], set),
      moved: (view) => {
        this.state.view = view;
        this.address(true);
      },
    });
    this.map.set(this.state.view, false);
    this.update();
    this.listen();
  }

  /** Decode the vectors, which are behind the script, when they are there. */
  read() {
    for (const set of this.page.sets) {
      const element = document.getElementById(`explorer-rows-${set.number}`);
      set.matrix = matrix(set.head, bytes(element?.textContent?.trim() ?? ""));
      element?.remove();
    }
    this.ready = true;
    this.update();
    this.root.dataset["ready"] = "";
    performance.mark("explorer-ready");
  }

  listen() {
    addEventListener("hashchange", () => {
      this.state = stateOf(location.hash, this.page.sets.length, this.first);
      this.map.set(this.state.view, false);
      this.update();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.theme = this.map.theme = theme(this.root);
      this.update();
    });
    addEventListener("keydown", (event) => {
      const writes = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.frame.input.focus();
    });
  }

  completion() {
    this.known ??= new Completion(this.searchable());
    return this.known;
  }

  /** @returns {string[]} Words of all sets, most frequent first, and words that have rows of senses only. */
  searchable() {
    const sets = this.page.sets,
      found = new Set();
    const most = Math.max(...sets.map(({ words }) => words.length));
    const plain = new Map(
      sets.flatMap((set) => [...set.senses].map(([word, rows]) => [`${set.number} ${rows[0]}`, word])),
    );
    for (let row = 0; row < most; row++) {
      for (const set of sets) {
        const word = plain.get(`${set.number} ${row}`);
        if (word !== undefined) found.add(word);
        if (row < set.words.length) found.add(set.words[row]);
      }
    }
    return [...found];
  }

  /** @returns {Term[]} */
  terms() {
    return parse(this.state.query).map(({ sign, word }) => ({ sign, word: this.completion().spelled(word) ?? word }));
  }

  /** @param {string} query */
  ask(query) {
    this.change({ query: query.trim() });
  }

  /** @param {string} word @param {WordSet} set */
  choose(word, set) {
    const { kind } = this.page.head;
    const stays = kind !== "space" && this.page.sets[this.state.set].rows.has(word);
    this.change({ query: word, set: stays ? this.state.set : set.number });
  }

  /** @param {Partial<import("./state.js").State>} part */
  change(part) {
    const asked = part.query !== undefined && part.query !== this.state.query;
    Object.assign(this.state, part);
    this.update();
    if (asked) this.show();
    this.address(!asked);
  }

  /** @param {boolean} replace Whether the address takes the place of the last one, so that "back" leaves it out. */
  address(replace) {
    const target = location.pathname + location.search + hash(this.state, this.first);
    try {
      if (replace) history.replaceState(null, "", target);
      else history.pushState(null, "", target);
    } catch {
      // A frame without an address of its own, as in a notebook, has no history.
    }
  }

  update() {
    const { page, state } = this;
    const terms = this.terms();
    this.sections = this.ready ? answers(page, terms, state.set, state.number) : [];
    const follows = this.ready && page.head.kind === "slices" && terms.length === 1;
    this.steps = follows ? path(page, terms[0].word) : [];
    this.map.show(scene(page, state.set, this.sections, this.steps, this.theme));
    this.frame.select(state.set);
    this.legend();
    if (document.activeElement !== this.frame.input) this.frame.input.value = written(terms);
    this.panel(terms);
  }

  /** @param {Term[]} terms */
  panel(terms) {
    const next = NUMBERS[(NUMBERS.indexOf(this.state.number) + 1) % NUMBERS.length];
    const actions = {
      choose: (/** @type {string} */ word, /** @type {WordSet} */ set) => this.choose(word, set),
      toggle: (/** @type {Term} */ term) => this.ask(written(toggled(this.terms(), term))),
      point: (/** @type {{set: WordSet, row: number} | null} */ word) =>
        this.map.hover(word && visible(this.page, this.state.set).includes(word.set) ? word : null),
      show: (/** @type {number} */ set) => this.change({ set }),
      more: () => this.change({ number: next }),
    };
    const { panel, live } = this.frame;
    if (!terms.length) {
      panel.replaceChildren(...welcome(this.page, () => this.random(), actions));
      live.textContent = "";
    } else if (this.ready) {
      panel.replaceChildren(
        ...answered(
          this.page,
          terms,
          this.sections,
          this.steps,
          { current: this.state.set, next },
          this.theme,
          actions,
        ),
      );
      live.textContent = `${written(terms)}. ${this.sections.map(said).join(" ")}`;
    } else {
      panel.replaceChildren(h("p", { class: "facts" }, "Reading the vectors…"));
    }
  }

  random() {
    const { words } = this.page.sets[this.state.set];
    // Frequent words are more likely, since readers know them.
    this.choose(words[Math.floor(words.length * Math.random() ** 2)], this.page.sets[this.state.set]);
  }

  /** Move the map to the words of the query and their neighbours, unless they are in it. */
  show() {
    const { marks, path } = this.map.scene;
    const { size, view } = this.map;
    const places = [
      ...marks.map(({ set, row }) => /** @type {[number, number]} */ ([set.places[2 * row], set.places[2 * row + 1]])),
      ...path.flatMap(({ place }) => (place ? [place] : [])),
    ];
    if (!places.length) return;
    const { sx, sy, tx, ty } = transform(view, size);
    const inside = places.filter(([x, y]) => {
      const [across, down] = [(x * sx + tx) / size.width, (y * sy + ty) / size.height];
      return across > EDGE && across < 1 - EDGE && down > EDGE && down < 1 - EDGE;
    });
    if (inside.length < places.length) this.map.go(around(places, Math.min(CLOSEST, Math.max(1, view.zoom))));
  }

  legend() {
    const { head, sets } = this.page;
    const entry = (/** @type {number} */ colour, /** @type {number} */ shape, /** @type {string} */ name) =>
      h(
        "span",
        { style: `--own: var(--set-${colour % COLOURS})` },
        h("i", { class: `mark shape-${shape}` }),
        bdi(name),
      );
    const scored = this.sections.filter(
      ({ scores, set }) => scores && visible(this.page, this.state.set).includes(set),
    );
    const parts = head.kind === "space" ? sets.map(({ number, head }) => entry(number, number % 4, head.name)) : [];
    if (head.kind !== "space" && scored.length > 1)
      parts.push(...scored.map(({ colour, name }) => entry(colour, 0, name)));
    if (head.kind !== "space" && scored.length === 1) {
      parts.push(
        h(
          "span",
          { style: `--own: var(--set-${scored[0].colour % COLOURS})` },
          "far ",
          h("i", { class: "ramp" }),
          " similar",
        ),
      );
    }
    this.frame.legend.replaceChildren(...parts);
  }

  svg() {
    const { map, theme, page } = this;
    return svgOf(`${page.head.title}: ${this.state.query}`, map.scene, map.drawings(), map.view, map.size, theme);
  }

  fileName() {
    return (
      written(this.terms())
        .replace(/[^\p{L}\p{N}]+/gu, "-")
        .replace(/^-|-$/g, "") || "map"
    );
  }
}

/** @param {Section} section @returns {string} */
function said({ set, name, neighbours, problem }) {
  const near = neighbours.slice(0, ANNOUNCED).map(({ row, score }) => `${set.words[row]} ${cosine(score, 2)}`);
  return problem || `${name}: ${near.join(", ")}.`;
}

const root = document.querySelector(".explorer");
if (root instanceof HTMLElement) {
  const explorer = new Explorer(root);
  Object.assign(root, { explorer });
  performance.mark("explorer-map");
  const read = () => requestAnimationFrame(() => setTimeout(() => explorer.read()));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", read);
  else read();
}
