/**
 * The map: two canvases, of points and of labels, and what pointers and keys do on them.
 *
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./view.js").View} View
 *
 * @typedef {object} Listener
 * @property {(word: {set: WordSet, row: number}) => void} chosen A word was clicked.
 * @property {(view: View) => void} moved The view has changed.
 */
import { FONT, SIZE, draw, drawings, remembered } from "./overlay.js";
import { Points } from "./points.js";
import { WHOLE, between, moved, transform, zoomed } from "./view.js";

const NEAR = 14;
const STEP = 60;
const MILLISECONDS = 350;

/** The map of words. */
export class WordMap {
  /** @param {HTMLElement} element @param {Theme} theme @param {Listener} listener */
  constructor(element, theme, listener) {
    this.element = element;
    this.listener = listener;
    this.theme = theme;
    this.view = WHOLE;
    this.size = { width: 1, height: 1 };
    /** @type {Scene} */
    this.scene = { layers: [], marks: [], path: [], current: 0 };
    /** @type {{set: WordSet, row: number} | null} */
    this.hovered = null;
    this.waiting = 0;
    this.stale = true;
    this.animation = 0;
    /** @type {number[]} Script time of the last frames, in milliseconds. */
    this.frames = [];
    const [below, above] = [document.createElement("canvas"), document.createElement("canvas")];
    element.prepend(below, above);
    this.canvases = [below, above];
    this.points = new Points(below);
    this.labels = /** @type {CanvasRenderingContext2D} */ (above.getContext("2d"));
    this.width = remembered((text, bold) => {
      this.labels.font = `${bold ? "600 " : ""}${SIZE}px ${FONT}`;
      return this.labels.measureText(text).width;
    });
    new ResizeObserver(() => this.fit()).observe(element);
    this.fit();
    this.listen();
  }

