// Taking a day along: into a navigation app, a calendar, a table.

import type { App } from "../app";
import { api } from "../api";
import { h, type Child } from "../dom";
import { geoUri } from "../map/flip";
import { isRecorded, stopsOf } from "../plan";
import { icon } from "../icons";
import { texts } from "../texts";
import { emptyState, errorState, iconButton, noSignal, skeleton } from "./parts";

export function handoverPanel(app: App): Child[] {
  return [
    h("div", { class: "panel-head card-head" }, iconButton(texts.back, "back", () => app.store.go({ panel: null }), "card-back"),
      h("h1", { class: "headline" }, texts.handover.title)),
    h("div", { class: "panel-scroll pad", "data-scroll": "handover", "aria-busy": String(app.links.loading) },
      app.plan.value ? body(app) : emptyState(texts.handover.none, "")),
  ];
}

function body(app: App): Child[] {
  const { value: links, error } = app.links;
  const again = () => {
    app.links.forget();
    app.follow();
  };
  const next = stopsOf(app.plan.value).find((stop) => !isRecorded(stop.status));
  const at = next && app.placeOf(next.account)?.at;
  const rep = app.rep?.id ?? "";
  const link = (href: string, text: string, props: Record<string, string> = {}) => h("li", {}, h("a", { class: "row", href, ...props }, h("span", { class: "row-main" }, text), icon("next", 16)));
  return [
    h("h2", { class: "section-title" }, texts.handover.navigate),
    // This link needs no server.
    at ? h("ul", { class: "rows boxed" }, link(geoUri(at, next.name), texts.handover.next)) : null,
    links ? h("ul", { class: "rows boxed" },
      links.google.map((part, i) => link(part.url, texts.handover.google(i + 1, Array.isArray(part.stops) ? part.stops.length : part.stops), { target: "_blank", rel: "noopener noreferrer" })))
      : error ? (error.status === 0 ? noSignal(texts.handover.later, again) : errorState(error, again)) : skeleton(2),
    h("p", { class: "second" }, texts.handover.outside),
    h("h2", { class: "section-title" }, texts.handover.files),
    h("ul", { class: "rows boxed" }, Object.entries(texts.handover.formats).map(([format, text]) =>
      link(api.exportUrl(rep, app.date, format), text, { download: `rondo-${rep}-${app.date}.${format}` }))),
  ];
}
