// Small pieces that several panels share.

import type { ApiError } from "../api";
import { h, type Child } from "../dom";
import { allDay, hours } from "../format";
import { icon, type IconName } from "../icons";
import { texts, words } from "../texts";
import { causeSign } from "../shapes";
import type { Hours } from "../types";

/** A name from the data, in whatever script. */
export function nameOf(name: string, className = "name"): HTMLElement {
  return h("span", { class: className, dir: "auto" }, name);
}

export function classBadge(accountClass: string | null): HTMLElement | null {
  if (!accountClass) return null;
  return h("span", { class: `badge badge-${accountClass}`, title: `${texts.card.class} ${accountClass}` },
    h("span", { class: "hidden" }, `${texts.card.class} `), accountClass);
}

/** A gap cause: shape, letter and name. */
export function causeTag(cause: string, label?: string): HTMLElement {
  return h("span", { class: "cause-tag" }, causeSign(cause), h("span", {}, label ?? words(cause)));
}

/** Opening hours of a day in words, whatever is known of them. */
export function hoursText(openingHours: string | null, windows: Hours[] | undefined): string {
  if (!openingHours) return texts.day.hoursUnknown;
  if (!windows) return "";
  if (windows.length === 0) return texts.card.closed;
  return allDay(windows) ? texts.day.openAllDay : `${texts.day.open} ${hours(windows)}`;
}

type Press = (event: Event) => void;

export function button(label: string, press: Press, options: { icon?: IconName; kind?: "primary" | "plain" | "quiet"; key?: string; disabled?: boolean; pressed?: boolean } = {}): HTMLButtonElement {
  return h("button", {
    type: "button", class: `button button-${options.kind ?? "plain"}`, onclick: press, disabled: options.disabled,
    "data-key": options.key, "aria-pressed": options.pressed === undefined ? null : String(options.pressed),
  }, options.icon ? icon(options.icon) : null, h("span", {}, label));
}

export function iconButton(label: string, name: IconName, press: Press, key?: string): HTMLButtonElement {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: press, "data-key": key }, icon(name));
}

/** What is missing, and the one button that helps. */
export function emptyState(title: string, detail: string, action?: HTMLElement): HTMLElement {
  return h("div", { class: "empty" }, h("h2", {}, title), detail ? h("p", {}, detail) : null, action);
}

/** A refusal in the server's words, and a way on. */
export function errorState(error: ApiError, again: Press, label: string = texts.retry): HTMLElement {
  return h("div", { class: "empty error-state", role: "alert" }, h("h2", {}, icon("alert"), error.problem.title),
    error.problem.detail ? h("p", {}, error.problem.detail) : null, button(label, again));
}

/** What has to wait for a signal, where the rest is there. */
export function noSignal(what: string, again: Press): HTMLElement {
  return h("div", { class: "note-box no-signal", role: "status" }, h("p", {}, what), button(texts.retry, again, { key: "retry" }));
}

/** What is chosen lies where the map is empty. */
export function outsideNote(region: string): HTMLElement {
  return h("p", { class: "note" }, icon("alert", 16), texts.outside(region));
}

export function skeleton(rows: number): HTMLElement {
  return h("div", { class: "skeleton", role: "status" }, h("span", { class: "hidden" }, texts.loading),
    Array.from({ length: rows }, () => h("div", { class: "skeleton-row" })));
}

/** Pairs of a word and what it says; empty ones are left out. */
export function facts(pairs: [string, Child | Child[]][]): HTMLElement {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return h("dl", { class: "facts" }, shown.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]));
}

/** A list of choices; `null` stands for the first, "all" one. */
export function choice(label: string, key: string, options: [string, string][], value: string, chosen: (value: string) => void): HTMLElement {
  const select = h("select", { "aria-label": label, "data-key": key, onchange: (event: Event) => chosen((event.target as HTMLSelectElement).value) },
    options.map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
  return h("span", { class: "select" }, select, icon("next", 14));
}
