// The one state of the page: which view, whose day, what is chosen and filtered, where the map looks.
// It lives in the address bar, so every view is a link and back and forward work.

export type ViewName = "day" | "coverage";
export type TabName = "gaps" | "accounts" | "reps" | "data";

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
  /** Extra panel of the day view. */
  panel: "nearby" | "handover" | null;
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
  map: MapView | null;
}

export const initial: State = {
  view: "day", rep: null, date: null, account: null, panel: null, tab: "gaps", causes: [], class: null, only: null,
  q: "", minutes: null, reach: false, sort: "-overdue_days", map: null,
};

const tabs: readonly TabName[] = ["gaps", "accounts", "reps", "data"];

/** The state that a query string describes; anything unreadable falls back to the default. */
export function fromQuery(query: string): State {
  const params = new URLSearchParams(query);
  const text = (key: string) => params.get(key) || null;
  const list = (key: string) => (params.get(key) ?? "").split(",").filter(Boolean);
  const tab = text("tab") as TabName | null;
  const panel = text("panel");
  const minutes = Number(text("minutes"));
  const date = text("date");
  return {
    view: text("view") === "coverage" ? "coverage" : "day",
    rep: text("rep"),
    date: date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null,
    account: text("account"),
    panel: panel === "nearby" || panel === "handover" ? panel : null,
    tab: tab && tabs.includes(tab) ? tab : initial.tab,
    causes: list("cause"),
    class: text("class"),
    only: text("only"),
    q: text("q") ?? "",
    minutes: Number.isInteger(minutes) && minutes > 0 && minutes <= 240 ? minutes : null,
    reach: text("reach") === "1",
    sort: /^-?[a-z_]+$/.test(text("sort") ?? "") ? (text("sort") as string) : initial.sort,
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
  if (state.map) put("at", [state.map.lon.toFixed(5), state.map.lat.toFixed(5), String(state.map.zoom)].join(","));
  // Commas are legal in a query, and links with them can be read aloud.
  const query = parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
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
