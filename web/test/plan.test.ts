import { describe, expect, it } from "vitest";
import { changeOf, handWorkOf, isRecorded, leftOutGroups, leftOutOf, sharesOf, stopsOf, timeline, timeToAgree, type TimelineItem } from "../src/plan";
import type { DayPlan, PlanFeature } from "../src/types";

const at = (time: string) => `2024-11-19T${time}:00+01:00`;

const stop = (seq: number, account: string, start: string, end: string): PlanFeature => ({
  type: "Feature", geometry: { type: "Point", coordinates: [14.4, 35.9] },
  properties: {
    layer: "visits", id: `V${seq}`, account, name: account, class: "A", seq, arrival: at(start), start: at(start), end: at(end), wait_s: 0,
    kind: "suggested", status: "planned", outcome: null, visit_min: 30, opening_hours: null, hours_today: [], urgency: 1, overdue_days: 0,
    due_status: "due", prize_s: 0, detour_s: 0, reason_in: "", address: null, phone: null,
  },
});
const leg = (seq: number, depart: string, arrive: string): PlanFeature => ({
  type: "Feature", geometry: { type: "LineString", coordinates: [[14.4, 35.9], [14.5, 35.9]] },
  properties: { layer: "legs", seq, drive_s: 600, dist_m: 4000, ferry: false, depart: at(depart), arrive: at(arrive) },
});

/** Two visits, lunch between `lunch` and half an hour later. */
function plan(lunch: string | null, features: PlanFeature[] = []): DayPlan {
  return {
    type: "FeatureCollection",
    features: [leg(2, "11:40", "11:50"), stop(2, "b", "12:30", "13:00"), leg(1, "08:00", "08:10"), stop(1, "a", "11:10", "11:40"), leg(3, "13:00", "13:10"), ...features],
    plan: {
      id: "P", rep: "R1", rep_name: "Maria", date: "2024-11-19", status: "draft", visits: 2, depart: at("08:00"), home_at: at("13:10"),
      drive_s: 1800, dist_m: 12000, face_s: 3600, parking_s: 360, wait_s: 600, lunch: lunch ? { start: at(lunch), end: at(lunch.replace(":00", ":30")) } : null,
      shift_s: 32400, drive_share: 0, face_share: 0, warnings: [], run_id: "run", violations: [], bound: null,
    },
  };
}

const short = (item: TimelineItem): string =>
  item.type === "stop" ? item.stop.account : item.type === "leg" ? `>${item.leg.seq}` : item.type === "lunch" ? "lunch" : "home";

describe("timeline", () => {
  it("runs from home to home in order of time", () => {
    expect(timeline(plan(null)).map(short)).toEqual(["home", ">1", "a", ">2", "b", ">3", "home"]);
  });

  it("puts lunch where it falls: after a drive, before a drive, at the end", () => {
    expect(timeline(plan("12:00")).map(short)).toEqual(["home", ">1", "a", ">2", "lunch", "b", ">3", "home"]);
    expect(timeline(plan("11:00")).map(short)).toEqual(["home", ">1", "lunch", "a", ">2", "b", ">3", "home"]);
    expect(timeline(plan("13:00")).map(short)).toEqual(["home", ">1", "a", ">2", "b", "lunch", ">3", "home"]);
  });

  it("shows an empty day as home to home", () => {
    const empty = plan(null);
    empty.features = [];
    expect(timeline(empty).map(short)).toEqual(["home", "home"]);
  });

  it("ends at the last visit when the day does not end at home", () => {
    const open = plan(null);
    open.features = open.features.filter((f) => !(f.properties.layer === "legs" && f.properties.seq === 3));
    expect(timeline(open).map(short).at(-1)).toBe("b");
  });
});

