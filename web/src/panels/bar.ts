// The bar at the top: which view, which day, whose.

import type { App } from "../app";
import { h, mount, type Child } from "../dom";
import { addDays, day } from "../format";
import { icon } from "../icons";
import type { ViewName } from "../state";
import { texts } from "../texts";
import { choice, iconButton } from "./parts";

export function drawBar(root: HTMLElement, app: App): void {
  const { state } = app;
  mount(root,
    h("span", { class: "brand" }, h("img", { src: "/icon.svg", alt: "", width: 28, height: 28 }), h("span", {}, texts.brand)),
    h("nav", { class: "views", "aria-label": texts.viewsLabel }, viewLink(app, "day", icon("route")), viewLink(app, "coverage", icon("hexagon")), viewLink(app, "data", icon("layers"))),
    // The layers stand for today.
    state.view === "data" ? null : dateControl(app),
    state.view === "day" ? repControl(app) : state.view === "coverage" ? h("div", { class: "filters" }, coverageFilters(app)) : h("p", { class: "view-title" }, texts.layers.asOf(day(app.meta.today))));
}

function viewLink(app: App, view: ViewName, sign: SVGElement): HTMLElement {
  const { state } = app;
  const current = state.view === view;
  return h("button", {
    type: "button", class: "view", "data-key": `view-${view}`, "aria-current": current ? "page" : null, title: texts.views[view],
    onclick: () => {
      // The layers are looked at where one is; a day and coverage have a place of their own.
      if (!current) app.store.go({ view, panel: null, account: null, feature: null, tab: "gaps", date: app.date, ...(view === "data" ? {} : { map: null }) });
    },
  }, sign, h("span", { class: "view-name" }, texts.views[view]));
}

/** The day in words; the native date input lies over it and shows itself when the keyboard reaches it. */
function dateControl(app: App): HTMLElement {
  const { date } = app;
  // A day's tour lies elsewhere than yesterday's; coverage is compared on the same map.
  const go = (to: string) => app.store.go(app.state.view === "day" ? { date: to, account: null, map: null } : { date: to });
  const input = h("input", {
    type: "date", value: date, "aria-label": texts.date, "data-key": "date", required: true,
    onchange: (event: Event) => {
      const chosen = (event.target as HTMLInputElement).value;
      if (chosen) go(chosen);
    },
    onclick: (event: Event) => {
      const target = event.target as HTMLInputElement;
      if (typeof target.showPicker === "function" && matchMedia("(pointer: fine)").matches) showPicker(target);
    },
  });
  return h("div", { class: "date-control" },
    iconButton(texts.previousDay, "back", () => go(addDays(date, -1)), "date-back"),
    h("div", { class: "date" }, h("span", { class: "date-words", "aria-hidden": "true" }, day(date)), input),
    iconButton(texts.nextDay, "next", () => go(addDays(date, 1)), "date-next"));
}

function showPicker(input: HTMLInputElement): void {
  try {
    input.showPicker();
  } catch {
    // A browser may refuse outside a tap; the input can still be typed into.
  }
}

function repControl(app: App): Child {
  const options = app.reps.filter((rep) => rep.active || rep.id === app.rep?.id).map((rep): [string, string] => [rep.id, rep.name]);
  return h("div", { class: "who" }, choice(texts.rep, "rep", options, app.rep?.id ?? "", (rep) => app.store.go({ rep, account: null, map: null })));
}

/** Whose accounts, and of which class: in the bar at a desk, above the list on a phone. */
export function coverageFilters(app: App): Child[] {
  const { state, store } = app;
  const reps: [string, string][] = [["", texts.coverage.allReps], ...app.reps.map((rep): [string, string] => [rep.id, rep.name])];
  const classes: [string, string][] = [["", texts.coverage.allClasses], ...app.meta.classes.map((name): [string, string] => [name, `${texts.card.class} ${name}`])];
  return [
    choice(texts.rep, "only", reps, state.only ?? "", (only) => store.go({ only: only || null })),
    choice(texts.card.class, "class", classes, state.class ?? "", (name) => store.go({ class: name || null })),
  ];
}
