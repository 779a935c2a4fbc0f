// The accounts behind the map as a table that stays quick with thousands: only the rows in sight exist.

import type { App } from "../app";
import { byKey, debounce, h, mount, type Child } from "../dom";
import { columns, nextOrder, sorted, type Column } from "../filter";
import { count, day, worth } from "../format";
import { icon } from "../icons";
import { texts } from "../texts";
import type { AccountFeature } from "../types";
import { causeTag, classBadge, emptyState, errorState, nameOf, skeleton } from "./parts";
import { resetButton } from "./coverage";

/** The search field, the count and the table; lives through redraws. */
export class AccountTable {
  readonly element: HTMLElement;
  private readonly tools = h("div", { class: "table-tools" });
  private readonly counter = h("span", { class: "second", role: "status" });
  private readonly search: HTMLInputElement;
  private readonly head = h("div", { class: "tr th", role: "row" });
  private readonly body = h("div", { class: "tbody", role: "rowgroup" });
  private readonly scroller: HTMLElement;
  private rows: AccountFeature[] = [];
  private source: AccountFeature[] | null = null;
  private order = "";
  private chosen: string | null = null;

  constructor(private readonly app: App) {
    const type = debounce(() => app.store.refine({ q: this.search.value }), 120);
    this.search = h("input", { type: "search", placeholder: texts.coverage.search, "aria-label": texts.coverage.search, value: app.state.q, "data-key": "search", oninput: () => type() });
    this.tools.append(h("span", { class: "search" }, icon("search", 18), this.search), this.counter);
    this.scroller = h("div", { class: "table", role: "table", "aria-label": texts.coverage.table, "data-scroll": "accounts-table" }, h("div", { role: "rowgroup", class: "thead" }, this.head), this.body);
    this.scroller.addEventListener("scroll", () => this.drawRows(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.drawRows()).observe(this.scroller);
    this.element = h("section", { class: "accounts", "aria-label": texts.coverage.table }, this.tools, this.scroller);
  }

  draw(): void {
    const { app } = this;
    const { state } = app;
    if (document.activeElement !== this.search && this.search.value !== state.q) this.search.value = state.q;
    this.element.setAttribute("aria-busy", String(app.accounts.loading));
    const filtered = app.filtered();
    if (state.sort !== this.order || !same(filtered, this.source)) {
      this.rows = sorted(filtered, state.sort);
      this.source = filtered;
      this.order = state.sort;
    }
    this.counter.textContent = app.accounts.value ? texts.coverage.shown(count(this.rows.length), count(app.accounts.value.length)) : app.accounts.error ? "" : texts.loading;
    this.drawHead();
    if (!app.accounts.value || this.rows.length === 0) {
      mount(this.body, app.accounts.error ? errorState(app.accounts.error, () => {
        app.accounts.forget();
        app.follow();
      }) : app.accounts.value ? emptyState(texts.coverage.noMatchTitle, texts.coverage.noMatch, resetButton(app)) : skeleton(5));
      this.body.style.height = "";
      return;
    }
    if (state.account !== this.chosen) {
      this.chosen = state.account;
      this.reveal();
    }
    this.drawRows();
  }

  private drawHead(): void {
    const { sort } = this.app.state;
    mount(this.head, columns.map((column) => {
      const up = sort === column;
      const down = sort === `-${column}`;
      return h("div", { role: "columnheader", class: `td td-${column}`, "aria-sort": up ? "ascending" : down ? "descending" : "none" },
        h("button", { type: "button", "data-key": `sort-${column}`, onclick: () => this.app.store.refine({ sort: nextOrder(sort, column) }) },
          texts.coverage.columns[column] ?? column, h("span", { class: "arrow", "aria-hidden": "true" }, up ? "▲" : down ? "▼" : "")));
    }));
  }

  private get rowHeight(): number {
    return this.scroller.clientWidth < 640 ? 64 : 40;
  }

  private drawRows(): void {
    const height = this.rowHeight;
    if (this.rows.length === 0 || !this.app.accounts.value) return;
    const from = Math.max(0, Math.floor(this.scroller.scrollTop / height) - 6);
    const to = Math.min(this.rows.length, from + Math.ceil(this.scroller.clientHeight / height) + 14);
    this.body.style.height = `${this.rows.length * height}px`;
    this.scroller.setAttribute("aria-rowcount", String(this.rows.length + 1));
    mount(this.body, this.rows.slice(from, to).map((row, i) => this.row(row, from + i, height)));
  }

  private row({ properties: account }: AccountFeature, index: number, height: number): HTMLElement {
    const { app } = this;
    const chosen = account.id === app.state.account;
    const cell = (column: Column, ...children: (Child | Child[])[]) => h("div", { role: "cell", class: `td td-${column}` }, ...children);
    const label = app.meta.causes.find((cause) => cause.code === account.gap_cause)?.label ?? account.cause_label;
    return h("div", {
      role: "row", class: `tr${chosen ? " chosen" : ""}`, "aria-rowindex": index + 2, style: { top: `${index * height}px`, height: `${height}px` },
      onclick: () => app.open(account.id),
    }, cell("name", h("button", {
      type: "button", class: "link-name", "data-key": `account-${account.id}`, "data-account": account.id, "aria-current": chosen ? "true" : null, title: account.name,
      tabindex: chosen || (!app.state.account && index === 0) ? "0" : "-1",
      onclick: (event: Event) => {
        event.stopPropagation();
        app.open(account.id);
      },
    }, nameOf(account.name))),
      cell("class", classBadge(account.class)),
      cell("rep_name", account.rep_name ?? h("span", { class: "second" }, texts.card.unassigned)),
      cell("last_done", account.last_done ? day(account.last_done, "past") : h("span", { class: "second" }, texts.card.never)),
      cell("overdue_days", texts.coverage.daysShort(account.overdue_days)),
      cell("value", worth(account.value)),
      cell("gap_cause", account.gap_cause ? causeTag(account.gap_cause, label) : null),
      cell("fix", h("span", { class: "second", title: account.fix ?? "" }, account.fix ?? "")));
  }

  /** Arrows walk the rows; the map follows with Enter. */
  private key(event: KeyboardEvent): void {
    const id = (document.activeElement as HTMLElement | null)?.dataset["account"];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!id || !step) return;
    event.preventDefault();
    const at = this.rows.findIndex((row) => row.properties.id === id) + step;
    const next = this.rows[Math.max(0, Math.min(this.rows.length - 1, at))];
    if (next) this.focus(next.properties.id);
  }

  private focus(id: string): void {
    this.scrollTo(id);
    this.drawRows();
    byKey(this.body, `account-${id}`)?.focus({ preventScroll: true });
  }

  private reveal(): void {
    if (this.chosen) this.scrollTo(this.chosen);
  }

  private scrollTo(id: string): void {
    const index = this.rows.findIndex((row) => row.properties.id === id);
    if (index < 0) return;
    const height = this.rowHeight;
    const top = index * height;
    const room = this.scroller.clientHeight - height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + height > this.scroller.scrollTop + room) this.scroller.scrollTop = top + height - room;
  }
}

function same(a: AccountFeature[], b: AccountFeature[] | null): boolean {
  return b !== null && a.length === b.length && a.every((feature, i) => feature === b[i]);
}

let table: AccountTable | null = null;

/** The one table, wherever it is shown: docked under the map at a desk, in a tab on a phone. */
export function accountTable(app: App): AccountTable {
  table ??= new AccountTable(app);
  return table;
}

export function accountsTab(app: App): Child[] {
  return [accountTable(app).element];
}
