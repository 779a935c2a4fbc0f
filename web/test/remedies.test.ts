import { describe, expect, it } from "vitest";
import { canHelp, hint as hintOf, said } from "../src/panels/remedies";
import type { Explanation, LeftOut } from "../src/types";

const nameOf = (account: string) => ({ B: "Slais Butcher", C: "Bukkun" })[account] ?? account;
const hint = (found: Explanation | undefined) => hintOf(found, nameOf);
const explained = (changes: Explanation["days"][0]["changes"]): Explanation => ({ account: "A", days: [{ rep: "R", date: "2024-11-19", reason_code: "skill", reason: "", changes }], next: null });

describe("what would let an account in", () => {
  it("is told in the server's words, also where no edit brings it about", () => {
    expect(hint(explained([{ code: "start_earlier", text: "start 25 min earlier", edit: { edits: [{ insert: "A" }] } }]))).toBe("Fits if you start 25 min earlier");
    expect(hint(explained([{ code: "a_code_of_tomorrow", text: "someone with cold chain: Maria", edit: null }]))).toBe("Needs someone with cold chain: Maria");
    expect(hint(explained([]))).toBe("");
    expect(hint(undefined)).toBe("");
  });

  it("says what a rep can act on where the visit is worth too little, or hours too short", () => {
    const worth = { code: "worth_more", text: "count it worth 55 min of driving, not 48; then Slais Butcher would stay out", prize_s: [2896, 3241] as [number, number] };
    const dropping = (...gone: string[]) => ({ ...worth, edit: { edits: [...gone.map((remove) => ({ remove })), { insert: "A", to: 3 }] } });
    expect(hint(explained([dropping("B")]))).toBe("Fits if you drop Slais Butcher, which counts for more today");
    expect(said(dropping("B", "C"), nameOf)).toBe("drop Slais Butcher, Bukkun, which count for more today");
    expect(hint(explained([dropping()]))).toBe("Fits if you drive 6 min more than the visit is worth today");
    expect(hint(explained([{ code: "open_longer", text: "be received until 17:30, 25 min longer", by_min: 25, edit: null }]))).toBe("Fits if they receive you 25 min longer");
  });

  it("is asked for where something can be done", () => {
    expect(canHelp({ reason_code: "skill" } as LeftOut)).toBe(true);
    expect(canHelp({ reason_code: "unlocated" } as LeftOut)).toBe(false);
  });
});
