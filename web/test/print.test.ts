import { describe, expect, it } from "vitest";
import type { Field } from "../src/data/ogc";
import { ranksOf } from "../src/data/paper";
import { COMMON, fitted, fitting } from "../src/printlayout";

const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);

describe("the columns of a printed table", () => {
  it("get what they need where all fit, else the widest give way", () => {
    expect(fitted([100, 50, 30], 200)).toEqual([100, 50, 30]);
    expect(fitted([100, 50, 30], 150)).toEqual([70, 50, 30]);
    expect(fitted([300, 20, 300], 220)).toEqual([100, 20, 100]);
    expect(fitted([], 100)).toEqual([]);
  });

  it("never take more than there is, nor less than they need while there is room", () => {
    let seed = 3;
    const draw = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 500; round++) {
      const needs = Array.from({ length: 1 + draw(12) }, () => 5 + draw(400));
      const room = 50 + draw(1500);
      const widths = fitted(needs, room);
      expect(sum(widths)).toBeLessThanOrEqual(room + 1e-9);
      expect(sum(widths)).toBeCloseTo(Math.min(room, sum(needs)), 6);
      const ranks = needs.map(() => draw(2 * COMMON));
      const found = fitting(needs, ranks, room);
      expect(sum(found.widths)).toBeLessThanOrEqual(room + 1e-9);
      expect(found.kept).toEqual([...found.kept].sort((a, b) => a - b));
      // Whoever is left out would not have fitted beside those that come before it.
      for (const at of needs.keys()) {
        if (found.kept.includes(at)) continue;
        const before = found.kept.filter((other) => (ranks[other] ?? 0) < (ranks[at] ?? 0) || (ranks[other] === ranks[at] && other < at));
        expect(sum(before.map((other) => needs[other] ?? 0)) + (needs[at] ?? 0)).toBeGreaterThan(room);
      }
    }
  });

  it("that tell most come first, with what the rows are sorted and filtered by", () => {
    const names = ["id", "kind", "name", "street", "prize_s", "status", "quality", "urgency"];
    const fields = names.map((name): Field => ({ name, type: "string", format: null, title: name, unit: null, values: null, usual: true }));
    const by = (order: string, filter: string) => {
      const ranks = ranksOf(fields, order, filter);
      return [...names].sort((a, b) => (ranks[names.indexOf(a)] ?? 0) - (ranks[names.indexOf(b)] ?? 0));
    };
    expect(by("", "")).toEqual(["id", "name", "status", "urgency", "kind", "street", "prize_s", "quality"]);
    expect(by("-prize_s", "quality = 'kind' AND \"street\" LIKE 'a%'")).toEqual(["id", "name", "prize_s", "quality", "street", "status", "urgency", "kind"]);
  });
});
