// Owns Leaflet. The rest of the page says what to show, in longitude and latitude, and hears what was chosen.

import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { texts } from "../texts";
import { onThemeChange } from "../theme";
import type { AccountFeature, CellFeature, DayPlan, Position, ReachFeature } from "../types";
import type { MapView } from "../state";
import { Cells, Reach } from "./areas";
import { Background } from "./background";
import { Dots, nameTag } from "./dots";
import { toLatLng, toPosition } from "./flip";
import { Labels } from "./labels";
import { Tour } from "./tour";

export interface MapEvents {
  choose(account: string): void;
  moved(view: MapView): void;
}

/** Room at the edges that panels cover, in pixels. */
export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export class RondoMap {
  private readonly map: L.Map;
  private readonly labels: Labels;
  private readonly tour: Tour;
  private readonly dots: Dots;
  private readonly cells: Cells;
  private readonly reach: Reach;
  private margins: Margins = { top: 0, right: 0, bottom: 0, left: 0 };
  private readonly halo: L.Marker;
  private mover: L.Marker | null = null;
  private chosen: string | null = null;
  private everything: L.LatLngBounds;

  constructor(element: HTMLElement, bbox: [number, number, number, number], view: MapView | null, events: MapEvents) {
    const [west, south, east, north] = bbox;
    this.everything = L.latLngBounds(toLatLng([west, south]), toLatLng([east, north]));
    this.map = L.map(element, {
      preferCanvas: true, zoomControl: false, attributionControl: false, minZoom: 4, maxZoom: 19, zoomAnimation: !reducedMotion(),
      fadeAnimation: false, wheelPxPerZoomLevel: 90, // Generous: on a phone the sheet covers half of the map, and the country has to fit above it.
      maxBounds: this.everything.pad(8), maxBoundsViscosity: 0.8,
    });
    L.control.attribution({ prefix: false, position: "bottomleft" })
      .addAttribution(`<a href="${texts.attributionUrl}" target="_blank" rel="noopener">${texts.attribution}</a>`).addTo(this.map);
    L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 120 }).addTo(this.map);
    const labels = this.map.createPane("labels");
    labels.style.zIndex = "415";
    labels.style.pointerEvents = "none";
    if (view) this.map.setView(toLatLng([view.lon, view.lat]), view.zoom);
    else this.map.fitBounds(this.everything, { animate: false });
    const background = new Background().addTo(this.map);
    this.labels = new Labels(background).addTo(this.map);
    this.reach = new Reach(this.map);
    this.cells = new Cells(this.map, (bounds) => this.map.fitBounds(bounds, { ...this.padding(), maxZoom: 14 }));
    this.dots = new Dots(this.map, events.choose);
    this.tour = new Tour(this.map, events.choose);
    this.halo = L.marker([0, 0], { icon: L.divIcon({ className: "halo", iconSize: [34, 34] }), interactive: false, keyboard: false, zIndexOffset: -1 });
    this.map.on("moveend", () => events.moved(this.view()));
    this.map.on("zoomend", () => element.dataset["zoom"] = String(this.map.getZoom()));
    onThemeChange(() => this.tour.redraw(this.chosen));
  }

  /** For tools that draw on their own. */
  get leaflet(): L.Map {
    return this.map;
  }

  view(): MapView {
    const [lon, lat] = toPosition(this.map.getCenter());
    return { lon, lat, zoom: this.map.getZoom() };
  }

  /** Goes to a view from the address bar. */
  setView(view: MapView): void {
    this.map.setView(toLatLng([view.lon, view.lat]), view.zoom, { animate: false });
  }

  setMargins(margins: Margins): void {
    this.margins = margins;
  }

  resize(): void {
    this.map.invalidateSize({ pan: false });
  }

  zoomBy(steps: number): void {
    this.map.setZoom(this.map.getZoom() + steps);
  }

  /** The middle of the part of the map that no panel covers. */
  middle(): Position {
    const size = this.map.getSize();
    const { top, right, bottom, left } = this.margins;
    return toPosition(this.map.containerPointToLatLng([(left + size.x - right) / 2, (top + size.y - bottom) / 2]));
  }

  /** Whether accounts, rather than cells, suit the present zoom. */
  near(): boolean {
    return this.map.getZoom() >= 13;
  }

  showPlan(plan: DayPlan | null, chosen: string | null): void {
    this.tour.show(plan, chosen);
    this.labels.avoid(this.tour.places());
  }

  showAccounts(accounts: AccountFeature[]): void {
    this.dots.show(accounts);
  }

  showCells(cells: CellFeature[], causes: string[]): void {
    this.cells.show(cells, causes);
    if (cells.length > 0) this.labels.avoid(this.cells.numbered());
  }

  showReach(areas: ReachFeature[], single: boolean): void {
    this.reach.show(areas, single);
  }

  /** Marks the chosen account; `at` null when it has no place. */
  choose(account: string | null, at: Position | null, name: string, closer: boolean): void {
    this.chosen = account;
    this.tour.highlight(account);
    this.halo.remove().unbindTooltip();
    if (!account || !at) return;
    this.halo.setLatLng(toLatLng(at)).addTo(this.map);
    this.halo.bindTooltip(nameTag(name), { permanent: true, direction: "top", offset: [0, -16], className: "chosen-name" }).openTooltip();
    this.bringIntoView(at, closer);
  }

  /** Lifts a stop's marker while its row has the keyboard's focus. */
  point(account: string | null): void {
    this.tour.highlight(account ?? this.chosen);
  }

  /** Shows the tour, or everything when there is none. */
  fitTour(): void {
    this.map.fitBounds(this.tour.bounds() ?? this.everything, { ...this.padding(), maxZoom: 16, animate: false });
  }

  /** Whether a place lies beyond the region, where the map is empty. */
  isOutside(at: Position): boolean {
    return !this.everything.pad(0.05).contains(toLatLng(at));
  }

  /** Lets the map go to what lies far from the region. */
  private reachOutTo(bounds: L.LatLngBounds): void {
    const now = this.map.options.maxBounds as L.LatLngBounds;
    if (!now.contains(bounds)) this.map.setMaxBounds(now.extend(bounds).pad(0.1));
  }

  /** Shows a box, clear of the panels. */
  fitBox(bounds: L.LatLngBounds): void {
    this.reachOutTo(bounds);
    this.map.fitBounds(bounds, { ...this.padding(), maxZoom: 17, animate: false });
  }

  fitEverything(): void {
    const { top, right, bottom, left } = this.margins;
    this.map.fitBounds(this.everything, { paddingTopLeft: [left + 8, top + 8], paddingBottomRight: [right + 8, bottom + 8], animate: false });
  }

  /** A marker to drag to the right place; `done` hears where it was dropped. */
  startMove(at: Position | null, done: (to: Position) => void): void {
    this.stopMove();
    const icon = L.divIcon({ className: "mover", html: moverSvg, iconSize: [36, 44], iconAnchor: [18, 42] });
    this.mover = L.marker(toLatLng(at ?? this.middle()), { icon, draggable: true, autoPan: true, zIndexOffset: 3000 }).addTo(this.map);
    this.mover.getElement()?.setAttribute("aria-label", texts.card.move);
    this.mover.on("dragend", () => this.mover && done(toPosition(this.mover.getLatLng())));
  }

  moveTo(at: Position): void {
    this.mover?.setLatLng(toLatLng(at));
  }

  stopMove(): void {
    this.mover?.remove();
    this.mover = null;
  }

  private padding(): L.FitBoundsOptions {
    const { top, right, bottom, left } = this.margins;
    return { paddingTopLeft: [left + 36, top + 40], paddingBottomRight: [right + 36, bottom + 36] };
  }

  /** Pans only when the place is hidden; `closer` also leaves the far view, where accounts are not drawn. */
  private bringIntoView(at: Position, closer: boolean): void {
    this.reachOutTo(L.latLngBounds([toLatLng(at)]));
    if (!this.near() && closer) this.map.setView(toLatLng(at), 15, { animate: false });
    const point = this.map.latLngToContainerPoint(toLatLng(at));
    const size = this.map.getSize();
    const { top, right, bottom, left } = this.margins;
    const inside = point.x > left + 40 && point.x < size.x - right - 40 && point.y > top + 48 && point.y < size.y - bottom - 24;
    if (inside) return;
    const middle = L.point((left + size.x - right) / 2, (top + size.y - bottom) / 2);
    this.map.panBy(point.subtract(middle), { animate: !closer && !reducedMotion() });
  }
}

function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

const moverSvg = '<svg viewBox="0 0 36 44" width="36" height="44" aria-hidden="true"><path d="M18 42C10 32 4 25 4 17a14 14 0 0 1 28 0c0 8-6 15-14 25z"/><circle cx="18" cy="17" r="5"/></svg>';
