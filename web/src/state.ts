// The one state of the page: which view, whose day, what is chosen and filtered, where the map looks.
// It lives in the address bar, so every view is a link and back and forward work.

import { areasFromText, areasToText, lineFromText, lineToText, placeFromText, placeToText } from "./codec";
import type { Position } from "./types";

export type ViewName = "day" | "coverage" | "data";
export type TabName = "gaps" | "accounts" | "reps" | "data";
/** What takes the place of the list: of the day, or (the last two) of any view. */
export type PanelName = "nearby" | "handover" | "way" | "reach" | "measure";
/** Parts of the day with their own access, speeds and turns, as the server names them. */
export const slots = ["07-09", "09-16", "16-19", "night"] as const;
export type SlotName = (typeof slots)[number];

export interface MapView {
  lon: number;
  lat: number;
  zoom: number;
}

export interface State {
  view: ViewName;
  /** Whose day. */
  rep: string | null;
  /** YYYY-MM-DD; null until the server says which day is today. */
  date: string | null;
  /** The account whose card is open. */
  account: string | null;
  panel: PanelName | null;
  /** Coverage: tab of the side panel. */
  tab: TabName;
  /** Coverage filters: causes (none = all), one class, one rep, text. */
  causes: string[];
  class: string | null;
  only: string | null;
  q: string;
  /** Coverage: reach limit in minutes; null = the server's default. */
  minutes: number | null;
  /** Coverage: whether reach polygons are drawn. */
  reach: boolean;
  /** Table order: a column, with a leading minus for descending. */
  sort: string;
  /** Reach: from where. */
  from: Position | null;
  /** Reach and ways: the part of the day that is driven in; null = the one the region was prepared for. */
  slot: SlotName | null;
  /** Reach and ways: areas whose roads are left out. */
  avoid: Position[][];
  /** Ways: the drive that is looked at, by its place in the day, and the way that is chosen for it. */
  leg: number | null;
  way: number;
  /** Measuring: the places, and whether they go round an area. */
  line: Position[];
  area: boolean;
  /** Data: the collection in the table, its CQL2 filter, its order ("" = its own), and the feature chosen in it. */
  layer: string | null;
  filter: string;
  /** Data: filters of other collections, by their id. */
  filters: Record<string, string>;
  order: string;
  feature: string | null;
  /** Data: the collections on the map; null = only the one in the table. */
  drawn: string[] | null;
  /** Data: the reference system that positions are shown in. */
  crs: string | null;
  /** Data: the reference system of files. */
  filesIn: string | null;
  /** Whether the page is laid out as a sheet of paper. */
  print: boolean;
  map: MapView | null;
}

export const initial: State = {
  view: "day", rep: null, date: null, account: null, panel: null, tab: "gaps", causes: [], class: null, only: null,
  q: "", minutes: null, reach: false, sort: "-overdue_days", from: null, slot: null, avoid: [], leg: null, way: 0, line: [], area: false,
  layer: null, filter: "", filters: {}, order: "", feature: null, drawn: null, crs: null, filesIn: null, print: false, map: null,
};

/** Before the id of a collection, in the address. */
const FILTER_OF = "filter.";

const views: readonly ViewName[] = ["day", "coverage", "data"];
const tabs: readonly TabName[] = ["gaps", "accounts", "reps", "data"];
const panels: readonly PanelName[] = ["nearby", "handover", "way", "reach", "measure"];

function oneOf<T extends string>(text: string | null, known: readonly T[]): T | null {
  return known.find((one) => one === text) ?? null;
}

