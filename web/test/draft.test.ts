import { afterEach, describe, expect, it, vi } from "vitest";
import { api, ApiError } from "../src/api";
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
  const standing = (run: string, date = "2024-11-19") => ({ plan: { id: `${date}-r1`, rep: "r1", date, run_id: run } }) as unknown as DayPlan;
  function host() {
    const around = { plan: standing("old"), changed: vi.fn(), failed: vi.fn(), stands: vi.fn((plan: DayPlan) => void (around.plan = plan)), stale: vi.fn() };
    return around;
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
    const accept = vi.spyOn(api, "accept").mockResolvedValue(standing("new"));
    const undo = vi.spyOn(api, "undo").mockResolvedValue(standing("old"));
    const around = host();
    const draft = new Draft(around);
    await draft.replan("2024-11-19T10:00:00+01:00", null);
    await draft.keep();
    expect(accept).toHaveBeenCalledWith({ rep: "r1", date: "2024-11-19", run_id: "new" });
    expect(draft.day).toBeNull();
    // Another day is looked at meanwhile.
    const kept = around.plan;
    draft.clear();
    around.plan = standing("other", "2024-11-20");
    expect(draft.isUndoable).toBe(false);
    around.plan = kept;
    expect(draft.isUndoable).toBe(true);
    await draft.undo();
    expect(undo).toHaveBeenCalledWith({ rep: "r1", date: "2024-11-19", run_id: "new" });
    expect(around.stands).toHaveBeenCalledTimes(2);
    expect(draft.isUndoable).toBe(false);
  });

  it("can be undone only while what was kept stands", async () => {
    vi.spyOn(api, "edit").mockResolvedValue(proposed());
    vi.spyOn(api, "accept").mockResolvedValue(standing("new"));
    const around = host();
    const draft = new Draft(around);
    await draft.edit({ edits: [{ pin: "A" }] });
    await draft.keep();
    expect(draft.isUndoable).toBe(true);
    around.plan = standing("planned anew");
    expect(draft.isUndoable).toBe(false);
  });

  it("offers no undo again that was refused because of what was agreed since", async () => {
    vi.spyOn(api, "edit").mockResolvedValue(proposed());
    vi.spyOn(api, "accept").mockResolvedValue(standing("new"));
    vi.spyOn(api, "undo").mockRejectedValue(new ApiError({ title: "Contradicts what is stored", status: 409 }));
    const around = host();
    const draft = new Draft(around);
    await draft.edit({ edits: [{ pin: "A" }] });
    await draft.keep();
    await draft.undo();
    expect(around.failed).toHaveBeenCalledOnce();
    expect(draft.isUndoable).toBe(false);
  });

  it("goes on from moves that are not answered yet", async () => {
    const answers: (() => void)[] = [];
    const ask = vi.spyOn(api, "edit").mockImplementation(() => new Promise((done) => answers.push(() => done(proposed()))));
    const draft = new Draft(host());
    const asked = [draft.edit({ edits: [{ move: "A", to: 2 }], start: "07:30" })];
    expect(draft.placeOf("A")).toBe(2);
    asked.push(draft.edit({ edits: [{ move: "A", to: 3 }] }), draft.edit({ edits: [{ pin: "B" }] }));
    expect(ask.mock.lastCall?.[0]).toMatchObject({ edits: [{ move: "A", to: 3 }, { pin: "B" }], start: "07:30" });
    answers[0]?.();
    await asked[0];
    expect(draft.busy).toBe(true);
    expect(draft.day).toBeNull();
    for (const answer of answers) answer();
    await Promise.all(asked);
    expect(draft.busy).toBe(false);
    expect(draft.day).not.toBeNull();
    expect(draft.placeOf("A")).toBeNull();
  });

  it("drops a proposal of a day that has changed since, and has the day loaded again", async () => {
    vi.spyOn(api, "edit").mockResolvedValue(proposed());
    vi.spyOn(api, "accept").mockRejectedValue(new ApiError({ title: "Contradicts what is stored", status: 409 }));
    const around = host();
    const draft = new Draft(around);
    await draft.edit({ edits: [{ pin: "A" }] });
    await draft.keep();
    expect(draft.day).toBeNull();
    expect(around.failed).toHaveBeenCalledOnce();
    expect(around.stale).toHaveBeenCalledOnce();
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
