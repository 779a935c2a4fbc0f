// The layers of the service: what there is, how to get at it from a GIS, which are on the map, and files to take along.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { count } from "../format";
import { icon } from "../icons";
import { button, choice, errorState, iconButton, skeleton } from "../panels/parts";
import { texts } from "../texts";
import { toast } from "../toast";
import { featurePart } from "./featurepanel";
import { MOST_IN_TILE } from "./featuretiles";
import { filterOf, turnTo } from "./filters";
import { drawnAs, layerSign } from "./looks";
import { downloadsOf, pathOf, serviceAddress, type Layer } from "./ogc";
import { shortCrs, systemWithCode } from "./systems";
import { phoneTable } from "./table";
import type { DataView } from "./view";

export function dataPanel(app: App, view: DataView, desk: boolean): Child[] {
  if (app.state.feature !== null && view.layer) return featurePart(app, view);
  const table = !desk && app.state.tab === "accounts";
  return [
    h("div", { class: "panel-head" }, h("h1", { class: "headline" }, desk ? texts.layers.title : texts.views.data), desk ? null : tabs(app, table)),
    h("div", { class: "panel-scroll", role: desk ? null : "tabpanel", id: "tab-panel", "aria-label": desk ? null : table ? texts.layers.table : texts.layers.title, "data-scroll": table ? "table" : "layers", "aria-busy": String(view.layers.loading) },
      table ? phoneTable(app, view) : [service(view), list(app, view), app.state.print ? null : whole(app, view)]),
  ];
}

function tabs(app: App, table: boolean): HTMLElement {
  const tab = (text: string, on: boolean, name: "gaps" | "accounts") => h("button", {
    type: "button", role: "tab", "aria-selected": String(on), "aria-controls": "tab-panel", "data-key": `tab-${name}`, onclick: () => app.store.go({ tab: name }),
  }, text);
  return h("div", { class: "tabs", role: "tablist" }, tab(texts.layers.title, !table, "gaps"), tab(texts.layers.table, table, "accounts"));
}

function service(view: DataView): HTMLElement {
  const address = serviceAddress();
  const layer = view.layer?.id ?? "accounts";
  return h("section", { class: "pad service" },
    copyRow("service", texts.layers.service, address),
    h("details", { class: "fold inline" }, h("summary", { "data-key": "how-to" }, texts.layers.howTo),
      h("p", { class: "second" }, texts.layers.qgis),
      copyRow("gdal", texts.layers.gdal, `ogrinfo -ro -so OAPIF:${address} ${layer}`),
      copyRow("curl", texts.layers.script, `curl '${address}/collections/${layer}/items?limit=100'`)));
}

/** A text with a button that copies it. */
function copyRow(key: string, label: string, text: string): HTMLElement {
  const field = h("input", { type: "text", readonly: true, value: text, "aria-label": label, "data-key": `copy-${key}`, spellcheck: "false", onfocus: (event: Event) => (event.target as HTMLInputElement).select() });
  return h("div", { class: "copy" }, h("span", { class: "second" }, label),
    h("div", { class: "copy-line" }, field, iconButton(texts.layers.copy(label), "copy", () => void copy(field, text), `copy-button-${key}`)));
}

async function copy(field: HTMLInputElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(texts.layers.copied);
  } catch {
    // Without HTTPS browsers keep the clipboard shut: the text is marked, ready for the keys.
    field.focus();
    field.select();
    toast(texts.layers.selected);
  }
}

function list(app: App, view: DataView): Child {
  const layers = view.layers.value;
  if (!layers) {
    return view.layers.error ? errorState(view.layers.error, () => {
      view.layers.forget();
      app.follow();
    }) : skeleton(8);
  }
  return h("ul", { class: "layers" }, layers.map((layer) => h("li", { class: layer.id === view.layer?.id ? "layer current" : "layer", "data-layer": layer.id }, row(app, view, layer), layer.id === view.layer?.id ? about(app, view, layer) : null)));
}

function row(app: App, view: DataView, layer: Layer): Child[] {
  const current = layer.id === view.layer?.id;
  const drawn = view.onMap;
  const on = drawn.includes(layer.id);
  const matched = view.counts.get(layer.id);
  const toggle = layer.crs ? h("label", { class: "layer-check" }, h("input", {
    type: "checkbox", checked: on, "data-key": `draw-${layer.id}`, "aria-label": texts.layers.draw(layer.title),
    onchange: () => app.store.go({ drawn: on ? drawn.filter((id) => id !== layer.id) : [...drawn, layer.id] }),
  })) : h("span", { class: "layer-check" });
  return [h("div", { class: "layer-row" }, toggle, h("button", {
    type: "button", class: "row", "data-key": `layer-${layer.id}`, "aria-current": current ? "true" : null,
    onclick: () => {
      if (!current) app.store.go({ ...turnTo(layer.id, app.state, view.layer?.id), feature: null, drawn: layer.crs ? [...new Set([...drawn.filter((id) => id !== view.layer?.id || app.state.drawn !== null), layer.id])] : app.state.drawn });
    },
  }, signOf(view, layer), h("span", { class: "row-main" }, h("span", {}, layer.title), app.state.filters[layer.id] ? h("span", { class: "second", title: app.state.filters[layer.id] }, texts.layers.filtered) : null),
    h("span", { class: "layer-count" }, matched === undefined ? "…" : matched === null ? "" : count(matched))))];
}

