// Reference systems by the names that people know them by. Pure.

import { texts } from "../texts";

/** "http://www.opengis.net/def/crs/EPSG/0/3857" -> "EPSG:3857". */
export function shortCrs(uri: string): string {
  const [, authority, code] = /\/def\/crs\/(\w+)\/[^/]+\/(\w+)$/.exec(uri) ?? [];
  return authority && code ? `${authority}:${code}` : uri;
}

/** The name of "EPSG:3857"; its code where it has none here. */
export function systemName(short: string): string {
  return texts.layers.systems[short] ?? utmName(short) ?? short;
}

/** The name with the code, as files and programs want it. */
export function systemWithCode(short: string): string {
  const name = systemName(short);
  return name === short ? name : `${short}, ${name}`;
}

/** Zones of the universal grid have their number in their code. */
function utmName(short: string): string | null {
  const [, family, zone] = /^EPSG:(326|327|258)(\d\d)$/.exec(short) ?? [];
  if (!family || !zone) return null;
  return texts.layers.utm(family === "258" ? "ETRS89" : "WGS 84", `${Number(zone)}${family === "327" ? "S" : "N"}`);
}