/** The state that a query string describes; anything unreadable falls back to the default. */
export function fromQuery(query: string): State {
  const params = new URLSearchParams(query);
  const text = (key: string) => params.get(key) || null;
  const list = (key: string) => (params.get(key) ?? "").split(",").filter(Boolean);
  const number = (key: string, from: number, to: number) => {
    const found = Number(text(key) ?? Number.NaN);
    return Number.isInteger(found) && found >= from && found <= to ? found : null;
  };
  const date = text("date");
  return {
    view: oneOf(text("view"), views) ?? initial.view,
    rep: text("rep"),
    date: date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null,
    account: text("account"),
    panel: oneOf(text("panel"), panels),
    tab: oneOf(text("tab"), tabs) ?? initial.tab,
    causes: list("cause"),
    class: text("class"),
    only: text("only"),
    q: text("q") ?? "",
    minutes: number("minutes", 1, 240),
    reach: text("reach") === "1",
    sort: /^-?[a-z_]+$/.test(text("sort") ?? "") ? (text("sort") as string) : initial.sort,
    from: placeFromText(text("from")),
    slot: oneOf(text("slot"), slots),
    avoid: areasFromText(text("avoid")),
    leg: number("leg", 1, 999),
    way: number("way", 0, 9) ?? 0,
    line: lineFromText(text("line")),
    area: text("area") === "1",
    layer: text("layer"),
    filter: text("filter") ?? "",
    filters: Object.fromEntries([...params].filter(([key, value]) => key.startsWith(FILTER_OF) && value).map(([key, value]) => [key.slice(FILTER_OF.length), value])),
    order: /^-?\w+$/.test(text("order") ?? "") ? (text("order") as string) : initial.order,
    feature: text("feature"),
    drawn: params.has("drawn") ? list("drawn") : null,
    crs: text("crs"),
    filesIn: text("files"),
    print: text("print") === "1",
    map: mapView(text("at")),
  };
}

function mapView(text: string | null): MapView | null {
  const parts = (text ?? "").split(",").map(Number);
  const [lon, lat, zoom] = parts;
  if (parts.length !== 3 || lon === undefined || lat === undefined || zoom === undefined) return null;
  const inside = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 20;
  return inside ? { lon, lat, zoom } : null;
}

/** The query string of a state, without what is at its default; "" or "?…". */
export function toQuery(state: State): string {
  const parts: [string, string][] = [];
  const put = (key: string, value: string | null) => {
    if (value) parts.push([key, value]);
  };
  put("view", state.view === "day" ? null : state.view);
  put("rep", state.rep);
  put("date", state.date);
  put("account", state.account);
  put("panel", state.panel);
  put("tab", state.tab === initial.tab ? null : state.tab);
  put("cause", state.causes.join(","));
  put("class", state.class);
  put("only", state.only);
  put("q", state.q);
  put("minutes", state.minutes === null ? null : String(state.minutes));
  put("reach", state.reach ? "1" : null);
  put("sort", state.sort === initial.sort ? null : state.sort);
  put("from", state.from && placeToText(state.from));
  put("slot", state.slot);
  put("avoid", areasToText(state.avoid));
  put("leg", state.leg === null ? null : String(state.leg));
  put("way", state.way === 0 ? null : String(state.way));
  put("line", lineToText(state.line));
  put("area", state.area ? "1" : null);
  put("layer", state.layer);
  put("filter", state.filter);
  for (const [layer, filter] of Object.entries(state.filters)) put(FILTER_OF + encodeURIComponent(layer), filter);
  put("order", state.order);
  put("feature", state.feature);
  if (state.drawn) parts.push(["drawn", state.drawn.join(",")]);
  put("crs", state.crs);
  put("files", state.filesIn);
  put("print", state.print ? "1" : null);
  if (state.map) put("at", [state.map.lon.toFixed(5), state.map.lat.toFixed(5), String(state.map.zoom)].join(","));
  // Commas are legal in a query, and links with them can be read aloud.
  const query = parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3B", ";")}`).join("&");
  return query ? `?${query}` : "";
}

type Listener = (now: State, before: State) => void;

/** Holds the state, tells listeners about each change and keeps the address bar in step. */
export class Store {
  private current: State;
  private readonly listeners: Listener[] = [];

  constructor(private readonly win: Pick<Window, "location" | "history" | "addEventListener">) {
    this.current = fromQuery(win.location.search);
    win.addEventListener("popstate", () => this.change(fromQuery(win.location.search)));
  }

  get state(): State {
    return this.current;
  }

  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** A step that "back" should undo. */
  go(patch: Partial<State>): void {
    this.write({ ...this.current, ...patch }, "pushState");
  }

  /** A refinement (map moved, typing) that replaces the present history entry. */
  refine(patch: Partial<State>): void {
    this.write({ ...this.current, ...patch }, "replaceState");
  }

  private write(next: State, how: "pushState" | "replaceState"): void {
    const query = toQuery(next);
    if (query !== toQuery(this.current)) this.win.history[how](null, "", this.win.location.pathname + query);
    this.change(next);
  }

  private change(next: State): void {
    const before = this.current;
    this.current = next;
    for (const listener of this.listeners) listener(next, before);
  }
}
