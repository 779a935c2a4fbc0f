// A rep's day: the figures, the stops in order, what was left out and why, and what can be done.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { addDays, clock, count, day, duration, percent, plural, weekStart } from "../format";
import { icon } from "../icons";
import { isRecorded, leftOutOf, legsOf, leftOutGroups, sharesOf, stopsOf } from "../plan";
import { texts, words } from "../texts";
import type { DayPlan, LeftOut } from "../types";
import { button, classBadge, emptyState, errorState, iconButton, nameOf, skeleton } from "./parts";
import { weekJob } from "./job";
import { proposalBox } from "./proposal";
import { canHelp, hint } from "./remedies";
import { stopList } from "./stops";

export function dayPanel(app: App): Child[] {
  const plan = app.shown;
  const missing = app.plan.error?.status === 404;
  return [
    h("div", { class: "panel-head" }, plan ? summary(plan) : h("h1", { class: "headline" }, day(app.date, "long"))),
    proposalBox(app),
    h("div", { class: "panel-scroll", "data-scroll": "day", "aria-busy": String(app.plan.loading || app.planning) },
      week(app),
      weekJob(app),
      plan ? planBody(app, plan) : missing ? noPlan(app) : app.plan.error ? errorState(app.plan.error, () => again(app)) : skeleton(6)),
    plan ? footer(app) : null,
  ];
}

function again(app: App): void {
  app.plan.forget();
  app.follow();
}

function summary(plan: DayPlan): Child[] {
  if (plan.plan.day_off) return [h("h1", { class: "headline" }, day(plan.plan.date, "long"))];
  const { visits, home_at, drive_s, face_s, wait_s } = plan.plan;
  const endsHome = legsOf(plan).length > stopsOf(plan).length;
  const done = stopsOf(plan).filter((stop) => isRecorded(stop.status)).length;
  const parts = [`${duration(drive_s)} ${texts.day.driving}`, `${duration(face_s)} ${texts.day.withCustomers}`];
  if (wait_s >= 60) parts.push(`${duration(wait_s)} ${texts.day.waiting}`);
  const shares = sharesOf(plan).filter((share) => share.seconds > 0);
  return [
    h("h1", { class: "headline" }, plural(visits, "visit"), h("span", { class: "dot" }, " · "), `${endsHome ? texts.day.homeAt : texts.day.endsAt} ${clock(home_at)}`),
    h("p", { class: "second" }, done > 0 ? [h("span", { class: "progress" }, texts.day.progress(done, visits)), " · "] : null, parts.join(" · ")),
    h("div", { class: "shares", "aria-hidden": "true" }, shares.map((share) => h("i", { class: `share-${share.part}`, style: { "flex-grow": String(share.seconds) } }))),
  ];
}

/** Monday to Sunday with the number of visits planned. */
function week(app: App): HTMLElement {
  const monday = weekStart(app.date);
  const visits = new Map((app.week.value ?? []).map((plan) => [plan.date, plan.visits]));
  const days = Array.from({ length: 7 }, (_, i) => addDays(monday, i));
  const weekdays = app.rep?.weekdays ?? [];
  return h("div", { class: "week", role: "group", "aria-label": texts.day.week }, days.map((date) => {
    const planned = visits.get(date);
    const off = !weekdays.includes(day(date, "weekday").toLowerCase());
    return h("button", {
      type: "button", class: `weekday${off ? " off" : ""}`, "aria-current": date === app.date ? "date" : null, "data-key": `day-${date}`, title: day(date, "long"),
      onclick: () => app.store.go({ date, account: null, map: null }),
    }, h("span", { class: "weekday-name" }, day(date, "weekday")), " ", h("span", { class: "weekday-day" }, String(Number(date.slice(8)))), " ",
      h("span", { class: "weekday-visits" }, planned === undefined ? "" : [count(planned), h("span", { class: "hidden" }, ` ${texts.day.visits(planned)}`)]));
  }));
}

function noPlan(app: App): HTMLElement {
  const { rep } = app;
  const works = rep?.weekdays.includes(day(app.date, "weekday").toLowerCase());
  const detail = rep && !works ? texts.day.notWorking(rep.name, rep.weekdays.map(words).join(", ")) : texts.day.noPlan;
  return emptyState(texts.day.noPlanTitle(day(app.date, "long")), detail,
    button(app.planning ? texts.day.planning : texts.day.plan, () => void app.makePlan(), { kind: "primary", icon: "plan", key: "plan", disabled: app.planning }));
}

