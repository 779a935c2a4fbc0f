import { describe, expect, it } from "vitest";
import { googleLink, gpxOf, later, placesAlong, type Way } from "../src/tools/way";

const way: Way = { line: [[14.4, 35.8], [14.5, 35.8], [14.6, 35.8], [14.8, 35.8]], seconds: 600, metres: 36_000, names: [] };

describe("a way for other programs", () => {
  it("has places along it", () => {
    expect(placesAlong(way.line, [0.25, 0.5, 1])).toEqual([[14.5, 35.8], [14.6, 35.8], [14.8, 35.8]]);
    expect(placesAlong([], [0.5])).toEqual([]);
    expect(placesAlong([[1, 2]], [0.5])).toEqual([[1, 2]]);
  });

  it("is a link that keeps to it, latitude first", () => {
    const link = new URL(googleLink(way));
    expect(link.searchParams.get("origin")).toBe("35.800000,14.400000");
    expect(link.searchParams.get("waypoints")?.split("|")).toHaveLength(3);
  });

  it("is a GPX track whatever its name holds", () => {
    const text = gpxOf(way, "A & <B>");
    expect(text).toContain("A &#38; &#60;B&#62;");
    expect(text.match(/<trkpt /g)).toHaveLength(4);
  });
});

describe("a time of day", () => {
  it("so many seconds later, past midnight too", () => {
    expect(later("2024-11-19T09:53:10+01:00", 421)).toBe("10:00");
    expect(later("2024-11-19T23:59:50+01:00", 20)).toBe("00:00");
    expect(later("soon", 20)).toBe("");
  });
});
