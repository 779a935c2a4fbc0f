// Lengths and areas on the ellipsoid of WGS 84, in metres. Lengths follow T. Vincenty, "Direct and inverse solutions of
// geodesics on the ellipsoid", Survey Review 23 (1975); areas are those of the sphere of equal area. Pure.

import type { Position } from "../types";

const a = 6_378_137;
const f = 1 / 298.257223563;
const b = a * (1 - f);
const e2 = f * (2 - f);
const e = Math.sqrt(e2);
const radians = Math.PI / 180;

/** The shortest way between two places; nearly opposite ones, for which the series does not settle, by the sphere. */
export function distance([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const L = (lon2 - lon1) * radians;
  const U1 = Math.atan((1 - f) * Math.tan(lat1 * radians));
  const U2 = Math.atan((1 - f) * Math.tan(lat2 * radians));
  const [sin1, cos1, sin2, cos2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let lambda = L;
  for (let i = 0; i < 100; i++) {
    const sinLambda = Math.sin(lambda);
    const cosLambda = Math.cos(lambda);
    const sinSigma = Math.hypot(cos2 * sinLambda, cos1 * sin2 - sin1 * cos2 * cosLambda);
    if (sinSigma === 0) return 0;
    const cosSigma = sin1 * sin2 + cos1 * cos2 * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cos1 * cos2 * sinLambda) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha * sinAlpha;
    // Along the equator.
    const cos2m = cosSqAlpha === 0 ? 0 : cosSigma - (2 * sin1 * sin2) / cosSqAlpha;
    const C = (f / 16) * cosSqAlpha * (4 + f * (4 - 3 * cosSqAlpha));
    const before = lambda;
    lambda = L + (1 - C) * f * sinAlpha * (sigma + C * sinSigma * (cos2m + C * cosSigma * (-1 + 2 * cos2m * cos2m)));
    if (Math.abs(lambda - before) > 1e-12) continue;
    const u2 = (cosSqAlpha * (a * a - b * b)) / (b * b);
    const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const c = cos2m * cos2m;
    const correction = B * sinSigma * (cos2m + (B / 4) * (cosSigma * (-1 + 2 * c) - (B / 6) * cos2m * (-3 + 4 * sinSigma * sinSigma) * (-3 + 4 * c)));
    return b * A * (sigma - correction);
  }
  return sphere([lon1, lat1], [lon2, lat2]);
}

function sphere([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const half = Math.sin(((lat2 - lat1) * radians) / 2) ** 2 + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * Math.sin(((lon2 - lon1) * radians) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Length of a line, or round a ring that need not be closed. */
export function length(line: Position[], ring = false): number {
  const closed = ring && line.length > 2 ? [...line, line[0] as Position] : line;
  return closed.slice(1).reduce((sum, to, i) => sum + distance(closed[i] as Position, to), 0);
}

/** q of the authalic latitude (Snyder, "Map projections: a working manual", eq. 3-12). */
function q(lat: number): number {
  const s = e * Math.sin(lat);
  return (1 - e2) * (Math.sin(lat) / (1 - s * s) - (1 / (2 * e)) * Math.log((1 - s) / (1 + s)));
}
const pole = q(Math.PI / 2);
const equalRadius = a * Math.sqrt(pole / 2);

/** Area inside a ring whose sides are shortest ways, whichever way round it goes; no more than half of the globe. */
export function area(ring: Position[]): number {
  if (ring.length < 3) return 0;
  let excess = 0;
  const authalic = ring.map(([lon, lat]) => [lon * radians, Math.asin(Math.max(-1, Math.min(1, q(lat * radians) / pole)))] as const);
  authalic.forEach(([lon1, lat1], i) => {
    const [lon2, lat2] = authalic[(i + 1) % authalic.length] as readonly [number, number];
    // The nearer way round the globe.
    const dLon = Math.atan2(Math.sin(lon2 - lon1), Math.cos(lon2 - lon1));
    excess += 2 * Math.atan2(Math.tan(dLon / 2) * (Math.tan(lat1 / 2) + Math.tan(lat2 / 2)), 1 + Math.tan(lat1 / 2) * Math.tan(lat2 / 2));
  });
  const whole = 4 * Math.PI * equalRadius ** 2;
  const found = Math.abs(excess) * equalRadius ** 2;
  return Math.min(found, whole - found);
}

export type Units = "metric" | "imperial";

/** A length with its unit. */
export function lengthText(metres: number, units: Units): string {
  if (units === "imperial") return metres < 160.9344 ? `${(metres / 0.3048).toFixed(0)}\u202fft` : `${digits(metres / 1609.344)}\u202fmi`;
  return metres < 1000 ? `${metres < 10 ? metres.toFixed(1) : metres.toFixed(0)}\u202fm` : `${digits(metres / 1000)}\u202fkm`;
}

/** An area with its unit. */
export function areaText(squareMetres: number, units: Units): string {
  if (units === "imperial") return squareMetres < 2_589_988 ? `${digits(squareMetres / 4046.8564224)}\u202facres` : `${digits(squareMetres / 2_589_988.110336)}\u202fsq\u202fmi`;
  if (squareMetres < 10_000) return `${squareMetres.toFixed(0)}\u202fm²`;
  return squareMetres < 1_000_000 ? `${digits(squareMetres / 10_000)}\u202fha` : `${digits(squareMetres / 1_000_000)}\u202fkm²`;
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(3) : value < 100 ? value.toFixed(2) : value < 1000 ? value.toFixed(1) : value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
