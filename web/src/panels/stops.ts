// The stops of a day as a timetable: time, number, who, and the drive between.

import type { App } from "../app";
import { arrowKeys, h, type Child } from "../dom";
import { dragHandle, type Tried } from "../drag";
import { clock, distance, duration } from "../format";
import { icon } from "../icons";
import { isRecorded, stopsOf, timeline, type TimelineItem } from "../plan";
import { texts } from "../texts";
import type { DayPlan, Leg, Stop } from "../types";
import { classBadge, hoursText, nameOf } from "./parts";

export function stopList(app: App, plan: DayPlan): HTMLElement {
  const places = app.places();
  const broken = new Map(plan.plan.violations.flatMap(({ account, text }) => (account ? [[account, text] as const] : [])));
  const list = h("ol", { class: "tour", "aria-label": texts.day.tour }, timeline(plan).map((item) => row(app, item, places, broken)));
  arrowKeys(list, ".stop-row");
  list.addEventListener("focusin", (event) => app.map.point((event.target as HTMLElement).dataset["account"] ?? null));
  list.addEventListener("focusout", () => app.map.point(null));
  return list;
}

function row(app: App, item: TimelineItem, places: string[], broken: Map<string, string>): HTMLElement {
  if (item.type === "stop") return stopRow(app, item.stop, places, broken.get(item.stop.account) ?? null);
  if (item.type === "leg") return legRow(app, item.leg);
  if (item.type === "lunch") {
    return h("li", { class: "tour-item lunch" }, h("time", {}, clock(item.start)), h("span", { class: "rail-sign" }, icon("lunch", 16)),
      h("span", { class: "second" }, `${texts.day.lunch} ${texts.day.until} ${clock(item.end)}`));
  }
  return h("li", { class: "tour-item home" }, h("time", {}, clock(item.at)), h("span", { class: "rail-sign" }, icon("home", 18)),
    h("span", {}, texts.day.home));
}

/** A drive; a tap shows the ways there are. */
function legRow(app: App, leg: Leg): HTMLElement {
  const parts = [duration(leg.drive_s), distance(leg.dist_m)];
  if (leg.ferry) parts.push(texts.day.ferry);
  const name = stopsOf(app.shown).find((stop) => stop.seq === leg.seq)?.name ?? texts.day.home;
  return h("li", { class: "tour-item leg" }, h("span", {}), h("span", { class: "rail" }), h("button", {
    type: "button", class: "leg-button second", "data-key": `leg-${leg.seq}`, title: texts.ways.open(name),
    onclick: () => app.store.go({ panel: "way", leg: leg.seq, way: 0, account: null }),
  }, h("span", {}, parts.join(" · ")), icon("split", 14), h("span", { class: "hidden" }, texts.ways.open(name))));
}

/** What stands in the disc: the number, or how the visit went. */
function disc(stop: Stop): Child {
  if (stop.status === "done") return icon("check", 18);
  if (stop.status === "missed" || stop.status === "refused" || stop.status === "cancelled") return icon("cross", 16);
  if (stop.status === "phone") return icon("phone", 16);
  return String(stop.seq);
}

/** What moving a stop would come to. */
async function tryAt(app: App, account: string, to: number): Promise<Tried | null> {
  const day = await app.draft.tryOut({ move: account, to });
  if (!day) return null;
  const { violations } = day.plan;
  return { broken: violations.length > 0 ? violations.map(({ text }) => text).join("; ") : null, show: () => app.tryOnMap(day) };
}

function stopRow(app: App, stop: Stop, places: string[], broken: string | null): HTMLElement {
  const place = places.indexOf(stop.account) + 1;
  const recorded = isRecorded(stop.status);
  const second = [duration(stop.visit_min * 60), hoursText(stop.opening_hours, stop.hours_today)];
  if (stop.wait_s >= 60) second.unshift(texts.day.wait(duration(stop.wait_s)));
  const handle = place > 0 && places.length > 1 ? dragHandle(stop.account, stop.name, place, places.length, {
    tryAt: (account, to) => tryAt(app, account, to),
    // The map keeps showing what was tried until the answer is there.
    drop: (account, to) => void app.edit({ move: account, to }).finally(() => app.tryOnMap(null)),
    released: () => app.tryOnMap(null),
    going: (account) => app.draft.placeOf(account),
  }) : null;
  return h("li", { class: `tour-item${recorded ? " recorded" : ""}${handle ? " movable" : ""}${broken ? " broken" : ""}`, "data-place": place > 0 ? place : null }, h("button", {
    type: "button", class: "stop-row", "data-key": `row-${stop.account}`, "data-account": stop.account,
    "aria-current": stop.account === app.state.account ? "true" : null, onclick: () => app.open(stop.account),
  }, h("time", {}, clock(stop.start)),
    h("span", { class: `disc disc-${stop.kind} status-${stop.status}` }, disc(stop)),
    h("span", { class: "row-main" }, h("span", { class: "name-line" }, nameOf(stop.name), h("span", { class: "marks" }, stop.pinned ? h("span", { class: "pinned", title: texts.draft.pinned }, icon("hold", 16), h("span", { class: "hidden" }, texts.draft.pinned)) : null, classBadge(stop.class))),
      h("span", { class: "second" }, second.flatMap((part, i) => [i ? " · " : "", h("span", { class: "nowrap" }, part)])),
      recorded ? h("span", { class: `second outcome status-${stop.status}` }, texts.status[stop.status] ?? stop.status)
        : h("span", { class: "second why" }, stop.kind === "appointment" ? `${texts.card.appointment} · ` : "", stop.reason_in),
      broken ? h("span", { class: "second broken-text" }, icon("alert", 14), broken) : null)), handle);
}
