import { afterEach, describe, expect, it, vi } from "vitest";
import { api } from "../src/api";
import { changesNothing, diffLines } from "../src/diff";
import { Draft } from "../src/draft";
import type { DayPlan, PlanDiff, ProposedDay, StopChange } from "../src/types";

const stop = (name: string): StopChange => ({ account: name, name, agreed: false });

function proposed(diff: Partial<PlanDiff> = {}): ProposedDay {
  const plan = { id: "2024-11-19-r1", rep: "r1", date: "2024-11-19", home_at: "2024-11-19T17:20:00+01:00", violations: [] };
  const none: PlanDiff = { kept: [], moved: [], dropped: [], added: [], home_change_s: 0, drive_change_s: 0, prize_change_s: 0, agreed_broken: 0 };
  return { type: "FeatureCollection", features: [], plan, proposal: { run_id: "new", base: "old", cost_change_s: 0, diff: { ...none, ...diff } } } as unknown as ProposedDay;
}

afterEach(() => vi.restoreAllMocks());

describe("what a proposal changes", () => {
  it("never takes more than three lines", () => {
    const many = ["A", "B", "C", "D"].map(stop);
    const lines = diffLines(proposed({ dropped: many, added: many, moved: many, kept: many, home_change_s: 600 }));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe("Drops A, B and 2 more");
    expect(lines[2]).toContain("Keeps 4 visits");
    expect(lines[2]).toContain("17:20");
  });
  it("knows when nothing would change", () => {
    expect(changesNothing(proposed({ kept: [stop("A")], home_change_s: 20 }))).toBe(true);
    expect(changesNothing(proposed({ moved: [stop("A")] }))).toBe(false);
  });
});

describe("a draft", () => {
  function host() {
    const plan = { plan: { id: "2024-11-19-r1", rep: "r1", date: "2024-11-19" } } as unknown as DayPlan;
    return { plan, changed: vi.fn(), failed: vi.fn(), stands: vi.fn() };
  }

  it("asks for each edit together with those before it", async () => {
    const ask = vi.spyOn(api, "edit").mockResolvedValue(proposed());
    const draft = new Draft(host());
    await draft.edit({ edits: [{ remove: "A" }] });
    await draft.edit({ edits: [{ move: "B", to: 1 }], start: "07:30" });
    expect(ask.mock.lastCall?.[0]).toMatchObject({ edits: [{ remove: "A" }, { move: "B", to: 1 }], start: "07:30" });
    await draft.tryOut({ pin: "B" });
    expect(ask.mock.lastCall?.[0]).toMatchObject({ edits: [{ remove: "A" }, { move: "B", to: 1 }, { pin: "B" }], dry: true });
  });

  it("knows what was asked for by hand from a day planned again", async () => {
    vi.spyOn(api, "edit").mockResolvedValue(proposed());
    vi.spyOn(api, "replan").mockResolvedValue(proposed());
    const draft = new Draft(host());
    expect(draft.isByHand).toBe(false);
    await draft.edit({ edits: [], start: "07:30" });
    expect(draft.isByHand).toBe(true);
    await draft.replan("10:00", null);
    expect(draft.isByHand).toBe(false);
  });

  it("forgets an edit that was refused", async () => {
    const ask = vi.spyOn(api, "edit").mockRejectedValueOnce(new Error("no")).mockResolvedValue(proposed());
    const draft = new Draft(host());
    await draft.edit({ edits: [{ remove: "A" }] });
    await draft.edit({ edits: [{ pin: "B" }] });
    expect(ask.mock.lastCall?.[0].edits).toEqual([{ pin: "B" }]);
  });

  it("is kept and then undone by its run", async () => {
    vi.spyOn(api, "replan").mockResolvedValue(proposed());
    const accept = vi.spyOn(api, "accept").mockResolvedValue({} as DayPlan);
    const undo = vi.spyOn(api, "undo").mockResolvedValue({} as DayPlan);
    const around = host();
    const draft = new Draft(around);
    await draft.replan("2024-11-19T10:00:00+01:00", null);
    await draft.keep();
    expect(accept).toHaveBeenCalledWith({ rep: "r1", date: "2024-11-19", run_id: "new" });
    expect(draft.day).toBeNull();
    await draft.undo();
    expect(undo).toHaveBeenCalledWith({ rep: "r1", date: "2024-11-19", run_id: "new" });
    expect(around.stands).toHaveBeenCalledTimes(2);
  });

  it("drops an answer that came too late", async () => {
    let answer: (day: ProposedDay) => void = () => undefined;
    vi.spyOn(api, "replan").mockReturnValue(new Promise((done) => (answer = done)));
    const draft = new Draft(host());
    const asked = draft.replan("2024-11-19T10:00:00+01:00", null);
    draft.clear();
    answer(proposed());
    await asked;
    expect(draft.day).toBeNull();
  });
});
