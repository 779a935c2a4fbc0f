import { describe, expect, it } from "vitest";
import { countByCause, matching, nextOrder, plain, sorted } from "../src/filter";
import type { Account, AccountFeature } from "../src/types";

function account(id: string, some: Partial<Account> = {}): AccountFeature {
  const properties: Account = {
    id, name: id, kind: "customer", class: "B", value: 0, rep: "R1", rep_name: "Maria Borg", address: "Triq il-Kbira, Ħamrun", cadence_days: 28, visit_min: 30,
    opening_hours: null, last_done: null, urgency: 0, status: "due", overdue_days: 0, next_due: null, quality: "given", snap_m: 1, gap_cause: "covered",
    active: true, phone: null, email: null, note: null, blocks: [], ...some,
  };
  return { type: "Feature", geometry: null, properties };
}
const ids = (list: AccountFeature[]) => list.map((a) => a.properties.id);

const list = [
  account("a1", { name: "Żebbuġ Pharmacy", gap_cause: "overdue", overdue_days: 3, value: 10 }),
  account("a2", { name: "株式会社カフェ", gap_cause: "never_visited", value: 300, class: "A" }),
  account("a10", { name: "صيدلية الشفاء", value: 20, rep_name: null, class: null }),
];

describe("matching", () => {
  it("finds words without their accents, in any order, over name, id, address and rep", () => {
    expect(ids(matching(list, { causes: [], q: "pharmacy zebbug" }))).toEqual(["a1"]);
    expect(ids(matching(list, { causes: [], q: "HAMRUN" }))).toEqual(["a1", "a2", "a10"]);
    expect(ids(matching(list, { causes: [], q: "カフェ" }))).toEqual(["a2"]);
    expect(ids(matching(list, { causes: [], q: "الشفاء" }))).toEqual(["a10"]);
    expect(ids(matching(list, { causes: [], q: "nobody" }))).toEqual([]);
  });

  it("keeps the chosen causes, all when none is chosen", () => {
    expect(ids(matching(list, { causes: ["overdue", "never_visited"], q: "" }))).toEqual(["a1", "a2"]);
    expect(ids(matching(list, { causes: [], q: "" }))).toHaveLength(3);
  });

  it("counts per cause sum to the total", () => {
    expect([...countByCause(list)].reduce((sum, [, n]) => sum + n, 0)).toBe(list.length);
  });
});

describe("order", () => {
  it("counts numbers as numbers and puts blanks last both ways", () => {
    expect(ids(sorted(list, "-value"))).toEqual(["a2", "a10", "a1"]);
    expect(ids(sorted(list, "class"))).toEqual(["a2", "a1", "a10"]);
    expect(ids(sorted(list, "-class"))).toEqual(["a1", "a2", "a10"]);
  });

  it("does not depend on the order that came in", () => {
    const same = [account("b"), account("a2"), account("a10")];
    expect(ids(sorted(same, "value"))).toEqual(ids(sorted([...same].reverse(), "value")));
    expect(ids(sorted(same, "value"))).toEqual(["a2", "a10", "b"]);
  });

  it("falls back to names for a column it does not know", () => {
    expect(sorted(list, "constructor")).toHaveLength(3);
  });

  it("a second click turns the order round", () => {
    expect(nextOrder("name", "value")).toBe("-value");
    expect(nextOrder("-value", "value")).toBe("value");
    expect(nextOrder("name", "name")).toBe("-name");
    expect(nextOrder("-name", "name")).toBe("name");
  });
});

it("plain text drops accents of Maltese and others", () => {
  expect(plain("Ħaż-Żabbar Ċensu Ġgantija Éluard Straße")).toBe("haz-zabbar censu ggantija eluard strasse");
});
