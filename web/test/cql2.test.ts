import { describe, expect, it } from "vitest";
import { errorAt, suggest, take, tokensOf } from "../src/data/cql2";
import { fieldsOf, type Field } from "../src/data/ogc";

const schema = {
  properties: {
    id: { type: "string", "x-ogc-propertySeq": 1 },
    geometry: { format: "geometry-point", "x-ogc-propertySeq": 2 },
    name: { type: "string", title: "Name", "x-ogc-propertySeq": 3 },
    status: { type: "string", enum: ["due", "over'due"], "x-ogc-propertySeq": 4 },
    urgency: { type: "number", "x-ogc-propertySeq": 5 },
    active: { type: "boolean", "x-ogc-propertySeq": 6 },
    last_done: { type: "string", format: "date", "x-ogc-propertySeq": 7 },
  },
};
const fields: Field[] = fieldsOf(schema, schema);
const offered = (text: string, caret = text.length) => suggest(text, caret, fields, (name) => (name === "name" ? ["Bakery", "Café"] : name === "last_done" ? ["2024-11-01"] : [])).map((s) => s.text);

it("tells properties that nothing may ask about from the others", () => {
  const { last_done: _, ...properties } = schema.properties;
  const usual = fieldsOf(schema, { properties }).map((field) => [field.name, field.usual]);
  expect(usual.filter(([, is]) => !is)).toEqual([["last_done", false]]);
});

