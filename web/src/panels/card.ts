// One account: who and where, why it is in the day or not, and what can be recorded or changed.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { clock, day, distance, duration, worth } from "../format";
import { geoUri } from "../map/flip";
import { daysSince } from "../plan";
import { texts, words } from "../texts";
import type { Account, AccountFeature, Edit, LeftOut, Position, Stop, VisitRecord } from "../types";
import { editForm } from "./edit";
import { button, causeTag, classBadge, errorState, facts, hoursText, iconButton, nameOf, noSignal, outsideNote, skeleton } from "./parts";
import { remediesPart } from "./remedies";
import { slotsPart } from "./slots";

export function cardPanel(app: App, id: string): Child[] {
  const known = app.account.value?.properties.id === id ? app.account.value : null;
  const stop = app.stopOf(id);
  const left = app.leftOutOf(id);
  const name = known?.properties.name ?? stop?.name ?? left?.name ?? app.placeOf(id)?.name ?? id;
  return [
    h("div", { class: "panel-head card-head" },
      iconButton(texts.back, "back", () => app.open(null), "card-back"),
      h("h1", { class: "headline", dir: "auto" }, name),
      classBadge(known?.properties.class ?? stop?.class ?? left?.class ?? null)),
    h("div", { class: "panel-scroll pad", "data-scroll": `card-${id}`, "aria-busy": String(app.account.loading) },
      stop ? [...stopPart(stop), handPart(app, stop)] : null,
      left ? remediesPart(app, left, name) : null,
      // Of an account that is not there, nothing can be recorded.
      app.state.view === "day" && (known || stop || left || !app.account.error) ? recordPart(app, id, name, stop) : null,
      known ? accountPart(app, known, stop, left) : unknownPart(app, id, name, stop)),
  ];
}

function retry(app: App): void {
  app.account.forget();
  app.follow();
}

/** An account that is still on its way, or that nobody answers about: what the plan tells of it does without. */
function unknownPart(app: App, id: string, name: string, stop: Stop | null): Child[] {
  const { error } = app.account;
  const at = app.placeOf(id)?.at;
  const told = Boolean(stop || at);
  return [
    stop ? facts(planFacts(stop)) : null,
    at ? h("div", { class: "actions" }, navigateLink(at, name)) : null,
    !error ? skeleton(told ? 2 : 4) : error.status === 0 && told ? noSignal(texts.card.restLater, () => retry(app)) : errorState(error, () => retry(app)),
  ];
}

function planFacts(stop: Stop): [string, Child | Child[]][] {
  return [
    [texts.card.address, stop.address ? nameOf(stop.address, "address") : null],
    [texts.card.hours, hoursText(stop.opening_hours, stop.hours_today)],
    [texts.card.cadence, stop.overdue_days > 0 ? texts.card.overdue(stop.overdue_days) : texts.due[stop.due_status] ?? null],
    [texts.card.visit, duration(stop.visit_min * 60)],
    [texts.card.phone, stop.phone ? phoneLink(stop.phone) : null],
  ];
}

function phoneLink(phone: string): HTMLElement {
  return h("a", { href: `tel:${phone.replace(/\s/g, "")}` }, phone);
}

/** Opens the device's own map app: no server is needed for it. */
function navigateLink(at: Position, name: string): HTMLElement {
  return h("a", { class: "button button-plain", href: geoUri(at, name), "data-key": "navigate-here" }, h("span", {}, texts.card.navigate));
}

function stopPart(stop: Stop): Child[] {
  const wait = stop.wait_s >= 60 ? `, ${texts.day.wait(duration(stop.wait_s))}` : "";
  return [
    h("p", { class: "when" }, h("span", { class: `disc disc-${stop.kind}` }, String(stop.seq)), h("strong", {}, `${clock(stop.start)}–${clock(stop.end)}`),
      h("span", { class: "second" }, `${texts.kind[stop.kind] ?? words(stop.kind)}${wait}`)),
    h("div", { class: "why-box" }, h("strong", {}, texts.card.why), h("p", {}, stop.reason_in),
      stop.detour_s !== null && stop.prize_s > 0 ? h("p", { class: "second" }, texts.card.costs(duration(stop.detour_s), duration(stop.prize_s))) : null),
  ];
}

