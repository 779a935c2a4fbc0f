// The data itself: how complete it is, what to mend, and bringing in a file.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { count, outOf, percent } from "../format";
import { texts, words } from "../texts";
import type { Fraction, Quality, QualityIssue } from "../types";
import { importPart } from "./import";
import { errorState, nameOf, skeleton } from "./parts";

export function dataTab(app: App): Child[] {
  const quality = app.quality.value;
  return [
    importPart(app),
    h("h2", { class: "section-title" }, texts.data.quality),
    quality ? [shares(quality), issues(app, quality.issues)] : app.quality.error ? errorState(app.quality.error, () => {
      app.quality.forget();
      app.follow();
    }) : skeleton(6),
  ].flat();
}

function shares(quality: Quality): HTMLElement {
  const known = Object.keys(texts.data.shares).filter((name) => isFraction(quality[name]));
  return h("ul", { class: "measures" }, known.map((name) => {
    const fraction = quality[name] as Fraction;
    return h("li", { class: "measure" }, h("span", { class: "measure-name" }, texts.data.shares[name] ?? words(name)), h("strong", {}, percent(fraction.value)),
      h("span", { class: "meter", "aria-hidden": "true" }, h("i", { style: { width: `${(fraction.value ?? 0) * 100}%` } })),
      name === "score" ? null : h("span", { class: "second" }, `${outOf(fraction)} ${texts.coverage.accounts}`));
  }));
}

function isFraction(value: unknown): value is Fraction {
  return typeof value === "object" && value !== null && "numerator" in value && "denominator" in value;
}

/** Rows of one kind of issue that are shown at first. */
const shownFirst = 20;

function issues(app: App, list: QualityIssue[]): HTMLElement {
  const groups = new Map<string, QualityIssue[]>();
  for (const issue of list) groups.set(issue.code, [...(groups.get(issue.code) ?? []), issue]);
  return h("section", {}, h("h2", { class: "section-title" }, `${texts.data.issues} (${count(list.length)})`),
    list.length === 0 ? h("p", { class: "second pad" }, texts.data.noIssues) : null,
    [...groups].map(([code, found]) => h("details", { class: "fold", open: groups.size === 1 },
      h("summary", {}, `${texts.data.codes[code] ?? words(code)} (${count(found.length)})`),
      h("ul", { class: "rows" }, found.slice(0, shownFirst).map((issue) => h("li", {}, h("button", { type: "button", class: "row", "data-key": `issue-${issue.account}-${code}`, onclick: () => app.open(issue.account) },
        h("span", { class: "row-main" }, nameOf(issue.name), h("span", { class: "second" }, issue.detail), h("span", { class: "second cure" }, issue.cure)))))),
      found.length > shownFirst ? h("p", { class: "second pad" }, texts.data.more(found.length - shownFirst)) : null)));
}
