/**
 * Points of words, drawn into the pixels of a canvas by typed arrays: 20,000 in a few milliseconds, without WebGL, which
 * is slower than this where no graphics hardware is used, and on some machines is not there.
 *
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./scene.js").Layer} Layer
 * @typedef {import("./theme.js").Colour} Colour
 * @typedef {import("./view.js").View} View
 * @typedef {import("./view.js").Size} Size
 *
 * @typedef {object} Ordered A layer in the order in which its points are drawn.
 * @property {number} shape
 * @property {Float32Array} xs
 * @property {Float32Array} ys
 * @property {Uint32Array} colours
 * @property {Uint8Array} sizes
 *
 * @typedef {object} Stamp
 * @property {number} reach Pixels from the centre to the edge.
 * @property {Uint16Array} cover Coverage of each pixel, from 0 to 256.
 */
import { transform } from "./view.js";

/** Positions of a centre within a pixel, and steps of the radius in a pixel. */
const PARTS = 4;
/** Number of frequent words. */
const FREQUENT = 1000;
const ODD = 0xff00ff, EVEN = 0x00ff00, OPAQUE = 0xff000000 | 0;

/** @param {View} view @returns {number} Radius of a usual point in CSS pixels. */
export function radius(view) {
  return Math.min(5, 1.5 * view.zoom ** 0.3);
}

/** @param {number} shape @param {number} dx @param {number} dy @returns {number} Distance from the centre, in the measure of a shape. */
function distance(shape, dx, dy) {
  const x = Math.abs(dx), y = Math.abs(dy);
  if (shape === 0) return Math.hypot(x, y);
  if (shape === 1) return 1.15 * Math.max(x, y);
  if (shape === 2) return 0.85 * (x + y);
  return Math.max(0.9 * Math.max(x, y), 2.2 * Math.min(x, y));
}

/** Stamps of points by shape, radius and position within a pixel, made when they are first needed. */
class Stamps {
  constructor() {
    /** @type {Map<number, Stamp>} */
    this.known = new Map();
  }

  /** @param {number} shape @param {number} size Radius in parts of a pixel. @param {number} px @param {number} py @returns {Stamp} */
  get(shape, size, px, py) {
    const key = ((shape * 1024 + size) * PARTS + px) * PARTS + py;
    let found = this.known.get(key);
    if (!found) {
      const r = size / PARTS, reach = Math.ceil(r + 1) - 1, width = 2 * reach + 1;
      const cover = new Uint16Array(width * width);
      for (let at = 0; at < cover.length; at++) {
        const dx = (at % width) - reach - (px + 0.5) / PARTS + 0.5, dy = Math.floor(at / width) - reach - (py + 0.5) / PARTS + 0.5;
        cover[at] = Math.round(256 * Math.min(1, Math.max(0, r + 0.5 - distance(shape, dx, dy))));
      }
      found = { reach, cover };
      this.known.set(key, found);
    }
    return found;
  }
}

/**
 * Return the order in which rows are drawn: from top to bottom, so that lines of pixels stay in the cache; frequent words
 * last.
 *
 * @param {Float32Array} places
 * @returns {Uint32Array}
 */
export function order(places) {
  const rows = Uint32Array.from({ length: places.length / 2 }, (_, row) => row);
  const down = (/** @type {number} */ a, /** @type {number} */ b) => places[2 * b + 1] - places[2 * a + 1];
  const frequent = rows.slice(0, FREQUENT).sort(down), others = rows.slice(FREQUENT).sort(down);
  rows.set(others);
  rows.set(frequent, others.length);
  return rows;
}

/** A canvas of points. */
export class Points {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.stamps = new Stamps();
    this.image = new ImageData(1, 1);
    /** @type {WeakMap<WordSet, Uint32Array>} */
    this.orders = new WeakMap();
    /** @type {Ordered[]} */
    this.layers = [];
  }

  /** @param {Layer[]} layers */
  show(layers) {
    this.layers = layers.map((layer) => {
      const rows = this.orders.get(layer.set) ?? order(layer.set.places);
      this.orders.set(layer.set, rows);
      return ordered(layer, rows);
    });
  }

  /**
   * @param {View} view
   * @param {Size} size
   * @param {number} ratio Device pixels of a CSS pixel.
   * @param {Colour} paper
   */
  draw(view, size, ratio, [red, green, blue]) {
    const { width, height } = this.canvas;
    if (this.image.width !== width || this.image.height !== height) this.image = new ImageData(width, height);
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(OPAQUE | (blue << 16) | (green << 8) | red);
    const { sx, sy, tx, ty } = transform(view, size);
    const change = { sx: sx * ratio, sy: sy * ratio, tx: tx * ratio, ty: ty * ratio };
    const usual = (radius(view) * ratio * PARTS) / 64;
    for (const layer of this.layers) stampAll(pixels, width, height, layer, change, usual, this.stamps);
    this.context.putImageData(this.image, 0, 0);
  }
}

/** @param {Layer} layer @param {Uint32Array} rows @returns {Ordered} */
function ordered({ set, shape, styles, sizes }, rows) {
  const colours = new Uint32Array(styles.buffer);
  return {
    shape,
    xs: Float32Array.from(rows, (row) => set.places[2 * row]),
    ys: Float32Array.from(rows, (row) => set.places[2 * row + 1]),
    colours: Uint32Array.from(rows, (row) => colours[row]),
    sizes: Uint8Array.from(rows, (row) => sizes[row]),
  };
}

/**
 * Blend the points of a layer into pixels.
 *
 * @param {Uint32Array} pixels
 * @param {number} width
 * @param {number} height
 * @param {Ordered} layer
 * @param {{sx: number, sy: number, tx: number, ty: number}} change
 * @param {number} usual Radius of a point, in parts of a pixel, divided by its size.
 * @param {Stamps} stamps
 */
export function stampAll(pixels, width, height, { shape, xs, ys, colours, sizes }, { sx, sy, tx, ty }, usual, stamps) {
  for (let number = 0; number < xs.length; number++) {
    const x = xs[number] * sx + tx, y = ys[number] * sy + ty;
    const left = Math.floor(x), top = Math.floor(y);
    const size = Math.max(PARTS, Math.round(usual * sizes[number]));
    if (x < -size || y < -size || x > width + size || y > height + size) continue;
    const { reach, cover } = stamps.get(shape, size, Math.floor((x - left) * PARTS), Math.floor((y - top) * PARTS));
    const colour = colours[number], odd = colour & ODD, even = colour & EVEN, opacity = (colour >>> 24) + 1;
    const across = 2 * reach + 1;
    const begin = Math.max(0, reach - left), end = Math.min(across, width - left + reach);
    for (let line = Math.max(0, top - reach); line <= Math.min(height - 1, top + reach); line++) {
      const stamp = (line - top + reach) * across, from = line * width + left - reach;
      for (let at = begin; at < end; at++) {
        const alpha = (cover[stamp + at] * opacity) >> 8;
        if (alpha === 0) continue;
        const below = pixels[from + at], rest = 256 - alpha;
        const mixed = ((Math.imul(odd, alpha) + Math.imul(below & ODD, rest)) >>> 8) & ODD;
        const green = ((Math.imul(even, alpha) + Math.imul(below & EVEN, rest)) >>> 8) & EVEN;
        pixels[from + at] = OPAQUE | mixed | green;
      }
    }
  }
}
