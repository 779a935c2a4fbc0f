// The drive to a stop: the best way and others worth considering, on the map and as a choice, also round areas to avoid and
// in a part of the day.

import L from "leaflet";
import { api, ApiError, type Driving } from "../api";
import type { App } from "../app";
import { h, type Child } from "../dom";
import { clock, distance, duration } from "../format";
import { toLatLng } from "../map/flip";
import { button, emptyState, errorState, iconButton, skeleton } from "../panels/parts";
import { legsOf, stopsOf } from "../plan";
import { Remote } from "../remote";
import { colour } from "../theme";
import { texts } from "../texts";
import type { DayPlan, Leg, Position, Stop } from "../types";
import { slotChoice, type AvoidAreas } from "./avoid";
import { gpxOf, googleLink, later, type Way } from "./way";

export class Ways {
  private readonly ways: Remote<Way[]>;
  private readonly group = L.layerGroup();
  private readonly renderer: L.Renderer;
  private drawn: unknown = null;
  private framed = "";

  constructor(private readonly app: App, private readonly avoid: AvoidAreas) {
    this.ways = new Remote(() => app.redraw());
    const map = app.map.leaflet;
    map.createPane("ways").style.zIndex = "420";
    this.renderer = L.svg({ pane: "ways", padding: 0.5 });
    this.group.addTo(map);
  }

  follow(): void {
    const { state } = this.app;
    const ends = state.panel === "way" && state.leg !== null ? endsOf(this.app.shown, state.leg) : null;
    if (!ends) {
      if (state.panel !== "way") this.hide();
      return;
    }
    if (this.avoid.busy) return;
    const avoid = this.avoid.geojson;
    const driving: Driving = { ...(state.slot ? { slot: state.slot } : {}), ...(avoid ? { avoid } : {}) };
    const key = JSON.stringify([ends.from, ends.to, driving]);
    void this.ways.load(key, (signal) => askWays(ends.from, ends.to, driving, signal)).then(() => this.draw());
    this.draw();
  }

  private get chosen(): number {
    return Math.min(this.app.state.way, (this.ways.value?.length ?? 1) - 1);
  }

  private draw(): void {
    const ways = this.ways.value ?? [];
    const key = `${this.ways.loading} ${this.chosen} ${ways.length}`;
    if (this.app.state.panel !== "way" || (this.drawn === ways && this.framed === key)) return;
    const first = this.drawn !== ways;
    [this.drawn, this.framed] = [ways, key];
    this.group.clearLayers();
    const line = (way: Way, i: number) => {
      const on = i === this.chosen;
      const places = way.line.map(toLatLng);
      this.group.addLayer(L.polyline(places, { renderer: this.renderer, pane: "ways", interactive: false, color: colour("tour-casing"), weight: on ? 11 : 9 }));
      const path = L.polyline(places, { renderer: this.renderer, pane: "ways", color: on ? colour("tour") : colour("tour-done"), weight: on ? 6 : 5, dashArray: on ? "" : "1 9", className: "way-line" });
      path.on("click", () => this.app.store.refine({ way: i }));
      this.group.addLayer(path);
    };
    ways.forEach((way, i) => i !== this.chosen && line(way, i));
    const best = ways[this.chosen];
    if (best) line(best, this.chosen);
    if (first && ways.length) this.app.map.fitBox(L.latLngBounds(ways.flatMap((way) => way.line.map(toLatLng))));
  }

  private hide(): void {
    this.ways.clear();
    this.group.clearLayers();
    this.drawn = null;
    this.framed = "";
  }

  panel(): Child[] {
    const { app } = this;
    const { leg } = app.state;
    const ends = leg === null ? null : endsOf(app.shown, leg);
    // The day may have come only now.
    if (ends && !this.ways.value && !this.ways.loading && !this.ways.error) queueMicrotask(() => this.follow());
    return [
      h("div", { class: "panel-head card-head" }, iconButton(texts.back, "back", () => app.store.go({ panel: null, leg: null, way: 0 }), "card-back"),
        h("h1", { class: "headline", dir: "auto" }, ends ? texts.ways.title(ends.stop?.name ?? texts.day.home) : texts.ways.none)),
      h("div", { class: "panel-scroll pad", "data-scroll": "way", "aria-busy": String(this.ways.loading) },
        !ends ? (app.plan.loading ? skeleton(3) : emptyState(texts.ways.none, texts.ways.noneHint)) : [
          h("div", { class: "actions" }, slotChoice(app)),
          this.list(ends),
          this.along(ends),
          this.avoid.part(),
        ].flat()),
    ];
  }

