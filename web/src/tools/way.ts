// One way from a place to another, as other programs take it. Pure.

import type { Position } from "../types";

export interface Way {
  line: Position[];
  seconds: number;
  metres: number;
  /** Roads that tell it from others. */
  names: string[];
}

/** Places along a line at these shares of its length, so that a navigation app keeps to it. */
export function placesAlong(line: Position[], shares: number[]): Position[] {
  const first = line[0];
  if (!first) return [];
  const squeeze = Math.cos((first[1] * Math.PI) / 180);
  const steps = line.slice(1).map((to, i) => Math.hypot((to[0] - (line[i] as Position)[0]) * squeeze, to[1] - (line[i] as Position)[1]));
  const whole = steps.reduce((sum, step) => sum + step, 0);
  return shares.map((share) => {
    let left = share * whole;
    const at = steps.findIndex((step) => (left -= step) <= 1e-9);
    return line[at < 0 ? line.length - 1 : at + 1] as Position;
  });
}

/** Google Maps with the way's own places in between. */
export function googleLink({ line }: Way): string {
  const text = ([lon, lat]: Position) => `${lat.toFixed(6)},${lon.toFixed(6)}`;
  const params = new URLSearchParams({ api: "1", travelmode: "driving", origin: text(line[0] as Position), destination: text(line.at(-1) as Position) });
  params.set("waypoints", placesAlong(line, [0.25, 0.5, 0.75]).map(text).join("|"));
  return `https://www.google.com/maps/dir/?${params}`;
}

export function gpxOf({ line }: Way, name: string): string {
  const escaped = name.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const points = line.map(([lon, lat]) => `<trkpt lat="${lat.toFixed(7)}" lon="${lon.toFixed(7)}"/>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Rondo" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>${escaped}</name><trkseg>\n${points}\n</trkseg></trk></gpx>\n`;
}

/** The local time so many seconds after an instant that carries its own offset; "" when it cannot be read. */
export function later(instant: string, seconds: number): string {
  const [, hours, minutes, secs] = /T(\d\d):(\d\d)(?::(\d\d))?/.exec(instant) ?? [];
  if (!hours || !minutes) return "";
  const day = 86_400;
  const at = (((Number(hours) * 3600 + Number(minutes) * 60 + Number(secs ?? 0) + Math.round(seconds)) % day) + day) % day;
  return `${String(Math.floor(at / 3600)).padStart(2, "0")}:${String(Math.floor((at % 3600) / 60)).padStart(2, "0")}`;
}
