/**
 * Tested change of words between two slices.
 *
 * @typedef {import("./data.js").Change} Change
 * @typedef {import("./data.js").ChangedWord} ChangedWord
 * @typedef {import("./data.js").WordSet} WordSet
 * @typedef {import("./panel.js").Actions} Actions
 */
import { bdi, h } from "./dom.js";
import { cosine, rate, whole } from "./numbers.js";

const LISTED = 30;

/**
 * Return a table of the words that changed, for each test.
 *
 * @param {Change[]} tests
 * @param {WordSet[]} sets
 * @param {Actions} actions
 * @returns {Node[]}
 */
export function changes(tests, sets, actions) {
  return tests.flatMap(({ a, b, by, tested, changed, words }) => {
    const listed = words.filter((word) => word.changed && !word.number);
    const later = sets.find(({ head }) => head.name === b) ?? sets[0];
    const rows = listed
      .slice(0, LISTED)
      .map((one) =>
        h(
          "tr",
          {},
          h(
            "th",
            { scope: "row" },
            h("button", { type: "button", class: "link", click: () => actions.choose(one.word, later) }, bdi(one.word)),
          ),
          h("td", { class: "number" }, cosine(one.value, 2)),
          h("td", { class: "number" }, cosine(one.usual, 2)),
          h("td", { class: "number" }, rate(one.q)),
          h("td", { class: "facts" }, one.rare ? "rare" : ""),
        ),
      );
    const columns = ["", by, "usual", "q", ""];
    return [
      h("h3", {}, `Changed from ${a} to ${b}`),
      h(
        "p",
        { class: "facts" },
        `${whole(changed)} of ${whole(tested)} words, with a false discovery rate q of at most .05; numbers are not listed. “usual” is the ${by} expected without change.`,
      ),
      rows.length
        ? h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { class: name ? "number" : "" }, name)))),
            h("tbody", {}, ...rows),
          )
        : h("p", {}, "None."),
    ];
  });
}

/** @param {Change[]} tests @param {string} word @returns {Node[]} A line for each test of a word. */
export function chosenChanges(tests, word) {
  return tests.flatMap(({ a, b, by, words }) => {
    const found = words.find((one) => one.word === word);
    if (!found) return [];
    const verdict = found.changed ? "changed" : "no change shown";
    return [
      h(
        "p",
        {},
        h("b", {}, `${a} to ${b}: ${verdict}`),
        `, ${by} ${cosine(found.value, 2)} (usual ${cosine(found.usual, 2)}), q ${rate(found.q)}`,
      ),
    ];
  });
}
