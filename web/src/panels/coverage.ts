// Where coverage is missing and why: the legend that counts and filters, and the measures behind it.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { count, day, outOf, percent } from "../format";
import type { TabName } from "../state";
import { texts, words } from "../texts";
import { causeColour } from "../theme";
import { causeSign } from "../shapes";
import type { Cause, Coverage, Metric } from "../types";
import { coverageFilters } from "./bar";
import { dataTab } from "./data";
import { button, choice, emptyState, errorState, skeleton } from "./parts";
import { repsTab } from "./reps";
import { accountsTab } from "./table";

export function coveragePanel(app: App, desk: boolean): Child[] {
  const tabs: TabName[] = desk ? ["gaps", "reps", "data"] : ["gaps", "accounts", "reps", "data"];
  const tab = tabs.includes(app.state.tab) ? app.state.tab : "gaps";
  return [
    h("div", { class: "panel-head" },
      h("h1", { class: "headline" }, texts.coverage.title(day(app.date))),
      h("div", { class: "tabs", role: "tablist", onkeydown: walkTabs }, tabs.map((name) => h("button", {
        type: "button", role: "tab", "aria-selected": String(name === tab), tabindex: name === tab ? "0" : "-1", "aria-controls": "tab-panel", "data-key": `tab-${name}`,
        onclick: () => app.store.go({ tab: name }),
      }, texts.coverage.tabs[name])))),
    desk ? null : h("div", { class: "filters phone-filters" }, coverageFilters(app)),
    h("div", { class: "panel-scroll", role: "tabpanel", id: "tab-panel", "aria-label": texts.coverage.tabs[tab], tabindex: "0", "data-scroll": tab, "data-key": "tab-panel", "aria-busy": String(app.coverage.loading) },
      tab === "gaps" ? gapsTab(app) : tab === "reps" ? repsTab(app) : tab === "data" ? dataTab(app) : accountsTab(app)),
  ];
}

function walkTabs(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  const tabs = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}

function gapsTab(app: App): Child[] {
  const coverage = app.coverage.value;
  if (!coverage) return [app.coverage.error ? errorState(app.coverage.error, () => again(app)) : skeleton(7)];
  if (coverage.total === 0) return [none(app)];
  return [legend(app, coverage), reachControls(app), measures(coverage)];
}

function again(app: App): void {
  app.coverage.forget();
  app.accounts.forget();
  app.follow();
}

function none(app: App): HTMLElement {
  if (app.meta.counts.accounts === 0) {
    return emptyState(texts.coverage.noAccountsTitle, texts.coverage.noAccounts, button(texts.data.importOf.accounts, () => app.showImport("accounts"), { kind: "primary", icon: "file" }));
  }
  return emptyState(texts.coverage.noMatchTitle, texts.coverage.noMatch, resetButton(app));
}

export function resetButton(app: App): HTMLElement {
  return button(texts.coverage.reset, () => app.store.go({ causes: [], class: null, only: null, q: "" }), { kind: "quiet", key: "reset" });
}

/** Counts per cause; each row is a filter, and the rows add up to the total below them. */
function legend(app: App, coverage: Coverage): HTMLElement {
  const { causes } = app.state;
  const chosen = coverage.causes.filter((cause) => causes.length === 0 || causes.includes(cause.code));
  const most = Math.max(1, ...coverage.causes.map((cause) => cause.accounts));
  return h("section", { class: "legend", "aria-label": texts.coverage.tabs.gaps },
    h("ul", {}, coverage.causes.map((cause) => h("li", {}, legendRow(app, cause, most)))),
    h("div", { class: "legend-total" }, h("span", {}, causes.length ? texts.coverage.shown(count(chosen.reduce((sum, c) => sum + c.accounts, 0)), count(coverage.total)) : texts.coverage.total),
      causes.length ? resetButton(app) : h("strong", {}, count(coverage.total))),
    app.showsCells() ? h("p", { class: "second pad" }, texts.coverage.cells) : null);
}

function legendRow(app: App, cause: Cause, most: number): HTMLElement {
  const { causes } = app.state;
  const on = causes.includes(cause.code);
  const toggled = on ? causes.filter((code) => code !== cause.code) : [...causes, cause.code];
  return h("button", {
    type: "button", class: `legend-row${causes.length && !on ? " off" : ""}`, "aria-pressed": String(on), "data-key": `cause-${cause.code}`, "data-cause": cause.code,
    onclick: () => app.store.go({ causes: toggled }),
  }, causeSign(cause.code, 18), h("span", { class: "legend-name" }, cause.label),
    h("span", { class: "legend-bar", "aria-hidden": "true" }, h("i", { style: { width: `${(cause.accounts / most) * 100}%`, background: causeColour[cause.code] ?? "#888" } })),
    h("span", { class: "legend-count" }, count(cause.accounts)), h("span", { class: "legend-share" }, percent(cause.share)));
}

function reachControls(app: App): HTMLElement {
  const steps = [...new Set([10, 20, 30, 45, 60, app.meta.defaults.reach_minutes])].sort((a, b) => a - b).map((n): [string, string] => [String(n), texts.coverage.minutes(n)]);
  return h("section", { class: "reach-controls pad" },
    h("label", { class: "check" }, h("input", {
      type: "checkbox", checked: app.state.reach, "data-key": "reach", onchange: (event: Event) => app.store.go({ reach: (event.target as HTMLInputElement).checked }),
    }), h("span", {}, texts.coverage.showReach)),
    choice(texts.coverage.reachLimit, "reach-minutes", steps, String(app.minutes), (value) =>
      app.store.go({ minutes: Number(value) === app.meta.defaults.reach_minutes ? null : Number(value) })));
}

function measures(coverage: Coverage): HTMLElement {
  const shown = coverage.metrics.filter((metric) => !metric.scope || metric.scope.all || Object.keys(metric.scope).length === 0 || typeof metric.scope === "string");
  const byWorth = (metric: Metric) => metric.name.endsWith("_value") || metric.name === "reach_coverage";
  return h("section", { class: "measures" },
    h("h2", { class: "section-title" }, texts.coverage.metrics), h("ul", {}, shown.filter((metric) => !byWorth(metric)).map(measure)),
    shown.some(byWorth) ? h("details", { class: "fold" }, h("summary", { "data-key": "by-worth" }, texts.coverage.metricsByWorth), h("ul", {}, shown.filter(byWorth).map(measure))) : null,
    coverage.run_id ? h("p", { class: "second pad run" }, texts.coverage.runId(coverage.run_id.slice(0, 12))) : null);
}

function measure(metric: Metric): HTMLElement {
  const value = metric.value ?? 0;
  return h("li", { class: "measure", title: metric.formula, "data-metric": metric.name },
    h("span", { class: "measure-name" }, texts.metricNames[metric.name] ?? words(metric.name)),
    h("strong", {}, percent(metric.value)),
    h("span", { class: "meter", "aria-hidden": "true" }, h("i", { style: { width: `${Math.min(100, value * 100)}%` } })),
    h("span", { class: "second" }, `${outOf(metric)} ${texts.metricHelp[metric.name] ?? ""}`));
}
