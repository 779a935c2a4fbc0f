// The attribute table of a layer: pages follow as one scrolls, a head sorts, a row and its feature on the map choose each
// other. Only the rows in sight exist.

import type { App } from "../app";
import { byKey, h, mount, type Child } from "../dom";
import { count } from "../format";
import { wide } from "../layout";
import { button, emptyState, errorState, skeleton } from "../panels/parts";
import { texts } from "../texts";
import { FilterBox } from "./filterbox";
import type { Field, OgcFeature } from "./ogc";
import { isNumber, titleOf, unitOf, valueText, widthOf } from "./values";
import { PAGE, type DataView } from "./view";

/** Height of a row in pixels: a mouse needs less than a finger. */
const rowHeight = () => (wide.matches ? 36 : 44);

export class AttributeTable {
  readonly element: HTMLElement;
  private readonly filter: FilterBox;
  private readonly counter = h("span", { class: "second", role: "status" });
  private readonly next = button("", () => void this.showNext(), { key: "next-rows" });
  private readonly head = h("div", { class: "dr dh", role: "row" });
  private readonly body = h("div", { class: "tbody", role: "rowgroup" });
  /** What is said where there are no rows: below the heads, and no wider than what is in sight, however wide the rows are. */
  private readonly instead = h("div", { class: "table-instead", hidden: true });
  private readonly scroller: HTMLElement;
  private layer = "";
  private chosen: string | null = null;