describe("completion", () => {
  it("offers properties where a condition begins", () => {
    expect(offered("")).toEqual(["id", "name", "status", "urgency", "active", "last_done", "NOT", "CASEI(", "S_INTERSECTS(geometry, BBOX("]);
    expect(offered("urgency > 1 AND st")).toEqual(["status", "last_done"]);
    expect(offered("NOT (na")).toEqual(["name"]);
  });

  it("offers the operators that suit a property", () => {
    expect(offered("active ")).toEqual(["=", "IS NULL", "IS NOT NULL", "AND", "OR"]);
    expect(offered("urgency ")).toContain("BETWEEN");
    expect(offered("urgency ")).not.toContain("LIKE");
    expect(offered("name L")).toEqual(["LIKE"]);
  });

  it("offers fixed values, values seen, and nothing it cannot know", () => {
    expect(offered("status = ")).toEqual(["'due'", "'over''due'"]);
    expect(offered("status IN ('due', ")).toEqual(["'due'", "'over''due'"]);
    expect(offered("name = 'b")).toEqual(["'Bakery'"]);
    expect(offered("active = ")).toEqual(["true", "false"]);
    expect(offered("last_done > ")).toEqual(["DATE('2024-11-01')"]);
    expect(offered("urgency > ")).toEqual([]);
  });

  it("knows how a condition goes on", () => {
    expect(offered("urgency > 1 ")).toEqual(["AND", "OR"]);
    expect(offered("urgency BETWEEN 1 ")).toEqual(["AND"]);
    expect(offered("urgency BETWEEN 1 AND 2 ")).toEqual(["AND", "OR"]);
    expect(offered("name IS ")).toEqual(["NULL", "NOT NULL"]);
    expect(offered("name IS NULL ")).toEqual(["AND", "OR"]);
    expect(offered("status IN ('due' ")).toEqual([",", ")"]);
    expect(offered("status IN ('due') ")).toEqual(["AND", "OR"]);
    expect(offered("(urgency > 1 ")).toEqual(["AND", "OR", ")"]);
    expect(offered("(active ")).toEqual(["=", "IS NULL", "IS NOT NULL", "AND", "OR", ")"]);
    expect(offered("name NOT ")).toEqual(["LIKE", "BETWEEN", "IN"]);
    expect(offered("name IS NOT ")).toEqual(["NULL"]);
    expect(offered("name NOT LIKE 'B%' ")).toEqual(["AND", "OR"]);
  });

  it("knows what functions take", () => {
    expect(offered("S_INTERSECTS(")).toEqual(["geometry"]);
    expect(offered("s_intersects(geo")).toEqual(["geometry"]);
    expect(offered("S_INTERSECTS(geometry ")).toEqual([","]);
    expect(offered("S_INTERSECTS(geometry, ")).toEqual(["BBOX(", "POINT(", "LINESTRING(", "POLYGON(("]);
    expect(offered("S_WITHIN(POLYGON((1 2, 3 4, 5 6, 1 2)), ")).toEqual(["geometry"]);
    expect(offered("S_INTERSECTS(geometry, BBOX(1, ")).toEqual([]);
    expect(offered("S_INTERSECTS(geometry, BBOX(1, -2 ")).toEqual([","]);
    expect(offered("S_INTERSECTS(geometry, BBOX(1, 2, 3, 4 ")).toEqual([")"]);
    expect(offered("S_INTERSECTS(geometry, BBOX(1, 2, 3, 4) ")).toEqual([")"]);
    expect(offered("S_INTERSECTS(geometry, BBOX(1, 2, 3, 4)) ")).toEqual(["AND", "OR"]);
    expect(offered("T_DURING(")).toEqual(["last_done", "INTERVAL("]);
    expect(offered("T_DURING(last_done, ")).toEqual(["INTERVAL(", "DATE('2024-11-01')"]);
    expect(offered("T_DURING(last_done, INTERVAL(")).toEqual(["'..'", "'2024-11-01'"]);
    expect(offered("T_DURING(last_done, INTERVAL('2024")).toEqual(["'2024-11-01'"]);
    expect(offered("T_DURING(last_done, INTERVAL('2024-11-01' ")).toEqual([","]);
    expect(offered("T_DURING(last_done, INTERVAL('2024-11-01', '..') ")).toEqual([")"]);
    expect(offered("T_DURING(INTERVAL(last_done, last_done), ")).toEqual(["last_done"]);
    expect(offered("last_done > DATE(")).toEqual(["'2024-11-01'"]);
    expect(offered("last_done > DATE('20")).toEqual(["'2024-11-01'"]);
    expect(offered("last_done > DATE('2024-11-01' ")).toEqual([")"]);
    expect(offered("last_done > DATE('2024-11-01') ")).toEqual(["AND", "OR"]);
    expect(offered("last_done > TIMESTAMP(")).toEqual([]);
    expect(offered("S_W")).toEqual(["S_WITHIN("]);
    expect(offered("ACCENTI(")).toEqual([]);
  });

  it("offers beside CASEI only what finds something", () => {
    expect(offered("CASEI(")).toEqual(["id", "name", "status"]);
    expect(offered("CASEI(name) LIKE ")).toEqual(["CASEI('Bakery')", "CASEI('Café')"]);
    expect(offered("CASEI(name) = 'ba")).toEqual(["CASEI('Bakery')"]);
    expect(offered("CASEI(name) = CASEI(")).toEqual(["'Bakery'", "'Café'"]);
    expect(offered("CASEI(name) IN (CASEI('Bakery'), ")).toEqual(["CASEI('Bakery')", "CASEI('Café')"]);
    expect(offered("name = CASEI(")).toEqual([]);
    expect(offered("CASEI('x') = ")).toEqual(["CASEI(id)", "CASEI(name)", "CASEI(status)"]);
  });

  it("offers properties where a value comes first", () => {
    expect(offered("1 < ")).toEqual(["urgency"]);
    expect(offered("'x' = ")).toEqual(["id", "name", "status"]);
    expect(offered("DATE('2024-11-01') < ")).toEqual(["last_done"]);
  });

  it("closes brackets without a gap", () => {
    const [close] = suggest("status IN ('due' ", 17, fields).slice(1);
    expect(close && take("status IN ('due' ", close)).toEqual({ text: "status IN ('due') ", caret: 18 });
  });

  it("replaces what is being typed, in the middle too", () => {
    const [first] = suggest("sta > 1", 3, fields);
    expect(first && take("sta > 1", first)).toEqual({ text: "status > 1", caret: 6 });
    const [value] = suggest("status = 'd", 11, fields);
    expect(value && take("status = 'd", value)).toEqual({ text: "status = 'due' ", caret: 15 });
    const [operator] = suggest("status", 6, fields).length ? [] : suggest("status ", 7, fields);
    expect(operator && take("status ", operator)).toEqual({ text: "status = ", caret: 9 });
  });

  it("never stumbles, whatever is typed", () => {
    for (const text of ["'", "''''", "\"", "(((", "AND AND", "IN IN (", "a ( b ) = = 'x", "\u{1f600} = 'é", "BETWEEN AND", "1e5 <> .", "(".repeat(3000), "CASEI(".repeat(3000), "a = " + "-".repeat(3000), "NOT ".repeat(3000) + "a"]) {
      for (let caret = 0; caret <= text.length; caret += Math.ceil(text.length / 50) || 1) expect(() => suggest(text, caret, fields)).not.toThrow();
    }
    expect(tokensOf("a<=1").map(({ text }) => text)).toEqual(["a", "<=", "1"]);
  });
});

describe("the place of an error", () => {
  it("is counted in letters although the server counts bytes", () => {
    expect(errorAt("wants AND, OR or the end at 13", "name = 'é' ANT x")).toBe(12);
    expect(errorAt("wants a value or a property at its end, 7", "class =")).toBe(7);
    expect(errorAt("the quote at 8 is not closed", "class = 'A")).toBe(8);
    expect(errorAt("asks for the property klass, which accounts does not have", "urgency > 1 AND klass = 1")).toBe(16);
    expect(errorAt("is nested deeper than 40", "x")).toBe(null);
  });
});
