// The pages of /ogc: a map of our own tiles with the features on it, and everything beside it readable without.

import assert from "node:assert/strict";
import { violations } from "./access.mjs";
import { shot } from "./harness.mjs";

const drawn = (page) => page.waitForFunction(() =>
  document.querySelector("#map")?.dataset.drawn === "true" &&
  document.querySelectorAll(".background .leaflet-tile").length > 0 &&
  [...document.querySelectorAll(".background .leaflet-tile")].every((tile) => tile.classList.contains("leaflet-tile-loaded")));

export default function gisTests(test, desk) {
  // Each page once: what differs between sizes and themes are the tokens, which the other views go through.
  const pages = [
    ["phone", "light", "/ogc?f=html", false], ["phone", "dark", "/ogc/collections/accounts/items?f=html&limit=20", true],
    ["desk", "light", "/ogc/collections/reps/items?f=html&crs=EPSG:3857&properties=name", true], ["desk", "dark", "/ogc/collections/tours?f=html", true],
    ["desk", "light", "/ogc/collections/metrics/items?f=html&limit=5", false],
  ];
  for (const [i, [size, scheme, path, map]] of pages.entries()) {
    test(`${size}, ${scheme}: axe finds nothing on ${path}`, async () => {
      const page = await desk().openAny(size, path, scheme);
      if (map) await drawn(page);
      assert.equal(await page.locator("#map").count(), map ? 1 : 0);
      assert.ok(await page.getByText("OpenStreetMap").first().isVisible());
      assert.deepEqual(await violations(page), []);
      await shot(page, `gis-${i}`);
      await page.context().close();
    });
  }

  test("the map has a legend of what it shows, and its attribution", async () => {
    const page = await desk().openAny("desk", "/ogc/collections/accounts/items?f=html&limit=1000");
    await drawn(page);
    const shown = await page.locator(".legend li").allTextContents();
    const total = shown.map((text) => Number(/\((\d+)\)/.exec(text)[1])).reduce((a, b) => a + b, 0);
    assert.equal(total, await page.locator("tbody tr").count());
    assert.ok(await page.locator(".leaflet-control-attribution").getByText("OpenStreetMap").isVisible());
    await page.context().close();
  });
}
