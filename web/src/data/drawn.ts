// Features of the chosen layers on the map: those in sight on one canvas, or a layer's tiles where they are too many.

import L from "leaflet";
import { nameTag } from "../map/dots";
import { toLatLng } from "../map/flip";
import { colour, onThemeChange } from "../theme";
import type { Geometry } from "../types";
import type { FeatureTiles } from "./featuretiles";
import { lookOf, paintPoint } from "./looks";
import type { OgcFeature } from "./ogc";

interface PointOptions extends L.CircleMarkerOptions {
  layer: string;
}

/** A point with the shape of its layer. */
class Point extends L.CircleMarker {
  declare options: PointOptions;

  _updatePath(): void {
    const inner = this as unknown as { _renderer: { _ctx: CanvasRenderingContext2D | null; _drawing: boolean }; _point: L.Point; _empty(): boolean };
    const ctx = inner._renderer._ctx;
    if (ctx && inner._renderer._drawing && !inner._empty()) paintPoint(ctx, this.options.layer, inner._point, this.getRadius());
  }
}

export interface Chosen {
  layer: string;
  id: string;
}

export class DrawnLayers {
  private readonly groups = new Map<string, { features: OgcFeature[]; group: L.LayerGroup }>();
  private readonly tiles = new Map<string, { key: string; tiles: FeatureTiles }>();
  private readonly renderer: L.Renderer;
  private readonly halo = L.layerGroup();
  private readonly above: L.Renderer;
  private chosen: OgcFeature | null = null;

  constructor(private readonly map: L.Map, private readonly choose: (chosen: Chosen) => void) {
    map.createPane("data-tiles").style.zIndex = "412";
    map.createPane("data").style.zIndex = "425";
    map.createPane("data-chosen").style.zIndex = "440";
    const pane = map.getPane("data-chosen");
    if (pane) pane.style.pointerEvents = "none";
    this.renderer = L.canvas({ pane: "data", padding: 0.2, tolerance: 5 });
    this.above = L.svg({ pane: "data-chosen", padding: 0.3 });
    this.halo.addTo(map);
    onThemeChange(() => {
      for (const [layer, { features }] of this.groups) this.show(layer, features, true);
      this.refresh();
      this.mark(this.chosen);
    });
    map.on("click", (event) => this.pick(event));
  }

