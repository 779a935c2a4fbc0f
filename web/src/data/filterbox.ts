// Where a CQL2 filter is typed: completes properties, operators and values, and shows where the server found something wrong.

import { h, mount } from "../dom";
import { button } from "../panels/parts";
import { texts } from "../texts";
import { errorAt, suggest, take, type Suggestion } from "./cql2";
import type { Field } from "./ogc";

export interface FilterHost {
  fields(): Field[];
  seen(field: string): string[];
  apply(filter: string): void;
}

export class FilterBox {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list = h("ul", { class: "completions", role: "listbox", id: "completions", "aria-label": texts.layers.completions, hidden: true });
  private readonly wrong = h("div", { class: "filter-error", role: "alert" });
  private readonly clear: HTMLButtonElement;
  private options: Suggestion[] = [];
  private at = -1;
  /** The filter that holds. */
  private applied = "";

  constructor(private readonly host: FilterHost) {
    this.input = h("input", {
      type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "completions", "aria-label": texts.layers.filter,
      placeholder: texts.layers.filterHint, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "data-key": "filter",
      oninput: () => this.complete(), onclick: () => this.complete(), onkeydown: (event: Event) => this.key(event as KeyboardEvent),
      onblur: () => setTimeout(() => document.activeElement !== this.input && this.close(), 120),
    });
    this.clear = button(texts.layers.clear, () => {
      this.input.value = "";
      this.apply();
    }, { kind: "quiet", key: "filter-clear" });
    this.element = h("form", { class: "filter", onsubmit: (event: Event) => {
      event.preventDefault();
      this.apply();
    } }, h("div", { class: "filter-line" }, this.input, h("button", { type: "submit", class: "button button-plain", "data-key": "filter-apply" }, texts.layers.apply), this.clear, this.list), this.wrong);
  }

  /** Shows the filter that holds, and what the server said against it. */
  show(filter: string, problem: string | null): void {
    if (filter !== this.applied || document.activeElement !== this.input) this.input.value = this.input.value.trim() === filter ? this.input.value : filter;
    this.applied = filter;
    this.clear.hidden = filter === "";
    this.input.setAttribute("aria-invalid", String(problem !== null));
    mount(this.wrong, problem === null ? null : this.problemPart(filter, problem));
  }

  private problemPart(filter: string, problem: string): HTMLElement[] {
    const at = errorAt(problem, filter);
    const short = problem.replace(/; there are: .*$/s, "");
    const place = at === null ? [] : [h("code", { class: "filter-place" }, filter.slice(0, at), h("mark", {}, filter.slice(at, at + 1) || "\u00a0"), filter.slice(at + 1))];
    return [h("p", {}, short.charAt(0).toUpperCase() + short.slice(1)), ...place];
  }

  private apply(): void {
    this.close();
    this.host.apply(this.input.value.trim());
  }

  private complete(): void {
    const { value, selectionStart } = this.input;
    this.options = suggest(value, selectionStart ?? value.length, this.host.fields(), (field) => this.host.seen(field));
    this.at = -1;
    this.draw();
  }

  private draw(): void {
    const open = this.options.length > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `completion-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
    mount(this.list, this.options.map((option, i) => h("li", {
      role: "option", id: `completion-${i}`, "aria-selected": String(i === this.at),
      // Before the field loses the focus.
      onpointerdown: (event: Event) => {
        event.preventDefault();
        this.take(option);
      },
    }, h("code", {}, option.text), option.hint ? h("span", { class: "second" }, option.hint) : null)));
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  private take(option: Suggestion): void {
    const { text, caret } = take(this.input.value, option);
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(caret, caret);
    this.complete();
  }

  private close(): void {
    this.options = [];
    this.at = -1;
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const open = this.options.length > 0;
    const chosen = this.options[this.at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.complete();
      const n = this.options.length;
      this.at = event.key === "ArrowDown" ? (this.at + 1) % n : (this.at <= 0 ? n : this.at) - 1;
      this.draw();
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      this.take(chosen);
    } else if (event.key === "Tab" && open && chosen) {
      event.preventDefault();
      this.take(chosen);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}
