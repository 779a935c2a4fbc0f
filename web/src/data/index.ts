// The data view as one part that is fetched when first needed.

import type { App } from "../app";
import type { Child } from "../dom";
import { dataPanel, printLegend } from "./panel";
import { ROWS_WITH_LEGEND, type PrintTable } from "../print";
import { ranksOf } from "./paper";
import { valueText } from "./values";
import { Readout } from "./readout";
import { attributeTable } from "./table";
import { DataView } from "./view";

export class DataPart {
  private readonly view: DataView;
  private readonly readout: Readout;

  constructor(private readonly app: App) {
    const { map } = app;
    this.view = new DataView({ store: app.store, changed: () => app.redraw(), map: () => map.leaflet, fit: (bounds) => map.fitBox(bounds) });
    this.readout = new Readout(app, this.view, map.leaflet, () => map.middle());
  }

  follow(): void {
    this.view.follow();
  }

  forget(): void {
    this.view.forget();
  }

  panel(desk: boolean): Child[] {
    return dataPanel(this.app, this.view, desk);
  }

  /** Brings the table up to date, which stands in the dock or in the panel. */
  drawTable(): HTMLElement {
    const table = attributeTable(this.app, this.view);
    table.draw();
    return table.element;
  }

  /** The first rows, for paper; how many columns there is room for, the sheet knows. */
  printTable(): PrintTable {
    const { layer, fields, rows, matched, state } = this.view;
    const shown = rows.all.slice(0, ROWS_WITH_LEGEND);
    const all = (fields.value ?? []).filter(({ type, usual }) => type !== "geometry" && usual);
    // What is empty in all rows, and what is the same in all layers, gives its room to others.
    const columns = all.filter(({ name }) => !["run_id", "as_of"].includes(name) && (name === "id" || shown.some(({ properties }) => (properties[name] ?? "") !== "")));
    const zone = this.app.meta.region.time_zone;
    return {
      title: layer?.title ?? "", total: matched ?? rows.all.length, columns: columns.map(({ name }) => name), ranks: ranksOf(columns, state.order, state.filter),
      rows: shown.map(({ id, properties }) => columns.map((field) => (field.name === "id" ? String(id ?? "") : valueText(properties[field.name], field, zone)))),
      others: all.filter((field) => !columns.includes(field)).map(({ name }) => name),
    };
  }

  /** What the map shows, for paper. */
  printLegend(): Child[] {
    return printLegend(this.view);
  }

  drawReadout(): HTMLElement {
    this.readout.draw();
    return this.readout.element;
  }
}