  private list(ends: Ends): Child {
    const ways = this.ways.value;
    if (!ways) {
      return this.ways.error ? errorState(this.ways.error, () => {
        this.ways.forget();
        this.follow();
      }) : skeleton(2);
    }
    const best = ways[0];
    if (!best) return emptyState(texts.ways.noWay, "");
    return h("ul", { class: "rows boxed ways", role: "radiogroup", "aria-label": texts.ways.choose }, ways.map((way, i) => h("li", { role: "none" }, h("button", {
      type: "button", class: "row", role: "radio", "aria-checked": String(i === this.chosen), "data-key": `way-${i}`, onclick: () => this.app.store.refine({ way: i }),
    }, h("span", { class: "radio", "aria-hidden": "true" }), h("span", { class: "row-main" },
      h("span", {}, h("strong", {}, duration(way.seconds)), ` · ${distance(way.metres)}`, i === 0 ? null : h("span", { class: "second" }, ` · ${texts.ways.more(duration(Math.abs(way.seconds - best.seconds)), way.seconds >= best.seconds)}`)),
      way.names.length ? h("span", { class: "second", dir: "auto" }, texts.ways.via(way.names.join(", "))) : null,
      h("span", { class: "second" }, texts.ways.arrive(later(ends.leg.depart, way.seconds) || clock(ends.leg.arrive))))))));
  }

  /** Taking the chosen way along. */
  private along(ends: Ends): Child {
    const way = this.ways.value?.[this.chosen];
    if (!way) return null;
    const name = ends.stop?.name ?? texts.day.home;
    return h("div", { class: "actions" },
      h("a", { class: "button button-primary", href: googleLink(way), target: "_blank", rel: "noopener noreferrer", "data-key": "way-google" }, texts.ways.google),
      button(texts.ways.gpx, () => save(`rondo-${this.app.date}-${ends.leg.seq}.gpx`, gpxOf(way, name)), { icon: "download", key: "way-gpx" }),
      h("p", { class: "second" }, texts.ways.outside));
  }
}

interface Ends {
  from: Position;
  to: Position;
  leg: Leg;
  /** Null on the way home. */
  stop: Stop | null;
}

/** Where the drive with this place in the day begins and ends. */
function endsOf(plan: DayPlan | null, seq: number): Ends | null {
  const leg = legsOf(plan).find((one) => one.seq === seq);
  const line = plan?.features.find(({ properties }) => properties.layer === "legs" && properties.seq === seq)?.geometry;
  if (!leg || line?.type !== "LineString") return null;
  const at = (stop: Stop | undefined) => {
    const found = plan?.features.find(({ properties }) => properties.layer === "visits" && properties.seq === stop?.seq)?.geometry;
    return found?.type === "Point" ? found.coordinates : null;
  };
  const stops = stopsOf(plan);
  const stop = stops.find((one) => one.seq === seq);
  const from = at(stops.find((one) => one.seq === seq - 1)) ?? line.coordinates[0];
  const to = at(stop) ?? line.coordinates.at(-1);
  return from && to ? { from, to, leg, stop: stop ?? null } : null;
}

async function askWays(from: Position, to: Position, driving: Driving, signal: AbortSignal): Promise<Way[]> {
  if (driving.slot || driving.avoid) {
    const best = await api.waysRound(from, to, driving, signal);
    return [best, ...(best.properties.alternatives ?? [])].map(({ geometry, properties }) => (
      { line: geometry.coordinates, seconds: properties.drive_s, metres: properties.dist_m, names: properties.names.slice(0, 3) }));
  }
  const { routes } = await api.ways(from, to, signal).catch((cause: unknown) => {
    throw cause instanceof ApiError ? cause : new ApiError({ title: String(cause), status: 0 });
  });
  return routes.map((route) => ({
    line: route.geometry.coordinates, seconds: route.duration, metres: route.distance, names: (route.legs[0]?.summary ?? "").split(", ").filter(Boolean),
  }));
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/gpx+xml" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
