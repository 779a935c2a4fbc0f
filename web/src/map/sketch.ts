// A line or an area that a person draws: taps on the map add corners, corners can be dragged, by finger, mouse or arrow keys,
// and taken away.

import L from "leaflet";
import { texts } from "../texts";
import type { Position } from "../types";
import { toLatLng, toPosition } from "./flip";

export interface SketchHost {
  /** The corners have changed; `done` when the hand has let go. */
  changed(points: Position[], done: boolean): void;
}

export interface SketchLook {
  area: boolean;
  className: string;
}

/** Pixels that an arrow key moves a corner. */
const STEP = 10;

export class Sketch {
  private readonly group = L.layerGroup();
  private readonly shape: L.Polygon;
  private corners: L.Marker[] = [];
  private points: Position[] = [];
  private readonly tapped = (event: L.LeafletMouseEvent) => this.add(toPosition(event.latlng.wrap()));

  /** Begins to draw; `points` are there already. */
  constructor(private readonly map: L.Map, points: Position[], private readonly look: SketchLook, private readonly host: SketchHost) {
    const pane = map.getPane("sketch") ?? map.createPane("sketch");
    pane.style.zIndex = "640";
    pane.style.pointerEvents = "none";
    const renderer = L.svg({ pane: "sketch", padding: 0.3 });
    const options = { renderer, pane: "sketch", interactive: false, className: `sketch ${look.className}` };
    // A polygon is a polyline that closes itself; only what the types call its GeoJSON differs.
    this.shape = (look.area ? L.polygon : (L.polyline as unknown as typeof L.polygon))([], options);
    this.group.addLayer(this.shape).addTo(map);
    map.on("click", this.tapped);
    map.getContainer().classList.add("sketching");
    map.doubleClickZoom.disable();
    this.set(points);
  }

  /** Puts other corners in the place of those drawn. */
  set(points: Position[]): void {
    this.points = points;
    for (const corner of this.corners) corner.remove();
    this.corners = points.map((at, i) => this.corner(at, i));
    this.draw();
  }

  get all(): Position[] {
    return this.points;
  }

  add(at: Position): void {
    this.set([...this.points, rounded(at)]);
    this.host.changed(this.points, true);
  }

  remove(index: number): void {
    this.set(this.points.filter((_, i) => i !== index));
    this.host.changed(this.points, true);
  }

  stop(): void {
    this.map.off("click", this.tapped);
    this.map.getContainer().classList.remove("sketching");
    this.map.doubleClickZoom.enable();
    for (const corner of this.corners) corner.remove();
    this.group.remove();
  }

  private corner(at: Position, index: number): L.Marker {
    const icon = L.divIcon({ className: `corner${index === this.points.length - 1 ? " last" : ""}`, iconSize: [24, 24] });
    const marker = L.marker(toLatLng(at), { icon, draggable: true, zIndexOffset: 2500, keyboard: true }).addTo(this.map);
    const element = marker.getElement();
    element?.setAttribute("aria-label", texts.sketch.corner(index + 1));
    element?.addEventListener("keydown", (event) => this.key(event, marker, index));
    const move = (done: boolean) => {
      this.points = this.points.map((point, i) => (i === index ? rounded(toPosition(marker.getLatLng())) : point));
      this.draw();
      this.host.changed(this.points, done);
    };
    marker.on("drag", () => move(false));
    marker.on("dragend", () => move(true));
    marker.on("click", (event) => L.DomEvent.stop(event));
    return marker;
  }

  private key(event: KeyboardEvent, marker: L.Marker, index: number): void {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.remove(index);
      return;
    }
    const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    marker.setLatLng(this.map.layerPointToLatLng(this.map.latLngToLayerPoint(marker.getLatLng()).add(step as [number, number])));
    marker.fire("dragend");
  }

  private draw(): void {
    const places = this.points.map(toLatLng);
    // Two corners make no area yet, but they are worth seeing.
    this.shape.setLatLngs(this.look.area && places.length === 2 ? [...places, ...places.slice(0, 1)] : places);
  }
}

/** As many digits as the address keeps, so that what is drawn is what is asked. */
function rounded([lon, lat]: Position): Position {
  return [Math.round(lon * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5];
}
