// Numbers that stand on top of each other cannot be read: markers are pushed apart a little, each near its place. Pure.

interface Pixel {
  x: number;
  y: number;
}

/** Rounds of pushing; a handful settles what is on one street. */
const rounds = 12;

/**
 * How far to shift each point so that neighbours stand `apart` pixels from each other, as far as shifts of at most `most`
 * pixels allow. Points at one place part in the order given, so the same points always part in the same way.
 */
export function spread(points: Pixel[], apart: number, most: number): Pixel[] {
  const shifts = points.map(() => ({ x: 0, y: 0 }));
  for (let round = 0; round < rounds; round++) {
    let moved = false;
    for (let i = 0; i < points.length; i++) {
      for (let j = i + 1; j < points.length; j++) moved = push(points, shifts, i, j, apart, most) || moved;
    }
    if (!moved) break;
  }
  return shifts;
}

function push(points: Pixel[], shifts: Pixel[], i: number, j: number, apart: number, most: number): boolean {
  const [a, b, shiftA, shiftB] = [points[i], points[j], shifts[i], shifts[j]];
  if (!a || !b || !shiftA || !shiftB) return false;
  const dx = b.x + shiftB.x - a.x - shiftA.x;
  const dy = b.y + shiftB.y - a.y - shiftA.y;
  const distance = Math.hypot(dx, dy);
  const missing = apart - distance;
  if (missing <= 0.5) return false;
  const [ux, uy] = distance > 0.5 ? [dx / distance, dy / distance] : [1, 0];
  shift(shiftA, (-ux * missing) / 2, (-uy * missing) / 2, most);
  shift(shiftB, (ux * missing) / 2, (uy * missing) / 2, most);
  return true;
}

function shift(by: Pixel, x: number, y: number, most: number): void {
  const length = Math.hypot(by.x + x, by.y + y);
  const scale = length > most ? most / length : 1;
  by.x = (by.x + x) * scale;
  by.y = (by.y + y) * scale;
}
