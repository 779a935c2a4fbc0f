// Accounts as small signs by gap cause, on one canvas: thousands of them stay smooth.

import L from "leaflet";
import { causeShape, tracePath } from "../shapes";
import { causeColour, colour } from "../theme";
import type { AccountFeature } from "../types";
import { toLatLng } from "./flip";

interface DotOptions extends L.CircleMarkerOptions {
  cause: string;
}

/** One account: the shape of its cause instead of a circle. */
class Dot extends L.CircleMarker {
  declare options: DotOptions;

  _updatePath(): void {
    const inner = this as unknown as { _renderer: { _ctx: CanvasRenderingContext2D | null; _drawing: boolean }; _point: L.Point; _empty(): boolean };
    const ctx = inner._renderer._ctx;
    if (!ctx || !inner._renderer._drawing || inner._empty()) return;
    const shape = causeShape[this.options.cause] ?? "hexagon";
    ctx.beginPath();
    tracePath(ctx, shape, inner._point, this.getRadius());
    ctx.globalAlpha = 1;
    ctx.fillStyle = shape === "ring" ? colour("map-earth") : causeColour[this.options.cause] ?? "#888";
    ctx.fill();
    ctx.lineWidth = shape === "ring" ? 2.5 : 1;
    ctx.strokeStyle = shape === "ring" ? causeColour["unlocated"] ?? "#888" : colour("ink");
    ctx.globalAlpha = shape === "ring" ? 1 : 0.75;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

const classScale: Record<string, number> = { A: 1.35, B: 1.1 };

/** Radius in pixels: larger for important accounts and when near. */
function radius(accountClass: string | null, zoom: number): number {
  const base = zoom < 11 ? 3 : zoom < 13 ? 4 : zoom < 15 ? 5 : 6.5;
  return base * (classScale[accountClass ?? ""] ?? 1);
}

export class Dots {
  private readonly renderer: L.Canvas;
  private readonly group = L.layerGroup();
  private shown: AccountFeature[] = [];

  constructor(private readonly map: L.Map, private readonly choose: (account: string) => void) {
    map.createPane("dots").style.zIndex = "430";
    this.renderer = L.canvas({ pane: "dots", padding: 0.3, tolerance: 6 });
    this.group.addTo(map);
    map.on("zoomend", () => this.show(this.shown));
  }

  /** Draws the accounts, those with a gap above the covered ones. */
  show(accounts: AccountFeature[]): void {
    this.shown = accounts;
    this.group.clearLayers();
    const pane = this.map.getPane("dots");
    if (pane) pane.style.display = accounts.length === 0 ? "none" : "";
    const covered = (feature: AccountFeature) => feature.properties.gap_cause === "covered";
    for (const pass of [true, false]) {
      for (const feature of accounts) {
        if (!feature.geometry || covered(feature) !== pass) continue;
        const { id, name, class: accountClass, gap_cause: cause } = feature.properties;
        const dot = new Dot(toLatLng(feature.geometry.coordinates), {
          renderer: this.renderer, cause: cause ?? "", radius: radius(accountClass, this.map.getZoom()), weight: 2,
        } as DotOptions);
        dot.on("click", () => this.choose(id));
        dot.on("mouseover", () => dot.bindTooltip(nameTag(name), { direction: "top", offset: [0, -6] }).openTooltip());
        dot.on("mouseout", () => dot.unbindTooltip());
        this.group.addLayer(dot);
      }
    }
  }
}

/** A name as an element, so that nothing in it is read as markup. */
export function nameTag(name: string): HTMLElement {
  const tag = document.createElement("span");
  tag.dir = "auto";
  tag.textContent = name;
  return tag;
}
