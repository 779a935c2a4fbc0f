// Areas whose roads are not to be used: drawn on the map, listed with what can be done to each, kept in the address.

import L from "leaflet";
import type { App } from "../app";
import { MOST_AREAS, MOST_CORNERS } from "../codec";
import { h, type Child } from "../dom";
import { toLatLng } from "../map/flip";
import { Sketch } from "../map/sketch";
import { button, choice, iconButton } from "../panels/parts";
import { slots, type SlotName } from "../state";
import { texts } from "../texts";
import type { Position } from "../types";
import { area, areaText } from "./geodesic";

export class AvoidAreas {
  private readonly group = L.layerGroup();
  private readonly renderer: L.Renderer;
  private sketch: Sketch | null = null;
  /** Which area is being drawn: its place in the list, or the one after the last. */
  private drawing: number | null = null;
  private shown = "";

  constructor(private readonly app: App) {
    const map = app.map.leaflet;
    const pane = map.createPane("avoid");
    pane.style.zIndex = "408";
    pane.style.pointerEvents = "none";
    this.renderer = L.svg({ pane: "avoid", padding: 0.3 });
    this.group.addTo(map);
  }

  /** Whether a tap on the map is a corner now. */
  get busy(): boolean {
    return this.drawing !== null;
  }

  /** As /api/v1 takes them; null when there are none. */
  get geojson(): { type: "MultiPolygon"; coordinates: Position[][][] } | null {
    const { avoid } = this.app.state;
    if (avoid.length === 0) return null;
    return { type: "MultiPolygon", coordinates: avoid.map((ring) => [[...ring, ring[0] as Position]]) };
  }

  /** Shows the areas while a panel speaks of them. */
  follow(wanted: boolean): void {
    if (!wanted) this.finish();
    const { avoid } = this.app.state;
    const key = wanted ? `${JSON.stringify(avoid)} ${this.drawing}` : "";
    if (key === this.shown) return;
    this.shown = key;
    this.group.clearLayers();
    if (!wanted) return;
    avoid.forEach((ring, i) => {
      if (i !== this.drawing) this.group.addLayer(L.polygon(ring.map(toLatLng), { renderer: this.renderer, interactive: false, className: "sketch avoid-area" }));
    });
  }

  part(): Child[] {
    const { app } = this;
    const { avoid } = app.state;
    const full = avoid.length >= MOST_AREAS || avoid.reduce((sum, ring) => sum + ring.length, 0) >= MOST_CORNERS - 12;
    return [
      h("h2", { class: "section-title" }, avoid.length ? texts.avoid.titleOf(avoid.length) : texts.avoid.title),
      avoid.length ? h("ul", { class: "rows boxed areas" }, avoid.map((ring, i) => h("li", { class: "row" }, h("span", { class: "row-main" }, h("span", {}, texts.avoid.name(i + 1)), h("span", { class: "second" }, areaText(area(ring), "metric"))),
        iconButton(texts.avoid.edit(i + 1), "edit", () => this.begin(i), `avoid-edit-${i}`),
        iconButton(texts.avoid.remove(i + 1), "cross", () => this.put(avoid.filter((_, j) => j !== i)), `avoid-remove-${i}`)))) : null,
      this.busy ? this.drawingPart() : h("div", { class: "actions" }, button(texts.avoid.draw, () => this.begin(avoid.length), { icon: "avoid", key: "avoid-draw", disabled: full }), full ? h("p", { class: "second" }, texts.avoid.full) : null),
    ];
  }

  private drawingPart(): HTMLElement {
    const corners = this.sketch?.all.length ?? 0;
    return h("div", { class: "why-box" }, h("p", { role: "status" }, corners < 3 ? texts.avoid.hint(3 - corners) : texts.avoid.ready),
      h("div", { class: "actions" },
        button(texts.avoid.finish, () => this.finish(), { kind: "primary", key: "avoid-finish", disabled: corners < 3 }),
        button(texts.sketch.here, () => this.sketch?.add(this.app.map.middle()), { key: "avoid-here" }),
        corners ? button(texts.sketch.undo, () => this.sketch?.remove(corners - 1), { kind: "quiet", key: "avoid-undo" }) : null,
        button(texts.card.cancel, () => this.cancel(), { kind: "quiet", key: "avoid-cancel" })));
  }

  private begin(index: number): void {
    this.stop();
    this.drawing = index;
    this.sketch = new Sketch(this.app.map.leaflet, this.app.state.avoid[index] ?? [], { area: true, className: "avoid-area" }, { changed: () => this.app.redraw() });
    this.follow(true);
    this.app.redraw();
  }

  /** Takes what is drawn, if it is an area. */
  finish(): void {
    const { sketch, drawing } = this;
    if (!sketch || drawing === null) return;
    const ring = sketch.all;
    this.stop();
    if (ring.length < 3) return;
    const { avoid } = this.app.state;
    this.put(drawing < avoid.length ? avoid.map((other, i) => (i === drawing ? ring : other)) : [...avoid, ring]);
  }

  /** Whether something was being drawn. */
  cancel(): boolean {
    const was = this.busy;
    this.stop();
    if (was) {
      this.follow(true);
      this.app.redraw();
    }
    return was;
  }

  private stop(): void {
    this.sketch?.stop();
    this.sketch = null;
    this.drawing = null;
  }

  private put(avoid: Position[][]): void {
    this.app.store.go({ avoid });
  }
}

/** The part of the day that is driven in. */
export function slotChoice(app: App): HTMLElement {
  const options: [string, string][] = [["", texts.reach.anyTime], ...slots.map((slot): [string, string] => [slot, texts.reach.slots[slot]])];
  return choice(texts.reach.slot, "slot", options, app.state.slot ?? "", (slot) => app.store.go({ slot: (slot || null) as SlotName | null }));
}
