// Areas on the map: hexagons with the share of accounts that have a gap, and how far a rep gets in so many minutes.

import L from "leaflet";
import { count, outOf, percent } from "../format";
import { texts } from "../texts";
import { colour } from "../theme";
import type { CellFeature, Position, ReachFeature } from "../types";
import { toLatLng } from "./flip";
import { nameTag } from "./dots";

/** How many accounts of a cell count as gap: all causes but covered, or only the chosen ones. */
export function gapOf(cell: CellFeature, causes: string[]): number {
  if (causes.length === 0) return cell.properties.gap;
  return causes.reduce((sum, cause) => sum + (cell.properties.causes[cause] ?? 0), 0);
}

/** Fill strength of a cell by its share of gaps. */
export function strength(share: number): number {
  return share <= 0 ? 0.06 : 0.16 + 0.6 * Math.min(1, share);
}

export class Cells {
  private readonly group = L.layerGroup();
  private readonly renderer: L.Renderer;
  private numbers: L.LatLng[] = [];

  constructor(private readonly map: L.Map, private readonly choose: (bounds: L.LatLngBounds) => void) {
    map.createPane("cells").style.zIndex = "410";
    this.renderer = L.svg({ pane: "cells", padding: 0.3 });
    this.group.addTo(map);
  }

  show(cells: CellFeature[], causes: string[]): void {
    this.group.clearLayers();
    this.numbers = [];
    const pane = this.map.getPane("cells");
    if (pane) pane.style.display = cells.length === 0 ? "none" : "";
    for (const cell of cells) {
      const gap = gapOf(cell, causes);
      const of = cell.properties.accounts;
      const polygon = L.polygon(cell.geometry.coordinates.map((ring) => ring.map(toLatLng)), {
        renderer: this.renderer, color: "#d55e00", weight: 1, opacity: gap > 0 ? 0.8 : 0.25, fillColor: gap > 0 ? "#d55e00" : "#009e73",
        fillOpacity: strength(of ? gap / of : 0),
      });
      const bounds = polygon.getBounds();
      polygon.on("click", () => this.choose(bounds));
      polygon.bindTooltip(`${outOf({ numerator: gap, denominator: of })} ${texts.coverage.accounts}, ${percent(of ? gap / of : 0)}`, { sticky: true });
      this.group.addLayer(polygon);
      if (gap > 0) {
        this.numbers.push(bounds.getCenter());
        this.group.addLayer(this.number(bounds.getCenter(), gap));
      }
    }
  }

  /** Where numbers stand. */
  numbered(): L.LatLng[] {
    return this.numbers;
  }

  private number(at: L.LatLng, gap: number): L.Marker {
    return L.marker(at, { icon: L.divIcon({ className: "cell-number", html: count(gap), iconSize: [32, 18] }), interactive: false, keyboard: false });
  }
}

export class Reach {
  private readonly group = L.layerGroup();
  private readonly renderer: L.Renderer;
  private shown: ReachFeature[] = [];

  constructor(map: L.Map, private readonly pane = "reach") {
    const made = map.createPane(pane);
    made.style.zIndex = "405";
    made.style.pointerEvents = "none";
    this.renderer = L.svg({ pane, padding: 0.3 });
    this.group.addTo(map);
  }

  show(areas: ReachFeature[], single: boolean): void {
    if (areas === this.shown || areas.length + this.shown.length === 0) return;
    this.shown = areas;
    this.group.clearLayers();
    for (const area of [...areas].sort((a, b) => b.properties.tau_s - a.properties.tau_s)) {
      const polygons = polygonsOf(area);
      if (polygons.length === 0) continue;
      const outline = L.polygon(polygons.map((rings) => rings.map((ring) => ring.map(toLatLng))), {
        renderer: this.renderer, interactive: false, color: colour("accent"), weight: single ? 1.6 : 2, opacity: 0.9,
        dashArray: single ? "" : "6 4", fill: single, fillColor: colour("accent"), fillOpacity: 0.05,
      });
      this.group.addLayer(outline);
      if (single) this.group.addLayer(this.label(polygons, area.properties.tau_s));
    }
  }

  /** The minutes, written at the northernmost point of the outline. */
  private label(polygons: Position[][][], seconds: number): L.Marker {
    const points = polygons.flatMap((rings) => rings[0] ?? []);
    const top = points.reduce((best, point) => (point[1] > best[1] ? point : best), points[0] ?? [0, 0]);
    const icon = L.divIcon({ className: "reach-label", html: "", iconSize: [56, 18] });
    const marker = L.marker(toLatLng(top), { icon, interactive: false, keyboard: false, pane: this.pane });
    marker.on("add", () => marker.getElement()?.replaceChildren(nameTag(texts.coverage.minutes(Math.round(seconds / 60)))));
    return marker;
  }
}

function polygonsOf(area: ReachFeature): Position[][][] {
  if (area.geometry?.type === "MultiPolygon") return area.geometry.coordinates;
  return area.geometry?.type === "Polygon" ? [area.geometry.coordinates] : [];
}
