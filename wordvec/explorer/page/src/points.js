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
 * @property {Int32Array} offsets Distances of its pixels from that of the centre, in the array of pixels.
 * @property {Uint16Array} cover Coverage of each of them, up to 256.
 */
import { transform } from "./view.js";

/** Positions of a centre within a pixel, and steps of the radius in a pixel. */
const PARTS = 4;
const [SHAPES, SIZES] = [4, 256];
/** Number of frequent words. */
const FREQUENT = 1000;
const ODD = 0xff00ff,
  EVEN = 0x00ff00,
  OPAQUE = 0xff000000 | 0;

/** @param {View} view @returns {number} Radius of a usual point in CSS pixels. */
export function radius(view) {
  return Math.min(5, 1.5 * view.zoom ** 0.3);
}

/** @param {number} shape @param {number} dx @param {number} dy @returns {number} Distance from the centre, in the measure of a shape. */
function distance(shape, dx, dy) {
  const x = Math.abs(dx),
    y = Math.abs(dy);
  if (shape === 0) return Math.hypot(x, y);
  if (shape === 1) return 1.15 * Math.max(x, y);
  if (shape === 2) return 0.85 * (x + y);
  return Math.max(0.9 * Math.max(x, y), 2.2 * Math.min(x, y));
}

/** Stamps of points by shape, radius and position within a pixel, made when they are first needed. */
class Stamps {
  /** @param {number} width Pixels of a line. */
  constructor(width) {
    this.width = width;
    /** @type {(Stamp | undefined)[]} */
    this.known = new Array(SHAPES * SIZES * PARTS * PARTS);
  }

  /**
   * @param {number} shape
   * @param {number} size Radius in parts of a pixel, less than `SIZES`.
   * @param {number} px
   * @param {number} py
   * @returns {Stamp}
   */
  get(shape, size, px, py) {
    const key = ((shape * SIZES + size) * PARTS + px) * PARTS + py;
    return this.known[key] ?? (this.known[key] = stamp(this.width, shape, size / PARTS, px / PARTS, py / PARTS));
  }
}

/**
 * @param {number} width
 * @param {number} shape
 * @param {number} r
 * @param {number} left
 * @param {number} top
 * @returns {Stamp}
 */
function stamp(width, shape, r, left, top) {
  const reach = Math.ceil(r + 1) - 1;
  const offsets = [];
  const cover = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const away = distance(shape, x - left - 0.5 / PARTS + 0.5, y - top - 0.5 / PARTS + 0.5);
      const covered = Math.round(256 * Math.min(1, r + 0.5 - away));
      if (covered <= 0) continue;
      offsets.push(y * width + x);
      cover.push(covered);
    }
  }
  return { reach, offsets: Int32Array.from(offsets), cover: Uint16Array.from(cover) };
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
  const frequent = rows.slice(0, FREQUENT).sort(down),
    others = rows.slice(FREQUENT).sort(down);
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
    this.stamps = new Stamps(0);
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
    if (this.stamps.width !== width) this.stamps = new Stamps(width);
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
 * Blend the points of a layer into pixels; those that the edge would cut are left out.
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
    const x = xs[number] * sx + tx;
    const y = ys[number] * sy + ty;
    if (!(x >= 0 && y >= 0 && x < width && y < height)) continue;
    const left = Math.floor(x);
    const top = Math.floor(y);
    const size = Math.min(SIZES - 1, Math.max(PARTS, Math.round(usual * sizes[number])));
    const { reach, offsets, cover } = stamps.get(shape, size, ((x - left) * PARTS) | 0, ((y - top) * PARTS) | 0);
    if (left < reach || top < reach || left + reach >= width || top + reach >= height) continue;
    const colour = colours[number];
    const odd = colour & ODD;
    const even = colour & EVEN;
    const opacity = (colour >>> 24) + 1;
    const centre = top * width + left;
    for (let at = 0; at < offsets.length; at++) {
      const alpha = (cover[at] * opacity) >> 8;
      const rest = 256 - alpha;
      const pixel = centre + offsets[at];
      const below = pixels[pixel];
      const mixed = ((Math.imul(odd, alpha) + Math.imul(below & ODD, rest)) >>> 8) & ODD;
      const green = ((Math.imul(even, alpha) + Math.imul(below & EVEN, rest)) >>> 8) & EVEN;
      pixels[pixel] = OPAQUE | mixed | green;
    }
  }
}
