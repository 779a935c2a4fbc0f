// The page as one sheet of A4: the map above, its legend and the first rows of its table below.

import type { App } from "./app";
import { h, mount, type Child } from "./dom";
import { clock, count, day, duration } from "./format";
import { button, causeTag, hoursText, skeleton } from "./panels/parts";
import { sorted } from "./filter";
import { stopsOf } from "./plan";
import { fitted, fitting } from "./printlayout";
import { texts } from "./texts";
import { themeChanged } from "./theme";

/** A table as it is printed: so many rows as there is room for. */
export interface PrintTable {
  title: string;
  columns: string[];
  rows: string[][];
  /** All rows there are. */
  total: number;
  /** Which columns go first where there is no room for all; none = all of them stay. */
  ranks?: number[];
  /** Columns that have nothing to say in these rows. */
  others?: string[];
}

/** Rows that fit below the map, and below the map with its legend. */
const PRINT_ROWS = 20;
export const ROWS_WITH_LEGEND = 16;

/** Width of A4 in pixels of CSS. */
const SHEET = (210 / 25.4) * 96;

/** Width of a printed table, and what a column needs beside its text: see .print-foot in print.css. */
const ROOM = SHEET * (190 / 210);
const GAP = 11;

/** How small the whole sheet has to be to fit across a screen. Pure. */
export function sheetZoom(screen: number): number {
  return Math.min(1, screen / SHEET);
}

export class PrintSheet {
  readonly bar = h("div", { class: "print-bar" });
  readonly head = h("header", { class: "print-head" });
  readonly foot = h("div", { class: "print-foot" });

  private readonly pen = document.createElement("canvas").getContext("2d");

  constructor(private readonly app: App, private readonly map: HTMLElement) {
    addEventListener("resize", () => this.fit());
  }

  /** On a phone the sheet is shown whole, as small as it takes. */
  private fit(): void {
    document.documentElement.style.setProperty("--sheet-zoom", String(sheetZoom(document.documentElement.clientWidth)));
  }

  /** Lays the page out as a sheet, or as a page again. */
  toggle(on: boolean): void {
    document.documentElement.classList.toggle("printing", on);
    this.fit();
    // Paper is light, whatever the system's theme.
    themeChanged();
    const { app } = this;
    requestAnimationFrame(() => {
      app.map.resize();
      if (app.state.view === "day") app.map.fitTour();
      else if (!app.state.map) app.map.fitEverything();
      if (on) this.bar.querySelector("button")?.focus();
      else this.map.focus({ preventScroll: true });
    });
  }

  draw(): void {
    const { app } = this;
    if (!app.state.print) {
      if (this.bar.childNodes.length) for (const part of [this.bar, this.head, this.foot]) part.replaceChildren();
      return;
    }
    if (!this.bar.childNodes.length) mount(this.bar, button(texts.print.print, () => window.print(), { kind: "primary", icon: "print", key: "print-now" }),
      button(texts.print.close, () => app.store.go({ print: false }), { key: "print-close" }));
    mount(this.head, h("h1", {}, this.title()), h("p", {}, `${texts.brand} · ${app.meta.region.name} · ${texts.print.made(day(app.meta.today, "past"))}`));
    mount(this.foot, this.legend(), this.table());
  }

  private title(): string {
    const { app } = this;
    const { view, filter } = app.state;
    if (view === "day") return texts.day.title(app.rep?.name ?? "", day(app.date, "long"));
    if (view === "coverage") return texts.coverage.title(day(app.date, "past"));
    return [app.extras.data?.printTable().title ?? texts.layers.title, filter].filter(Boolean).join(": ");
  }

  private legend(): Child | Child[] {
    const { app } = this;
    if (app.state.view === "data") return app.extras.data?.printLegend() ?? null;
    if (app.state.view !== "coverage") return null;
    const { causes } = app.state;
    return h("ul", { class: "print-legend" }, (app.coverage.value?.causes ?? []).filter(({ code }) => causes.length === 0 || causes.includes(code))
      .map((cause) => h("li", {}, causeTag(cause.code, cause.label), h("strong", {}, count(cause.accounts)))));
  }

  private table(): Child[] {
    const found = this.content();
    if (!found) return [skeleton(3)];
    const { columns, rows, ranks, total } = found;
    const needs = columns.map((name, i) => GAP + Math.max(this.widthOf(name, true), ...rows.map((row) => this.widthOf(row[i] ?? "", false))));
    const { kept, widths } = ranks ? fitting(needs, ranks, ROOM) : { kept: columns.map((_, i) => i), widths: fitted(needs, ROOM) };
    const of = <T>(all: T[]): T[] => all.filter((_, i) => kept.includes(i));
    const left = [...columns.filter((_, i) => !kept.includes(i)), ...(found.others ?? [])];
    return [h("table", {}, h("colgroup", {}, widths.map((width) => h("col", { style: { width: `${width}px` } }))),
      h("thead", {}, h("tr", {}, of(columns).map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, of(row).map((cell) => h("td", { dir: "auto" }, cell)))))),
    total > rows.length ? h("p", { class: "second" }, texts.print.more(count(total - rows.length))) : null,
    left.length ? h("p", { class: "second" }, texts.print.left(left.join(", "))) : null];
  }

  /** How wide a text is in the table, in pixels. */
  private widthOf(text: string, head: boolean): number {
    if (!this.pen) return 0;
    this.pen.font = `${head ? "bold " : ""}10.5px ${getComputedStyle(this.foot).fontFamily}`;
    return this.pen.measureText(text).width;
  }

  private content(): PrintTable | null {
    const { app } = this;
    if (app.state.view === "data") return app.extras.data?.printTable() ?? null;
    return app.state.view === "day" ? this.stops() : this.accounts();
  }

  private stops(): PrintTable | null {
    const { shown } = this.app;
    if (!shown) return null;
    const stops = stopsOf(shown);
    return {
      title: "", total: stops.length, columns: [texts.print.number, texts.print.time, texts.coverage.columns["name"] ?? "", texts.card.address, texts.card.hours, texts.card.visit],
      rows: stops.slice(0, PRINT_ROWS).map((stop) => [String(stop.seq), `${clock(stop.start)}–${clock(stop.end)}`, stop.name, stop.address ?? "", hoursText(stop.opening_hours, stop.hours_today), duration(stop.visit_min * 60)]),
    };
  }

  private accounts(): PrintTable | null {
    const { app } = this;
    if (!app.accounts.value) return null;
    const all = sorted(app.filtered(), app.state.sort);
    const label = (code: string | null) => app.meta.causes.find((cause) => cause.code === code)?.label ?? "";
    const { columns } = texts.coverage;
    return {
      title: "", total: all.length, columns: ["name", "class", "rep_name", "last_done", "gap_cause", "fix"].map((name) => columns[name] ?? name),
      rows: all.slice(0, ROWS_WITH_LEGEND).map(({ properties: a }) => [a.name, a.class ?? "", a.rep_name ?? texts.card.unassigned, a.last_done ? day(a.last_done, "past") : texts.card.never, label(a.gap_cause), a.fix ?? ""]),
    };
  }
}
