// How far one gets from a place that can be dragged about. While it moves, one limit is asked for, one question at a time and
// always about the newest place; once it rests, all limits and the accounts inside.

import L from "leaflet";
import { api, ApiError, type ReachQuestion } from "../api";
import type { App } from "../app";
import { h, type Child } from "../dom";
import { count, duration } from "../format";
import { Reach } from "../map/areas";
import { toLatLng, toPosition } from "../map/flip";
import { button, choice, emptyState, iconButton, nameOf, skeleton } from "../panels/parts";
import { colour } from "../theme";
import { texts } from "../texts";
import type { Position, ReachedAccount, ReachFeature } from "../types";
import { slotChoice, type AvoidAreas } from "./avoid";
import { areaText } from "./geodesic";

/** Pixels that an arrow key moves the place. */
const STEP = 12;
/** Accounts that are listed at first. */
const LISTED = 40;

export class ReachTool {
  private readonly areas: Reach;
  private marker: L.Marker | null = null;
  private outline: L.Polygon | null = null;
  private readonly renderer: L.Renderer;
  private shown: ReachFeature[] = [];
  private accounts: ReachedAccount[] = [];
  private error: ApiError | null = null;
  private loading = false;
  private key = "";
  private exact: AbortController | null = null;
  /** The question about a moving place that is on its way. */
  private coarse: AbortController | null = null;
  private waiting: Position | null = null;
  /** Milliseconds from move to outline, of the moves of the last drag. */
  private times: number[] = [];

  constructor(private readonly app: App, private readonly avoid: AvoidAreas) {
    const map = app.map.leaflet;
    this.areas = new Reach(map, "reach-tool");
    map.createPane("reach-live").style.zIndex = "406";
    this.renderer = L.svg({ pane: "reach-live", padding: 0.5 });
  }

  follow(): void {
    const { state, store, map, minutes } = this.app;
    if (state.panel !== "reach") {
      this.hide();
      return;
    }
    if (!state.from) {
      store.refine({ from: round5(map.middle()) });
      return;
    }
    this.place(state.from);
    const key = JSON.stringify([state.from, minutes, state.slot, state.avoid, this.app.date]);
    if (key === this.key || this.avoid.busy) return;
    this.key = key;
    void this.ask(state.from);
  }

  /** The limits that are drawn: the chosen one and shorter ones. */
  private limits(): number[] {
    const { minutes, meta } = this.app;
    return [...new Set([...(meta.defaults.reach_bands ?? [10, 20, 30]).filter((band) => band < minutes), minutes])].slice(-8);
  }

  private question(from: Position, minutes: number[]): ReachQuestion {
    const { slot } = this.app.state;
    const avoid = this.avoid.geojson;
    return { origins: [from], minutes, ...(slot ? { slot } : {}), ...(avoid ? { avoid } : {}) };
  }

  /** All limits and the accounts inside, for a place that rests. */
  private async ask(from: Position): Promise<void> {
    this.coarse?.abort();
    this.coarse = this.waiting = null;
    this.exact?.abort();
    const abort = new AbortController();
    this.exact = abort;
    this.loading = true;
    this.app.redraw();
    try {
      const { features } = await api.reachFrom({ ...this.question(from, this.limits()), accounts: true }, abort.signal);
      if (this.exact !== abort) return;
      this.error = null;
      this.shown = features.filter((feature): feature is ReachFeature => "tau_s" in feature.properties);
      this.accounts = features.flatMap(({ id, properties }) => ("drive_s" in properties ? [{ ...properties, id: id ?? "" }] : []));
      this.outline?.remove();
      this.outline = null;
    } catch (cause) {
      if (this.exact !== abort) return;
      this.error = cause instanceof ApiError ? cause : new ApiError({ title: String(cause), status: 0 });
      this.shown = [];
      this.accounts = [];
      this.outline?.remove();
      this.outline = null;
    }
    this.areas.show(this.shown, true);
    this.loading = false;
    this.app.redraw();
  }

  /** A place that moves: the newest is asked about as soon as the one before has been answered. */
  private moved(to: Position): void {
    this.exact?.abort();
    this.exact = null;
    this.waiting = to;
    if (!this.coarse) void this.askWaiting();
  }

  private async askWaiting(): Promise<void> {
    const at = this.waiting;
    if (!at) return;
    this.waiting = null;
    const abort = new AbortController();
    this.coarse = abort;
    const begun = performance.now();
    try {
      const { features } = await api.reachFrom(this.question(at, [this.app.minutes]), abort.signal);
      if (this.coarse !== abort) return;
      this.draw(features.filter((feature): feature is ReachFeature => "tau_s" in feature.properties));
      this.times.push(performance.now() - begun);
      const element = this.marker?.getElement();
      if (element) {
        element.dataset["moves"] = String(this.times.length);
        element.dataset["ms"] = String(Math.round(median(this.times)));
      }
    } catch {
      // A place without a road, on the way to another.
    }
    if (this.coarse !== abort) return;
    this.coarse = null;
    void this.askWaiting();
  }