function planBody(app: App, plan: DayPlan): Child[] {
  const left = leftOutOf(plan);
  const { warnings } = plan.plan;
  return [
    notKept(app, plan),
    plan.plan.day_off ? emptyState(texts.day.dayOff, plan.plan.day_off.text) : stopsOf(plan).length === 0 ? h("p", { class: "note-box" }, texts.day.noStops) : null,
    stopsOf(plan).length === 0 ? null : stopList(app, plan),
    warnings?.length ? h("details", { class: "fold" }, h("summary", {}, `${texts.day.warnings} (${warnings.length})`),
      h("ul", { class: "plain-list" }, warnings.map((text) => h("li", {}, text)))) : null,
    h("h2", { class: "section-title" }, `${texts.day.leftOut} (${count(left.length)})`),
    left.length === 0 ? h("p", { class: "second pad" }, texts.day.leftOutNone) : null,
    bestBy(plan),
    leftOutGroups(left).map(({ code, accounts }) => leftGroup(app, code, accounts)),
  ].flat();
}

/** What the plan does not keep and no row of it can tell, such as a visit that was agreed since. */
function notKept(app: App, plan: DayPlan): Child {
  // A proposal says so itself.
  const rows = new Set(stopsOf(plan).map((stop) => stop.account));
  const missing = app.draft.day ? [] : plan.plan.violations.filter(({ account }) => !account || !rows.has(account));
  if (missing.length === 0) return null;
  return h("section", { class: "not-kept", "aria-label": texts.day.notKept }, h("h2", {}, texts.day.notKept),
    h("ul", { class: "broken-list" }, missing.map(({ account, text }) => h("li", { dir: "auto" }, icon("alert", 16),
      account ? h("button", { type: "button", class: "link", "data-key": `not-kept-${account}`, onclick: () => app.open(account) }, text) : h("span", {}, text)))),
    h("p", { class: "second" }, texts.day.notKeptCure));
}

/** How far from the best possible choice and order the plan can be, where that is known. */
function bestBy(plan: DayPlan): Child {
  const { bound } = plan.plan;
  if (!bound) return null;
  return h("p", { class: "second pad", "data-key": "bound" }, bound.gap === 0 ? texts.day.best : texts.day.bestWithin(duration(bound.cost - bound.value), percent(bound.gap)));
}

/** Groups that a person folded open or shut stay so. */
const folded = new Map<string, boolean>();

function leftGroup(app: App, code: string, accounts: LeftOut[]): HTMLElement {
  return h("details", {
    class: "fold", open: folded.get(code) ?? (accounts.length <= 6 && code !== "not_due"),
    ontoggle: (event: Event) => folded.set(code, (event.target as HTMLDetailsElement).open),
  }, h("summary", { "data-key": `left-${code}` }, `${texts.reasons[code] ?? words(code)} (${count(accounts.length)})`),
  h("ul", { class: "rows" }, accounts.map((out) => h("li", {}, h("button", {
    type: "button", class: "row left-row", "data-key": `row-${out.account}`, "data-account": out.account, onclick: () => app.open(out.account),
  }, h("span", { class: "left-sign", "aria-hidden": "true" }), h("span", { class: "row-main" }, nameOf(out.name), h("span", { class: "second" }, out.reason), helps(app, out)),
  classBadge(out.class))))));
}

/** So many accounts are asked about for the list; the others when their card is opened. */
const ASKED = 8;

/** What would let an account in, in a few words. */
function helps(app: App, out: LeftOut): Child {
  if (app.draft.day || !canHelp(out) || out.reason_code === "not_due") return null;
  const found = app.reasons.get(out.account);
  const rank = leftOutOf(app.plan.value).filter((o) => canHelp(o) && o.reason_code !== "not_due").findIndex((o) => o.account === out.account);
  if (!found && rank < ASKED) app.reasons.want(out.account);
  const text = hint(found, app.nameOf);
  return text ? h("span", { class: "second hint" }, text) : null;
}

function footer(app: App): HTMLElement {
  return h("div", { class: "panel-foot" },
    button(texts.day.navigate, () => app.store.go({ panel: "handover", account: null }), { kind: "primary", icon: "navigate", key: "handover" }),
    button(app.draft.busy ? texts.day.planning : texts.day.replan, () => void app.replan(), { icon: "plan", key: "replan", disabled: app.draft.busy }),
    iconButton(texts.day.nearby, "locate", () => app.store.go({ panel: "nearby", account: null }), "nearby"),
    iconButton(texts.day.handover, "share", () => app.store.go({ panel: "handover", account: null }), "export"));
}
