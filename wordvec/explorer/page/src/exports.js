/**
 * Exports of a view: the map as SVG, the neighbours as CSV.
 *
 * @typedef {import("./answers.js").Section} Section
 * @typedef {import("./overlay.js").Drawing} Drawing
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./view.js").View} View
 * @typedef {import("./view.js").Size} Size
 */
import { FONT, SIZE } from "./overlay.js";
import { radius } from "./points.js";
import { transform } from "./view.js";

/** @param {"fill" | "stroke"} name @param {number[]} colour @param {number} [opacity] @returns {string} Attributes that all programs read. */
function paint(name, colour, opacity = 1) {
  const hex = colour.map((value) => value.toString(16).padStart(2, "0")).join("");
  return `${name}="#${hex}"${opacity < 1 ? ` ${name}-opacity="${opacity.toFixed(2)}"` : ""}`;
}

/** @param {string | number} value @returns {string} */
function cell(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {string} query @param {Section[]} sections @returns {string} */
export function csv(query, sections) {
  const lines = [["query", "set", "rank", "word", "similarity", "count"]];
  for (const { set, name, neighbours } of sections) {
    neighbours.forEach(({ row, score }, at) => {
      const count = set.head.counted ? String(set.counts[row]) : "";
      lines.push([query, name, String(at + 1), set.words[row], score.toFixed(6), count]);
    });
  }
  return lines.map((line) => line.map(cell).join(",") + "\n").join("");
}

/** @param {string} text @returns {string} */
function escaped(text) {
  // Control characters are not allowed in XML.
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/**
 * Return the map as SVG.
 *
 * @param {string} title
 * @param {Scene} scene
 * @param {Drawing[]} list
 * @param {View} view
 * @param {Size} size
 * @param {Theme} theme
 * @returns {string}
 */
export function svgOf(title, scene, list, view, size, theme) {
  const { sx, sy, tx, ty } = transform(view, size);
  const [width, height] = [Math.round(size.width), Math.round(size.height)];
  const fixed = (/** @type {number} */ value) => value.toFixed(1);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" font-size="${SIZE}">`,
    `<title>${escaped(title)}</title><rect width="${width}" height="${height}" ${paint("fill", theme.paper)}/>`,
  ];
  for (const { set, styles, sizes } of scene.layers) {
    for (let row = set.head.size - 1; row >= 0; row--) {
      const x = set.places[2 * row] * sx + tx,
        y = set.places[2 * row + 1] * sy + ty;
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const [red, green, blue, alpha] = styles.subarray(4 * row, 4 * row + 4);
      parts.push(
        `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed((radius(view) * sizes[row]) / 64)}" ${paint("fill", [red, green, blue], alpha / 255)}/>`,
      );
    }
  }
  for (const one of list) {
    if (one.kind === "line") {
      parts.push(
        `<polyline points="${one.points.map((point) => point.map(fixed).join(",")).join(" ")}" fill="none" ${paint("stroke", one.colour, 0.75)} stroke-width="2"/>`,
      );
    } else if (one.kind === "dot") {
      const ring = one.ring ? ` ${paint("stroke", one.ring)} stroke-width="1.5"` : "";
      parts.push(
        `<circle cx="${fixed(one.x)}" cy="${fixed(one.y)}" r="${fixed(one.r)}" ${paint("fill", one.colour)}${ring}/>`,
      );
    } else {
      const bold = one.bold ? ' font-weight="600"' : "";
      parts.push(
        `<text x="${fixed(one.x)}" y="${fixed(one.y)}"${bold} ${paint("fill", one.colour, one.opacity)} ${paint("stroke", theme.paper, 0.8)} stroke-width="3" paint-order="stroke">${escaped(one.text)}</text>`,
      );
    }
  }
  return `${parts.join("\n")}\n</svg>\n`;
}

/** @param {string} name @param {string} type @param {string} text */
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
