// Reading a day plan: its parts, its timeline, and what a new plan changed. Pure.

import { daysBetween, minuteOfDay } from "./format";
import type { DayPlan, Feature, LeftOut, Leg, PlanFeature, PointGeometry, Slot, Stop } from "./types";

export type StopFeature = Feature<Stop, PointGeometry>;

function part<L extends PlanFeature["properties"]["layer"]>(plan: DayPlan | null, layer: L): PlanFeature[] {
  return plan?.features.filter((feature) => feature.properties.layer === layer) ?? [];
}

export function stopsOf(plan: DayPlan | null): Stop[] {
  return part(plan, "visits").map((f) => f.properties as Stop).sort((a, b) => a.seq - b.seq);
}

export function legsOf(plan: DayPlan | null): Leg[] {
  return part(plan, "legs").map((f) => f.properties as Leg).sort((a, b) => a.seq - b.seq);
}

export function leftOutOf(plan: DayPlan | null): LeftOut[] {
  return part(plan, "unplanned").map((f) => f.properties as LeftOut);
}

/** Stops whose outcome is known need no visit any more. */
export function isRecorded(status: string): boolean {
  return status !== "planned" && status !== "agreed";
}

export type TimelineItem =
  | { type: "home"; at: string; last: boolean }
  | { type: "leg"; leg: Leg }
  | { type: "stop"; stop: Stop }
  | { type: "lunch"; start: string; end: string };

/** The day in order: home, drive, stop, drive, ..., lunch where it falls, home. */
export function timeline(plan: DayPlan): TimelineItem[] {
  const { depart, home_at, lunch } = plan.plan;
  const stops = stopsOf(plan);
  const legs = new Map(legsOf(plan).map((leg) => [leg.seq, leg]));
  const items: TimelineItem[] = [{ type: "home", at: depart, last: false }];
  const lunchAt = lunch ? minuteOfDay(lunch.start) : null;
  let eaten = lunchAt === null;
  const eatBefore = (minute: number) => {
    if (eaten || !lunch || lunchAt === null || lunchAt >= minute) return;
    items.push({ type: "lunch", start: lunch.start, end: lunch.end });
    eaten = true;
  };
  for (const stop of stops) {
    const leg = legs.get(stop.seq);
    if (leg) {
      eatBefore(minuteOfDay(leg.depart) + 1);
      items.push({ type: "leg", leg });
    }
    eatBefore(minuteOfDay(stop.start));
    items.push({ type: "stop", stop });
  }
  const back = legs.get(stops.length + 1);
  if (back) {
    eatBefore(minuteOfDay(back.depart) + 1);
    items.push({ type: "leg", leg: back });
  }
  eatBefore(Number.POSITIVE_INFINITY);
  if (back || stops.length === 0) items.push({ type: "home", at: home_at, last: true });
  return items;
}

export interface PlanChange {
  added: number;
  dropped: number;
  /** Minutes by which the return home moved; positive = later. */
  homeLater: number;
}

/** What a new plan for the same day changed. */
export function changeOf(before: DayPlan, after: DayPlan): PlanChange {
  const old = new Set(stopsOf(before).map((stop) => stop.account));
  const now = new Set(stopsOf(after).map((stop) => stop.account));
  return {
    added: [...now].filter((account) => !old.has(account)).length,
    dropped: [...old].filter((account) => !now.has(account)).length,
    homeLater: minuteOfDay(after.plan.home_at) - minuteOfDay(before.plan.home_at),
  };
}

/** Shares of the shift less lunch, for the bar at the top: customers, driving with parking, waiting, and what is left. */
export function sharesOf(plan: DayPlan): { part: "drive" | "face" | "wait" | "free"; seconds: number }[] {
  const { drive_s, face_s, parking_s, wait_s, shift_s } = plan.plan;
  const free = Math.max(0, shift_s - drive_s - face_s - parking_s - wait_s);
  return [
    { part: "face", seconds: face_s }, { part: "drive", seconds: drive_s + parking_s }, { part: "wait", seconds: wait_s },
    { part: "free", seconds: free },
  ];
}

/** Reasons in the order in which a person can do something about them; "not due" needs nothing and comes last. */
const reasonOrder = ["no_time", "max_visits", "max_drive", "closed", "not_worth_it", "skill", "blocked", "out_of_reach", "unlocated", "off_network", "in_other_plan"];

/** Left-out accounts by reason; those the order does not know come before "not due". */
export function leftOutGroups(left: LeftOut[]): { code: string; accounts: LeftOut[] }[] {
  const groups = new Map<string, LeftOut[]>();
  for (const out of left) groups.set(out.reason_code, [...(groups.get(out.reason_code) ?? []), out]);
  const rank = (code: string) => (code === "not_due" ? 99 : reasonOrder.includes(code) ? reasonOrder.indexOf(code) : 50);
  return [...groups].map(([code, accounts]) => ({ code, accounts })).sort((a, b) => rank(a.code) - rank(b.code));
}

/** Days from the last visit to a day, or null when never visited. */
export function daysSince(last: string | null, date: string): number | null {
  return last ? daysBetween(last, date) : null;
}

/** What somebody did to a day by hand. */
export interface HandWork {
  date: string;
  pinned: number;
  asked: number;
  removed: number;
}

/** The work of hands that a plan holds, or null: pins, visits put in or taken out, or an order of its own. */
export function handWorkOf(plan: DayPlan): HandWork | null {
  // What was agreed is held by its appointment.
  const pinned = stopsOf(plan).filter((stop) => stop.pinned && stop.kind !== "appointment").length;
  const asked = stopsOf(plan).filter((stop) => stop.kind === "must").length;
  const removed = leftOutOf(plan).filter((out) => out.reason_code === "removed").length;
  // No search stands behind the order of such a plan, and so no bound.
  const ordered = plan.plan.bound === null && plan.plan.visits > 0;
  return pinned + asked + removed > 0 || ordered ? { date: plan.plan.date, pinned, asked, removed } : null;
}

/** A time to agree on for a slot: a round one, else its first full minute; null where it holds none. */
export function timeToAgree({ offer, start, latest }: Pick<Slot, "offer" | "start" | "latest">): string | null {
  if (offer) return offer;
  const first = minuteOfDay(start) + (/T\d{2}:\d{2}:00/.test(start) ? 0 : 1);
  if (first > minuteOfDay(latest)) return null;
  return [Math.floor(first / 60), first % 60].map((n) => String(n).padStart(2, "0")).join(":");
}
