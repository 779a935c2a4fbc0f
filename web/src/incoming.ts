// A file that is brought in: which kinds are taken, and what it may hold, as far as that can be told before it is sent. Pure.

/** What a person says that a file holds. */
export type Holds = "accounts" | "areas";

export interface Incoming {
  file: File;
  holds: Holds;
  /** Reference system of its coordinates; "" = what the file says. */
  crs: string;
  /** The table that is meant, where the file has several; "" = the only one. */
  table: string;
}

/** Endings of names, and what such a file is sent as. Files of other endings go as bytes: the server looks into them. */
const mediaTypes: Record<string, string> = {
  csv: "text/csv", tsv: "text/csv", txt: "text/csv", json: "application/geo+json", geojson: "application/geo+json",
  geojsonl: "application/geo+json-seq", geojsons: "application/geo+json-seq", ndjson: "application/geo+json-seq",
  gpkg: "application/geopackage+sqlite3", fgb: "application/flatgeobuf", zip: "application/zip",
};

/** For the file picker. */
export const accepted = Object.keys(mediaTypes).map((ending) => `.${ending}`).join(",");

function endingOf(name: string): string {
  return /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}

export function mediaTypeOf(name: string): string {
  return mediaTypes[endingOf(name)] ?? "application/octet-stream";
}

/** Whether it is one of the files that make up a Shapefile, which is of no use alone. */
export function isPartOfShapefile(name: string): boolean {
  return ["shp", "dbf", "shx", "prj", "cpg"].includes(endingOf(name));
}

/** So much of a file tells what it holds, in bytes. */
export const HEAD = 65_536;

/** Whether the beginning of a text file has outlines and no points. */
export function hasOutlines(name: string, head: string): boolean {
  const found = (shape: string) => (mediaTypeOf(name) === "text/csv" ? new RegExp(`\\b(MULTI)?${shape}\\s*(Z|M|ZM)?\\s*\\(`, "i") : new RegExp(`"type"\\s*:\\s*"(Multi)?${shape}"`)).test(head);
  return /^text\/csv|json/.test(mediaTypeOf(name)) && found("Polygon") && !found("Point");
}
