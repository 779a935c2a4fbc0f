import { describe, expect, it } from "vitest";
import { accepted, hasOutlines, isPartOfShapefile, mediaTypeOf } from "../src/incoming";

describe("a file that is brought in", () => {
  it("may be of any kind that the server reads, and is sent as what it is", () => {
    expect(accepted.split(",")).toEqual([".csv", ".tsv", ".txt", ".json", ".geojson", ".geojsonl", ".geojsons", ".ndjson", ".gpkg", ".fgb", ".zip"]);
    expect(["a.CSV", "b.geojson", "c.geojsonl", "d.gpkg", "e.fgb", "f.zip", "g"].map(mediaTypeOf)).toEqual([
      "text/csv", "application/geo+json", "application/geo+json-seq", "application/geopackage+sqlite3", "application/flatgeobuf", "application/zip", "application/octet-stream",
    ]);
  });

  it("of a Shapefile is of no use alone", () => {
    expect(["areas.SHP", "areas.dbf", "areas.zip", "shp", "a.shp.zip"].map(isPartOfShapefile)).toEqual([true, true, false, false, false]);
  });

  it("has outlines where its text has some and no points", () => {
    expect(hasOutlines("a.csv", 'id,wkt\n1,"POLYGON ((1 2,3 4,5 6,1 2))"')).toBe(true);
    expect(hasOutlines("a.txt", "1;MultiPolygon Z (((1 2 3,3 4 3,5 6 3,1 2 3)))")).toBe(true);
    expect(hasOutlines("a.csv", "id,name,lon,lat\n1,Polygon Café,14,35\n")).toBe(false);
    expect(hasOutlines("a.csv", "1,POINT (1 2)\n2,\"POLYGON ((1 2,3 4,5 6,1 2))\"")).toBe(false);
    expect(hasOutlines("a.geojson", '{"type": "Polygon", "coordinates": []}')).toBe(true);
    expect(hasOutlines("a.geojsonl", '{"geometry":{"type":"MultiPolygon"')).toBe(true);
    expect(hasOutlines("a.json", '{"type":"Feature","properties":{"name":"POLYGON (("},"geometry":{"type":"Point"')).toBe(false);
    expect(hasOutlines("a.gpkg", "POLYGON ((")).toBe(false);
  });
});
