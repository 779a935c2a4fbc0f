// How each layer is drawn: colour and a second sign, the same on the map and in the list.

import { svg } from "../dom";
import { tracePath, type Place, type Shape, shapePoints } from "../shapes";
import { colour } from "../theme";

export interface Look {
  colour: string;
  /** Points: their shape. */
  shape: Shape;
  /** Lines: dashes, "" = none. */
  dash: string;
}

/** Okabe and Ito's colours, and greys for what lies under everything. */
const looks: Record<string, Look> = {
  accounts: { colour: "#0072b2", shape: "circle", dash: "" },
  reps: { colour: "#d55e00", shape: "square", dash: "" },
  visits: { colour: "#009e73", shape: "diamond", dash: "" },
  tours: { colour: "#cc79a7", shape: "circle", dash: "" },
  legs: { colour: "#e69f00", shape: "circle", dash: "8 5" },
  unplanned: { colour: "#d55e00", shape: "ring", dash: "" },
  isochrones: { colour: "#56b4e9", shape: "circle", dash: "" },
  gaps: { colour: "#d55e00", shape: "triangle", dash: "6 4" },
  cells: { colour: "#009e73", shape: "hexagon", dash: "" },
  roads: { colour: "#7a828b", shape: "circle", dash: "" },
  snaps: { colour: "#e69f00", shape: "plus", dash: "" },
};

const others = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const shapes: Shape[] = ["circle", "square", "triangle", "diamond", "plus", "hexagon"];

/** Layers that this page has not heard of get a look too, the same each time. */
export function lookOf(layer: string): Look {
  const known = looks[layer];
  if (known) return known;
  const sum = [...layer].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return { colour: others[sum % others.length] ?? "#0072b2", shape: shapes[sum % shapes.length] ?? "circle", dash: "3 4" };
}

export type Drawn = "point" | "line" | "area";

/** What a format such as `geometry-multipolygon` is drawn as; null for tables. */
export function drawnAs(format: string | null): Drawn | null {
  if (!format?.startsWith("geometry")) return null;
  return format.endsWith("point") ? "point" : format.endsWith("linestring") ? "line" : "area";
}

/** The sign of a layer for its row; decorative. */
export function layerSign(layer: string, drawn: Drawn | null): SVGElement {
  const { colour: fill, shape, dash } = lookOf(layer);
  const frame = (child: SVGElement) => svg("svg", { viewBox: "-1.5 -1.5 3 3", width: 18, height: 18, "aria-hidden": "true", class: "sign" }, child);
  if (drawn === "line") return frame(svg("path", { d: "M-1.3 .7L-.4 -.5L.5 .4L1.3 -.7", fill: "none", stroke: fill, "stroke-width": 0.4, "stroke-dasharray": dash ? "0.55 0.3" : "none" }));
  if (drawn === "area") return frame(svg("rect", { x: -1.2, y: -1, width: 2.4, height: 2, rx: 0.3, fill, "fill-opacity": 0.25, stroke: fill, "stroke-width": 0.3, "stroke-dasharray": dash ? "0.5 0.3" : "none" }));
  if (drawn === null) return frame(svg("path", { d: "M-1.1 -.9H1.1V.9H-1.1ZM-1.1 -.3H1.1M-.3 -.9V.9", fill: "none", stroke: "currentColor", "stroke-width": 0.22 }));
  const points = shapePoints(shape);
  const look = shape === "ring" ? { fill: "none", stroke: fill, "stroke-width": 0.5 } : { fill, stroke: "var(--sign-edge)", "stroke-width": 0.18 };
  return frame(points.length === 0 ? svg("circle", { r: shape === "ring" ? 0.85 : 1, ...look }) : svg("polygon", { points: points.map((p) => p.join(",")).join(" "), ...look }));
}

/** Paints a point's shape onto a canvas. */
export function paintPoint(ctx: CanvasRenderingContext2D, layer: string, at: Place, radius: number): void {
  const { colour: fill, shape } = lookOf(layer);
  const ring = shape === "ring";
  ctx.beginPath();
  tracePath(ctx, shape, at, radius);
  ctx.globalAlpha = 1;
  ctx.fillStyle = ring ? colour("map-earth") : fill;
  ctx.fill();
  ctx.lineWidth = ring ? 2.5 : 1;
  ctx.strokeStyle = ring ? fill : colour("ink");
  ctx.stroke();
}