function signOf(view: DataView, layer: Layer): SVGElement {
  const format = view.fieldsOf(layer.id)?.find(({ type }) => type === "geometry")?.format ?? null;
  return layerSign(layer.id, layer.crs ? drawnAs(format ?? "geometry-point") : null);
}

/** What is in the layer that the table shows, and its files. */
function about(app: App, view: DataView, layer: Layer): HTMLElement {
  const { filter } = app.state;
  const sight = view.sights.get(layer.id);
  const files = downloadsOf(layer.links);
  const system = systemOf(app, layer);
  return h("div", { class: "layer-about" }, h("p", { class: "second" }, layer.description),
    sight?.error ? h("p", { class: "second", role: "alert" }, sight.error)
      : view.isFromTiles(layer.id) ? h("p", { class: "note" }, icon("alert", 16), `${texts.layers.fromTiles(count(MOST_IN_TILE))} ${texts.layers.zoomIn}`) : null,
    view.filterProblem ? h("p", { class: "note" }, icon("alert", 16), texts.layers.filesWrong) : [
      h("p", { class: "second" }, filter ? texts.layers.filesFiltered : texts.layers.files),
      systemChoice(app, layer),
      h("ul", { class: "files" }, files.map(({ format, title, path }) => h("li", {}, h("a", { class: "button button-plain", href: withParams(path, { filter, crs: system }), download: "", title, "data-format": format },
        icon("download", 16), h("span", {}, texts.layers.formats[format] ?? format))))),
    ], importButton(app, layer.id));
}

/** The way to more of a layer that comes in from files. */
function importButton(app: App, layer: string): HTMLElement | null {
  if (app.state.print || (layer !== "accounts" && layer !== "areas")) return null;
  return button(texts.data.importOf[layer], () => app.showImport(layer), { kind: "quiet", icon: "file", key: `import-${layer}` });
}

/** The reference systems that a layer's files come in; the first unless one is chosen. */
function systemChoice(app: App, layer: Layer): HTMLElement | null {
  const systems = layer.crs?.map(shortCrs) ?? [];
  if (systems.length < 2) return null;
  return h("label", { class: "files-in" }, h("span", { class: "second" }, texts.layers.filesIn),
    choice(texts.layers.filesIn, "files-in", systems.map((short): [string, string] => [short, systemWithCode(short)]), systems.find((short) => short === app.state.filesIn) ?? systems[0] ?? "",
      (short) => app.store.refine({ filesIn: short === systems[0] ? null : short })));
}

/** The chosen system of files as the service names it; "" for the usual one, and for tables. */
function systemOf(app: App, layer: Layer | null): string {
  return layer?.crs?.find((uri) => shortCrs(uri) === app.state.filesIn) ?? "";
}

function withParams(path: string, params: Record<string, string>): string {
  const query = Object.entries(params).filter(([, value]) => value).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  return query ? `${path}${path.includes("?") ? "&" : "?"}${query}` : path;
}

/** The layers on the map, and of which not all need be drawn. */
export function printLegend(view: DataView): Child[] {
  const layers = (view.layers.value ?? []).filter(({ id }) => view.onMap.includes(id));
  return [
    h("ul", { class: "print-legend" }, layers.map((layer) => h("li", {}, signOf(view, layer), [layer.title, filterOf(view.state, layer.id, view.layer?.id)].filter(Boolean).join(": ")))),
    ...layers.filter(({ id }) => view.isFromTiles(id)).map(({ title }) => h("p", { class: "second" }, `${title}: ${texts.layers.fromTiles(count(MOST_IN_TILE))}`)),
  ];
}

function whole(app: App, view: DataView): Child {
  const files = downloadsOf(view.home.value?.links ?? []);
  if (files.length === 0) return null;
  return h("div", { class: "pad actions" }, files.map(({ title, path }) =>
    h("a", { class: "button button-plain", href: withParams(path, { crs: systemOf(app, view.layer) }), download: "" }, icon("download", 18), h("span", {}, title))),
    button(texts.layers.apiDocs, () => open(pathOf("/ogc?f=html"), "_blank", "noopener"), { kind: "quiet" }));
}
