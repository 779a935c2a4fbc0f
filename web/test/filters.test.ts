import { describe, expect, it } from "vitest";
import { filterOf, turnTo } from "../src/data/filters";

describe("a layer's filter", () => {
  const state = { filter: "class = 'A'", filters: { roads: "ferry = true" } };

  it("is the one in the table, or the one it had", () => {
    expect(filterOf(state, "accounts", "accounts")).toBe("class = 'A'");
    expect(filterOf(state, "roads", "accounts")).toBe("ferry = true");
    expect(filterOf(state, "visits", "accounts")).toBe("");
  });

  it("waits for the layer while others are in the table", () => {
    const there = turnTo("roads", state, "accounts");
    expect(there).toEqual({ layer: "roads", filter: "ferry = true", filters: { accounts: "class = 'A'" }, order: "" });
    expect(turnTo("accounts", there, "roads")).toEqual({ layer: "accounts", ...state, order: "" });
  });

  it("leaves nothing behind where there was none", () => {
    expect(turnTo("roads", { filter: "", filters: {} }, "accounts")).toEqual({ layer: "roads", filter: "", filters: {}, order: "" });
  });
});