  /** Draws these features of a layer in place of those before. */
  show(layer: string, features: OgcFeature[], anyway = false): void {
    const before = this.groups.get(layer);
    if (before?.features === features && !anyway) return;
    before?.group.remove();
    this.removeTiles(layer);
    const group = L.layerGroup();
    for (const feature of features) {
      const path = this.path(layer, feature.geometry);
      if (!path || !feature.id) continue;
      const { id } = feature;
      path.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        this.choose({ layer, id: String(id) });
      });
      const label = labelOf(feature);
      if (label) {
        path.on("mouseover", (event: L.LeafletMouseEvent) => path.bindTooltip(nameTag(label), { direction: "top", offset: [0, -6] }).openTooltip(event.latlng));
        path.on("mouseout", () => path.unbindTooltip());
      }
      group.addLayer(path);
    }
    this.groups.set(layer, { features, group });
    group.addTo(this.map);
    this.uncover();
  }

  /** Draws a layer by its tiles; `key` tells them from others of the layer. */
  showTiles(layer: string, key: string, make: () => FeatureTiles): void {
    if (this.tiles.get(layer)?.key === key) return;
    this.removeTiles(layer);
    this.groups.get(layer)?.group.remove();
    this.groups.delete(layer);
    this.tiles.set(layer, { key, tiles: make().addTo(this.map) });
    this.uncover();
  }

  /** The tiles of a layer, where it is drawn by them. */
  tilesOf(layer: string): FeatureTiles | null {
    return this.tiles.get(layer)?.tiles ?? null;
  }

  /** Asks for all tiles anew. */
  refresh(): void {
    for (const { tiles } of this.tiles.values()) tiles.redraw();
  }

  private removeTiles(layer: string): void {
    this.tiles.get(layer)?.tiles.remove();
    this.tiles.delete(layer);
  }

  /** A tap on what tiles show; features that are drawn one by one hear of taps themselves. */
  private pick(event: L.LeafletMouseEvent): void {
    if (this.map.getContainer().classList.contains("sketching")) return;
    const zoom = this.map.getZoom();
    for (const [layer, { tiles }] of this.tiles) {
      const id = tiles.pick(this.map.project(event.latlng, zoom), zoom);
      if (id !== null) return this.choose({ layer, id });
    }
  }

  /** Takes all layers but these off the map. */
  keep(layers: string[]): void {
    for (const layer of this.tiles.keys()) if (!layers.includes(layer)) this.removeTiles(layer);
    for (const [layer, { group }] of this.groups) {
      if (layers.includes(layer)) continue;
      group.remove();
      this.groups.delete(layer);
    }
    this.uncover();
  }

  /** An empty canvas above the others would take their clicks. */
  private uncover(): void {
    const pane = this.map.getPane("data");
    if (pane) pane.style.display = this.groups.size === 0 ? "none" : "";
  }

  /** Marks one feature. */
  mark(feature: OgcFeature | null): void {
    this.chosen = feature;
    this.halo.clearLayers();
    const { geometry } = feature ?? {};
    if (!geometry) return;
    const look = { renderer: this.above, pane: "data-chosen", interactive: false } as const;
    for (const [stroke, weight] of [[colour("map-halo"), 9], [colour("ink"), 4]] as const) {
      if (geometry.type === "Point") this.halo.addLayer(L.circleMarker(toLatLng(geometry.coordinates), { ...look, radius: 11, fill: false, color: stroke, weight: weight / 1.6 }));
      else if (geometry.type === "LineString" || geometry.type === "MultiLineString") this.halo.addLayer(L.polyline(lines(geometry), { ...look, color: stroke, weight }));
      else this.halo.addLayer(L.polygon(rings(geometry), { ...look, color: stroke, weight: weight / 1.6, fill: false }));
    }
  }

  bounds(feature: OgcFeature): L.LatLngBounds | null {
    const { geometry } = feature;
    if (!geometry) return null;
    if (geometry.type === "Point") return L.latLngBounds([toLatLng(geometry.coordinates)]);
    const bounds = geometry.type === "LineString" || geometry.type === "MultiLineString" ? L.polyline(lines(geometry)).getBounds() : L.polygon(rings(geometry)).getBounds();
    return bounds.isValid() ? bounds : null;
  }

  private path(layer: string, geometry: Geometry): L.Path | null {
    const { colour: stroke, dash } = lookOf(layer);
    const look = { renderer: this.renderer, pane: "data", color: stroke, dashArray: dash };
    if (!geometry) return null;
    if (geometry.type === "Point") return new Point(toLatLng(geometry.coordinates), { ...look, layer, radius: this.map.getZoom() < 13 ? 4 : 6, weight: 2 } as PointOptions);
    if (geometry.type === "LineString" || geometry.type === "MultiLineString") return L.polyline(lines(geometry), { ...look, weight: layer === "roads" ? 2 : 4, opacity: 0.85 });
    return L.polygon(rings(geometry), { ...look, weight: 1.5, fillOpacity: 0.12 });
  }
}

function lines(geometry: Extract<Geometry, { type: "LineString" | "MultiLineString" }>): L.LatLng[][] {
  return (geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates).map((line) => line.map(toLatLng));
}

function rings(geometry: Extract<Geometry, { type: "Polygon" | "MultiPolygon" }>): L.LatLng[][][] {
  return (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map((area) => area.map((ring) => ring.map(toLatLng)));
}

/** Properties that name a feature, best first. */
export const naming = ["name", "rep_name", "base_name", "label", "account", "reason", "to_account"];

export function labelOf(feature: OgcFeature): string {
  for (const name of naming) {
    const value = feature.properties[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return String(feature.id ?? "");
}
