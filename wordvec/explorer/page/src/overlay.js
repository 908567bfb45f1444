/**
 * Labels, marked words and the path, as a list of drawings for the canvas and for SVG.
 *
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Mark} Mark
 * @typedef {import("./theme.js").Colour} Colour
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./view.js").View} View
 * @typedef {import("./view.js").Size} Size
 *
 * @typedef {{kind: "label", text: string, x: number, y: number, width: number, colour: Colour, opacity: number, bold: boolean}} Label
 * @typedef {{kind: "dot", x: number, y: number, r: number, colour: Colour, ring: Colour | null}} Dot
 * @typedef {{kind: "line", points: [number, number][], colour: Colour}} Line
 * @typedef {Label | Dot | Line} Drawing
 */
import { Room } from "./labels.js";
import { radius } from "./points.js";
import { css } from "./theme.js";
import { transform } from "./view.js";

export const FONT = "system-ui, sans-serif",
  SIZE = 12;
const [PADDING, MOST_TRIED, PIXELS_OF_A_LABEL] = [7, 1500, 5200];

/**
 * Widths of labels, measured once.
 *
 * @param {(text: string, bold: boolean) => number} measure
 * @returns {(text: string, bold: boolean) => number}
 */
export function remembered(measure) {
  const known = [new Map(), new Map()];
  return (text, bold) => {
    const widths = known[Number(bold)];
    if (!widths.has(text)) widths.set(text, measure(text, bold));
    return widths.get(text);
  };
}

/**
 * Return what is drawn over the points: a path, marked words, and labels where there is room.
 *
 * @param {Scene} scene
 * @param {{set: WordSet, row: number} | null} hovered
 * @param {View} view
 * @param {Size} size
 * @param {Theme} theme
 * @param {(text: string, bold: boolean) => number} width
 * @returns {Drawing[]}
 */
export function drawings(scene, hovered, view, size, theme, width) {
  const { sx, sy, tx, ty } = transform(view, size);
  const room = new Room(size.width, size.height, PADDING);
  // The buttons of the map, and its legend.
  room.cover(size.width - 48, 0, 48, 122);
  room.cover(0, size.height - 34, Math.min(340, size.width), 34);
  const r = radius(view);
  /** @type {Drawing[]} */
  const dots = [];
  /** @type {Label[]} */
  const labels = [];
  const shown = new Set();

  /** @param {string} text @param {number} x @param {number} y @param {Partial<Label>} look @param {boolean} always @param {number} gap */
  function label(text, x, y, look, always, gap) {
    const { bold = false, colour = theme.ink, opacity = 1 } = look;
    const wide = width(text, bold);
    const placed = room.place({ text, x, y, width: wide, gap, always });
    if (placed) labels.push({ kind: "label", text, ...placed, width: wide, colour, opacity, bold });
  }

  const line = steps(scene, dots, label, { sx, sy, tx, ty }, theme);
  const moves = scene.path.length > 1;
  const marks = hovered ? [{ ...hovered, colour: theme.ink, chosen: false }, ...scene.marks] : scene.marks;
  for (const mark of marks) {
    const key = `${mark.set.number} ${mark.row}`;
    if (shown.has(key)) continue;
    shown.add(key);
    const x = mark.set.places[2 * mark.row] * sx + tx,
      y = mark.set.places[2 * mark.row + 1] * sy + ty;
    if (x < -50 || y < -50 || x > size.width + 50 || y > size.height + 50) continue;
    // A word with a path is marked by the path.
    if (mark.chosen && moves) continue;
    const radius = mark.chosen ? r + 4 : r + 2;
    dots.push({ kind: "dot", x, y, r: radius, colour: mark.colour, ring: mark.chosen ? theme.ink : theme.paper });
    const bold = mark.chosen || (mark.set === hovered?.set && mark.row === hovered.row);
    label(mark.set.words[mark.row], x, y, { bold, colour: theme.ink }, bold, radius + 3);
  }

  const quiet = scene.marks.length > 0;
  let tried = 0,
    left = Math.min(220, (size.width * size.height) / PIXELS_OF_A_LABEL);
  const rows = Math.max(0, ...scene.layers.map(({ set }) => set.head.size));
  for (let row = 0; row < rows && left > 0 && tried < MOST_TRIED; row++) {
    for (const { set } of scene.layers) {
      if (row >= set.head.size) continue;
      const x = set.places[2 * row] * sx + tx,
        y = set.places[2 * row + 1] * sy + ty;
      if (x < 0 || y < 0 || x > size.width || y > size.height || shown.has(`${set.number} ${row}`)) continue;
      tried++;
      const before = labels.length;
      label(set.words[row], x, y, quiet ? { colour: theme.faint, opacity: 0.8 } : { opacity: 0.9 }, false, r + 2);
      left -= labels.length - before;
    }
  }
  return [...(line ? [line] : []), ...dots.reverse(), ...labels.reverse()];
}

/**
 * Add the steps of a path, and return its line.
 *
 * @param {Scene} scene
 * @param {Drawing[]} dots
 * @param {(text: string, x: number, y: number, look: Partial<Label>, always: boolean, gap: number) => void} label
 * @param {{sx: number, sy: number, tx: number, ty: number}} change
 * @param {Theme} theme
 * @returns {Line | null}
 */
function steps({ path, current }, dots, label, { sx, sy, tx, ty }, theme) {
  if (path.length < 2) return null;
  /** @type {[number, number][]} */
  const points = path.map(({ place }) => (place ? [place[0] * sx + tx, place[1] * sy + ty] : [0, 0]));
  const order = [...path.keys()].sort(
    (a, b) => Number(path[b].set.number === current) - Number(path[a].set.number === current),
  );
  for (const at of order) {
    const [x, y] = points[at];
    const now = path[at].set.number === current;
    dots.push({ kind: "dot", x, y, r: now ? 7 : 4.5, colour: theme.chosen, ring: now ? theme.ink : theme.paper });
    label(path[at].set.head.name, x, y, { bold: now, colour: theme.chosen }, now, 9);
  }
  return { kind: "line", points, colour: theme.chosen };
}

/**
 * Draw on a canvas.
 *
 * @param {CanvasRenderingContext2D} canvas
 * @param {Drawing[]} list
 * @param {Theme} theme
 */
export function draw(canvas, list, theme) {
  const paper = css(theme.paper, 0.72);
  for (const one of list) {
    if (one.kind === "line") {
      canvas.strokeStyle = css(one.colour, 0.75);
      canvas.lineWidth = 2;
      canvas.lineJoin = "round";
      canvas.beginPath();
      for (const [x, y] of one.points) canvas.lineTo(x, y);
      canvas.stroke();
    } else if (one.kind === "dot") {
      canvas.beginPath();
      canvas.arc(one.x, one.y, one.r, 0, 2 * Math.PI);
      canvas.fillStyle = css(one.colour);
      canvas.fill();
      if (one.ring) {
        canvas.strokeStyle = css(one.ring);
        canvas.lineWidth = 1.5;
        canvas.stroke();
      }
    } else {
      canvas.font = `${one.bold ? "600 " : ""}${SIZE}px ${FONT}`;
      canvas.fillStyle = paper;
      canvas.fillRect(one.x - 2, one.y - SIZE + 1, one.width + 4, SIZE + 3);
      canvas.fillStyle = css(one.colour, one.opacity);
      canvas.fillText(one.text, one.x, one.y);
    }
  }
}
