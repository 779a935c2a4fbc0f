// How each rep stands: the share covered, with its fraction, and the hours needed of the hours had.

import type { App } from "../app";
import { arrowKeys, h, type Child } from "../dom";
import { count, outOf, percent } from "../format";
import { texts, words } from "../texts";
import type { Fraction, RepCoverage } from "../types";
import { errorState, nameOf, skeleton } from "./parts";

export function repsTab(app: App): Child[] {
  const coverage = app.coverage.value;
  if (!coverage) {
    return [app.coverage.error ? errorState(app.coverage.error, () => {
      app.coverage.forget();
      app.follow();
    }) : skeleton(8)];
  }
  const list = h("ul", { class: "rows" }, coverage.by_rep.map((rep) => h("li", {}, repRow(app, rep))));
  arrowKeys(list, ".rep-row");
  return [list];
}

/** Every member of the answer that is a fraction, however it is called. */
export function fractionsOf(rep: RepCoverage): [string, Fraction][] {
  return Object.entries(rep).filter((entry): entry is [string, Fraction] => {
    const value = entry[1];
    return typeof value === "object" && value !== null && "numerator" in value && "denominator" in value;
  });
}

function repRow(app: App, rep: RepCoverage): HTMLElement {
  const chosen = app.state.only === rep.rep;
  const hours = typeof rep.hours_need === "number" && typeof rep.hours_have === "number" ? `${count(rep.hours_need)} / ${count(rep.hours_have)} h` : null;
  const used = typeof rep.utilization === "number" ? rep.utilization : null;
  const load = used === null ? "" : used > 1 ? "over" : used >= 0.85 ? "full" : "free";
  const shown = h("span", { class: "row-main" }, h("span", { class: "rep-line" }, nameOf(rep.name || texts.coverage.noRep), h("span", { class: "second" }, `${count(rep.accounts)} ${texts.coverage.accounts}`)),
    fractionsOf(rep).map(([name, fraction]) => h("span", { class: "rep-measure" },
      h("span", { class: "second" }, texts.metricNames[name] ?? words(name)),
      h("span", { class: "meter", "aria-hidden": "true" }, h("i", { style: { width: `${Math.min(100, (fraction.value ?? 0) * 100)}%` } })),
      h("strong", {}, percent(fraction.value)), h("span", { class: "second" }, outOf(fraction)))),
    hours ? h("span", { class: "rep-measure" }, h("span", { class: "second" }, texts.coverage.needHave),
      h("span", { class: `meter load-${load}`, "aria-hidden": "true" }, h("i", { style: { width: `${Math.min(100, (used ?? 0) * 100)}%` } })),
      h("strong", {}, used === null ? "" : percent(used)), h("span", { class: "second" }, hours)) : null);
  if (rep.rep === null) return h("div", { class: "row" }, shown);
  return h("button", {
    type: "button", class: "row rep-row", "aria-pressed": String(chosen), "data-key": `rep-${rep.rep}`,
    onclick: () => app.store.go({ only: chosen ? null : rep.rep, reach: !chosen || app.state.reach }),
  }, shown);
}
