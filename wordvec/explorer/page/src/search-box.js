/**
 * The search box: completion of the last word of a query, by keys or pointer (ARIA's combobox).
 */
import { bdi, h } from "./dom.js";

const SHOWN = 8;
const OPERATOR = /^(.*\s[-+−–]\s+)?(.*)$/su;

/** A field with suggestions. */
export class SearchBox {
  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} list
   * @param {(text: string, n: number) => string[]} complete
   * @param {(text: string) => void} chosen
   */
  constructor(input, list, complete, chosen) {
    this.input = input;
    this.list = list;
    this.complete = complete;
    this.chosen = chosen;
    /** @type {string[]} */
    this.words = [];
    this.at = -1;
    input.addEventListener("input", () => this.suggest());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.close());
  }

  /** @returns {[string, string]} What is before the last word, and the last word. */
  parts() {
    const [, before = "", last = ""] = OPERATOR.exec(this.input.value) ?? [];
    return [before, last.trim()];
  }

  suggest() {
    this.words = this.complete(this.parts()[1], SHOWN);
    this.at = -1;
    this.list.replaceChildren(
      ...this.words.map((word, number) =>
        h(
          "li",
          {
            role: "option",
            id: `${this.list.id}-${number}`,
            "aria-selected": "false",
            pointerdown: (event) => {
              event.preventDefault();
              this.take(word);
            },
          },
          bdi(word),
        ),
      ),
    );
    this.open(this.words.length > 0);
  }

  /** @param {boolean} isOpen */
  open(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.open(false);
    this.at = -1;
  }

  /** @param {string} word */
  take(word) {
    this.input.value = this.parts()[0] + word;
    this.close();
    this.chosen(this.input.value);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    if (event.key === "Enter") {
      event.preventDefault();
      if (isOpen && this.at >= 0) return this.take(this.words[this.at]);
      this.close();
      this.chosen(this.input.value);
    } else if (event.key === "Escape") {
      if (isOpen) this.close();
      else this.input.value = "";
    } else if (event.key === "Tab" && isOpen && this.at >= 0) {
      this.input.value = this.parts()[0] + this.words[this.at];
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.words.length) {
      event.preventDefault();
      this.open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at =
        this.at < 0 ? (step > 0 ? 0 : this.words.length - 1) : (this.at + step + this.words.length) % this.words.length;
      [...this.list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === this.at)));
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    }
  }
}
