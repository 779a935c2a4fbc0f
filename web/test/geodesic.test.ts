import { describe, expect, it } from "vitest";
import { area, areaText, distance, length, lengthText } from "../src/tools/geodesic";
import type { Position } from "../src/types";

const plain = (text: string) => text.replaceAll("\u202f", " ");

describe("on the ellipsoid", () => {
  it("lengths are those of PROJ's geod", () => {
    // echo "LAT1 LON1 LAT2 LON2" | geod +ellps=WGS84 -I -F %.4f
    for (const [from, to, metres] of [
      [[14.5, 35.9], [14.2, 36.05], 31_766.8021], [[0, 0], [1, 0], 111_319.4908], [[151.21, -33.86], [-0.12, 51.5], 16_988_534.4597],
      [[14.5115, 35.8975], [14.5116, 35.8976], 14.3045], [[0, 89], [180, 89], 223_387.7298],
    ] as [Position, Position, number][]) expect(Math.abs(distance(from, to) - metres), `${from} ${to}`).toBeLessThan(0.001);
    expect(distance([14.5, 35.9], [14.5, 35.9])).toBe(0);
  });

  it("opposite places have a distance too", () => {
    expect(distance([0, 0], [179.9, 0.1])).toBeGreaterThan(19_900_000);
  });

  it("areas are those of the ellipsoid", () => {
    // A cell of one degree at the equator and one at 60 degrees north, by Snyder's formula for the area of a zone; the cells'
    // upper and lower sides are shortest ways and not parallels, so many corners follow the parallels.
    const cell = (south: number): Position[] => {
      const along = Array.from({ length: 101 }, (_, i) => i / 100);
      return [...along.map((x): Position => [x, south]), ...along.map((x): Position => [1 - x, south + 1])];
    };
    expect(area(cell(0)) / 1e6 / 12_308.463_894).toBeCloseTo(1, 6);
    expect(area(cell(60)) / 1e6 / 6_123.140_879).toBeCloseTo(1, 6);
    expect(area([...cell(60)].reverse())).toBeCloseTo(area(cell(60)), 3);
    expect(area([[1, 1], [2, 2]])).toBe(0);
    expect(area([[179.9, 0], [-179.9, 0], [-179.9, 0.1], [179.9, 0.1]])).toBeCloseTo(area([[0, 0], [0.2, 0], [0.2, 0.1], [0, 0.1]]), 0);
  });

  it("a line is the sum of its parts, a ring closes", () => {
    const line: Position[] = [[14.4, 35.8], [14.5, 35.8], [14.5, 35.9]];
    expect(length(line)).toBeCloseTo(distance(line[0]!, line[1]!) + distance(line[1]!, line[2]!), 6);
    expect(length(line, true)).toBeCloseTo(length(line) + distance(line[2]!, line[0]!), 6);
    expect(length(line.slice(0, 1))).toBe(0);
  });
});

describe("figures", () => {
  it("carry a unit that suits their size", () => {
    expect([3.21, 532, 12_345, 123_456].map((m) => plain(lengthText(m, "metric")))).toEqual(["3.2 m", "532 m", "12.35 km", "123.5 km"]);
    expect([30, 1609.344].map((m) => plain(lengthText(m, "imperial")))).toEqual(["98 ft", "1.000 mi"]);
    expect([900, 25_000, 37_570_000].map((m) => plain(areaText(m, "metric")))).toEqual(["900 m²", "2.500 ha", "37.57 km²"]);
    expect(plain(areaText(4046.8564224, "imperial"))).toBe("1.000 acres");
  });
});
