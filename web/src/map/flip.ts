// Longitude comes first everywhere but in Leaflet. These two functions are the only place where the order turns.

import { latLng, type LatLng } from "leaflet";
import type { Position } from "../types";

export function toLatLng([lon, lat]: Position): LatLng {
  return latLng(lat, lon);
}

export function toPosition(at: LatLng): Position {
  return [at.lng, at.lat];
}

/** An RFC 5870 link, which also wants latitude first, with a name for the apps that read one. */
export function geoUri([lon, lat]: Position, name: string): string {
  return `geo:${lat},${lon}?q=${lat},${lon}(${encodeURIComponent(name)})`;
}
