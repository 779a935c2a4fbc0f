import { describe, expect, it } from "vitest";
import { shortCrs, systemName, systemWithCode } from "../src/data/systems";

describe("reference systems", () => {
  it("are known by name, zones of UTM by their number, others by their code", () => {
    expect(shortCrs("http://www.opengis.net/def/crs/EPSG/0/2154")).toBe("EPSG:2154");
    expect(systemName("EPSG:3857")).toBe("Web Mercator");
    expect(systemWithCode("EPSG:32633")).toBe("EPSG:32633, WGS 84, UTM 33N");
    expect(systemWithCode("EPSG:25833")).toBe("EPSG:25833, ETRS89, UTM 33N");
    expect(systemWithCode("EPSG:2154")).toBe("EPSG:2154");
  });
});
