// A point as a small sign on a canvas: shape and colour of its look.

import L from "leaflet";
import { tracePath, type Shape } from "../shapes";

export interface SignOptions extends L.CircleMarkerOptions {
  shape: string;
}

const shapes = new Set(["circle", "triangle", "square", "diamond", "plus", "hexagon"]);

export class Sign extends L.CircleMarker {
  declare options: SignOptions;

  _updatePath(): void {
    const inner = this as unknown as { _renderer: { _ctx: CanvasRenderingContext2D | null; _drawing: boolean }; _point: L.Point; _empty(): boolean };
    const ctx = inner._renderer._ctx;
    if (!ctx || !inner._renderer._drawing || inner._empty()) return;
    const { shape, fill, fillColor, color, weight } = this.options;
    ctx.beginPath();
    if (shape === "cross") cross(ctx, inner._point, this.getRadius());
    else tracePath(ctx, (shapes.has(shape) ? shape : "circle") as Shape, inner._point, this.getRadius());
    if (fill && fillColor) {
      ctx.fillStyle = fillColor;
      ctx.fill();
    }
    ctx.lineWidth = weight ?? 1;
    ctx.strokeStyle = color ?? "#1f2328";
    ctx.stroke();
  }
}

function cross(ctx: CanvasRenderingContext2D, at: L.Point, radius: number): void {
  for (const way of [-1, 1]) {
    ctx.moveTo(at.x - radius, at.y - way * radius);
    ctx.lineTo(at.x + radius, at.y + way * radius);
  }
}
