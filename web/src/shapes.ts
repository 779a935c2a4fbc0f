// A shape per gap cause, so that colour is never the only sign. Drawn on the map's canvas and as SVG in lists.

import { svg } from "./dom";
import { causeColour } from "./theme";

export type Shape = "circle" | "ring" | "triangle" | "square" | "diamond" | "plus" | "hexagon";

export const causeShape: Record<string, Shape> = {
  covered: "circle", overdue: "triangle", late: "triangle", never_visited: "diamond", out_of_reach: "square", unassigned: "plus",
  unlocated: "ring", no_capacity: "hexagon", rule: "hexagon",
};

const regular = (corners: number, turn: number, size: number): [number, number][] =>
  Array.from({ length: corners }, (_, i) => {
    const angle = ((i / corners) * 2 + turn) * Math.PI;
    return [Math.cos(angle) * size, Math.sin(angle) * size];
  });

const a = 0.38;
const b = 1.1;
/** Corners around the middle for a radius of 1; the two round shapes have none. */
const corners: Record<Shape, [number, number][]> = {
  circle: [],
  ring: [],
  triangle: regular(3, -0.5, 1.25).map(([x, y]) => [x, y + 0.12]),
  square: regular(4, 0.25, 1.25),
  diamond: regular(4, 0, 1.25),
  hexagon: regular(6, 0, 1.12),
  plus: [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]],
};

export interface Place {
  x: number;
  y: number;
}

/** Corners of a shape of radius 1; the two round ones have none. */
export function shapePoints(shape: Shape): [number, number][] {
  return corners[shape];
}

/** Adds the shape to the current path of a canvas. */
export function tracePath(ctx: CanvasRenderingContext2D, shape: Shape, at: Place, radius: number): void {
  const points = corners[shape];
  if (points.length === 0) {
    ctx.moveTo(at.x + radius, at.y);
    ctx.arc(at.x, at.y, radius, 0, Math.PI * 2);
    return;
  }
  points.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(at.x + x * radius, at.y + y * radius) : ctx.lineTo(at.x + x * radius, at.y + y * radius)));
  ctx.closePath();
}

/** The sign of a cause for lists and legends; decorative, its name stands beside it. */
export function causeSign(cause: string, size = 16): SVGElement {
  const shape = causeShape[cause] ?? "hexagon";
  const fill = causeColour[cause] ?? "#888";
  const points = corners[shape];
  const look = shape === "ring" ? { fill: "none", stroke: fill, "stroke-width": 0.5 } : { fill, stroke: "var(--sign-edge)", "stroke-width": 0.18 };
  const drawn = points.length === 0
    ? svg("circle", { r: shape === "ring" ? 0.85 : 1, ...look })
    : svg("polygon", { points: points.map((p) => p.map((n) => n.toFixed(3)).join(",")).join(" "), ...look });
  return svg("svg", { viewBox: "-1.5 -1.5 3 3", width: size, height: size, "aria-hidden": "true", class: "sign" }, drawn);
}
