import { expect, test } from "vitest";
import { lookOf, type StyleHint } from "../src/gis/style";

const look = (label: string) => ({ label, style: {} });

test("a value finds its rule, and none finds the look of the others", () => {
  const hint: StyleHint = { title: "", label: null, property: "class", otherwise: look("Others"), rules: [{ ...look("Class A"), value: "A" }] };
  expect(lookOf(hint, { class: "A" }).label).toBe("Class A");
  expect(lookOf(hint, { class: "B" }).label).toBe("Others");
  expect(lookOf(hint, { class: null }).label).toBe("Others");
  expect(lookOf(hint, null).label).toBe("Others");
});

test("ranges hold their lower end, and the last one its upper end too", () => {
  const hint: StyleHint = {
    title: "", label: null, property: "share", otherwise: null,
    rules: [{ ...look("low"), from: 0, to: 0.5 }, { ...look("high"), from: 0.5, to: 1 }],
  };
  expect([0, 0.49, 0.5, 1].map((share) => lookOf(hint, { share }).label)).toEqual(["low", "low", "high", "high"]);
  expect(lookOf(hint, { share: 1.1 }).label).toBe("");
  expect(lookOf(hint, { share: null }).label).toBe("");
});