/** Pin, move and take out by hand, for a stop that is still to come. */
function handPart(app: App, stop: Stop): Child {
  const places = app.places();
  const place = places.indexOf(stop.account) + 1;
  if (place === 0) return null;
  const { account } = stop;
  const made = (edit: Edit) => {
    void app.edit(edit);
    app.open(null);
  };
  return h("div", { class: "actions", role: "group", "aria-label": texts.draft.byHand },
    stop.kind === "appointment" ? null : button(stop.pinned ? texts.draft.unpin : texts.draft.pin, () => made(stop.pinned ? { unpin: account } : { pin: account }), { icon: "hold", key: "pin", pressed: stop.pinned === true }),
    place > 1 ? button(texts.draft.earlierPlace, () => made({ move: account, to: place - 1 }), { kind: "quiet", key: "earlier" }) : null,
    place < places.length ? button(texts.draft.laterPlace, () => made({ move: account, to: place + 1 }), { kind: "quiet", key: "later" }) : null,
    button(texts.draft.remove, () => made({ remove: account }), { icon: "cross", key: "remove" }));
}

const outcomes = [["done", "check", texts.card.done], ["missed", "cross", texts.card.missed], ["phone", "phone", texts.card.byPhone]] as const;

/** How the visit went: one tap. A note and the rarer outcomes fold out. */
function recordPart(app: App, id: string, name: string, stop: Stop | null): HTMLElement {
  const note = h("textarea", { rows: 2, "aria-label": texts.card.notePlaceholder, placeholder: texts.card.notePlaceholder, "data-key": "note" });
  const record = (status: string) => void app.book.record(id, name, status, note.value.trim() || undefined);
  const more = [["refused", texts.card.refused], ["cancelled", texts.card.cancelled]] as const;
  return h("section", { class: "record", "aria-label": texts.card.record },
    h("div", { class: "outcomes" }, outcomes.map(([status, sign, text]) =>
      button(text, () => record(status), { icon: sign, key: `outcome-${status}`, pressed: stop?.status === status, kind: stop?.status === status ? "primary" : "plain" }))),
    h("details", { class: "fold inline" }, h("summary", {}, texts.card.notePlaceholder), note,
      h("div", { class: "actions" },
        stop && stop.status !== "planned" && stop.status !== "agreed" ? button(texts.card.saveNote, () => record(stop.status), { key: "save-note" }) : null,
        stop ? more.map(([status, text]) => button(text, () => record(status), { kind: "quiet", key: `outcome-${status}` })) : null)));
}

function accountPart(app: App, feature: AccountFeature, stop: Stop | null, left: LeftOut | null): Child[] {
  const account = feature.properties;
  if (app.editing) return [editForm(app, account)];
  return [
    app.state.view === "coverage" ? gapPart(app, account) : null,
    feature.geometry && app.map.isOutside(feature.geometry.coordinates) ? outsideNote(app.meta.region.name) : null,
    facts(accountFacts(app, account)),
    actions(app, feature),
    slotsPart(app, account.id, account.name),
    stop || left || app.state.view === "day" ? appointmentPart(app, account) : null,
    h("h2", { class: "section-title" }, texts.card.visits),
    visits(app, account.visits ?? []),
  ];
}

function gapPart(app: App, account: Account): HTMLElement {
  const row = app.accounts.value?.find((a) => a.properties.id === account.id)?.properties;
  const cause = row?.gap_cause ?? account.gap_cause;
  const fix = row?.fix ?? account.fix;
  const label = app.meta.causes.find((c) => c.code === cause)?.label ?? row?.cause_label;
  return h("div", { class: "why-box" }, cause ? causeTag(cause, label) : texts.card.inactive, fix ? h("p", {}, fix) : null);
}

