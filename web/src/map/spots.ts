// Where a name goes: on its point, or along the longest straight stretch of its line.

interface Pixel {
  x: number;
  y: number;
}

export interface Spot {
  at: Pixel;
  /** Radians, never upside down. */
  angle: number;
}

/** Bends below this many radians count as straight. */
const straight = 0.3;

export function pointSpot(points: Pixel[]): Spot | null {
  const at = points[0];
  return at ? { at, angle: 0 } : null;
}

/** The middle of the longest stretch that bends little, if it is at least `length` pixels long. */
export function lineSpot(points: Pixel[], length: number): Spot | null {
  let best: { from: Pixel; to: Pixel; length: number } | null = null;
  let start = 0;
  for (let i = 1; i < points.length; i++) {
    const [before, from, to, next] = [points[i - 1], points[start], points[i], points[i + 1]];
    if (!before || !from || !to) continue;
    if (next && Math.abs(turn(before, to, next)) <= straight && Math.abs(turn(from, to, next)) <= straight) continue;
    const reach = Math.hypot(to.x - from.x, to.y - from.y);
    if (!best || reach > best.length) best = { from, to, length: reach };
    start = i;
  }
  if (!best || best.length < length) return null;
  let angle = Math.atan2(best.to.y - best.from.y, best.to.x - best.from.x);
  if (angle > Math.PI / 2) angle -= Math.PI;
  if (angle <= -Math.PI / 2) angle += Math.PI;
  return { at: { x: (best.from.x + best.to.x) / 2, y: (best.from.y + best.to.y) / 2 }, angle };
}

/** How far a line from `a` through `b` turns towards `c`, in radians, between minus and plus pi. */
function turn(a: Pixel, b: Pixel, c: Pixel): number {
  const angle = Math.atan2(c.y - b.y, c.x - b.x) - Math.atan2(b.y - a.y, b.x - a.x);
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}
