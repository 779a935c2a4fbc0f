// The background: vector tiles of our own server, drawn on canvases at the screen's own resolution.
// Above the deepest tile zoom the parent tile is drawn larger, so lines and names stay sharp.

import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";
import L from "leaflet";
import { PbfReader } from "pbf";
import { loadTile } from "../api";
import { colour, onThemeChange } from "../theme";
import { landColour, placeStyle, roadClass, roadColours, roadNameFrom, roadOrder, roadWidth, type RoadClass } from "./style";

const tileSize = 512;
/** Deepest tiles asked for. */
const deepest = 15;

/** A name that may be written, in pixels of the world at `zoom`. */
export interface NameCandidate {
  name: string;
  zoom: number;
  line: L.Point[];
  place?: { kind: string };
  road?: RoadClass;
}

/** The part of a source tile that a drawn tile shows. */
interface Window {
  scale: number;
  dx: number;
  dy: number;
}

export class Background extends L.GridLayer {
  private readonly decoded = new Map<string, Promise<VectorTile>>();
  private readonly names = new Map<string, NameCandidate[]>();

  constructor() {
    super({ tileSize, minZoom: 1, maxZoom: 20, keepBuffer: 1, updateWhenZooming: false, className: "background" });
    this.on("tileunload", (event) => this.names.delete(keyOf((event as L.TileEvent).coords)));
    onThemeChange(() => this.redraw());
  }

  /** Names on the tiles that are on screen now, at the map's present zoom. */
  candidates(zoom: number): NameCandidate[] {
    return [...this.names.values()].flat().filter((candidate) => candidate.zoom === zoom);
  }

  override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = canvas.height = tileSize * ratio;
    canvas.style.width = canvas.style.height = `${tileSize}px`;
    this.draw(canvas, ratio, coords).then(() => done(undefined, canvas), (error: Error) => done(error, canvas));
    return canvas;
  }

  private async draw(canvas: HTMLCanvasElement, ratio: number, coords: L.Coords): Promise<void> {
    const z = coords.z - 1;
    const up = Math.max(0, z - deepest);
    const tile = await this.source(z - up, coords.x >> up, coords.y >> up);
    const ctx = canvas.getContext("2d");
    if (!ctx) return;
    const scale = 2 ** up;
    const window = { scale, dx: (coords.x % scale) * tileSize, dy: (coords.y % scale) * tileSize };
    ctx.scale(ratio, ratio);
    paint(ctx, tile, coords.z, window);
    this.names.set(keyOf(coords), namesOf(tile, coords, window));
  }

  private source(z: number, x: number, y: number): Promise<VectorTile> {
    const key = `${z}/${x}/${y}`;
    let tile = this.decoded.get(key);
    if (!tile) {
      tile = loadTile(z, x, y).then((bytes) => new VectorTile(new PbfReader(bytes)));
      tile.catch(() => this.decoded.delete(key));
      this.decoded.set(key, tile);
      const oldest = this.decoded.keys().next().value;
      if (this.decoded.size > 96 && oldest) this.decoded.delete(oldest);
    }
    return tile;
  }
}

function keyOf(coords: L.Coords): string {
  return `${coords.z}/${coords.x}/${coords.y}`;
}

function features(tile: VectorTile, layer: string): VectorTileFeature[] {
  const found = tile.layers[layer];
  return found ? Array.from({ length: found.length }, (_, i) => found.feature(i)) : [];
}

/** A feature without a readable shape is left out; the rest of its tile is still drawn. */
function geometryOf(feature: VectorTileFeature): { x: number; y: number }[][] {
  try {
    return feature.loadGeometry();
  } catch {
    return [];
  }
}

function text(feature: VectorTileFeature, property: string): string {
  return String(feature.properties[property] ?? "");
}

