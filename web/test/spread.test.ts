import { expect, test } from "vitest";
import { spread } from "../src/map/spread";

const placed = (points: { x: number; y: number }[], apart: number, most: number) =>
  spread(points, apart, most).map((shift, i) => ({ x: (points[i]?.x ?? 0) + shift.x, y: (points[i]?.y ?? 0) + shift.y }));
const distance = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.hypot(a.x - b.x, a.y - b.y);

test("points that are far enough apart stay where they are", () => {
  expect(spread([{ x: 0, y: 0 }, { x: 30, y: 0 }], 24, 20)).toEqual([{ x: 0, y: 0 }, { x: 0, y: 0 }]);
});

test("two points at one place part evenly", () => {
  const [a, b] = placed([{ x: 5, y: 5 }, { x: 5, y: 5 }], 24, 20);
  expect(distance(a ?? { x: 0, y: 0 }, b ?? { x: 0, y: 0 })).toBeCloseTo(24, 0);
  expect(((a?.x ?? 0) + (b?.x ?? 0)) / 2).toBeCloseTo(5);
});

test("no point leaves its surroundings, however many stand there", () => {
  const points = Array.from({ length: 40 }, (_, i) => ({ x: i % 3, y: i % 2 }));
  for (const shift of spread(points, 24, 22)) expect(Math.hypot(shift.x, shift.y)).toBeLessThanOrEqual(22.001);
});

test("three in a row stand apart", () => {
  const [a, b, c] = placed([{ x: 0, y: 0 }, { x: 4, y: 1 }, { x: 8, y: 0 }], 24, 22);
  for (const [p, q] of [[a, b], [b, c], [a, c]]) if (p && q) expect(distance(p, q)).toBeGreaterThan(20);
});
