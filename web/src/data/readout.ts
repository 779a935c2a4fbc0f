// Where the pointer is (or, without one, the middle of the map), in the reference system of one's choice. The server
// converts; while it does, newer places wait, so that it is never asked twice at once.

import type L from "leaflet";
import { ask } from "../api";
import type { App } from "../app";
import { h } from "../dom";
import { toPosition } from "../map/flip";
import { choice } from "../panels/parts";
import { texts } from "../texts";
import type { Position } from "../types";
import { shortCrs, systemName } from "./systems";
import { positionText } from "./values";
import type { DataView } from "./view";

interface Coordinates {
  position: [number, number];
  axes: [string, string];
  digits: number;
  degrees: boolean;
}

export class Readout {
  readonly element = h("div", { class: "readout", role: "group", "aria-label": texts.layers.position });
  private readonly text = h("output", { class: "readout-text" });
  private readonly select = h("span", {});
  private at: Position | null = null;
  private asking = false;
  private waiting = false;
  private key = "";

  constructor(private readonly app: App, private readonly view: DataView, map: L.Map, private readonly middle: () => Position) {
    this.element.append(this.text, this.select);
    // The page's own events: Leaflet keeps those over a marker from the map.
    const place = map.getContainer();
    place.addEventListener("mousemove", (event) => this.tell(toPosition(map.mouseEventToLatLng(event))));
    place.addEventListener("mouseleave", () => this.tell(this.middle()));
    map.on("move", () => matchMedia("(hover: none)").matches && this.tell(this.middle()));
  }

  draw(): void {
    const { systems } = this;
    const key = `${systems.length} ${this.crs}`;
    if (key !== this.key) {
      this.key = key;
      const options = systems.map((short): [string, string] => [short, systemName(short)]);
      if (options.length) this.select.replaceChildren(choice(texts.layers.crs, "crs-readout", options, this.crs, (value) => this.app.store.refine({ crs: value === options[0]?.[0] ? null : value })));
      this.tell(this.at ?? this.middle());
    }
  }

  /** The systems that the service offers. */
  private get systems(): string[] {
    return (this.view.layers.value?.find(({ crs }) => crs)?.crs ?? []).map(shortCrs);
  }

  /** The chosen system; the first where the address names one that is not on offer. */
  private get crs(): string {
    const { systems } = this;
    return systems.find((short) => short === this.app.state.crs) ?? systems[0] ?? "OGC:CRS84";
  }

  private tell(at: Position): void {
    this.at = at;
    if (this.app.state.view !== "data") return;
    if (this.asking) this.waiting = true;
    else void this.askNow(at);
  }

  private async askNow(at: Position): Promise<void> {
    this.asking = true;
    this.waiting = false;
    const [lon, lat] = at;
    try {
      const found = await ask<Coordinates>(`/api/v1/coordinates?lon=${lon.toFixed(8)}&lat=${lat.toFixed(8)}&crs=${encodeURIComponent(this.crs)}`);
      this.text.textContent = positionText(found);
    } catch {
      this.text.textContent = texts.layers.noPosition;
    }
    this.asking = false;
    if (this.waiting && this.at) void this.askNow(this.at);
  }
}
