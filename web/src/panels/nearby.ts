// A free hour: which due accounts are near by road, and open.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { distance, duration } from "../format";
import { texts } from "../texts";
import { toast } from "../toast";
import type { Account } from "../types";
import { button, choice, classBadge, emptyState, errorState, iconButton, nameOf, skeleton } from "./parts";

let minutes = 15;
let all = false;

export function nearbyPanel(app: App): Child[] {
  const found = app.nearby.value?.map((feature) => feature.properties);
  if (!found && !app.nearby.loading && !app.nearby.error) queueMicrotask(() => app.searchNearby(app.map.middle(), minutes));
  const shown = (found ?? []).filter((account) => all || (account.status !== "not_due" && account.status !== "no_cadence"))
    .sort((a, b) => (a.drive_s ?? 0) - (b.drive_s ?? 0));
  const steps = [5, 10, 15, 20, 30].map((n): [string, string] => [String(n), texts.coverage.minutes(n)]);
  return [
    h("div", { class: "panel-head card-head" }, iconButton(texts.back, "back", () => app.store.go({ panel: null }), "card-back"),
      h("h1", { class: "headline" }, texts.nearby.title),
      choice(texts.nearby.within, "minutes", steps, String(minutes), (value) => {
        minutes = Number(value);
        app.searchNearby(app.map.middle(), minutes);
      })),
    h("div", { class: "panel-scroll", "data-scroll": "nearby", "aria-busy": String(app.nearby.loading) },
      h("div", { class: "actions pad" }, button(texts.nearby.move, () => app.searchNearby(app.map.middle(), minutes), { icon: "fit", key: "around" }),
        button(texts.nearby.locate, () => locate(app), { icon: "locate", key: "locate" }),
        h("label", { class: "check" }, h("input", { type: "checkbox", checked: all, "data-key": "all", onchange: (event: Event) => {
          all = (event.target as HTMLInputElement).checked;
          app.follow();
        } }), h("span", {}, texts.nearby.all))),
      app.nearby.error ? errorState(app.nearby.error, () => app.searchNearby(app.map.middle(), minutes)) : null,
      !found ? (app.nearby.error ? null : skeleton(5)) : shown.length === 0 ? emptyState(texts.nearby.none(minutes), "") : null,
      h("ul", { class: "rows" }, shown.map((account) => h("li", {}, h("button", {
        type: "button", class: "row", "data-key": `row-${account.id}`, onclick: () => app.open(account.id),
      }, h("span", { class: "drive" }, duration(account.drive_s ?? 0)), h("span", { class: "row-main" }, nameOf(account.name), h("span", { class: "second" }, line(account))),
        classBadge(account.class)))))),
  ];
}

function line(account: Account): string {
  const due = account.overdue_days > 0 ? texts.card.overdue(account.overdue_days) : texts.due[account.status] ?? "";
  const open = account.open_now === true ? texts.nearby.open : account.open_now === false ? texts.nearby.closed : texts.nearby.unknown;
  return [distance(account.dist_m ?? 0), due, open].filter(Boolean).join(" · ");
}

function locate(app: App): void {
  if (!navigator.geolocation) return toast(texts.nearby.noPosition, "error");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => app.searchNearby([coords.longitude, coords.latitude], minutes),
    () => toast(texts.nearby.noPosition, "error"),
    { timeout: 10_000 });
}
