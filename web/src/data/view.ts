// The data view: which layers there are, the table of one of them, and the features that are drawn.

import type L from "leaflet";
import { ApiError } from "../api";
import { debounce } from "../dom";
import { toPosition } from "../map/flip";
import { Remote } from "../remote";
import type { State, Store } from "../state";
import type { Position } from "../types";
import { DrawnLayers, naming, type Chosen } from "./drawn";
import { filterOf, turnTo } from "./filters";
import { FeatureTiles } from "./featuretiles";
import { itemsPath, nextOf, ogc, tilePath, type Field, type Layer, type Link, type OgcFeature } from "./ogc";
import { Rows } from "./rows";

/** Features of one page of the table. */
export const PAGE = 100;
/** So many features of a layer are drawn one by one; where there are more, its tiles are. */
const MOST_DRAWN = 1000;
/** Wait after the last move of the map before it is asked what is in sight now, in milliseconds. */
const SETTLE = 150;

export interface DataHost {
  readonly store: Store;
  changed(): void;
  map(): L.Map;
  /** Shows a box, clear of the panels. */
  fit(bounds: L.LatLngBounds): void;
}

/** What is drawn of a layer. */
interface Sight {
  loading: boolean;
  error: string | null;
}

export class DataView {
  readonly layers: Remote<Layer[]>;
  readonly home: Remote<{ links: Link[] }>;
  readonly fields: Remote<Field[]>;
  readonly feature: Remote<OgcFeature>;
  readonly rows: Rows;
  /** Features of each layer; null where the server does not say. */
  readonly counts = new Map<string, number | null>();
  /** Features that pass the filter, where the table's first page does not say. */
  private readonly passing: Remote<number | null>;
  readonly sights = new Map<string, Sight>();
  /** Fields of the layers asked about so far. */
  private readonly known = new Map<string, Field[]>();
  private readonly asked = new Map<string, { key: string; abort: AbortController }>();
  private drawn: DrawnLayers | null = null;
  private counting = false;
  private shown = "";

  constructor(private readonly host: DataHost) {
    const changed = () => host.changed();
    this.layers = new Remote(changed);
    this.home = new Remote(changed);
    this.fields = new Remote(changed);
    this.feature = new Remote(changed);
    this.passing = new Remote(changed);
    this.rows = new Rows(() => {
      this.countPassing();
      changed();
    });
    const settle = debounce(() => this.look(), SETTLE);
    host.map().on("moveend", settle);
  }

  get state(): State {
    return this.host.store.state;
  }

  /** The collection in the table: the chosen one, or the first. */
  get layer(): Layer | null {
    const layers = this.layers.value ?? [];
    return layers.find(({ id }) => id === this.state.layer) ?? layers[0] ?? null;
  }

  /** The collections on the map. */
  get onMap(): string[] {
    return this.state.drawn ?? (this.layer ? [this.layer.id] : []);
  }

  /** What the server has against the filter; null when it takes it. */
  get filterProblem(): string | null {
    const { error } = this.rows;
    return (this.state.filter && error?.problem.errors?.find(({ field }) => field === "filter")?.problem) || null;
  }

  /** Asks for what the state wants. */
  follow(): void {
    if (this.state.view !== "data") {
      this.hide();
      return;
    }
    void this.layers.load("layers", ogc.layers).then(() => this.followLayer());
    void this.home.load("home", ogc.home);
    this.followLayer();
  }

  private followLayer(): void {
    const { layer, state } = this;
    if (state.view !== "data" || !layer) return;
    void this.count();
    void this.fields.load(layer.id, async (signal) => {
      const fields = await ogc.fields(layer.id, signal);
      this.known.set(layer.id, fields);
      return fields;
    });
    this.rows.load(this.pagePath(layer.id));
    const { feature } = state;
    if (feature) void this.feature.load(`${layer.id} ${feature}`, (signal) => ogc.feature(layer.id, feature, signal)).then(() => this.mark());
    else this.feature.clear();
    this.mark();
    this.look();
  }

  /** Address of the first page of the table. */
  pagePath(layer: string): string {
    const { filter, order } = this.state;
    return itemsPath(layer, { limit: PAGE, ...(filter ? { filter } : {}), ...(order ? { sortby: order } : {}) });
  }

  /** Counts the features of all layers, one layer after the other. */
  private async count(): Promise<void> {
    if (this.counting) return;
    this.counting = true;
    for (const { id } of this.layers.value ?? []) {
      if (this.counts.has(id)) continue;
      this.counts.set(id, await this.countOf(id, "").catch(() => null));
      this.host.changed();
    }
    this.counting = false;
  }

  private async countOf(layer: string, filter: string, signal?: AbortSignal): Promise<number | null> {
    const fields = this.known.get(layer) ?? (await ogc.fields(layer, signal).catch(() => []));
    this.known.set(layer, fields);
    const sortable = fields.find(({ name, type, usual }) => usual && name !== "id" && type !== "geometry");
    return ogc.count(layer, sortable?.name ?? null, filter, signal);
  }

  private countPassing(): void {
    const { layer, rows, state: { filter } } = this;
    if (layer && filter && rows.loaded && rows.matched === null && rows.more) void this.passing.load(`${layer.id} ${filter}`, (signal) => this.countOf(layer.id, filter, signal));
    else this.passing.clear();
  }

  /** Rows of the table on all its pages; null while that is not known. */
  get matched(): number | null {
    const { rows, state: { filter } } = this;
    return rows.matched ?? (!filter ? this.counts.get(this.layer?.id ?? "") : this.passing.loading ? null : this.passing.value) ?? null;
  }

