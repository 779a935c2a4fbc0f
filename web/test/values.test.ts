import { describe, expect, it } from "vitest";
import type { Field } from "../src/data/ogc";
import { titleOf, valueText } from "../src/data/values";

const field = (about: Partial<Field>): Field => ({ name: "as_of", type: "string", format: null, title: "As of", unit: null, values: null, usual: true, ...about });
const instant = field({ format: "date-time" });

describe("an instant", () => {
  it("is shown as clocks in the accounts' own time zone show it, however it is written", () => {
    expect(valueText("2024-11-19T10:00:00Z", instant, "Europe/Malta")).toBe("2024-11-19 11:00");
    expect(valueText("2024-11-19T11:00:00+01:00", instant, "Europe/Malta")).toBe("2024-11-19 11:00");
    expect(valueText("2024-07-01T22:30:59.5Z", instant, "Europe/Malta")).toBe("2024-07-02 00:30");
    expect(valueText("2024-11-19T03:00:00Z", instant, "America/St_Johns")).toBe("2024-11-18 23:30");
    expect(valueText("2024-11-19T23:00:00Z", instant, "Europe/Malta")).toBe("2024-11-20 00:00");
  });

  it("keeps its offset where the zone is not known, and stays as it is where it is none", () => {
    expect(valueText("2024-11-19T10:00:00Z", instant, "Mars/Olympus")).toBe("2024-11-19T10:00:00Z");
    expect(valueText("soon", instant, "Europe/Malta")).toBe("soon");
    expect(valueText(null, instant, "Europe/Malta")).toBe("");
  });

  it("says whose time it is", () => {
    expect(titleOf(instant, "Europe/Malta")).toBe("As of. Local time, Europe/Malta");
    expect(titleOf(field({ format: "date" }), "Europe/Malta")).toBe("As of");
  });
});

it("days and other texts are shown as they are", () => {
  expect(valueText("2024-11-19", field({ format: "date" }), "America/St_Johns")).toBe("2024-11-19");
  expect(valueText("2024-11-19T10:00:00Z", field({}), "Europe/Malta")).toBe("2024-11-19T10:00:00Z");
});
