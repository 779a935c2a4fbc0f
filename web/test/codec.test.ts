import { describe, expect, it } from "vitest";
import { areasFromText, areasToText, lineFromText, lineToText, MOST_CORNERS, placeFromText } from "../src/codec";
import type { Position } from "../src/types";

const ring: Position[] = [[14.5, 35.9], [14.51, 35.9], [14.51, -35.91]];

describe("places in an address", () => {
  it("come back as they were written", () => {
    expect(lineFromText(lineToText(ring))).toEqual(ring);
    expect(areasFromText(areasToText([ring, ring]))).toEqual([ring, ring]);
    expect(placeFromText("14.51000,35.90000")).toEqual([14.51, 35.9]);
  });

  it("are none at all when something makes no sense", () => {
    for (const text of [null, "", "14.5", "14.5,", "a,b", "14.5,95", "181,0", "14.5,35.9,1", "NaN,1"]) expect(lineFromText(text), String(text)).toEqual([]);
    expect(areasFromText("14.5,35.9,14.6,35.9")).toEqual([]);
    expect(areasFromText(`${lineToText(ring)};nonsense`)).toEqual([ring]);
  });

  it("are not read without end", () => {
    const long = Array.from({ length: MOST_CORNERS + 1 }, (): Position => [1, 2]);
    expect(lineFromText(lineToText(long))).toEqual([]);
    expect(areasFromText(areasToText([long.slice(1), ring]))).toEqual([]);
  });
});
