// Measuring: taps on the map make a line or an area; its length and its area on the ellipsoid are told.

import type { App } from "../app";
import { MOST_CORNERS } from "../codec";
import { h, type Child } from "../dom";
import { Sketch } from "../map/sketch";
import { button, iconButton } from "../panels/parts";
import { texts } from "../texts";
import type { Position } from "../types";
import { area, areaText, distance, length, lengthText, type Units } from "./geodesic";

export class Measure {
  private sketch: Sketch | null = null;
  private asArea = false;
  private units: Units = "metric";
  /** Corners while one is dragged; the address has those of before. */
  private live: Position[] | null = null;

  constructor(private readonly app: App) {}

  follow(): void {
    const { state } = this.app;
    if (state.panel !== "measure" || state.account) {
      this.stop();
      return;
    }
    if (this.sketch && this.asArea !== state.area) this.stop();
    this.asArea = state.area;
    this.sketch ??= new Sketch(this.app.map.leaflet, state.line, { area: state.area, className: "measure-line" }, { changed: (points, done) => this.changed(points, done) });
    if (JSON.stringify(this.sketch.all) !== JSON.stringify(state.line)) this.sketch.set(state.line);
  }

  private stop(): void {
    this.sketch?.stop();
    this.sketch = null;
    this.live = null;
  }

  private changed(points: Position[], done: boolean): void {
    this.live = done ? null : points;
    if (done) this.app.store.refine({ line: points.slice(0, MOST_CORNERS) });
    else this.app.redraw();
  }

  panel(): Child[] {
    const { app } = this;
    const { state } = app;
    const points = this.live ?? state.line;
    const put = (line: Position[]) => app.store.refine({ line });
    const kind = (isArea: boolean, text: string) => button(text, () => app.store.refine({ area: isArea }), { pressed: state.area === isArea, key: isArea ? "measure-area" : "measure-line" });
    return [
      h("div", { class: "panel-head card-head" }, iconButton(texts.back, "back", () => app.store.go({ panel: null, line: [] }), "card-back"), h("h1", { class: "headline" }, texts.measure.title)),
      h("div", { class: "panel-scroll pad", "data-scroll": "measure" },
        h("div", { class: "actions", role: "group", "aria-label": texts.measure.title }, kind(false, texts.measure.line), kind(true, texts.measure.area),
          button(texts.measure.units[this.units] ?? "", () => {
            this.units = this.units === "metric" ? "imperial" : "metric";
            app.redraw();
          }, { kind: "quiet", key: "units" })),
        points.length === 0 ? h("p", {}, texts.measure.hint) : this.figures(points),
        h("div", { class: "actions" },
          button(texts.sketch.here, () => this.sketch?.add(app.map.middle()), { icon: "fit", key: "measure-here", disabled: points.length >= MOST_CORNERS }),
          points.length ? button(texts.sketch.undo, () => put(points.slice(0, -1)), { kind: "quiet", key: "measure-undo" }) : null,
          points.length ? button(texts.sketch.clear, () => put([]), { kind: "quiet", key: "measure-clear" }) : null),
        points.length > 1 ? this.parts(points) : null),
    ];
  }

  private figures(points: Position[]): HTMLElement {
    const { units } = this;
    const { area: isArea } = this.app.state;
    return h("div", { class: "why-box measured", role: "status" },
      isArea ? [h("p", { class: "figure", "data-figure": "area" }, areaText(area(points), units)), h("p", { class: "second", "data-figure": "around" }, texts.measure.around(lengthText(length(points, true), units)))]
        : h("p", { class: "figure", "data-figure": "length" }, lengthText(length(points), units)));
  }

  /** The legs of a line. */
  private parts(points: Position[]): HTMLElement {
    const ring = this.app.state.area && points.length > 2 ? [...points, points[0] as Position] : points;
    return h("details", { class: "fold inline" }, h("summary", { "data-key": "measure-parts" }, texts.measure.parts(ring.length - 1)),
      h("ol", { class: "plain-list numbered" }, ring.slice(1).map((to, i) => h("li", {}, lengthText(distance(ring[i] as Position, to), this.units)))));
  }
}
