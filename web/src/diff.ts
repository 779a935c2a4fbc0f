// What a proposed day changes, in at most three lines. Pure.

import { clock, duration } from "./format";
import { texts } from "./texts";
import type { PlanDiff, ProposedDay, StopChange } from "./types";

/** So many names stand in a line; the rest is counted. */
const NAMES = 2;

function names(stops: StopChange[]): string {
  const shown = stops.slice(0, NAMES).map((stop) => stop.name).join(", ");
  return stops.length > NAMES ? `${shown} ${texts.draft.more(stops.length - NAMES)}` : shown;
}

/** First what is lost or broken, then what is new, then what stays and when the day ends. */
export function diffLines(day: ProposedDay): string[] {
  const { diff } = day.proposal;
  const lines: string[] = [];
  if (diff.dropped.length > 0) lines.push(texts.draft.drops(names(diff.dropped)));
  const gains = [
    diff.added.length > 0 ? texts.draft.adds(names(diff.added)) : "",
    diff.moved.length > 0 ? texts.draft.moves(names(diff.moved)) : "",
  ].filter(Boolean);
  if (gains.length > 0) lines.push(gains.join("; "));
  lines.push([texts.draft.keeps(diff.kept.length), homeText(day, diff)].join(", "));
  return lines;
}

function homeText(day: ProposedDay, diff: PlanDiff): string {
  const home = `${texts.day.homeAt} ${clock(day.plan.home_at)}`;
  if (Math.abs(diff.home_change_s) < 60) return home;
  const by = duration(Math.abs(diff.home_change_s));
  return `${home} (${diff.home_change_s > 0 ? texts.draft.later(by) : texts.draft.earlier(by)})`;
}

/** Whether anything would change at all. */
export function changesNothing({ proposal: { diff } }: ProposedDay): boolean {
  const none = diff.dropped.length + diff.added.length + diff.moved.length === 0;
  return none && Math.abs(diff.home_change_s) < 60;
}