  constructor(private readonly app: App, private readonly view: DataView) {
    this.filter = new FilterBox({
      fields: () => (view.fields.value ?? []).filter(({ usual }) => usual),
      seen: (field) => view.seen(field),
      apply: (filter) => {
        if (filter === app.state.filter) this.view.rows.again();
        else app.store.go({ filter, feature: null });
      },
    });
    this.scroller = h("div", { class: "table", role: "table", "aria-label": texts.layers.table, tabindex: "0", "data-key": "data-table", "data-scroll": "data-table" },
      h("div", { role: "rowgroup", class: "thead" }, this.head), this.body);
    this.scroller.addEventListener("scroll", () => this.drawRows(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.drawRows()).observe(this.scroller);
    this.element = h("section", { class: "accounts attributes", "aria-label": texts.layers.table }, h("div", { class: "table-tools" }, this.filter.element, this.counter, this.next), this.scroller, this.instead);
  }

  draw(): void {
    const { app, view } = this;
    const { rows, layer } = view;
    this.element.setAttribute("aria-busy", String(rows.loading && !rows.loaded));
    const wrong = view.filterProblem;
    this.filter.show(app.state.filter, wrong);
    this.counter.textContent = rows.loaded && !rows.error ? this.countText() : rows.error || view.layers.error ? "" : texts.loading;
    this.drawNext();
    if (layer && this.layer !== layer.id) {
      this.layer = layer.id;
      this.scroller.scrollTo(0, 0);
    }
    this.drawHead();
    const bare = rows.error !== null || !rows.loaded || rows.all.length === 0 || !view.fields.value;
    this.scroller.classList.toggle("bare", bare);
    this.instead.hidden = !bare;
    mount(this.instead, bare ? this.message(wrong !== null) : null);
    if (bare) {
      this.body.style.height = "";
      mount(this.body);
      return;
    }
    if (app.state.feature !== this.chosen) {
      this.chosen = app.state.feature;
      this.reveal();
    }
    this.drawRows();
  }

  /** Why there are no rows. The filter tells of itself where it is wrong, and the panel of layers that do not come. */
  private message(wrong: boolean): HTMLElement | null {
    const { app, view } = this;
    const { rows, fields } = view;
    if (wrong || view.layers.error) return null;
    if (rows.error) {
      // The same order would be refused again.
      const order = rows.error.problem.errors?.some(({ field }) => field === "sortby");
      return order ? errorState(rows.error, () => app.store.go({ order: "" }), texts.layers.usualOrder) : errorState(rows.error, () => rows.again());
    }
    if (fields.error) {
      return errorState(fields.error, () => {
        fields.forget();
        app.follow();
      });
    }
    return rows.loaded && fields.value ? this.nothing() : skeleton(4);
  }

  private nothing(): HTMLElement {
    const { app, view } = this;
    if (!app.state.filter) {
      return view.layer?.id !== "areas" ? emptyState(texts.layers.emptyTitle, texts.layers.empty)
        : emptyState(texts.layers.emptyTitle, texts.layers.emptyAreas, button(texts.data.importOf.areas, () => app.showImport("areas"), { kind: "primary", icon: "file" }));
    }
    return emptyState(texts.layers.noMatchTitle, texts.layers.noMatch, button(texts.layers.clear, () => app.store.go({ filter: "" }), { kind: "primary" }));
  }

  private countText(): string {
    const { matched, rows: { all, more } } = this.view;
    const shown = count(all.length);
    if (!more) return texts.layers.of(shown, shown);
    return matched === null ? texts.layers.first(shown) : texts.layers.firstOf(shown, count(matched));
  }

  /** Scrolling brings the next rows too; this is for whoever does not scroll. */
  private drawNext(): void {
    const { matched, rows } = this.view;
    const focused = document.activeElement === this.next;
    this.next.hidden = !rows.more || rows.error !== null;
    this.next.textContent = texts.layers.next(count(Math.min(PAGE, matched === null ? PAGE : matched - rows.all.length)));
    if (focused && this.next.hidden) this.scroller.focus();
  }

  /** The next page, with its first row on top. */
  private async showNext(): Promise<void> {
    const { rows } = this.view;
    const first = rows.all.length;
    await rows.loadMore();
    this.drawRows();
    this.scroller.scrollTop = first * rowHeight();
  }

  private columns(): Field[] {
    return (this.view.fields.value ?? []).filter(({ type, usual }) => type !== "geometry" && usual);
  }

  /** Letters of the longest id on the first page; later pages leave the columns where they are. */
  private get longestId(): number {
    return Math.max(0, ...this.view.rows.all.slice(0, 100).map(({ id }) => String(id).length));
  }

  private get grid(): string {
    return this.columns().map((field) => `${widthOf(field, this.longestId)}px`).join(" ");
  }

  private drawHead(): void {
    const { order } = this.app.state;
    const columns = this.columns();
    this.element.style.setProperty("--columns", this.grid || "1fr");
    this.element.style.setProperty("--row-width", `${columns.reduce((sum, field) => sum + widthOf(field, this.longestId), 24 + 10 * (columns.length - 1))}px`);
    mount(this.head, columns.map((field) => {
      const { name } = field;
      const sign = order === name ? "▲" : order === `-${name}` ? "▼" : "";
      const unit = unitOf(field);
      const label = [name, unit ? h("span", { class: "unit" }, ` ${unit}`) : null, h("span", { class: "arrow", "aria-hidden": "true" }, sign)];
      const next = order === name ? `-${name}` : order === `-${name}` ? "" : name;
      return h("div", { role: "columnheader", class: `td${isNumber(field) ? " numeric" : ""}`, title: titleOf(field, this.app.meta.region.time_zone), "aria-sort": sign === "▲" ? "ascending" : sign === "▼" ? "descending" : "none" },
        // Every layer comes in the order of its ids anyway.
        name === "id" ? h("span", { class: "th-name" }, name) : h("button", { type: "button", "data-key": `order-${name}`, onclick: () => this.app.store.go({ order: next }) }, label));
    }));
  }

  private drawRows(): void {
    const { rows, fields, matched } = this.view;
    if (!rows.loaded || rows.error || rows.all.length === 0 || !fields.value) return;
    const { scrollTop, clientHeight } = this.scroller;
    const print = this.app.state.print;
    const from = print ? 0 : Math.max(0, Math.floor(scrollTop / rowHeight()) - 6);
    const to = Math.min(rows.all.length, from + (print ? 14 : Math.ceil(clientHeight / rowHeight()) + 14));
    if (!print && clientHeight > 0 && to >= rows.all.length - 20) void rows.loadMore();
    this.body.style.height = `${(print ? to : rows.all.length) * rowHeight()}px`;
    this.scroller.setAttribute("aria-rowcount", String(matched === null && rows.more ? -1 : (matched ?? rows.all.length) + 1));
    const columns = this.columns();
    mount(this.body, rows.all.slice(from, to).map((feature, i) => this.row(feature, from + i, columns)));
  }

  private row(feature: OgcFeature, index: number, columns: Field[]): HTMLElement {
    const id = String(feature.id ?? "");
    const chosen = id === this.app.state.feature;
    const choose = () => this.app.store.go({ feature: chosen ? null : id });
    return h("div", { role: "row", class: `dr${chosen ? " chosen" : ""}`, "aria-rowindex": index + 2, "aria-selected": null, style: { top: `${index * rowHeight()}px`, height: `${rowHeight()}px` }, onclick: choose },
      columns.map((field, column): Child => {
        const text = field.name === "id" ? id : valueText(feature.properties[field.name], field, this.app.meta.region.time_zone);
        const inside = column === 0 ? h("button", {
          type: "button", class: "link-name", "data-key": `feature-${id}`, "data-feature": id, "aria-current": chosen ? "true" : null,
          tabindex: chosen || (this.app.state.feature === null && index === 0) ? "0" : "-1",
          onclick: (event: Event) => {
            event.stopPropagation();
            choose();
          },
        }, text) : text;
        return h("div", { role: "cell", class: `td${isNumber(field) ? " numeric" : ""}`, dir: "auto", title: text.length > 16 ? text : null }, inside);
      }));
  }

  /** Arrows walk the rows. */
  private key(event: KeyboardEvent): void {
    const id = (document.activeElement as HTMLElement | null)?.dataset["feature"];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (id === undefined || !step) return;
    event.preventDefault();
    const { all } = this.view.rows;
    const next = all[Math.max(0, Math.min(all.length - 1, all.findIndex((row) => String(row.id) === id) + step))];
    if (!next) return;
    this.scrollTo(String(next.id));
    this.drawRows();
    byKey(this.body, `feature-${next.id}`)?.focus({ preventScroll: true });
  }

  private reveal(): void {
    if (this.chosen !== null) this.scrollTo(this.chosen);
  }

  private scrollTo(id: string): void {
    const index = this.view.rows.all.findIndex((row) => String(row.id) === id);
    if (index < 0) return;
    const room = this.scroller.clientHeight - 2 * rowHeight();
    const top = index * rowHeight();
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top > this.scroller.scrollTop + room) this.scroller.scrollTop = top - room;
  }
}

let table: AttributeTable | null = null;

/** The one table, wherever it is shown: docked under the map at a desk, in a tab on a phone. */
export function attributeTable(app: App, view: DataView): AttributeTable {
  table ??= new AttributeTable(app, view);
  return table;
}

export function phoneTable(app: App, view: DataView): Child[] {
  return [attributeTable(app, view).element];
}
