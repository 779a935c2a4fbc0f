import { describe, expect, it } from "vitest";
import { canHelp, hint } from "../src/panels/remedies";
import type { Explanation, LeftOut } from "../src/types";

const explained = (changes: Explanation["days"][0]["changes"]): Explanation => ({ account: "A", days: [{ rep: "R", date: "2024-11-19", reason_code: "skill", reason: "", changes }], next: null });

describe("what would let an account in", () => {
  it("is told in the server's words, also where no edit brings it about", () => {
    expect(hint(explained([{ code: "start_earlier", text: "start 25 min earlier", edit: { edits: [{ insert: "A" }] } }]))).toBe("Fits if you start 25 min earlier");
    expect(hint(explained([{ code: "a_code_of_tomorrow", text: "someone with cold chain: Maria", edit: null }]))).toBe("Needs someone with cold chain: Maria");
    expect(hint(explained([]))).toBe("");
    expect(hint(undefined)).toBe("");
  });

  it("is asked for where something can be done", () => {
    expect(canHelp({ reason_code: "skill" } as LeftOut)).toBe(true);
    expect(canHelp({ reason_code: "unlocated" } as LeftOut)).toBe(false);
  });
});
