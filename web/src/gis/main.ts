// The small map in the pages of /ogc: the features of the page on the background of our own tiles, drawn as the collection's
// style hint says. The list below the map holds the same features for keyboards and screen readers.

import L from "leaflet";
import "leaflet/dist/leaflet.css";
import "../styles/tokens.css";
import "./gis.css";
import { h } from "../dom";
import { Background } from "../map/background";
import { toLatLng } from "../map/flip";
import { Labels } from "../map/labels";
import { texts } from "../texts";
import type { Position } from "../types";
import { Sign, type SignOptions } from "./sign";
import { lookOf, type StyleHint } from "./style";

type Feature = GeoJSON.Feature<GeoJSON.Geometry | null, Record<string, unknown>>;

const place = document.querySelector<HTMLElement>("#map");
if (place) void show(place);

async function show(element: HTMLElement): Promise<void> {
  const { bbox, items, style, label } = element.dataset;
  const [west, south, east, north] = (bbox ?? "").split(",").map(Number) as [number, number, number, number];
  const everything = L.latLngBounds(toLatLng([west, south]), toLatLng([east, north]));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    preferCanvas: true, attributionControl: false, minZoom: 2, maxZoom: 19, zoomAnimation: !still, fadeAnimation: false, scrollWheelZoom: false,
  });
  L.control.attribution({ prefix: false }).addAttribution(`<a href="${texts.attributionUrl}">${texts.attribution}</a>`).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.createPane("labels").style.zIndex = "415";
  map.fitBounds(everything, { animate: false });
  const background = new Background().addTo(map);
  new Labels(background).addTo(map);
  try {
    const [hint, page] = await Promise.all([ask(style ?? ""), ask(items ?? "")]) as [StyleHint, { features?: Feature[] } & Feature];
    const features = page.features ?? [page];
    const drawn = draw(map, features, hint, label ?? "");
    if (drawn.isValid()) map.fitBounds(drawn, { animate: false, maxZoom: 15, padding: [24, 24] });
    element.before(legend(hint, features));
  } catch (cause) {
    element.before(h("p", { role: "status" }, `The features could not be drawn: ${cause instanceof Error ? cause.message : String(cause)}`));
  }
  element.dataset["drawn"] = "true";
}

async function ask(address: string): Promise<unknown> {
  const answer = await fetch(address, { headers: { accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

/** Draws features above the background and below its names; returns the box around them. */
function draw(map: L.Map, features: Feature[], hint: StyleHint, home: string): L.LatLngBounds {
  map.createPane("features").style.zIndex = "420";
  const renderer = L.canvas({ pane: "features", padding: 0.3, tolerance: 5 });
  const bounds = L.latLngBounds([]);
  const placed = features.filter((feature) => feature.geometry !== null);
  const of = (feature: Feature) => lookOf(hint, feature.properties);
  const coords = ([lon, lat]: number[]) => toLatLng([lon ?? 0, lat ?? 0] as Position);
  const casings = placed.filter((feature) => of(feature).casing);
  if (casings.length > 0) {
    const options = { coordsToLatLng: coords, interactive: false, renderer, style: (feature?: GeoJSON.Feature) => of(feature as Feature).casing ?? {} };
    L.geoJSON(casings as GeoJSON.Feature[], options as L.GeoJSONOptions).addTo(map);
  }
  const layer = L.geoJSON(placed as GeoJSON.Feature[], {
    coordsToLatLng: coords,
    renderer,
    style: (feature?: GeoJSON.Feature) => of(feature as Feature).style,
    pointToLayer: (feature: GeoJSON.Feature, at: L.LatLng) => {
      const look = of(feature as Feature);
      return new Sign(at, { ...look.style, renderer, shape: look.shape ?? "circle" } as SignOptions);
    },
    onEachFeature: (feature: GeoJSON.Feature, part: L.Layer) => {
      const { id, properties } = feature as Feature;
      const name = String((hint.label !== null && properties?.[hint.label]) || id);
      part.bindTooltip(textOf(name), { sticky: true });
      if (home) part.on("click", () => location.assign(`${home}/${encodeURIComponent(String(id))}?f=html`));
    },
  } as L.GeoJSONOptions).addTo(map);
  if (placed.length > 0) bounds.extend(layer.getBounds());
  return bounds;
}

/** An element, so that nothing in a name is read as markup. */
function textOf(name: string): HTMLElement {
  return h("span", { dir: "auto" }, name);
}

/** The looks that are on the map, with how many features have each. */
function legend(hint: StyleHint, features: Feature[]): HTMLElement {
  const counts = new Map<string, number>();
  for (const feature of features) {
    const { label } = lookOf(hint, feature.properties);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const looks = [...hint.rules, ...(hint.otherwise ? [hint.otherwise] : [])].filter((look) => counts.has(look.label));
  return h("ul", { class: "legend", "aria-label": hint.title }, looks.map((look) => {
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.borderColor = look.style.color ?? "";
    swatch.style.borderStyle = look.style.dashArray ? "dashed" : "solid";
    swatch.style.backgroundColor = look.style.fill ? look.style.fillColor ?? "" : "";
    return h("li", {}, swatch, `${look.label || hint.title} (${counts.get(look.label) ?? 0})`);
  }));
}
