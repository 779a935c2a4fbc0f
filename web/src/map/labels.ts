// Names on the background: one canvas over the whole map, so that no name is cut at a tile's edge and none covers another.
// Places come first, by size; then roads, written along their longest straight stretch.

import L from "leaflet";
import { debounce } from "../dom";
import { colour, onThemeChange } from "../theme";
import type { Background, NameCandidate } from "./background";
import { lineSpot, pointSpot, type Spot } from "./spots";
import { placeStyle, roadOrder } from "./style";

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const family = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
/** The same road name is not written again within this many pixels. */
const repeat = 320;

export class Labels extends L.Layer {
  private canvas: HTMLCanvasElement | null = null;
  private map: L.Map | null = null;
  private keptFree: L.LatLng[] = [];
  private readonly soon = debounce(() => this.drawNow(), 50);

  constructor(private readonly background: Background) {
    super();
    background.on("load tileload", () => this.soon());
    onThemeChange(() => this.soon());
  }

  override onAdd(map: L.Map): this {
    this.map = map;
    this.canvas = L.DomUtil.create("canvas", "labels leaflet-zoom-hide", map.getPane("labels"));
    map.on("moveend zoomend resize viewreset", this.drawNow, this);
    this.soon();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off("moveend zoomend resize viewreset", this.drawNow, this);
    this.canvas?.remove();
    this.canvas = this.map = null;
    return this;
  }

  /** No name is written over these places: they carry a number. */
  avoid(places: L.LatLng[]): void {
    this.keptFree = places;
    this.soon();
  }

  private drawNow(): void {
    const { map, canvas } = this;
    const ctx = canvas?.getContext("2d");
    if (!map || !canvas || !ctx) return;
    const size = map.getSize();
    const pad = size.multiplyBy(0.15).round();
    const full = size.add(pad.multiplyBy(2));
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = full.x * ratio;
    canvas.height = full.y * ratio;
    canvas.style.width = `${full.x}px`;
    canvas.style.height = `${full.y}px`;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-pad.x, -pad.y]));
    ctx.scale(ratio, ratio);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    const corner = map.getPixelBounds().min?.subtract(pad) ?? L.point(0, 0);
    const free = this.keptFree.map((place) => around(map.project(place).subtract(corner)));
    write(ctx, this.background.candidates(map.getZoom()), corner, full, free);
  }
}

function rank(candidate: NameCandidate): number {
  return candidate.place ? placeStyle(candidate.place.kind).rank : 100 - roadOrder.indexOf(candidate.road ?? "path");
}

function write(ctx: CanvasRenderingContext2D, candidates: NameCandidate[], corner: L.Point, size: L.Point, taken: Box[]): void {
  const written = new Map<string, Spot["at"][]>();
  const order = (a: NameCandidate, b: NameCandidate) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  for (const candidate of [...candidates].sort(order)) {
    const second = candidate.place ? placeStyle(candidate.place.kind).second === true : true;
    const points = candidate.line.map((point) => point.subtract(corner));
    const style = candidate.place ? placeStyle(candidate.place.kind) : { size: 11, weight: 400 };
    ctx.font = `${style.weight} ${style.size}px ${family}`;
    const width = ctx.measureText(candidate.name).width;
    const spot = candidate.place ? pointSpot(points) : lineSpot(points, width + 12);
    if (!spot || spot.at.x < 0 || spot.at.y < 0 || spot.at.x > size.x || spot.at.y > size.y) continue;
    if (written.get(candidate.name)?.some((other) => Math.hypot(other.x - spot.at.x, other.y - spot.at.y) < repeat)) continue;
    const box = boxOf(spot, width, style.size);
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    written.set(candidate.name, [...(written.get(candidate.name) ?? []), spot.at]);
    ctx.save();
    ctx.translate(spot.at.x, spot.at.y);
    ctx.rotate(spot.angle);
    ctx.strokeStyle = colour("map-halo");
    ctx.lineWidth = candidate.place ? 3.5 : 3;
    ctx.strokeText(candidate.name, 0, 0);
    ctx.fillStyle = colour(second ? "map-label-2" : "map-label");
    ctx.fillText(candidate.name, 0, 0);
    ctx.restore();
  }
}

function around(at: L.Point): Box {
  return { left: at.x - 15, right: at.x + 15, top: at.y - 13, bottom: at.y + 13 };
}

function boxOf(spot: Spot, width: number, size: number): Box {
  const w = (Math.abs(Math.cos(spot.angle)) * width + Math.abs(Math.sin(spot.angle)) * size) / 2 + 4;
  const h = (Math.abs(Math.sin(spot.angle)) * width + Math.abs(Math.cos(spot.angle)) * size) / 2 + 4;
  return { left: spot.at.x - w, right: spot.at.x + w, top: spot.at.y - h, bottom: spot.at.y + h };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