  /** One outline, changed in place. */
  private draw(found: ReachFeature[]): void {
    const rings = found.flatMap(({ geometry }) => (geometry?.type === "MultiPolygon" ? geometry.coordinates : geometry?.type === "Polygon" ? [geometry.coordinates] : [])).map((area) => area.map((ring) => ring.map(toLatLng)));
    this.areas.show([], true);
    if (this.outline) this.outline.setLatLngs(rings);
    else {
      this.outline = L.polygon(rings, { renderer: this.renderer, pane: "reach-live", interactive: false, color: colour("accent"), weight: 2, fillOpacity: 0.12 }).addTo(this.app.map.leaflet);
    }
  }

  private place(at: Position): void {
    const { map } = this.app;
    if (!this.marker) {
      const icon = L.divIcon({ className: "origin", html: originSvg, iconSize: [36, 36] });
      const marker = L.marker(toLatLng(at), { icon, draggable: true, autoPan: true, zIndexOffset: 2800 }).addTo(map.leaflet);
      this.marker = marker;
      const element = marker.getElement();
      element?.setAttribute("aria-label", texts.reach.origin);
      element?.addEventListener("keydown", (event) => this.keyed(event));
      marker.on("dragstart", () => (this.times = []));
      marker.on("drag", () => this.moved(round5(toPosition(marker.getLatLng()))));
      marker.on("dragend", () => this.rest(round5(toPosition(marker.getLatLng()))));
    } else if (!this.marker.getElement()?.classList.contains("leaflet-drag-target")) this.marker.setLatLng(toLatLng(at));
  }

  private keyed(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] as [number, number] | undefined;
    const { marker } = this;
    if (!step || !marker) return;
    event.preventDefault();
    event.stopPropagation();
    const map = this.app.map.leaflet;
    this.rest(round5(toPosition(map.layerPointToLatLng(map.latLngToLayerPoint(marker.getLatLng()).add(step)))));
  }

  /** Where the place was let go. */
  private rest(at: Position): void {
    this.app.store.refine({ from: at });
  }

  private hide(): void {
    this.key = "";
    this.exact?.abort();
    this.coarse?.abort();
    this.exact = this.coarse = this.waiting = null;
    this.marker?.remove();
    this.outline?.remove();
    this.marker = this.outline = null;
    if (this.shown.length) this.areas.show([], true);
    this.shown = [];
    this.accounts = [];
    this.error = null;
  }

  panel(): Child[] {
    const { app } = this;
    const steps = [...new Set([5, 10, 15, 20, 30, 45, 60, app.minutes])].sort((a, b) => a - b).map((n): [string, string] => [String(n), texts.coverage.minutes(n)]);
    return [
      h("div", { class: "panel-head card-head" }, iconButton(texts.back, "back", () => app.store.go({ panel: null, from: null }), "card-back"),
        h("h1", { class: "headline" }, texts.reach.title)),
      h("div", { class: "panel-scroll pad", "data-scroll": "reach", "aria-busy": String(this.loading) },
        h("p", { class: "second" }, texts.reach.hint),
        h("div", { class: "actions" },
          choice(texts.coverage.reachLimit, "reach-limit", steps, String(app.minutes), (value) => app.store.refine({ minutes: Number(value) === app.meta.defaults.reach_minutes ? null : Number(value) })),
          slotChoice(app),
          button(texts.reach.here, () => this.rest(round5(app.map.middle())), { icon: "fit", key: "reach-here" })),
        this.error ? h("div", { class: "note-box flush", role: "alert" }, h("strong", {}, this.error.problem.title), h("p", {}, this.error.problem.detail ?? "")) : null,
        this.figures(),
        this.avoid.part(),
        this.list()),
    ];
  }

  private figures(): Child {
    const widest = this.shown[0];
    if (!widest) return null;
    return h("p", { class: "figures-line", role: "status" }, h("strong", {}, texts.reach.inside(count(this.accounts.length), this.app.minutes)),
      widest.properties.area_m2 ? h("span", { class: "second" }, areaText(widest.properties.area_m2, "metric")) : null);
  }

  private list(): Child | Child[] {
    if (!this.shown.length) return this.error || this.avoid.busy ? null : skeleton(4);
    if (!this.accounts.length) return emptyState(texts.reach.noneTitle, texts.reach.none);
    return [h("h2", { class: "section-title" }, texts.reach.accounts), h("ul", { class: "rows" }, this.accounts.slice(0, LISTED).map((account) => h("li", {}, h("button", {
      type: "button", class: "row", "data-key": `row-${account.id}`, onclick: () => this.app.open(account.id),
    }, h("span", { class: "drive" }, duration(account.drive_s ?? 0)), h("span", { class: "row-main" }, nameOf(account.name)))))),
    this.accounts.length > LISTED ? h("p", { class: "second" }, texts.data.more(this.accounts.length - LISTED)) : null];
  }
}

function round5([lon, lat]: Position): Position {
  return [Math.round(lon * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5];
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const originSvg = '<svg viewBox="0 0 36 36" width="36" height="36" aria-hidden="true"><circle cx="18" cy="18" r="11"/><circle cx="18" cy="18" r="4"/></svg>';
