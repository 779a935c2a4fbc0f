// A layer with more features in sight than are drawn one by one: its vector tiles, of which the service keeps what matters
// most. What is drawn can be picked like any other feature.

import { VectorTile } from "@mapbox/vector-tile";
import L from "leaflet";
import { PbfReader } from "pbf";
import { loadTileAt } from "../api";
import { lookOf, paintPoint } from "./looks";

/** So many features of a layer the service keeps in a tile. */
export const MOST_IN_TILE = 4000;
/** Pixels of the screen. */
const TILE = 512;
/** A tap may miss by so many pixels. */
const NEAR = 8;

/** A feature, or what of it lies in a tile, in pixels of the tile. */
interface Piece {
  id: string;
  /** 1 = points, 2 = lines, 3 = areas. */
  type: number;
  parts: L.Point[][];
}

export class FeatureTiles extends L.GridLayer {
  private readonly pieces = new Map<string, Piece[]>();

  /** `pathOf` gives the address of a tile. */
  constructor(readonly layer: string, private readonly pathOf: (z: number, x: number, y: number) => string) {
    super({ tileSize: TILE, minZoom: 1, maxZoom: 20, keepBuffer: 1, updateWhenZooming: false, pane: "data-tiles", className: "data-tiles" });
    this.on("tileunload", (event) => this.pieces.delete(keyOf((event as L.TileEvent).coords)));
  }

  override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = canvas.height = TILE * ratio;
    canvas.style.width = canvas.style.height = `${TILE}px`;
    // Tiles of 512 pixels are those of one zoom further out.
    loadTileAt(this.pathOf(coords.z - 1, coords.x, coords.y)).then((bytes) => {
      const pieces = piecesOf(new VectorTile(new PbfReader(bytes)), this.layer);
      this.pieces.set(keyOf(coords), pieces);
      const ctx = canvas.getContext("2d");
      ctx?.scale(ratio, ratio);
      if (ctx) paint(ctx, this.layer, pieces, coords.z);
      done(undefined, canvas);
    }).catch((cause: Error) => done(cause, canvas));
    return canvas;
  }

  /** The feature at a place given in pixels of the world at a zoom. */
  pick(at: L.Point, zoom: number): string | null {
    const tile = at.divideBy(TILE).floor();
    const inside = at.subtract(tile.multiplyBy(TILE));
    let best: { id: string; distance: number } | null = null;
    for (const piece of this.pieces.get(keyOf({ ...tile, z: zoom })) ?? []) {
      const distance = distanceTo(piece, inside);
      if (distance <= NEAR && (!best || distance < best.distance)) best = { id: piece.id, distance };
    }
    return best?.id ?? null;
  }
}

function keyOf({ x, y, z }: { x: number; y: number; z: number }): string {
  return `${z}/${x}/${y}`;
}

function piecesOf(tile: VectorTile, layer: string): Piece[] {
  const found = tile.layers[layer];
  return Array.from({ length: found?.length ?? 0 }, (_, i) => {
    const feature = (found as NonNullable<typeof found>).feature(i);
    const scale = TILE / feature.extent;
    return { id: String(feature.properties["id"]), type: feature.type, parts: feature.loadGeometry().map((part) => part.map(({ x, y }) => L.point(x * scale, y * scale))) };
  });
}

/** What matters most comes first in a tile, and is painted last. */
function paint(ctx: CanvasRenderingContext2D, layer: string, pieces: Piece[], zoom: number): void {
  const { colour, dash } = lookOf(layer);
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.lineWidth = layer === "roads" ? (zoom < 12 ? 1 : zoom < 14 ? 1.5 : 2) : 2;
  for (const { type, parts } of [...pieces].reverse()) {
    if (type === 1) {
      for (const at of parts.flat()) paintPoint(ctx, layer, at, zoom < 13 ? 4 : 6);
      continue;
    }
    const path = new Path2D();
    for (const part of parts) {
      part.forEach(({ x, y }, i) => (i === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
      if (type === 3) path.closePath();
    }
    ctx.setLineDash(dash ? dash.split(" ").map(Number) : []);
    ctx.globalAlpha = 0.85;
    ctx.stroke(path);
    if (type !== 3) continue;
    ctx.globalAlpha = 0.12;
    ctx.fill(path, "evenodd");
  }
}

/** In pixels; 0 inside of an area. */
export function distanceTo({ type, parts }: Piece, at: L.Point): number {
  if (type === 3) return parts.filter((ring) => isInside(ring, at)).length % 2 === 1 ? 0 : Infinity;
  let best = Infinity;
  for (const part of parts) {
    part.forEach((point, i) => {
      best = Math.min(best, type === 1 ? point.distanceTo(at) : L.LineUtil.pointToSegmentDistance(at, part[Math.max(0, i - 1)] ?? point, point));
    });
  }
  return best;
}

function isInside(ring: L.Point[], at: L.Point): boolean {
  let inside = false;
  ring.forEach((to, i) => {
    const from = ring.at(i - 1) as L.Point;
    if (from.y > at.y !== to.y > at.y && at.x < from.x + ((at.y - from.y) / (to.y - from.y)) * (to.x - from.x)) inside = !inside;
  });
  return inside;
}
