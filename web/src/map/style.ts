// How the background looks: which kinds count as what, how wide roads are, which names matter first.

import type { ColourName } from "../theme";

export type RoadClass = "ferry" | "rail" | "path" | "track" | "service" | "minor" | "tertiary" | "secondary" | "primary" | "motorway";

const roadClasses: Record<string, RoadClass> = {
  motorway: "motorway", motorway_link: "motorway", trunk: "primary", trunk_link: "primary", primary: "primary", primary_link: "primary",
  secondary: "secondary", secondary_link: "secondary", tertiary: "tertiary", tertiary_link: "tertiary",
  residential: "minor", unclassified: "minor", living_street: "minor", road: "minor", minor: "minor",
  service: "service", busway: "service", raceway: "service", runway: "tertiary", taxiway: "service", track: "track", pier: "track", ferry: "ferry",
  rail: "rail", light_rail: "rail", tram: "rail", subway: "rail", narrow_gauge: "rail", funicular: "rail", cable_car: "rail",
  gondola: "rail", chair_lift: "rail",
};

/** Footways, steps, cycleways and whatever else is not for cars are paths. */
export function roadClass(kind: string): RoadClass {
  return roadClasses[kind] ?? "path";
}

/** Drawing order, least first. */
export const roadOrder: RoadClass[] = ["ferry", "path", "track", "rail", "service", "minor", "tertiary", "secondary", "primary", "motorway"];

/** Widths in pixels at zooms 10, 12, 14, 16 and 18. */
const widths: Record<RoadClass, number[]> = {
  ferry: [1, 1, 1.2, 1.5, 1.5],
  rail: [0.5, 0.8, 1, 1.4, 2],
  path: [0, 0, 0.6, 1, 1.6],
  track: [0, 0, 0.8, 1.4, 2.4],
  service: [0, 0, 0.7, 3, 8],
  minor: [0, 0.5, 1.7, 6, 14],
  tertiary: [0.5, 0.9, 2.9, 7.5, 16],
  secondary: [0.8, 1.4, 3.6, 8.5, 18],
  primary: [1.1, 1.9, 4.4, 9.5, 20],
  motorway: [1.4, 2.3, 5, 11, 22],
};

/** Width of a road in pixels at a zoom; 0 = not drawn. */
export function roadWidth(road: RoadClass, zoom: number): number {
  const table = widths[road];
  const at = Math.min(Math.max((zoom - 10) / 2, 0), table.length - 1.001);
  const low = table[Math.floor(at)] ?? 0;
  const high = table[Math.floor(at) + 1] ?? low;
  if (low === 0) return at - Math.floor(at) >= 0.5 ? high / 2 : 0;
  return low * (high / low) ** (at - Math.floor(at));
}

export function roadColours(road: RoadClass, zoom: number): { fill: ColourName; edge: ColourName | null } {
  const major = road === "motorway" || road === "primary" || road === "secondary";
  if (road === "ferry") return { fill: "map-ferry", edge: null };
  if (road === "path" || road === "track" || road === "rail") return { fill: "map-path", edge: null };
  if (zoom < 13) return { fill: major ? "map-road-edge-major" : "map-road-far", edge: null };
  return major ? { fill: "map-road-major", edge: "map-road-edge-major" } : { fill: "map-road", edge: "map-road-edge" };
}

const built = new Set([
  "residential", "commercial", "industrial", "retail", "military", "construction", "railway", "aerodrome", "apron", "runway", "taxiway", "port", "quarry",
  "landfill", "brownfield", "parking", "school", "university", "college", "hospital", "kindergarten", "marketplace", "greenhouse_horticulture",
]);
const plain = new Set([
  "farmland", "farmyard", "bare_rock", "sand", "beach", "scree", "shingle", "glacier", "square", "pier", "breakwater", "bridge", "marina", "track",
]);

/** Colour of a piece of land; null = like the ground. */
export function landColour(kind: string): ColourName | null {
  if (built.has(kind)) return "map-built";
  return plain.has(kind) ? null : "map-green";
}

export interface PlaceStyle {
  /** Smaller comes first. */
  rank: number;
  from: number;
  size: number;
  weight: number;
  second?: boolean;
}

const places: Record<string, PlaceStyle> = {
  country: { rank: 0, from: 4, size: 15, weight: 600 },
  island: { rank: 3, from: 8, size: 13, weight: 500, second: true },
  city: { rank: 1, from: 7, size: 15, weight: 600 },
  town: { rank: 2, from: 9, size: 14, weight: 600 },
  village: { rank: 4, from: 11, size: 13, weight: 500 },
  suburb: { rank: 5, from: 12, size: 12, weight: 500, second: true },
  borough: { rank: 5, from: 12, size: 12, weight: 500, second: true },
  quarter: { rank: 6, from: 14, size: 12, weight: 500, second: true },
  neighbourhood: { rank: 7, from: 14, size: 12, weight: 400, second: true },
  hamlet: { rank: 7, from: 13, size: 12, weight: 400 },
  islet: { rank: 8, from: 13, size: 11, weight: 400, second: true },
  locality: { rank: 9, from: 15, size: 11, weight: 400, second: true },
};
const otherPlace: PlaceStyle = { rank: 10, from: 15, size: 11, weight: 400, second: true };

export function placeStyle(kind: string): PlaceStyle {
  return places[kind] ?? otherPlace;
}

/** From which zoom a road's name is written. */
export function roadNameFrom(road: RoadClass): number {
  return { motorway: 13, primary: 13, secondary: 14, tertiary: 15, minor: 16, service: 17, track: 17, path: 18, rail: 99, ferry: 12 }[road];
}
