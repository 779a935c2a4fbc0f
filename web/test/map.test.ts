import { describe, expect, it } from "vitest";
import { lineSpot, pointSpot } from "../src/map/spots";
import { landColour, placeStyle, roadClass, roadNameFrom, roadOrder, roadWidth } from "../src/map/style";

const line = (...points: [number, number][]) => points.map(([x, y]) => ({ x, y }));

describe("names along lines", () => {
  it("sit in the middle of the longest straight stretch", () => {
    // 40 right, then 100 down: the second stretch is longer.
    const spot = lineSpot(line([0, 0], [40, 0], [40, 100]), 50);
    expect(spot?.at).toEqual({ x: 40, y: 50 });
    expect(spot?.angle).toBeCloseTo(Math.PI / 2);
  });

  it("are never upside down", () => {
    expect(lineSpot(line([100, 0], [0, 0]), 50)?.angle).toBeCloseTo(0);
    expect(lineSpot(line([0, 100], [0, 0]), 50)?.angle).toBeCloseTo(Math.PI / 2);
  });

  it("are left out where they do not fit", () => {
    expect(lineSpot(line([0, 0], [40, 0]), 50)).toBeNull();
    expect(lineSpot(line([0, 0]), 1)).toBeNull();
    expect(lineSpot([], 1)).toBeNull();
    expect(pointSpot([])).toBeNull();
  });

  it("follow a gentle bend but not a circle", () => {
    const bend = line([0, 0], [50, 0], [100, 5]);
    expect(lineSpot(bend, 90)).not.toBeNull();
    const circle = Array.from({ length: 33 }, (_, i) => ({ x: Math.cos((i / 16) * Math.PI) * 30, y: Math.sin((i / 16) * Math.PI) * 30 }));
    expect(lineSpot(circle, 60)).toBeNull();
  });
});

describe("the look of the background", () => {
  it("every road grows with the zoom", () => {
    for (const road of roadOrder) {
      for (let zoom = 8; zoom < 19; zoom++) expect(roadWidth(road, zoom + 1)).toBeGreaterThanOrEqual(roadWidth(road, zoom));
    }
  });

  it("far out only main roads are drawn, and wider roads are more important", () => {
    expect(roadOrder.filter((road) => roadWidth(road, 9) > 0.4)).toEqual(["ferry", "rail", "tertiary", "secondary", "primary", "motorway"]);
    expect(roadWidth("motorway", 15)).toBeGreaterThan(roadWidth("minor", 15));
  });

  it("knows kinds, and unknown ones do no harm", () => {
    expect(roadClass("trunk_link")).toBe("primary");
    expect(roadClass("bridleway")).toBe("path");
    expect(roadNameFrom("minor")).toBe(16);
    expect(landColour("residential")).toBe("map-built");
    expect(landColour("park")).toBe("map-green");
    expect(landColour("farmland")).toBeNull();
    expect(placeStyle("city").rank).toBeLessThan(placeStyle("hamlet").rank);
    expect(placeStyle("square").rank).toBe(10);
  });
});
