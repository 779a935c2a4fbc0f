// Tools on the map: reach from a place that is dragged, areas to avoid, the time of day, ways to a stop, measuring.

import assert from "node:assert/strict";
import { violations } from "./access.mjs";
import { plain, settled, shot, today } from "./harness.mjs";

export default function toolTests(test, desk) {
  const reach = async (body) => {
    const answer = await desk().post("/isochrones", body);
    return answer.features.filter((f) => f.properties.layer === "area");
  };

  test("desk: reach follows a place while it is dragged, and is exact where it is dropped", async (t) => {
    const page = await desk().open("desk", `/?date=${today}&panel=reach&from=14.45000,35.89000&minutes=10&at=14.45000,35.89000,13`);
    await page.locator(".figures-line").waitFor();
    await settled(page);
    const inside = await desk().post("/isochrones", { origins: [[14.45, 35.89]], minutes: [10], accounts: true });
    const count = inside.features.filter((f) => f.properties.layer === "account").length;
    assert.equal(plain(await page.locator(".figures-line strong").textContent()), `${count} accounts within 10 min`);
    const origin = page.locator(".origin");
    const box = await origin.boundingBox();
    const shapes = new Set();
    await page.mouse.move(box.x + 18, box.y + 18);
    await page.mouse.down();
    for (let i = 1; i <= 24; i++) {
      await page.mouse.move(box.x + 18 + i * 6, box.y + 18 + i * 2);
      await page.waitForTimeout(40);
      shapes.add(await page.evaluate(() => document.querySelector(".leaflet-reach-live-pane path")?.getAttribute("d")?.slice(0, 80)));
    }
    shapes.delete(undefined);
    assert.ok(shapes.size >= 4, `${shapes.size} outlines came while it was dragged`);
    const { ms, moves } = await origin.evaluate((element) => element.dataset);
    t.diagnostic(`${moves} outlines while dragged, half of them within ${ms} ms`);
    await page.mouse.up();
    await page.waitForFunction(() => !location.search.includes("from=14.45000,35.89000"));
    await page.waitForFunction(() => !document.querySelector(".leaflet-reach-live-pane path"));
    await settled(page);
    const [lon, lat] = new URL(page.url()).searchParams.get("from").split(",").map(Number);
    assert.ok(lon > 14.455 && lat < 35.89);
    const there = await desk().post("/isochrones", { origins: [[lon, lat]], minutes: [10], accounts: true });
    assert.equal(plain(await page.locator(".figures-line strong").textContent()), `${there.features.filter((f) => f.properties.layer === "account").length} accounts within 10 min`);
    assert.deepEqual(await violations(page), []);
    await shot(page, "reach-tool-desk");
    // By keyboard too.
    await origin.focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction((before) => !location.search.includes(before), `from=${lon.toFixed(5)},${lat.toFixed(5)}`);
    await page.context().close();
  });

  test("phone: an area to avoid is drawn by taps, shrinks the reach, is kept in the address, changed and deleted", async () => {
    const page = await desk().open("phone", `/?date=${today}&panel=reach&from=14.45000,35.89000&minutes=15&at=14.45000,35.87500,13`, "dark");
    await page.locator(".figures-line").waitFor();
    const km = async () => Number(plain(await page.locator(".figures-line .second").textContent()).match(/[\d.]+/)[0]);
    const before = await km();
    await page.getByRole("button", { name: "Draw an area" }).click();
    const map = await page.locator(".map").boundingBox();
    const taps = [[150, 150], [330, 150], [330, 260], [150, 260]];
    for (const [x, y] of taps) await page.touchscreen.tap(map.x + x - 40, map.y + y - 40);
    assert.equal(await page.locator(".corner").count(), 4);
    await shot(page, "avoid-drawing-phone");
    await page.getByRole("button", { name: "Use this area" }).click();
    await page.waitForFunction(() => location.search.includes("avoid="));
    await page.waitForFunction((km) => {
      const found = document.querySelector(".figures-line .second")?.textContent?.match(/[\d.]+/)?.[0];
      return found && Number(found) !== km;
    }, before);
    assert.ok((await km()) < before, "less is within reach");
    const ring = new URL(page.url()).searchParams.get("avoid").split(",").map(Number);
    const closed = [];
    for (let i = 0; i < ring.length; i += 2) closed.push([ring[i], ring[i + 1]]);
    closed.push(closed[0]);
    const [area] = await reach({ origins: [[14.45, 35.89]], minutes: [15], avoid: { type: "Polygon", coordinates: [closed] } });
    assert.ok(Math.abs(area.properties.area_m2 / 1e6 - (await km())) < 0.1);
    assert.deepEqual(await violations(page), []);
    await page.reload();
    await page.getByText("Area 1").waitFor();
    assert.equal(await page.locator(".avoid-area").count(), 1);
    await page.getByRole("button", { name: "Change area 1" }).click();
    assert.equal(await page.locator(".corner").count(), 4);
    await page.locator(".corner").first().focus();
    await page.keyboard.press("Delete");
    assert.equal(await page.locator(".corner").count(), 3);
    await page.getByRole("button", { name: "Use this area" }).click();
    await page.waitForFunction(() => (new URLSearchParams(location.search).get("avoid") ?? "").split(",").length === 6);
    await page.getByRole("button", { name: "Delete area 1" }).click();
    await page.waitForFunction(() => !location.search.includes("avoid="));
    assert.equal(await page.locator(".avoid-area").count(), 0);
    await page.context().close();
  });

  test("desk: an area that crosses itself is refused in words; the time of day changes the question", async () => {
    const cross = "14.44000,35.87000,14.46000,35.90000,14.46000,35.87000,14.44000,35.90000";
    const page = await desk().open("desk", `/?date=${today}&panel=reach&from=14.45000,35.89000&minutes=10&avoid=${cross}`);
    await page.getByRole("alert").filter({ hasText: /self-intersection|simple/ }).waitFor();
    await page.getByRole("button", { name: "Delete area 1" }).click();
    await page.locator(".figures-line").waitFor();
    const asked = page.waitForRequest((request) => request.url().includes("/isochrones") && (request.postData() ?? "").includes('"slot":"07-09"'));
    await page.getByLabel("Time of day").selectOption("07-09");
    await asked;
    assert.ok(page.url().includes("slot=07-09"));
    await page.context().close();
  });

  test("phone: a drive of the day has other ways; one is chosen, kept in the address and taken along", async () => {
    for (const { properties: rep } of (await desk().get("/reps")).features) {
      const found = await fetch(`${desk().url}/api/v1/plans/day?rep=${encodeURIComponent(rep.id)}&date=${today}`).then((answer) => (answer.ok ? answer.json() : null));
      if (!found) continue;
      const visits = found.features.filter((f) => f.properties.layer === "visits").sort((a, b) => a.properties.seq - b.properties.seq);
      for (let i = 1; i < visits.length; i++) {
        const [from, to] = [visits[i - 1], visits[i]].map((f) => f.geometry.coordinates.join());
        const { routes } = await fetch(`${desk().url}/route/v1/driving/${from};${to}?alternatives=3&overview=false`).then((answer) => answer.json());
        if (routes.length < 2) continue;
        const page = await desk().open("phone", `/?rep=${encodeURIComponent(rep.id)}&date=${today}`);
        await page.locator(`[data-key="leg-${visits[i].properties.seq}"]`).click();
        await page.getByRole("radio").nth(1).waitFor();
        assert.equal(await page.getByRole("radio").count(), routes.length);
        const minutes = Math.round(routes[1].duration / 60);
        assert.ok(plain(await page.getByRole("radio").nth(1).textContent()).startsWith(minutes < 1 ? "<1 min" : `${minutes} min`));
        await page.getByRole("radio").nth(1).click();
        assert.equal(await page.getByRole("radio").nth(1).getAttribute("aria-checked"), "true");
        assert.ok(page.url().includes("way=1"));
        assert.deepEqual(await violations(page), []);
        await settled(page);
        await shot(page, "ways-phone");
        assert.ok((await page.getByRole("link", { name: "Navigate this way" }).getAttribute("href")).includes("waypoints="));
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "GPX" }).click();
        assert.match((await download).suggestedFilename(), /\.gpx$/);
        const [start, end] = [visits[i - 1], visits[i]].map((f) => f.geometry.coordinates);
        const night = (await desk().post("/route", { from: start, to: end, slot: "night", alternatives: 3 })).properties;
        await page.getByLabel("Time of day").selectOption("night");
        await page.waitForFunction((count) => location.search.includes("night") && document.querySelectorAll("[role=radio]").length === count, 1 + night.alternatives.length);
        await page.reload();
        await page.getByRole("radio").first().waitFor();
        await page.getByRole("button", { name: "Back" }).click();
        await page.locator(".stop-row").first().waitFor();
        await page.context().close();
        return;
      }
    }
    assert.fail("no drive of the demo has a second way");
  });

  test("desk: distances and areas are measured on the ellipsoid, and are a link", async () => {
    const page = await desk().open("desk", `/?date=${today}&at=14.45000,35.90000,13`);
    await page.getByRole("button", { name: "Measure" }).click();
    await page.getByText("Tap the map for each corner.").waitFor();
    const map = await page.locator(".map").boundingBox();
    const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
    await page.mouse.click(x, y);
    await page.mouse.click(x + 200, y);
    await page.locator("[data-figure=length]").waitFor();
    // 200 px at zoom 13 along 35.9 degrees north: the ellipsoid's circle of latitude there, less a hair for the straight way.
    const lat = (35.9 * Math.PI) / 180;
    const metres = (200 * 2 * Math.PI * 6378137 * Math.cos(lat)) / Math.sqrt(1 - 0.00669438 * Math.sin(lat) ** 2) / (256 * 2 ** 13);
    const shown = Number(plain(await page.locator("[data-figure=length]").textContent()).match(/[\d.]+/)[0]);
    assert.ok(Math.abs(shown - metres / 1000) < 0.005, `${shown} km is not ${metres} m`);
    await page.getByRole("button", { name: "Area" }).click();
    await page.mouse.click(x + 200, y + 200);
    await page.locator("[data-figure=area]").waitFor();
    await page.reload();
    await page.locator("[data-figure=area]").waitFor();
    assert.equal(await page.locator(".corner").count(), 3);
    assert.deepEqual(await violations(page), []);
    await settled(page);
    await shot(page, "measure-desk");
    await page.getByRole("button", { name: "km", exact: true }).click();
    await page.locator("[data-figure=area]").getByText(/acres|sq.mi/).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".stop-row").first().waitFor();
    assert.equal(await page.locator(".corner").count(), 0);
    await page.context().close();
  });

  test("desk: while one measures, features and stops take no tap, and a row chosen in the table ends nothing", async () => {
    const corners = (page, count) => page.waitForFunction((count) => document.querySelectorAll(".corner").length === count, count);
    for (const layer of ["reps", "isochrones"]) {
      const page = await desk().open("desk", `/?view=data&layer=${layer}&at=14.4241508,35.9079178,14`);
      await page.waitForFunction(() => document.querySelector(".leaflet-data-pane canvas"));
      await settled(page);
      const map = await page.locator(".map").boundingBox();
      const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
      await page.getByRole("button", { name: "Measure" }).click();
      await page.getByText("Tap the map for each corner.").waitFor();
      for (const [i, dx] of [-150, 0, 150].entries()) {
        await page.mouse.click(x + dx, y);
        await corners(page, i + 1);
      }
      await page.locator(".tbody .link-name").first().click();
      await page.locator(".dr.chosen").waitFor();
      await page.mouse.click(x + 150, y + 80);
      await corners(page, 4);
      assert.equal(await page.locator("[data-figure=length]").count(), 1);
      await page.getByRole("button", { name: "Back" }).click();
      await page.keyboard.press("Escape");
      await page.locator(".layer").first().waitFor();
      await page.mouse.click(x, y);
      await page.locator(".card-head h1").waitFor();
      assert.equal(await page.locator(".corner").count(), 0);
      await page.context().close();
    }
    const page = await desk().open("desk", `/?date=${today}`);
    await page.getByRole("button", { name: "Measure" }).click();
    await page.getByText("Tap the map for each corner.").waitFor();
    const stop = await page.locator(".marker.stop").first().boundingBox();
    await page.mouse.click(stop.x + stop.width / 2, stop.y + stop.height / 2);
    await corners(page, 1);
    assert.ok(!page.url().includes("account="));
    await page.context().close();
  });
}