describe("parts", () => {
  it("come in their order", () => {
    const out: PlanFeature = { type: "Feature", geometry: null, properties: { layer: "unplanned", account: "z", name: "z", class: null, reason_code: "closed", reason: "closed" } };
    expect(stopsOf(plan(null, [out])).map((s) => s.seq)).toEqual([1, 2]);
    expect(leftOutOf(plan(null, [out])).map((s) => s.account)).toEqual(["z"]);
    expect(stopsOf(null)).toEqual([]);
  });

  it("left-out accounts stand by reason, what needs nothing last", () => {
    const out = (account: string, reason_code: string) => ({ layer: "unplanned" as const, account, name: account, class: null, reason_code, reason: "" });
    const groups = leftOutGroups([out("a", "not_due"), out("b", "new_reason"), out("c", "no_time"), out("d", "not_due"), out("e", "closed")]);
    expect(groups.map((g) => [g.code, g.accounts.map((o) => o.account).join("")])).toEqual([["no_time", "c"], ["closed", "e"], ["new_reason", "b"], ["not_due", "ad"]]);
  });

  it("planned and agreed visits are still to do", () => {
    expect(["planned", "agreed", "done", "missed", "phone"].filter(isRecorded)).toEqual(["done", "missed", "phone"]);
  });

  it("shares of the day add up to the shift", () => {
    const shares = sharesOf(plan("12:00"));
    expect(shares.reduce((sum, share) => sum + share.seconds, 0)).toBe(32400);
    // 32400 - 1800 driving - 360 parking - 3600 with customers - 600 waiting; lunch is not part of it
    expect(shares.find((share) => share.part === "free")?.seconds).toBe(26040);
  });
});

it("tells what a new plan changed", () => {
  const after = plan(null, [stop(3, "c", "14:00", "14:30")]);
  after.features = after.features.filter((f) => !("account" in f.properties && f.properties.account === "a"));
  after.plan.home_at = at("14:40");
  expect(changeOf(plan(null), after)).toEqual({ added: 1, dropped: 1, homeLater: 90 });
});

describe("a time to agree on for a slot", () => {
  it.each([
    ["10:10", "10:03:20", "11:00:00", "10:10"],
    [null, "10:03:20", "10:07:00", "10:04"],
    [null, "10:03:00", "10:03:00", "10:03"],
    [null, "10:59:01", "11:00:30", "11:00"],
    [null, "10:03:20", "10:03:50", null],
  ])("offered %s between %s and %s is %s", (offer, start, latest, time) => {
    const on = (clock: string) => `2024-11-19T${clock}+01:00`;
    expect(timeToAgree({ offer, start: on(start), latest: on(latest) })).toBe(time);
  });
});

describe("work of hands in a plan", () => {
  const bound = { value: 1, cost: 2, gap: 0.5, method: "one-tree" };
  const planOf = (features: PlanFeature[], plan = {}) => ({ type: "FeatureCollection", features, plan: { date: "2024-11-19", visits: 1, bound, ...plan } }) as unknown as DayPlan;
  const held = (kind: string): PlanFeature => {
    const feature = stop(1, "A", "08:00", "08:30");
    return { ...feature, properties: { ...feature.properties, kind, pinned: true } as PlanFeature["properties"] };
  };
  const out: PlanFeature = { type: "Feature", geometry: null, properties: { layer: "unplanned", account: "B", name: "B", class: null, reason_code: "removed", reason: "taken out by hand" } };
  it("is lost where no search found the order; pins and visits taken out stay", () => {
    expect(handWorkOf(planOf([stop(1, "A", "08:00", "08:30")]))).toBeNull();
    expect(handWorkOf(planOf([held("appointment")]))).toBeNull();
    expect(handWorkOf(planOf([held("suggested"), out]))).toEqual({ date: "2024-11-19", pinned: 1, asked: 0, removed: 1 });
    expect(handWorkOf(planOf([{ ...out, properties: { ...stop(1, "A", "08:00", "08:30").properties, kind: "must" } as PlanFeature["properties"] }]))).toMatchObject({ asked: 1 });
    expect(handWorkOf(planOf([], { bound: null }))).toEqual({ date: "2024-11-19", pinned: 0, asked: 0, removed: 0 });
    expect(handWorkOf(planOf([], { bound: null, visits: 0 }))).toBeNull();
  });
});
