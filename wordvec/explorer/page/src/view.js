/**
 * The part of the map that is shown: a centre in the map's units, and a zoom. The map reaches from -1 to 1.
 *
 * @typedef {{x: number, y: number, zoom: number}} View
 * @typedef {{width: number, height: number}} Size In CSS pixels.
 */

/** @type {View} */
export const WHOLE = { x: 0, y: 0, zoom: 1 };
const [LEAST, MOST] = [0.5, 400];
const MARGIN = 0.94;

/** @param {View} view @param {Size} size @returns {number} Pixels of a unit. */
export function scale(view, { width, height }) {
  return (MARGIN * view.zoom * Math.min(width, height)) / 2;
}

/**
 * Return the transformation of places to pixels: `x * sx + tx`, `y * sy + ty`.
 *
 * @param {View} view
 * @param {Size} size
 */
export function transform(view, size) {
  const [sx, sy] = stretched(view, size);
  return { sx, sy: -sy, tx: size.width / 2 - view.x * sx, ty: size.height / 2 + view.y * sy };
}

/**
 * Return the pixels of a unit in both directions: a wide map is stretched, but not beyond 1.5 times.
 *
 * @param {View} view
 * @param {Size} size
 * @returns {[number, number]}
 */
function stretched(view, size) {
  const unit = scale(view, size);
  return [
    unit * Math.min(1.5, Math.max(1, size.width / size.height)),
    unit * Math.min(1.5, Math.max(1, size.height / size.width)),
  ];
}

/** @param {View} view @param {Size} size @param {number} x @param {number} y @returns {[number, number]} */
export function placeAt(view, size, x, y) {
  const { sx, sy, tx, ty } = transform(view, size);
  return [(x - tx) / sx, (y - ty) / sy];
}

/** @param {View} view @param {Size} size @param {number} dx @param {number} dy In pixels. @returns {View} */
export function moved(view, size, dx, dy) {
  const { sx, sy } = transform(view, size);
  return bounded({ ...view, x: view.x - dx / sx, y: view.y - dy / sy });
}

/**
 * Return a view whose zoom is multiplied, with the same place at a pixel.
 *
 * @param {View} view
 * @param {Size} size
 * @param {number} factor
 * @param {number} [x]
 * @param {number} [y]
 * @returns {View}
 */
export function zoomed(view, size, factor, x = size.width / 2, y = size.height / 2) {
  const before = placeAt(view, size, x, y);
  const closer = { ...view, zoom: Math.min(MOST, Math.max(LEAST, view.zoom * factor)) };
  const after = placeAt(closer, size, x, y);
  return bounded({ ...closer, x: view.x + before[0] - after[0], y: view.y + before[1] - after[1] });
}

/**
 * Return a view in which all places can be seen, at most as near as `most`.
 *
 * @param {[number, number][]} places
 * @param {number} most
 * @returns {View}
 */
export function around(places, most) {
  const xs = places.map(([x]) => x),
    ys = places.map(([, y]) => y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const span = Math.max(right - left, high - low, 1e-3);
  return { x: (left + right) / 2, y: (low + high) / 2, zoom: Math.min(most, Math.max(1, 1.5 / span)) };
}

/** @param {View} a @param {View} b @param {number} share @returns {View} */
export function between(a, b, share) {
  const zoom = a.zoom * (b.zoom / a.zoom) ** share;
  // The centre moves with the zoom, so that the movement on the screen is even.
  const part = Math.abs(b.zoom - a.zoom) < 1e-6 ? share : (1 / a.zoom - 1 / zoom) / (1 / a.zoom - 1 / b.zoom);
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, zoom };
}

/** @param {View} view @returns {View} */
function bounded(view) {
  return { ...view, x: Math.min(1.2, Math.max(-1.2, view.x)), y: Math.min(1.2, Math.max(-1.2, view.y)) };
}
