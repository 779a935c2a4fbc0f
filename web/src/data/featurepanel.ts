// One feature: all that is known of it, and ways on.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { button, errorState, facts, iconButton, outsideNote, skeleton } from "../panels/parts";
import { texts } from "../texts";
import { labelOf } from "./drawn";
import { titleOf, valueText } from "./values";
import type { DataView } from "./view";

export function featurePart(app: App, view: DataView): Child[] {
  const feature = view.chosen();
  const layer = view.layer?.id ?? "";
  const id = app.state.feature ?? "";
  const at = view.middle();
  return [
    h("div", { class: "panel-head card-head" },
      iconButton(texts.back, "back", () => app.store.go({ feature: null }), "card-back"),
      h("h1", { class: "headline", dir: "auto" }, feature ? labelOf(feature) : id)),
    h("div", { class: "panel-scroll pad", "data-scroll": `feature-${id}`, "aria-busy": String(view.feature.loading && !feature) },
      feature ? [
        h("p", { class: "second" }, `${view.layer?.title ?? ""} · ${id}`),
        h("div", { class: "actions" },
          feature.geometry ? button(texts.layers.zoom, () => view.fit(), { icon: "fit", key: "zoom-feature" }) : null,
          accountOf(layer, feature.id, feature.properties) ? button(texts.layers.openAccount, () => app.store.go({ view: "coverage", account: accountOf(layer, feature.id, feature.properties), feature: null }), { key: "open-account" }) : null,
          h("a", { class: "button button-quiet", href: `/ogc/collections/${encodeURIComponent(layer)}/items/${encodeURIComponent(id)}?f=json`, target: "_blank", rel: "noopener" }, texts.layers.json)),
        at && app.map.isOutside(at) ? outsideNote(app.meta.region.name) : null,
        attributes(view, feature.properties, app.meta.region.time_zone),
      ] : view.feature.error ? errorState(view.feature.error, () => {
        view.feature.forget();
        app.follow();
      }) : skeleton(8)),
  ];
}

/** The account that a feature is or speaks of. */
function accountOf(layer: string, id: string | undefined, properties: Record<string, unknown>): string | null {
  if (layer === "accounts") return id ?? null;
  return typeof properties["account"] === "string" ? properties["account"] : null;
}

function attributes(view: DataView, properties: Record<string, unknown>, zone: string): HTMLElement {
  const fields = (view.fields.value ?? []).filter(({ name, type }) => name !== "id" && type !== "geometry");
  return facts(fields.map((field): [string, Child] => {
    const text = field.usual || field.name in properties ? valueText(properties[field.name], field, zone) : view.feature.loading ? texts.loading : "";
    return [field.name, text === "" ? null : h("span", { title: titleOf(field, zone) }, h("span", { dir: "auto" }, text), field.unit ? h("span", { class: "second" }, ` ${field.unit}`) : null)];
  }));
}
