// Places, lines and areas as text that fits into an address and can be read aloud: "14.51000,35.90000,14.52000,35.91000;…".
// Pure.

import type { Position } from "./types";

/** So many corners fit into an address together with everything else. */
export const MOST_CORNERS = 240;
/** So many areas the server takes in one request. */
export const MOST_AREAS = 20;

export function placeToText(at: Position): string {
  return at.map((n) => n.toFixed(5)).join(",");
}

export function placeFromText(text: string | null): Position | null {
  return lineFromText(text)[0] ?? null;
}

export function lineToText(line: Position[]): string {
  return line.map(placeToText).join(",");
}

/** The places of a line; none at all when a part of it makes no sense. */
export function lineFromText(text: string | null): Position[] {
  if (!text) return [];
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.length % 2 !== 0 || numbers.length > 2 * MOST_CORNERS) return [];
  const line: Position[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const [lon, lat] = [numbers[i], numbers[i + 1]] as Position;
    if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return [];
    line.push([lon, lat]);
  }
  return line;
}

export function areasToText(areas: Position[][]): string {
  return areas.map(lineToText).join(";");
}

/** Areas of at least three corners; others are left out. */
export function areasFromText(text: string | null): Position[][] {
  const areas = (text ?? "").split(";", MOST_AREAS).map(lineFromText).filter((ring) => ring.length >= 3);
  return areas.reduce((sum, ring) => sum + ring.length, 0) <= MOST_CORNERS ? areas : [];
}
