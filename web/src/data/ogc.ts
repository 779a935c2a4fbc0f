// What /ogc answers, as far as the page reads it: collections, what their features have, pages of features.

import { ask } from "../api";
import type { Feature } from "../types";

export interface Link {
  href: string;
  rel: string;
  type: string;
  title?: string;
}

export interface Layer {
  id: string;
  title: string;
  description: string;
  /** Reference systems that its features can be asked for in; a table has none. */
  crs?: string[];
  links: Link[];
}

/** A property as /schema describes it. */
export interface Field {
  name: string;
  type: "string" | "number" | "integer" | "boolean" | "geometry";
  /** date, date-time, geometry-point, ... */
  format: string | null;
  title: string;
  unit: string | null;
  /** The values that there are, where they are a fixed list. */
  values: string[] | null;
  /** Every feature has it, and filters may ask about it; otherwise it is worked out for a feature that is read alone. */
  usual: boolean;
}

export type OgcFeature = Feature<Record<string, unknown>>;

export interface Page {
  features: OgcFeature[];
  numberMatched?: number;
  numberReturned: number;
  links: Link[];
  as_of?: string;
}

interface Schema {
  properties: Record<string, { type?: string; format?: string; title?: string; enum?: string[]; "x-ogc-unit"?: string; "x-ogc-propertySeq"?: number }>;
}

export interface Query {
  filter?: string;
  sortby?: string;
  bbox?: [number, number, number, number];
  properties?: string[];
  limit: number;
}

/** The address of this service, for GIS programs. */
export function serviceAddress(): string {
  return `${location.origin}/ogc`;
}

/** An address of the service as a path of this server: behind a proxy the host in it may be another. */
export function pathOf(href: string): string {
  const { pathname, search } = new URL(href, location.origin);
  return pathname + search;
}

export function itemsPath(layer: string, query: Query): string {
  const params = new URLSearchParams({ f: "json", limit: String(query.limit) });
  if (query.filter) params.set("filter", query.filter);
  if (query.sortby) params.set("sortby", query.sortby);
  if (query.bbox) params.set("bbox", query.bbox.map((n) => n.toFixed(6)).join(","));
  if (query.properties?.length) params.set("properties", query.properties.join(","));
  return `/ogc/collections/${encodeURIComponent(layer)}/items?${params}`;
}

/** The addresses of a layer's vector tiles. */
export function tilePath(layer: string, query: Pick<Query, "filter" | "properties">): (z: number, x: number, y: number) => string {
  const params = new URLSearchParams();
  if (query.filter) params.set("filter", query.filter);
  if (query.properties) params.set("properties", query.properties.join(","));
  return (z, x, y) => `/ogc/collections/${encodeURIComponent(layer)}/tiles/WebMercatorQuad/${z}/${y}/${x}?${params}`;
}

/** Fields in the order of the layer's table; `queryables` tell which of them are usual. Pure. */
export function fieldsOf({ properties }: Schema, queryables: Schema): Field[] {
  const order = ([, a]: [string, { "x-ogc-propertySeq"?: number }]) => a["x-ogc-propertySeq"] ?? Number.MAX_SAFE_INTEGER;
  return Object.entries(properties).sort((a, b) => order(a) - order(b)).map(([name, about]) => ({
    name,
    type: about.format?.startsWith("geometry") ? "geometry" : (about.type as Field["type"] | undefined) ?? "string",
    format: about.format ?? null,
    title: about.title ?? name,
    unit: about["x-ogc-unit"] ?? null,
    values: about.enum ?? null,
    usual: name in queryables.properties,
  }));
}

/** Where the next page is. */
export function nextOf(page: Page): string | null {
  const link = page.links.find(({ rel }) => rel === "next");
  return link ? pathOf(link.href) : null;
}

/** Files of a layer to take along, as its links tell: name of the format and address. */
export function downloadsOf(links: Link[]): { format: string; title: string; path: string }[] {
  return links.filter(({ rel, href }) => rel === "enclosure" && /^https?:|^\//.test(href)).map(({ href, title, type }) => {
    const path = pathOf(href);
    const format = new URLSearchParams(path.split("?")[1] ?? "").get("f") ?? type.split(";")[0] ?? "";
    return { format, title: title ?? format, path };
  });
}

const signal = (given?: AbortSignal): RequestInit => (given ? { signal: given } : {});

export const ogc = {
  layers: async (given?: AbortSignal) => (await ask<{ collections: Layer[] }>("/ogc/collections?f=json", signal(given))).collections,
  home: (given?: AbortSignal) => ask<{ links: Link[] }>("/ogc?f=json", signal(given)),
  fields: async (layer: string, given?: AbortSignal) => {
    const document = (name: string) => ask<Schema>(`/ogc/collections/${encodeURIComponent(layer)}/${name}?f=json`, signal(given));
    return fieldsOf(...(await Promise.all([document("schema"), document("queryables")])));
  },
  page: (path: string, given?: AbortSignal) => ask<Page>(path, signal(given)),
  feature: (layer: string, id: string, given?: AbortSignal) =>
    ask<OgcFeature>(`/ogc/collections/${encodeURIComponent(layer)}/items/${encodeURIComponent(id)}?f=json`, signal(given)),
  /**
   * How many features a layer has, or pass a filter. A first page says so where that is cheap; in a given order the server looks at all of
   * them anyway, and then knows.
   */
  count: async (layer: string, field: string | null, filter: string, given?: AbortSignal): Promise<number | null> => {
    const first = await ogc.page(itemsPath(layer, { limit: 1, filter }), given);
    if (first.numberMatched !== undefined || !field) return first.numberMatched ?? null;
    return (await ogc.page(itemsPath(layer, { limit: 1, filter, sortby: field, properties: [field] }), given)).numberMatched ?? null;
  },
};
