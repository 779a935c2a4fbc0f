// A day's tour on the map: the line with its direction, numbered stops, home, and what was left out.

import L from "leaflet";
import { texts } from "../texts";
import { clock } from "../format";
import { colour } from "../theme";
import { isRecorded, stopsOf } from "../plan";
import type { DayPlan, Home, LeftOut, Leg, Position, Stop } from "../types";
import { nameTag } from "./dots";
import { toLatLng } from "./flip";
import { spread } from "./spread";

/** A line with a small arrow head every so many pixels. */
class ArrowLine extends L.Polyline {
  _updatePath(): void {
    const renderer = (this as unknown as { _renderer: { _updatePoly(line: L.Polyline): void; _ctx: CanvasRenderingContext2D } })._renderer;
    renderer._updatePoly(this);
    const parts = (this as unknown as { _parts: L.Point[][] })._parts;
    for (const part of parts) arrows(renderer._ctx, part);
  }
}

const arrowEvery = 84;
const stopSize = 30;

function arrows(ctx: CanvasRenderingContext2D | null, points: L.Point[]): void {
  if (!ctx) return;
  ctx.save();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour("tour-casing");
  ctx.lineWidth = 1.8;
  ctx.lineJoin = ctx.lineCap = "round";
  let left = arrowEvery / 2;
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1];
    const to = points[i];
    if (!from || !to) continue;
    const length = from.distanceTo(to);
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    for (; left <= length; left += arrowEvery) {
      const at = from.add(to.subtract(from).multiplyBy(left / length));
      ctx.save();
      ctx.translate(at.x, at.y);
      ctx.rotate(angle);
      ctx.beginPath();
      ctx.moveTo(-1.8, -2.6);
      ctx.lineTo(1.6, 0);
      ctx.lineTo(-1.8, 2.6);
      ctx.stroke();
      ctx.restore();
    }
    left -= length;
  }
  ctx.restore();
}

export class Tour {
  private readonly group = L.layerGroup();
  private markers = new Map<string, L.Marker>();
  private homes: L.Marker[] = [];
  private plan: DayPlan | null = null;

  constructor(private readonly map: L.Map, private readonly choose: (account: string) => void) {
    this.group.addTo(map);
    map.on("zoomend", () => this.part());
  }

  show(plan: DayPlan | null, chosen: string | null): void {
    this.plan = plan;
    this.group.clearLayers();
    this.markers = new Map();
    this.homes = [];
    if (!plan) return;
    this.lines(plan);
    for (const feature of plan.features) {
      const { properties } = feature;
      const at = feature.geometry?.type === "Point" ? feature.geometry.coordinates : null;
      if (!at) continue;
      if (properties.layer === "home") this.home(properties, at);
      // What is not due yet needs nothing today; it would only cover the map.
      if (properties.layer === "unplanned" && properties.reason_code !== "not_due") this.leftOut(properties, at);
      if (properties.layer === "visits") this.stop(properties, at);
    }
    this.part();
    this.highlight(chosen);
  }

  redraw(chosen: string | null): void {
    this.show(this.plan, chosen);
  }

  highlight(chosen: string | null): void {
    for (const [account, marker] of this.markers) {
      marker.getElement()?.classList.toggle("chosen", account === chosen);
      marker.setZIndexOffset(account === chosen ? 2000 : marker.options.zIndexOffset ?? 0);
    }
  }

  /** Where markers stand. */
  places(): L.LatLng[] {
    return [...this.markers.values()].map((marker) => marker.getLatLng());
  }

  bounds(): L.LatLngBounds | null {
    const bounds = L.latLngBounds([]);
    for (const feature of this.plan?.features ?? []) {
      const { geometry, properties } = feature;
      if (geometry?.type === "LineString") for (const at of geometry.coordinates) bounds.extend(toLatLng(at));
      if (geometry?.type === "Point" && properties.layer !== "unplanned") bounds.extend(toLatLng(geometry.coordinates));
    }
    return bounds.isValid() ? bounds : null;
  }

  /** Moves stops that hide each other's numbers, or home, apart. */
  private part(): void {
    const stops = [...this.homes, ...stopsOf(this.plan).flatMap((stop) => this.markers.get(stop.account) ?? [])];
    const shifts = spread(stops.map((marker) => this.map.latLngToLayerPoint(marker.getLatLng())), stopSize - 6, stopSize * 0.75);
    stops.forEach((marker, i) => {
      const element = marker.getElement();
      const shift = shifts[i];
      if (!element || !shift) return;
      element.style.marginLeft = `${Math.round(shift.x) - stopSize / 2}px`;
      element.style.marginTop = `${Math.round(shift.y) - stopSize / 2}px`;
    });
  }

  private lines(plan: DayPlan): void {
    const open = stopsOf(plan).findIndex((stop) => !isRecorded(stop.status));
    const doneUpTo = open < 0 ? stopsOf(plan).length : open;
    const legs = plan.features.filter((f) => f.properties.layer === "legs").map((f) => ({
      seq: (f.properties as Leg).seq,
      line: f.geometry?.type === "LineString" ? f.geometry.coordinates.map(toLatLng) : [],
    }));
    const ahead = legs.filter((leg) => leg.seq > doneUpTo).map((leg) => leg.line);
    const behind = legs.filter((leg) => leg.seq <= doneUpTo).map((leg) => leg.line);
    const still = { interactive: false, lineJoin: "round", lineCap: "round" } as const;
    this.group.addLayer(L.polyline([...behind, ...ahead], { ...still, color: colour("tour-casing"), weight: 9, opacity: 0.9 }));
    this.group.addLayer(L.polyline(behind, { ...still, color: colour("tour-done"), weight: 3 }));
    this.group.addLayer(new ArrowLine(ahead, { ...still, color: colour("tour"), weight: 5 }));
  }

  private stop(stop: Stop, at: Position): void {
    const classes = ["stop", `stop-${stop.kind}`, isRecorded(stop.status) ? "stop-recorded" : "", `status-${stop.status}`];
    const label = `${stop.seq}. ${stop.name}, ${clock(stop.start)}`;
    this.marker(stop.account, at, classes.filter(Boolean).join(" "), String(stop.seq), label, stopSize, 500 + stop.seq);
  }

  private leftOut(left: LeftOut, at: Position): void {
    this.marker(left.account, at, "left-out", "", `${texts.day.leftOut}: ${left.name}, ${left.reason}`, 24, 0);
  }

  private home(home: Home, at: Position): void {
    const icon = L.divIcon({ className: "home-marker", html: homeSvg, iconSize: [30, 30] });
    const marker = L.marker(toLatLng(at), { icon, interactive: false, keyboard: false, title: home.name, zIndexOffset: 300 });
    this.group.addLayer(marker);
    this.homes.push(marker);
  }

  private marker(account: string, at: Position, className: string, inside: string, label: string, size: number, order: number): void {
    const icon = L.divIcon({ className: `marker ${className}`, html: `<span>${inside}</span>`, iconSize: [size, size] });
    // The list says and does the same for the keyboard and for screen readers; markers may overlap.
    const marker = L.marker(toLatLng(at), { icon, zIndexOffset: order, riseOnHover: true, keyboard: false });
    marker.on("click", () => this.choose(account));
    marker.on("add", () => marker.getElement()?.setAttribute("aria-hidden", "true"));
    marker.bindTooltip(nameTag(label), { direction: "top", offset: [0, -size / 2] });
    this.group.addLayer(marker);
    this.markers.set(account, marker);
  }
}

const homeSvg = '<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="M4 11l8-7 8 7v9h-5v-6H9v6H4z"/></svg>';