function accountFacts(app: App, account: Account): [string, Child | Child[]][] {
  const since = daysSince(account.last_done, app.date);
  const due = account.overdue_days > 0 ? texts.card.overdue(account.overdue_days) : texts.due[account.status] ?? words(account.status);
  return [
    [texts.card.address, account.address ? nameOf(account.address, "address") : null],
    [texts.card.hours, [hoursText(account.opening_hours, account.hours_today), account.hours_warning ? h("span", { class: "second" }, ` ${account.hours_warning}`) : null]],
    [texts.card.worth, worth(account.value)],
    [texts.card.cadence, account.cadence_days ? `${texts.card.every(account.cadence_days)}, ${due}` : texts.card.none],
    [texts.card.nextDue, account.next_due ? day(account.next_due, "past") : null],
    [texts.card.visit, account.visit_min ? duration(account.visit_min * 60) : null],
    [texts.card.lastVisit, account.last_done ? `${day(account.last_done, "past")}${since === null ? "" : `, ${texts.card.ago(since)}`}` : texts.card.never],
    [texts.card.rep, account.rep_name ?? texts.card.unassigned],
    [texts.card.phone, account.phone ? phoneLink(account.phone) : null],
    [texts.card.email, account.email ? h("a", { href: `mailto:${account.email}` }, account.email) : null],
    [texts.card.note, account.note ? nameOf(account.note, "note") : null],
    [texts.card.place, placeText(account)],
  ];
}

function placeText(account: Account): string {
  const quality = texts.quality[account.quality] ?? words(account.quality ?? "failed");
  return account.snap_m === null || account.snap_m === undefined ? quality : `${quality}, ${texts.card.snap(distance(account.snap_m))}`;
}

function actions(app: App, feature: AccountFeature): HTMLElement {
  const { id, name } = feature.properties;
  const at = feature.geometry?.coordinates;
  if (app.moving) {
    return h("div", { class: "why-box" }, h("p", {}, texts.card.moveHint), h("div", { class: "actions" },
      button(texts.card.moveHere, () => void app.movedTo(id, name, app.map.middle()), { kind: "primary", key: "move-here" }),
      button(texts.card.cancel, () => app.stopMoving(), { kind: "quiet", key: "move-cancel" })));
  }
  return h("div", { class: "actions" },
    at && app.state.view === "day" ? navigateLink(at, name) : null,
    at ? button(texts.reach.title, () => app.store.go({ panel: "reach", from: at, account: null, feature: null }), { icon: "reach", key: "reach-from" }) : null,
    button(texts.card.edit, () => app.setEditing(true), { icon: "edit", key: "edit" }),
    button(texts.card.move, () => app.startMoving(id), { icon: "pin", key: "move" }));
}

function appointmentPart(app: App, account: Account): HTMLElement {
  const { id, name } = account;
  const booked = (account.appointments ?? []).filter((made) => made.date === app.date);
  const time = h("input", { type: "time", value: account.hours_today?.[0]?.[0] ?? "10:00", "aria-label": texts.card.atTime, "data-key": "appointment-time", required: true });
  return h("details", { class: "fold inline", open: booked.length > 0 }, h("summary", {}, booked.length ? texts.card.appointment : texts.card.makeAppointment),
    booked.map((made) => h("div", { class: "actions" }, h("span", {}, texts.card.appointmentAt(clock(made.start))),
      button(texts.card.cancelAppointment, () => void app.book.cancelAppointment(made.id, name), { kind: "quiet", key: `cancel-${made.id}` }))),
    h("form", { class: "actions", onsubmit: (event: Event) => {
      event.preventDefault();
      void app.book.appoint(id, name, time.value);
    } }, time, h("button", { class: "button button-plain", type: "submit", "data-key": "appoint" }, texts.card.makeAppointment)));
}

function visits(app: App, records: VisitRecord[]): HTMLElement {
  const past = records.filter((visit) => visit.status !== "planned" && visit.status !== "agreed").sort((a, b) => (a.date < b.date ? 1 : -1)).slice(0, 12);
  if (past.length === 0) return h("p", { class: "second" }, texts.card.noVisits);
  const repName = (id: string | null | undefined) => app.reps.find((rep) => rep.id === id)?.name ?? "";
  return h("ul", { class: "visits" }, past.map((visit) => h("li", {},
    h("span", { class: "visit-date" }, day(visit.date, "past")),
    h("span", { class: `visit-status status-${visit.status}` }, texts.status[visit.status] ?? words(visit.status)),
    h("span", { class: "second", dir: "auto" }, [repName(visit.rep), visit.outcome, visit.note].filter(Boolean).join(" · ")))));
}