/** Adds a feature's rings or lines to a path, in pixels of the drawn tile. */
function trace(path: Path2D, feature: VectorTileFeature, window: Window, close: boolean): void {
  const scale = (tileSize / feature.extent) * window.scale;
  for (const part of geometryOf(feature)) {
    part.forEach((point, i) => {
      const x = point.x * scale - window.dx;
      const y = point.y * scale - window.dy;
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    if (close) path.closePath();
  }
}

function paint(ctx: CanvasRenderingContext2D, tile: VectorTile, zoom: number, window: Window): void {
  const area = (layer: string, paintOf: (kind: string) => string | null) => {
    for (const feature of features(tile, layer)) {
      const fill = feature.type === 3 ? paintOf(text(feature, "kind")) : null;
      if (!fill) continue;
      const path = new Path2D();
      trace(path, feature, window, true);
      ctx.fillStyle = fill;
      ctx.fill(path, "evenodd");
    }
  };
  area("earth", () => colour("map-earth"));
  area("landuse", (kind) => {
    const name = landColour(kind);
    return name && (name !== "map-built" || zoom < 16) ? colour(name) : null;
  });
  area("water", () => colour("map-water"));
  if (zoom >= 13) paintStreams(ctx, tile, zoom, window);
  if (zoom >= 14) paintBuildings(ctx, tile, zoom, window);
  if (zoom >= 14) area("roads", () => colour("map-road"));
  paintRoads(ctx, tile, zoom, window);
}

function paintStreams(ctx: CanvasRenderingContext2D, tile: VectorTile, zoom: number, window: Window): void {
  const path = new Path2D();
  for (const feature of features(tile, "water")) if (feature.type === 2) trace(path, feature, window, false);
  ctx.strokeStyle = colour("map-water");
  ctx.lineWidth = zoom >= 16 ? 2.5 : 1.2;
  ctx.stroke(path);
}

function paintBuildings(ctx: CanvasRenderingContext2D, tile: VectorTile, zoom: number, window: Window): void {
  const path = new Path2D();
  for (const feature of features(tile, "buildings")) trace(path, feature, window, true);
  ctx.fillStyle = colour("map-building");
  ctx.fill(path);
  if (zoom < 17) return;
  ctx.strokeStyle = colour("map-building-edge");
  ctx.lineWidth = 0.6;
  ctx.stroke(path);
}

function paintRoads(ctx: CanvasRenderingContext2D, tile: VectorTile, zoom: number, window: Window): void {
  const paths = new Map<RoadClass, Path2D>();
  for (const feature of features(tile, "roads")) {
    if (feature.type !== 2) continue;
    const road = roadClass(text(feature, "kind"));
    const path = paths.get(road) ?? new Path2D();
    paths.set(road, path);
    trace(path, feature, window, false);
  }
  ctx.lineJoin = "round";
  const drawn = roadOrder.filter((road) => paths.has(road) && roadWidth(road, zoom) > 0);
  for (const pass of ["edge", "fill"] as const) {
    for (const road of drawn) {
      const colours = roadColours(road, zoom);
      const name = colours[pass];
      const path = paths.get(road);
      if (!name || !path) continue;
      ctx.strokeStyle = colour(name);
      ctx.lineWidth = roadWidth(road, zoom) + (pass === "edge" ? Math.min(2, 0.6 + (zoom - 12) * 0.3) : 0);
      ctx.lineCap = pass === "edge" ? "butt" : "round";
      ctx.setLineDash(road === "ferry" ? [5, 5] : road === "path" && zoom >= 15 ? [4, 3] : []);
      ctx.stroke(path);
    }
  }
  ctx.setLineDash([]);
}

function namesOf(tile: VectorTile, coords: L.Coords, window: Window): NameCandidate[] {
  const zoom = coords.z;
  const point = (feature: VectorTileFeature) => {
    const scale = (tileSize / feature.extent) * window.scale;
    return (at: { x: number; y: number }) =>
      L.point(coords.x * tileSize + at.x * scale - window.dx, coords.y * tileSize + at.y * scale - window.dy);
  };
  const found: NameCandidate[] = [];
  for (const feature of features(tile, "places")) {
    const kind = text(feature, "kind");
    const name = text(feature, "name");
    if (!name || placeStyle(kind).from > zoom) continue;
    for (const part of geometryOf(feature)) found.push({ name, zoom, line: part.slice(0, 1).map(point(feature)), place: { kind } });
  }
  for (const feature of features(tile, "roads")) {
    const name = text(feature, "name");
    const road = roadClass(text(feature, "kind"));
    if (!name || roadNameFrom(road) > zoom) continue;
    for (const part of geometryOf(feature)) found.push({ name, zoom, line: part.map(point(feature)), road });
  }
  return found;
}
