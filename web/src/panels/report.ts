// What an import did: rows stored and rejected, columns guessed, problems with their cures, possible duplicates.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { count, distance, percent } from "../format";
import type { Holds } from "../incoming";
import { texts, words } from "../texts";
import type { ImportReport, RowProblem } from "../types";
import { causeSign } from "../shapes";
import { button } from "./parts";

export function reportPart(app: App, report: ImportReport & { holds: Holds }): HTMLElement {
  const { stored } = report;
  const figures: [number, string][] = [[report.received, texts.data.received], [stored.new, texts.data.new], [stored.updated, texts.data.updated],
    [stored.unchanged, texts.data.unchanged], [report.rejected, texts.data.rejected]];
  return h("section", { class: "report", "aria-label": texts.data.report(report.file ?? "") },
    h("h2", { class: "section-title", dir: "auto" }, texts.data.report(report.file ?? "")),
    h("ul", { class: "figures" }, figures.map(([value, name]) => h("li", {}, h("strong", {}, count(value)), h("span", { class: "second" }, name)))),
    problems(report.problems), duplicates(app, report), columns(report), report.holds === "accounts" ? geocoded(report) : areasOf(app, report));
}

function areasOf(app: App, { stored }: ImportReport): Child {
  if (stored.new + stored.updated + stored.unchanged === 0) return null;
  return h("div", { class: "pad" }, button(texts.data.showAreas, () => app.store.go({ view: "data", layer: "areas", drawn: null, filter: "", order: "", feature: null }), { icon: "fit", key: "show-areas" }));
}

function problems(list: RowProblem[]): HTMLElement {
  if (list.length === 0) return h("p", { class: "second pad" }, texts.data.noProblems);
  return h("details", { class: "fold", open: true }, h("summary", {}, `${texts.data.problems} (${count(list.length)})`),
    h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": texts.data.problems }, h("table", { class: "problems" },
      h("thead", {}, h("tr", {}, [texts.data.row, texts.data.field, texts.data.problem].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, list.map((problem) => h("tr", { class: problem.severity },
        h("td", { class: "number" }, problem.row === null ? "" : count(problem.row)),
        h("td", {}, problem.field ?? "", problem.value ? h("code", { dir: "auto" }, problem.value) : null),
        h("td", {}, h("span", { class: `severity severity-${problem.severity}` }, problem.severity === "error" ? texts.data.error : texts.data.warning), " ", problem.problem,
          problem.cure ? h("span", { class: "second cure" }, problem.cure) : null)))))));
}

function duplicates(app: App, report: ImportReport): Child {
  if (report.duplicates.length === 0) return null;
  return h("details", { class: "fold" }, h("summary", {}, `${texts.data.duplicates} (${count(report.duplicates.length)})`),
    h("ul", { class: "rows" }, report.duplicates.map((pair) => h("li", { class: "row pair" }, causeSign("unlocated"),
      h("span", { class: "row-main" }, h("span", {}, [pair.a, pair.b].map((id, i) => [i ? " · " : "", h("button", { type: "button", class: "link", onclick: () => app.open(id) }, id)]).flat()),
        h("span", { class: "second" }, texts.data.duplicate(distance(pair.distance_m), percent(pair.name_similarity))))))));
}

function columns(report: ImportReport): HTMLElement {
  return h("details", { class: "fold" }, h("summary", {}, `${texts.data.columns} (${count(report.columns.length)})`),
    h("ul", { class: "plain-list" }, report.columns.map(({ column, field }) => h("li", {}, h("code", { dir: "auto" }, column), " → ", field ? words(field) : h("span", { class: "second" }, texts.data.unused)))));
}

function geocoded(report: ImportReport): HTMLElement {
  const parts = Object.entries(report.geocoded ?? {}).filter(([, n]) => n > 0).map(([name, n]) => `${count(n)} ${texts.data.geocodedParts[name] ?? name}`);
  return h("p", { class: "second pad" }, `${texts.data.geocoded}: ${parts.join(", ") || "–"}`);
}