  fieldsOf(layer: string): Field[] | undefined {
    return this.known.get(layer);
  }

  /** Values of a property in the rows that are loaded, for completion. */
  seen(field: string): string[] {
    const values = new Set<string>();
    for (const { properties } of this.rows.all) {
      const value = properties[field];
      if (value !== null && value !== undefined && value !== "") values.add(String(value));
      if (values.size >= 40) break;
    }
    return [...values].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  }

  /** Asks for the features in sight of the layers on the map. */
  private look(): void {
    if (this.state.view !== "data") return;
    const layers = this.onMap;
    this.drawn ??= new DrawnLayers(this.host.map(), (chosen) => this.choose(chosen));
    this.drawn.keep(layers);
    for (const id of [...this.asked.keys()]) {
      if (layers.includes(id)) continue;
      this.asked.get(id)?.abort.abort();
      this.asked.delete(id);
      this.sights.delete(id);
    }
    for (const id of layers) void this.lookAt(id);
  }

  private async lookAt(id: string): Promise<void> {
    const layer = this.layers.value?.find((one) => one.id === id);
    if (!layer?.crs) return;
    const filter = filterOf(this.state, id, this.layer?.id);
    const box = this.host.map().getBounds();
    const known = this.known.get(id);
    const properties = known?.filter(({ name }) => naming.includes(name)).map(({ name }) => name);
    const wanted = { ...(filter ? { filter } : {}), ...(properties?.length ? { properties } : {}) };
    const path = itemsPath(id, {
      limit: MOST_DRAWN, bbox: [clamp(box.getWest(), 180), clamp(box.getSouth(), 90), clamp(box.getEast(), 180), clamp(box.getNorth(), 90)], ...wanted,
    });
    const before = this.asked.get(id);
    if (before?.key === path) return;
    before?.abort.abort();
    const abort = new AbortController();
    this.asked.set(id, { key: path, abort });
    this.sights.set(id, { loading: true, error: null });
    try {
      const page = await ogc.page(path, abort.signal);
      if (this.asked.get(id)?.abort !== abort) return;
      if (nextOf(page)) this.drawn?.showTiles(id, JSON.stringify(wanted), () => this.tiles(id, tilePath(id, wanted)));
      else this.drawn?.show(id, page.features);
      this.sights.set(id, { loading: false, error: null });
    } catch (cause) {
      if (this.asked.get(id)?.abort !== abort) return;
      this.drawn?.show(id, []);
      // The table tells of a filter that makes no sense.
      const said = cause instanceof ApiError ? cause.problem.title : String(cause);
      this.sights.set(id, { loading: false, error: filter ? null : said });
      this.asked.delete(id);
    }
    this.host.changed();
  }

  private tiles(id: string, path: (z: number, x: number, y: number) => string): FeatureTiles {
    return new FeatureTiles(id, path).on("load", () => this.host.changed()).on("tileerror", (event) => {
      this.sights.set(id, { loading: false, error: (event as L.TileErrorEvent).error.message });
      this.host.changed();
    }) as FeatureTiles;
  }

  /** Whether a layer is drawn from its tiles: features of it that are in sight may then be left out of the map. */
  isFromTiles(layer: string): boolean {
    return (this.drawn?.tilesOf(layer) ?? null) !== null;
  }

  private choose({ layer, id }: Chosen): void {
    const other = layer !== this.layer?.id;
    this.host.store.go({ layer, feature: id, ...(other ? { ...turnTo(layer, this.state, this.layer?.id), drawn: this.onMap } : {}) });
  }

  /** Marks the chosen feature, and brings one into sight that was chosen in the table. */
  private mark(): void {
    const found = this.state.feature === null ? null : this.chosen();
    this.drawn?.mark(found);
    const key = `${this.layer?.id} ${this.state.feature}`;
    if (found && this.shown !== key) {
      const bounds = this.drawn?.bounds(found);
      if (bounds && !this.host.map().getBounds().pad(-0.1).contains(bounds)) this.host.fit(bounds);
    }
    if (found || this.state.feature === null) this.shown = key;
  }

  /** The chosen feature, from whatever is loaded. */
  chosen(): OgcFeature | null {
    const { feature } = this.state;
    const whole = this.feature.value;
    if (whole && String(whole.id) === feature) return whole;
    return this.rows.all.find(({ id }) => String(id) === feature) ?? null;
  }

  private bounds(): L.LatLngBounds | null {
    const found = this.chosen();
    return (found && this.drawn?.bounds(found)) ?? null;
  }

  /** The middle of the chosen feature. */
  middle(): Position | null {
    const bounds = this.bounds();
    return bounds && toPosition(bounds.getCenter());
  }

  /** Shows the chosen feature on the map. */
  fit(): void {
    const bounds = this.bounds();
    if (bounds) this.host.fit(bounds);
  }

  /** What is on screen may be old. */
  forget(): void {
    this.counts.clear();
    this.drawn?.refresh();
    this.passing.forget();
    this.rows.forget();
    this.feature.forget();
    for (const { abort } of this.asked.values()) abort.abort();
    this.asked.clear();
  }

  private hide(): void {
    this.drawn?.keep([]);
    this.drawn?.mark(null);
    for (const { abort } of this.asked.values()) abort.abort();
    this.asked.clear();
    this.sights.clear();
  }
}

function clamp(degrees: number, most: number): number {
  return Math.max(-most, Math.min(most, degrees));
}