  fit() {
    const { width, height } = this.element.getBoundingClientRect();
    this.size = { width: Math.max(1, width), height: Math.max(1, height) };
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of this.canvases) {
      canvas.width = Math.round(this.size.width * this.ratio);
      canvas.height = Math.round(this.size.height * this.ratio);
    }
    this.stale = true;
    this.frame();
  }

  /** @param {Scene} scene */
  show(scene) {
    this.scene = scene;
    this.points.show(scene.layers);
    this.redraw();
  }

  /** @param {boolean} [points] Whether the points are drawn again, too. */
  redraw(points = true) {
    this.stale ||= points;
    this.waiting ||= requestAnimationFrame(() => this.frame());
  }

  frame() {
    const begun = performance.now(),
      ratio = this.ratio ?? 1;
    this.waiting = 0;
    if (this.stale) this.points.draw(this.view, this.size, ratio, this.theme.paper);
    this.stale = false;
    this.labels.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.labels.clearRect(0, 0, this.size.width, this.size.height);
    draw(this.labels, this.drawings(), this.theme);
    this.frames.push(performance.now() - begun);
    if (this.frames.length > 600) this.frames.shift();
  }

  drawings() {
    return drawings(this.scene, this.hovered, this.view, this.size, this.theme, this.width);
  }

  /** @param {View} view @param {boolean} [tell] Whether the listener is told. */
  set(view, tell = true) {
    cancelAnimationFrame(this.animation);
    this.view = view;
    this.redraw();
    if (tell) this.listener.moved(view);
  }

  /** @param {View} view */
  go(view) {
    const begin = this.view,
      begun = performance.now();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set(view);
    const step = () => {
      const share = Math.min(1, (performance.now() - begun) / MILLISECONDS);
      this.set(share < 1 ? between(begin, view, share * share * (3 - 2 * share)) : view, share === 1);
      if (share < 1) this.animation = requestAnimationFrame(step);
    };
    step();
  }

  /** @param {number} x @param {number} y @returns {{set: WordSet, row: number} | null} The word nearest to a pixel. */
  wordAt(x, y) {
    const { sx, sy, tx, ty } = transform(this.view, this.size);
    let nearest = NEAR ** 2,
      found = null;
    for (const { set } of this.scene.layers) {
      for (let row = 0; row < set.head.size; row++) {
        const dx = set.places[2 * row] * sx + tx - x,
          dy = set.places[2 * row + 1] * sy + ty - y;
        const distance = dx * dx + dy * dy;
        if (distance < nearest) [nearest, found] = [distance, { set, row }];
      }
    }
    return found ?? this.labelAt(x, y);
  }

  /** @param {number} x @param {number} y @returns {{set: WordSet, row: number} | null} The word of the label at a pixel. */
  labelAt(x, y) {
    for (const one of this.drawings()) {
      if (one.kind !== "label" || x < one.x || x > one.x + one.width || y > one.y + 4 || y < one.y - SIZE) continue;
      for (const { set } of this.scene.layers) {
        const row = set.rows.get(one.text);
        if (row !== undefined) return { set, row };
      }
    }
    return null;
  }

  listen() {
    /** @type {Map<number, {x: number, y: number}>} */
    const pointers = new Map();
    let travelled = 0;
    const { element } = this;
    const at = (/** @type {MouseEvent} */ event) => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const above = this.canvases[1];
    above.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, at(event));
      if (pointers.size === 1) travelled = 0;
      above.setPointerCapture(event.pointerId);
      element.focus({ preventScroll: true });
    });
    above.addEventListener("pointermove", (event) => {
      const old = pointers.get(event.pointerId),
        now = at(event);
      if (!old) return this.hover(event.pointerType === "mouse" ? this.wordAt(now.x, now.y) : null);
      pointers.set(event.pointerId, now);
      travelled += Math.hypot(now.x - old.x, now.y - old.y);
      const others = [...pointers].filter(([id]) => id !== event.pointerId);
      if (!others.length) {
        if (travelled > 4) this.set(moved(this.view, this.size, now.x - old.x, now.y - old.y));
        return;
      }
      const other = others[0][1];
      const factor =
        Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(old.x - other.x, old.y - other.y));
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      const dragged = moved(this.view, this.size, (now.x - old.x) / 2, (now.y - old.y) / 2);
      this.set(zoomed(dragged, this.size, factor, middle.x, middle.y));
    });
    above.addEventListener("pointerup", (event) => {
      const { x, y } = at(event);
      const found = pointers.size === 1 && travelled <= 4 ? this.wordAt(x, y) : null;
      pointers.delete(event.pointerId);
      if (found) this.listener.chosen(found);
    });
    above.addEventListener("pointercancel", (event) => pointers.delete(event.pointerId));
    above.addEventListener("pointerleave", () => this.hover(null));
    element.addEventListener(
      "wheel",
      (event) => {
        // Within another page, the wheel scrolls that page until the map has the focus.
        if (element.closest(".embedded") && document.activeElement !== element && !event.ctrlKey) return;
        event.preventDefault();
        const { x, y } = at(event);
        const pixels = event.deltaY * (event.deltaMode ? 18 : 1);
        this.set(zoomed(this.view, this.size, Math.exp(-Math.max(-120, Math.min(120, pixels)) / 250), x, y));
      },
      { passive: false },
    );
    element.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey) return;
    const { view, size } = this;
    /** @type {Record<string, () => View>} */
    const keys = {
      ArrowLeft: () => moved(view, size, STEP, 0),
      ArrowRight: () => moved(view, size, -STEP, 0),
      ArrowUp: () => moved(view, size, 0, STEP),
      ArrowDown: () => moved(view, size, 0, -STEP),
      "+": () => zoomed(view, size, 1.4),
      "=": () => zoomed(view, size, 1.4),
      "-": () => zoomed(view, size, 1 / 1.4),
      0: () => WHOLE,
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    this.set(keys[event.key]());
  }

  /** @param {{set: WordSet, row: number} | null} word */
  hover(word) {
    if (word?.set === this.hovered?.set && word?.row === this.hovered?.row) return;
    this.hovered = word;
    this.canvases[1].style.cursor = word ? "pointer" : "";
    this.redraw(false);
  }
}
