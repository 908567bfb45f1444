/**
 * Labels where there is room: earlier ones take precedence.
 *
 * @typedef {object} Wanted
 * @property {string} text
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} gap Distance between the point and its label.
 * @property {boolean} always Whether the label is placed even where there is no room.
 *
 * @typedef {{x: number, y: number}} Placed The left end of the baseline.
 */

const CELL = 5;
const ASCENT = 10,
  DESCENT = 4;

/** Cells of the sheet that labels cover. */
export class Room {
  /** @param {number} width @param {number} height @param {number} padding Free pixels around each label. */
  constructor(width, height, padding) {
    this.columns = Math.max(1, Math.ceil(width / CELL));
    this.lines = Math.max(1, Math.ceil(height / CELL));
    this.padding = padding;
    this.taken = new Uint8Array(this.columns * this.lines);
  }

  /**
   * Return a label's place, at the first side of its point that is free; null where there is no room.
   *
   * @param {Wanted} label
   * @returns {Placed | null}
   */
  place({ x, y, width, gap, always }) {
    const sides = [
      { x: x + gap, y: y + 4 },
      { x: x - gap - width, y: y + 4 },
      { x: x - width / 2, y: y - gap - 2 },
      { x: x - width / 2, y: y + gap + ASCENT },
    ];
    const free = sides.find((side) => this.isFree(side, width)) ?? (always ? sides[0] : null);
    if (free) this.take(free, width);
    return free;
  }

  /** @param {Placed} at @param {number} width @returns {boolean} */
  isFree(at, width) {
    const [left, top, right, bottom] = this.cells(at, width, this.padding);
    if (left < 0 || top < 0 || right >= this.columns || bottom >= this.lines) return false;
    for (let line = top; line <= bottom; line++) {
      for (let at = line * this.columns + left; at <= line * this.columns + right; at++) {
        if (this.taken[at]) return false;
      }
    }
    return true;
  }

  /** @param {Placed} at @param {number} width */
  take(at, width) {
    this.mark(this.cells(at, width, 0));
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  cover(x, y, width, height) {
    this.mark([
      Math.floor(x / CELL),
      Math.floor(y / CELL),
      Math.floor((x + width) / CELL),
      Math.floor((y + height) / CELL),
    ]);
  }

  /** @param {[number, number, number, number]} cells Left, top, right, bottom. */
  mark([left, top, right, bottom]) {
    for (let line = Math.max(0, top); line <= Math.min(bottom, this.lines - 1); line++) {
      const begin = line * this.columns;
      this.taken.fill(1, begin + Math.max(0, left), begin + Math.min(right, this.columns - 1) + 1);
    }
  }

  /** @param {Placed} at @param {number} width @param {number} padding @returns {[number, number, number, number]} */
  cells({ x, y }, width, padding) {
    const cell = (/** @type {number} */ value) => Math.floor(value / CELL);
    return [
      cell(x - padding),
      cell(y - ASCENT - padding / 2),
      cell(x + width + padding),
      cell(y + DESCENT + padding / 2),
    ];
  }
}
