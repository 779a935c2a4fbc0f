// The data view: what GIS programs get is what the page shows; the table and the map choose each other; one sheet of paper.

import assert from "node:assert/strict";
import { violations } from "./access.mjs";
import { plain, settled, shot } from "./harness.mjs";

const number = (text) => Number(plain(text).replace(/\s/g, ""));

export default function dataTests(test, desk) {
  const open = async (size, more = "", scheme = "light") => {
    const page = await desk().open(size, `/?view=data${more}`, scheme);
    await page.locator(".layer, .card-head").first().waitFor();
    return page;
  };
  const ogc = async (path) => {
    const answer = await fetch(`${desk().url}/ogc${path}`);
    assert.equal(answer.status, 200, path);
    return answer.json();
  };
  const items = (layer, query) => ogc(`/collections/${layer}/items?f=json&${new URLSearchParams(query)}`);
  const rows = (page) => page.locator(".tbody .link-name").allTextContents();

  for (const [size, scheme] of [["desk", "light"], ["phone", "dark"]]) {
    test(`${size}, ${scheme}: layers with their counts, the service's address, a file for each format`, async () => {
      const page = await open(size, "&layer=accounts", scheme);
      const { collections } = await ogc("/collections?f=json");
      assert.deepEqual(await page.locator(".layer").evaluateAll((list) => list.map((li) => li.dataset.layer)), collections.map(({ id }) => id));
      await page.waitForFunction(() => [...document.querySelectorAll(".layer-count")].every((count) => count.textContent !== "…"), null, { timeout: 60_000 });
      for (const layer of ["accounts", "reps", "roads"]) {
        const { numberMatched } = await items(layer, { limit: 1 });
        assert.equal(number(await page.locator(`[data-layer="${layer}"] .layer-count`).textContent()), numberMatched, layer);
      }
      assert.equal(await page.getByLabel("Service for QGIS, GDAL and scripts", { exact: true }).inputValue(), `${desk().url}/ogc`);
      const links = collections[0].links.filter(({ rel }) => rel === "enclosure").map(({ href }) => new URL(href).pathname + new URL(href).search);
      const shown = await page.locator(".files a").evaluateAll((list) => list.map((a) => a.getAttribute("href")));
      assert.deepEqual(shown, links);
      for (const href of shown) assert.equal((await fetch(desk().url + href, { method: "GET" }).then((answer) => (void answer.body?.cancel(), answer))).status, 200, href);
      assert.deepEqual(await violations(page), []);
      await shot(page, `data-${size}-${scheme}`);
      await page.context().close();
    });
  }

  test("desk: the address is copied with one tap", async () => {
    const page = await open("desk", "&layer=accounts");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: desk().url });
    await page.getByRole("button", { name: "Copy: Service for QGIS, GDAL and scripts" }).click();
    await page.getByText("Copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${desk().url}/ogc`);
    await page.context().close();
  });

  test("desk: the table holds the service's rows, sorts, and goes on without end or repeats", async () => {
    const page = await open("desk", "&layer=accounts");
    await page.locator(".tbody .link-name").first().waitFor();
    const first = await items("accounts", { limit: 100 });
    assert.deepEqual((await rows(page)).slice(0, 5), first.features.slice(0, 5).map(({ id }) => id));
    await page.locator("[data-key=order-urgency]").click();
    await page.waitForFunction(() => location.search.includes("order=urgency"));
    await page.locator("[data-key=order-urgency]").click();
    await settled(page);
    const worst = await items("accounts", { limit: 5, sortby: "-urgency" });
    await page.waitForFunction((id) => document.querySelector(".tbody .link-name")?.textContent === id, worst.features[0].id);
    assert.deepEqual((await rows(page)).slice(0, 5), worst.features.map(({ id }) => id));
    assert.equal(await page.locator(".dh [aria-sort=descending]").count(), 1);
    // To the end: pages follow by themselves.
    const seen = new Set();
    for (let i = 0; i < 60 && seen.size < first.numberMatched; i++) {
      for (const id of await rows(page)) seen.add(id);
      await page.locator(".attributes .table").evaluate((table) => table.scrollBy(0, table.clientHeight));
      await page.waitForTimeout(60);
      if (i % 10 === 9) await page.waitForFunction(() => document.querySelector(".attributes")?.getAttribute("aria-busy") === "false");
    }
    const shown = plain(await page.locator(".attributes .table-tools > .second").textContent());
    assert.match(shown, new RegExp(`^(first \\d+|${first.numberMatched}) of ${first.numberMatched}$`));
    assert.ok(seen.size > 300, `${seen.size} rows seen`);
    await page.context().close();
  });

  test("desk: a row and its feature on the map choose each other; the address holds the choice", async () => {
    const page = await open("desk", "&layer=accounts&filter=class='A'");
    await page.locator(".tbody .link-name").nth(2).click();
    await page.locator(".card-head h1").waitFor();
    const id = new URL(page.url()).searchParams.get("feature");
    const feature = await ogc(`/collections/accounts/items/${id}?f=json`);
    assert.equal(plain(await page.locator("h1").textContent()), feature.properties.name.trim());
    assert.equal(await page.locator(".dr.chosen .link-name").textContent(), id);
    assert.equal(await page.locator(".leaflet-data-chosen-pane path").count(), 2, "the feature is marked");
    await page.getByRole("button", { name: "Show on the map" }).click();
    await settled(page);
    await page.waitForTimeout(400);
    await shot(page, "feature-desk");
    assert.deepEqual(await violations(page), []);
    // Tap the same place on the map after closing: it is chosen again.
    await page.keyboard.press("Escape");
    await page.locator(".layer").first().waitFor();
    const box = await page.locator(".map").boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator(".card-head h1").waitFor();
    const chosen = new URL(page.url()).searchParams.get("feature");
    assert.equal((await ogc(`/collections/accounts/items/${chosen}?f=json`)).properties.class, "A", "only what passes the filter is drawn");
    await page.reload();
    await page.locator(".dr.chosen, .card-head h1").first().waitFor();
    await page.goBack();
    await page.context().close();
  });

  test("desk: a filter is completed, applied, counted and taken along; a wrong one shows where", async () => {
    const page = await open("desk", "&layer=accounts");
    const box = page.getByRole("combobox", { name: "Filter, CQL2" });
    await box.click();
    await box.pressSequentially("gap");
    await page.getByRole("option", { name: /^gap_cause/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await box.inputValue(), "gap_cause = ");
    await page.getByRole("option", { name: "'overdue'" }).click();
    await shot(page, "filter-desk");
    assert.deepEqual(await violations(page), []);
    await box.press("Enter");
    await page.waitForFunction(() => location.search.includes("filter="));
    const { numberMatched } = await items("accounts", { limit: 1, filter: "gap_cause = 'overdue'", sortby: "name" });
    await page.getByText(new RegExp(`^(first 100|${numberMatched}) of ${numberMatched}$`)).waitFor();
    const file = await page.locator(".files a").first().getAttribute("href");
    const lines = (await (await fetch(desk().url + file)).text()).trim().split("\n");
    assert.ok(lines.length >= numberMatched && lines.length < 2 * numberMatched, `${lines.length} lines of ${numberMatched}`);
    await box.fill("class = 'A' ANT urgency > 1");
    await box.press("Enter");
    const alert = page.locator(".filter-error");
    await alert.getByText(/at 12/).waitFor();
    assert.equal(await alert.locator("mark").textContent(), "A");
    assert.ok((await alert.locator("code").textContent()).startsWith("class = 'A' ANT"));
    // There is no file of what a wrong filter leaves.
    assert.equal(await page.locator(".files a").count(), 0);
    await page.getByText("The filter cannot be read").waitFor();
    await shot(page, "filter-wrong-desk");
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator(".tbody .link-name").first().waitFor();
    await page.context().close();
  });

  test("desk: whatever is put together of completions, the service takes", async () => {
    // A walk with fixed steps: each takes one of the completions on offer.
    let seed = 7;
    const draw = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const made = new Set();
    for (const layer of ["accounts", "visits", "roads"]) {
      const page = await open("desk", `&layer=${layer}`);
      await page.locator(".tbody .link-name").first().waitFor();
      const box = page.getByRole("combobox", { name: "Filter, CQL2" });
      for (let walk = 0; walk < 20; walk++) {
        // Functions are on offer to whoever begins to type one.
        await box.fill(["", "T_", "S_", "NOT ", "CASEI("][walk % 5]);
        await box.click();
        let stuck = false;
        for (let step = 0; !stuck; step++) {
          assert.ok(step < 60, await box.inputValue());
          const offered = (await page.locator(".completions code").allTextContents()).filter((option) => !/^(POINT|LINESTRING|POLYGON)\(/.test(option));
          if (step > 0 && offered.includes("OR") && (step > 20 || draw(3) > 0)) break;
          if (offered.length > 0) await page.locator(".completions li").filter({ has: page.getByText(offered[draw(offered.length)], { exact: true }) }).first().dispatchEvent("pointerdown");
          // Numbers are everybody's own; and of what no row has, nothing is known.
          else if (/BBOX\([\d ,]*$/.test(await box.inputValue())) await box.pressSequentially(`${10 + step} `);
          else stuck = true;
        }
        if (stuck) continue;
        const filter = (await box.inputValue()).trim();
        made.add(filter);
        const answer = await fetch(`${desk().url}/ogc/collections/${layer}/items?${new URLSearchParams({ f: "json", limit: 1, filter })}`);
        assert.equal(answer.status, 200, `${layer}: ${filter}: ${answer.ok ? "" : await answer.text()}`);
      }
      await page.context().close();
    }
    assert.ok(made.size > 30, [...made].join("\n"));
    for (const part of ["INTERVAL(", "BBOX(", "CASEI('", "TIMESTAMP('", "IN (", "BETWEEN"]) assert.ok([...made].some((filter) => filter.includes(part)), `${part}: ${[...made].join("\n")}`);
  });

  test("desk: layers are switched on and off, and the address remembers", async () => {
    const page = await open("desk", "&layer=accounts");
    await page.getByRole("checkbox", { name: "Tours on the map" }).check();
    await page.waitForFunction(() => location.search.includes("drawn=accounts,tours"));
    await settled(page);
    await page.waitForTimeout(500);
    await shot(page, "layers-desk");
    await page.reload();
    await page.getByRole("checkbox", { name: "Tours on the map" }).waitFor();
    assert.ok(await page.getByRole("checkbox", { name: "Tours on the map" }).isChecked());
    const inked = () => page.evaluate(() => {
      const canvas = document.querySelector(".leaflet-data-pane canvas");
      return canvas ? canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length : 0;
    });
    await page.waitForFunction(() => document.querySelector(".leaflet-data-pane canvas"));
    await page.waitForTimeout(600);
    const both = await inked();
    await page.getByRole("checkbox", { name: "Tours on the map" }).uncheck();
    await page.waitForTimeout(600);
    const one = await inked();
    assert.ok(both > one && one > 0, `${both} > ${one}`);
    await page.context().close();
  });

  test("desk: positions are told in the chosen reference system, as the server converts them", async () => {
    const page = await open("desk", "&layer=accounts&at=14.45000,35.90000,14");
    const options = await page.locator("[data-key=crs-readout] option").count();
    assert.equal(options, (await ogc("/collections/accounts?f=json")).crs.length);
    await page.locator("[data-key=crs-readout]").selectOption("EPSG:32633");
    assert.ok(page.url().includes("crs=EPSG%3A32633"));
    const box = await page.locator(".map").boundingBox();
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
    const told = await desk().get("/coordinates?lon=14.45&lat=35.9&crs=EPSG:32633");
    // A pixel here is eight metres.
    await page.waitForFunction(([east, north]) => {
      const found = document.querySelector(".readout-text").textContent.replace(/\s+(?=\d)/g, "").match(/E(\d+\.\d\d)\s+N(\d+\.\d\d)/);
      return found && Math.abs(found[1] - east) < 12 && Math.abs(found[2] - north) < 12;
    }, told.position);
    await page.context().close();
  });

  test("desk: an address with a reference system that is not on offer tells positions in the first one", async () => {
    const page = await open("desk", "&layer=accounts&at=14.45000,35.90000,14&crs=EPSG:99999");
    await page.waitForFunction(() => /E\s*14\.4\d+\s+N\s*35\.\d+/.test(document.querySelector(".readout-text").textContent));
    assert.equal(await page.locator("[data-key=crs-readout]").inputValue(), "OGC:CRS84");
    await page.context().close();
  });

  /** Whether people see the whole of it: it lies on the screen, and nothing lies over its edges. */
  const inSight = async (locator) => {
    // Redrawn meanwhile, the element that is asked about may be gone.
    for (let i = 0; i < 10; i++, await locator.page().waitForTimeout(100)) {
      const seen = await locator.evaluate((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        return [[left + 2, y], [right - 2, y], [x, top + 2], [x, bottom - 2]].every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
      });
      if (seen) return true;
    }
    return false;
  };

  for (const size of ["desk", "narrow", "phone"]) {
    test(`${size}: that a layer has nothing, or that its order cannot be had, is said where it is seen`, async () => {
      for (const [query, said, help] of [
        ["&layer=areas", "Nothing in this layer", null], ["&layer=accounts&filter=id%3D'zz'", "Nothing passes the filter", "Clear"], ["&layer=accounts&order=zzz", "Parameters cannot be accepted", "Usual order"],
      ]) {
        const page = await desk().open(size, `/?view=data${query}${size === "phone" ? "&tab=accounts" : ""}`);
        const title = page.getByRole("heading", { name: said });
        await title.waitFor();
        assert.ok(await inSight(title), `${said}: ${JSON.stringify(await title.boundingBox())}`);
        // A phone's sheet can be drawn up for what comes after it.
        const way = page.locator(".table-instead").getByRole("button", { name: help ?? "" });
        if (help && size !== "phone") assert.ok(await inSight(way), `${said}: ${help}`);
        if (size !== "phone") assert.ok(await inSight(page.locator(".table-instead p").first()), `${said}: the line below`);
        assert.deepEqual(await violations(page), []);
        await shot(page, `nothing-${size}-${said.split(" ").at(-1)}`);
        if (help) {
          await way.click();
          await page.locator(".tbody .link-name").first().waitFor();
          assert.equal(await page.locator(".table-instead").isVisible(), false);
        }
        await page.context().close();
      }
    });
  }

  test("desk: the coordinates leave the attribution and the scale free, however narrow the map", async () => {
    const page = await open("desk", "&layer=accounts&at=14.45000,35.90000,14");
    for (const width of [900, 1024, 1100, 1200, 1262, 1440]) {
      await page.setViewportSize({ width, height: 720 });
      for (const system of ["OGC:CRS84", "EPSG:32633"]) {
        await page.locator("[data-key=crs-readout]").selectOption(system);
        await page.waitForFunction((east) => new RegExp(east).test(document.querySelector(".readout-text").textContent), system === "OGC:CRS84" ? "14\\.\\d" : "\\d{3}\\.\\d\\d");
        for (const other of [page.getByRole("link", { name: "© OpenStreetMap contributors" }), page.locator(".leaflet-control-scale"), page.locator(".map-tools")]) {
          const [a, b] = [await page.locator(".readout").boundingBox(), await other.boundingBox()];
          const apart = a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;
          assert.ok(apart, `${width}, ${system}: ${JSON.stringify([a, b])}`);
        }
      }
      await shot(page, `readout-${width}`);
    }
    await page.context().close();
  });

  test("desk: all times are told in the accounts' own time zone, which is named", async () => {
    // Malta's winter time is an hour ahead of UTC.
    const local = (instant) => new Date(new Date(instant).getTime() + 3_600_000).toISOString().slice(0, 16).replace("T", " ");
    const page = await open("desk", "&layer=visits&filter=source%3D'plan'%20AND%20day%3DDATE('2024-11-19')");
    await page.locator(".tbody .link-name").first().click();
    await page.locator(".card-head h1").waitFor();
    const { properties } = await ogc(`/collections/visits/items/${encodeURIComponent(new URL(page.url()).searchParams.get("feature"))}?f=json`);
    assert.match(properties.as_of, /Z$/);
    for (const name of ["start", "end", "as_of"]) {
      const fact = page.locator(".facts dt").filter({ hasText: new RegExp(`^${name}$`) }).locator("+ dd");
      await page.waitForFunction((name) => [...document.querySelectorAll(".facts dt")].some((dt) => dt.textContent === name), name);
      assert.equal(plain(await fact.textContent()), local(properties[name]), name);
      assert.match(await fact.locator("[title]").getAttribute("title"), /Europe\/Malta$/);
    }
    await page.context().close();
  });

  test("desk: ids of roads are read whole and stay when the page is opened again", async () => {
    const page = await open("desk", "&layer=roads");
    const first = page.locator(".tbody .link-name").first();
    await first.waitFor();
    const id = await first.textContent();
    assert.match(id, /^\d+:\d+:\d+$/);
    assert.ok(await first.evaluate((link) => link.scrollWidth <= link.clientWidth), "nothing is cut off");
    await first.click();
    await page.locator(".card-head h1").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("feature"), id);
    await page.reload();
    await page.locator(".card-head h1").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  test("desk: all pages print on one sheet of A4 with map, attribution and rows", async () => {
    for (const [name, path] of [["day", "/?date=2024-11-19"], ["coverage", "/?view=coverage&date=2024-11-19"], ["data", "/?view=data&layer=accounts"]]) {
      const page = await desk().open("desk", path, name === "data" ? "dark" : "light");
      await page.getByRole("button", { name: "Print view" }).click();
      await page.locator(".print-foot tbody tr").nth(5).waitFor();
      await page.waitForTimeout(700);
      assert.ok(page.url().includes("print=1"));
      assert.deepEqual(await violations(page), []);
      assert.ok(await page.getByRole("link", { name: "© OpenStreetMap contributors" }).isVisible());
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g)?.length;
      assert.equal(pages, 1, `${name} takes ${pages} pages`);
      await page.screenshot({ path: new URL(`./out/print-${name}.png`, import.meta.url).pathname, fullPage: true });
      await page.keyboard.press("Escape");
      await page.locator(".bar").waitFor();
      await page.context().close();
    }
  });

  test("desk: a printed layer shows what tells most, names the columns that it leaves out, and cuts nothing off but with dots", async () => {
    for (const [layer, more, shown] of [
      ["accounts", "", ["id", "name", "status", "urgency", "gap_cause"]], ["accounts", "&order=-prize_s&filter=quality<>'street'", ["name", "prize_s", "quality", "gap_cause"]],
      ["visits", "", ["name", "day", "status"]], ["unplanned", "", ["name", "reason"]], ["roads", "", ["id", "class", "length_m"]], ["metrics", "", ["name", "value", "formula"]],
    ]) {
      const page = await open("desk", `&layer=${layer}${more}`);
      await page.locator(".tbody .link-name").first().waitFor();
      await page.getByRole("button", { name: "Print view" }).click();
      await page.locator(".print-foot tbody tr").nth(5).waitFor();
      await page.locator(".print-foot").getByText("Not on this sheet").waitFor();
      const heads = await page.locator(".print-foot th").allTextContents();
      for (const name of shown) assert.ok(heads.includes(name), `${layer}: ${name} among ${heads}`);
      const left = (await page.getByText("Not on this sheet").textContent()).replace(/^[^:]*: |\.$/g, "").split(", ");
      const { properties } = await ogc(`/collections/${layer}/queryables?f=json`);
      const columns = Object.entries(properties).filter(([, { format }]) => !format?.startsWith("geometry")).map(([name]) => name);
      assert.deepEqual([...heads, ...left].sort(), [...new Set(["id", ...columns])].sort(), `${layer}: each column once`);
      const { wide, low, cut } = await page.locator(".print-foot").evaluate((foot) => {
        const sheet = document.querySelector("#app").getBoundingClientRect();
        const room = 38; // The margin of 10 mm.
        return {
          wide: Math.max(...[...foot.querySelectorAll("th, td")].map((cell) => cell.getBoundingClientRect().right)) - (sheet.right - room),
          low: foot.lastElementChild.getBoundingClientRect().bottom - (sheet.bottom - room),
          cut: [...foot.querySelectorAll("th, td")].filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => [cell.cellIndex, cell.textContent, getComputedStyle(cell).textOverflow]),
        };
      });
      assert.ok(wide <= 1, `${layer}: ${wide} px beyond the sheet's margin`);
      assert.ok(low <= 1, `${layer}: ${low} px below the sheet's margin`);
      for (const [at, text, how] of cut) {
        assert.equal(how, "ellipsis", text);
        assert.notEqual(heads[at], "id", `${layer}: ${text} is cut`);
      }
      assert.deepEqual(await violations(page), []);
      await page.context().close();
    }
  });

  test("phone: the print view is the whole sheet at the width of the screen, its buttons as large as ever", async () => {
    for (const path of ["/?date=2024-11-19", "/?view=coverage&date=2024-11-19", "/?view=data&layer=accounts"]) {
      const page = await desk().openAny("phone", `${path}&print=1`);
      await page.locator(".print-foot tbody tr").nth(5).waitFor();
      await page.waitForTimeout(700);
      const { inner, wide } = await page.evaluate(() => ({ inner: innerWidth, wide: document.scrollingElement.scrollWidth }));
      assert.ok(wide <= inner, `${path}: ${wide} px on a screen of ${inner}`);
      const sheet = await page.locator("#app").boundingBox();
      assert.ok(sheet.x >= 0 && sheet.width > 380 && sheet.x + sheet.width <= 390.5, JSON.stringify(sheet));
      assert.ok(Math.abs(sheet.height / sheet.width - 297 / 210) < 0.02, "the shape of A4");
      for (const button of await page.locator(".print-bar button").all()) {
        const { height, x, y, width } = await button.boundingBox();
        assert.ok(y >= sheet.y + sheet.height && y + height <= 844, "below the sheet");
        assert.ok(height >= 44 && x >= 0 && x + width <= 390, `a button ${height} px high from ${x} to ${x + width}`);
      }
      assert.deepEqual(await violations(page), []);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g)?.length, 1, `${path} takes one page of paper`);
      await shot(page, `print-phone-${new URLSearchParams(path.slice(2)).get("view") ?? "day"}`);
      await page.context().close();
    }
  });

  test("desk: what would let a left-out visit in is worked out for the feature that is read", async () => {
    const page = await open("desk", "&layer=unplanned&filter=reason_code='no_time'");
    await page.locator(".tbody .link-name").first().waitFor();
    assert.equal(await page.locator(".dh").getByText("minimal_change").count(), 0, "it is no column");
    await page.locator(".tbody .link-name").first().click();
    await page.locator(".card-head h1").waitFor();
    const id = new URL(page.url()).searchParams.get("feature");
    const { properties } = await ogc(`/collections/unplanned/items/${encodeURIComponent(id)}?f=json`);
    assert.ok(properties.minimal_change, JSON.stringify(properties));
    await page.getByText(properties.minimal_change, { exact: true }).waitFor();
    await page.context().close();
  });

  test("phone: what is fitted onto the map lies below the coordinates; files stand two by two", async () => {
    const page = await open("phone", "&layer=accounts");
    await page.locator(".readout-text").waitFor();
    // The list is drawn anew with each count that comes.
    await page.waitForFunction(() => [...document.querySelectorAll(".layer-count")].every((count) => count.textContent !== "…"), null, { timeout: 60_000 });
    await page.getByRole("button", { name: "Show everything" }).first().click();
    await settled(page);
    const readout = await page.locator(".readout").boundingBox();
    const north = await page.locator(".map").evaluate((map) => {
      const canvas = map.querySelector(".leaflet-data-pane canvas");
      const { width, height } = canvas;
      const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
      let at = data.findIndex((value, i) => i % 4 === 3 && value > 0);
      at = Math.floor(at / 4 / width);
      return canvas.getBoundingClientRect().top + (at / height) * canvas.getBoundingClientRect().height;
    });
    assert.ok(north >= readout.y + readout.height - 1, `${north} is above ${readout.y + readout.height}`);
    const files = await page.locator(".files a").evaluateAll((all) => all.map((a) => [Math.round(a.getBoundingClientRect().top), a.scrollWidth <= a.clientWidth]));
    assert.equal(new Set(files.map(([top]) => top)).size, files.length / 2);
    assert.ok(files.every(([, whole]) => whole), "no name is cut off");
    await page.context().close();
  });

  test("phone: the table has its tab; a row opens the feature, back leads to the row", async () => {
    const page = await open("phone", "&layer=tours");
    await page.getByRole("tab", { name: "Table" }).click();
    await page.locator(".tbody .link-name").first().click();
    await page.locator(".card-head h1").waitFor();
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await shot(page, "feature-phone");
    await page.getByRole("button", { name: "Back" }).click();
    await page.locator(".tbody .link-name").first().waitFor();
    await shot(page, "table-phone");
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  test("desk: a layer that cannot be read says so, and the others stay", async () => {
    const page = await desk().open("desk", "/?date=2024-11-19");
    await page.route("**/ogc/collections/reps/items**", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Busy", status: 503, detail: "Too much at once." }) }));
    await page.getByRole("button", { name: "Data", exact: true }).click();
    await page.locator("[data-key=layer-reps]").click();
    await page.getByText("Too much at once.").waitFor();
    await page.unroute("**/ogc/collections/reps/items**");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".tbody .link-name").first().waitFor();
    assert.equal((await rows(page))[0], (await items("reps", { limit: 1 })).features[0].id);
    await page.context().close();
  });

  test("desk: of a layer with too many features what matters most is drawn and can be picked, and it is said that more is left out, on paper too", async () => {
    const { features } = await items("roads", { limit: 200, filter: "class = 'trunk' AND length_m > 300", bbox: "14.40,35.86,14.48,35.93" });
    const said = /Not all that is in sight need be drawn: of each part of the map the 4 000 that matter most/;
    for (const { id, geometry } of [features[0], features.at(-1)]) {
      const [lon, lat] = geometry.coordinates[Math.floor(geometry.coordinates.length / 2)];
      const page = await open("desk", `&layer=roads&at=${lon},${lat},12`);
      await page.waitForFunction(() => {
        const tiles = [...document.querySelectorAll(".data-tiles .leaflet-tile")];
        return tiles.length > 0 && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"));
      });
      assert.match(plain(await page.locator(".layer-about .note").textContent()), said);
      const box = await page.locator(".map").boundingBox();
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await page.locator(".card-head h1").waitFor();
      const chosen = await ogc(`/collections/roads/items/${new URL(page.url()).searchParams.get("feature")}?f=json`);
      assert.ok(/^(trunk|primary|secondary)/.test(chosen.properties.class), `${chosen.id} rather than ${id}`);
      assert.equal(await page.locator(".leaflet-data-chosen-pane path").count(), 2, "it is marked");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Print view" }).click();
      await page.locator(".print-foot .second").filter({ hasText: "Roads:" }).waitFor();
      assert.match(plain(await page.locator(".print-foot .second").first().textContent()), said);
      assert.deepEqual(await violations(page), []);
      await shot(page, "print-roads");
      await page.keyboard.press("Escape");
      // Further in nothing is left out, and nothing is said.
      await page.goto(`${desk().url}/?view=data&layer=roads&at=${lon},${lat},17`);
      await page.waitForFunction(() => document.querySelector(".leaflet-data-pane canvas") && !document.querySelector(".data-tiles"));
      assert.equal(await page.locator(".layer-about .note").count(), 0);
      await page.context().close();
    }
  });

  for (const size of ["desk", "phone"]) {
    test(`${size}: the table says how many rows there are, filtered or not, and the next ones come by keyboard too`, async () => {
      const tab = size === "phone" ? "&tab=accounts" : "";
      const counter = (page) => page.locator(".attributes .table-tools > .second");
      const page = await desk().open(size, `/?view=data&layer=visits${tab}`);
      const { numberMatched: all } = await items("visits", { limit: 1, sortby: "day" });
      await page.waitForFunction((text) => document.querySelector(".attributes .table-tools > .second")?.textContent.replaceAll("\u202f", " ") === text, `first 100 of ${all.toLocaleString("en").replaceAll(",", " ")}`, { timeout: 60_000 });
      const filter = "class = 'A' AND day > DATE('2024-06-01')";
      await page.getByRole("combobox", { name: "Filter, CQL2" }).fill(filter);
      await page.keyboard.press("Enter");
      const { numberMatched } = await items("visits", { limit: 1, filter, sortby: "day" });
      const passing = numberMatched.toLocaleString("en").replaceAll(",", " ");
      await page.waitForFunction((text) => document.querySelector(".attributes .table-tools > .second").textContent.replaceAll("\u202f", " ") === text, `first 100 of ${passing}`);
      const { features } = await items("visits", { limit: 200, filter });
      await page.getByRole("button", { name: "Next 100" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText(`first 200 of`).waitFor();
      await page.waitForFunction((id) => [...document.querySelectorAll(".tbody .link-name")].some((row) => row.textContent === id), features[100].id);
      assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "next-rows", "the focus stays");
      assert.equal(plain(await counter(page).textContent()), `first 200 of ${passing}`);
      assert.deepEqual(await violations(page), []);
      await shot(page, `table-next-${size}`);
      await page.context().close();
    });
  }

  test("phone: the table keeps its place and the filter its keyboard while the map moves", async () => {
    const page = await desk().open("phone", "/?view=data&layer=accounts&tab=accounts");
    await page.locator(".tbody .link-name").first().waitFor();
    await page.locator(".attributes .table").evaluate((table) => table.scrollBy(0, 900));
    const box = page.getByRole("combobox", { name: "Filter, CQL2" });
    await box.focus();
    await box.pressSequentially("gap");
    const asked = page.waitForResponse((answer) => answer.url().includes("bbox="));
    await page.mouse.move(120, 250);
    await page.mouse.wheel(0, -200);
    await asked;
    await page.waitForTimeout(300);
    await page.keyboard.type("_c");
    assert.equal(await box.inputValue(), "gap_c");
    await page.getByRole("option", { name: /^gap_cause/ }).waitFor();
    assert.equal(await page.locator(".attributes .table").evaluate((table) => table.scrollTop), 900);
    await page.context().close();
  });

  test("desk: each layer keeps its filter while others are looked at; the address holds them all", async () => {
    const page = await open("desk", "&layer=accounts");
    const box = page.getByRole("combobox", { name: "Filter, CQL2" });
    await box.fill("class = 'A'");
    await box.press("Enter");
    await page.waitForFunction(() => location.search.includes("filter="));
    await page.locator("[data-key=layer-reps]").click();
    await page.waitForFunction((id) => document.querySelector(".tbody .link-name")?.textContent === id, (await items("reps", { limit: 1 })).features[0].id);
    assert.equal(await box.inputValue(), "");
    await page.locator("[data-layer=accounts]").getByText("filtered").waitFor();
    await box.fill("active = true");
    await box.press("Enter");
    await page.waitForFunction(() => new URLSearchParams(location.search).get("filter") === "active = true");
    // What else is on the map keeps its filter too.
    const drawn = page.waitForRequest((request) => request.url().includes("/accounts/items") && request.url().includes("bbox="));
    await page.getByRole("checkbox", { name: "Accounts on the map" }).check();
    assert.equal(new URL((await drawn).url()).searchParams.get("filter"), "class = 'A'");
    await page.reload();
    await page.locator("[data-key=layer-accounts]").click();
    await page.waitForFunction(() => new URLSearchParams(location.search).get("filter") === "class = 'A'");
    assert.equal(await box.inputValue(), "class = 'A'");
    const first = await items("accounts", { limit: 1, filter: "class = 'A'" });
    await page.waitForFunction((id) => document.querySelector(".tbody .link-name")?.textContent === id, first.features[0].id);
    await page.locator("[data-key=layer-reps]").click();
    await page.waitForFunction(() => new URLSearchParams(location.search).get("filter") === "active = true");
    await page.waitForFunction((field) => field.value === "active = true", await box.elementHandle());
    assert.deepEqual(await violations(page), []);
    await shot(page, "filters-desk");
    await page.context().close();
  });

  test("desk: files come in the reference system of one's choice, which is kept in the address", async () => {
    const page = await open("desk", "&layer=reps&filter=id='r1'");
    const choice = page.getByLabel("Coordinates of files");
    const { crs } = await ogc("/collections/reps?f=json");
    assert.equal(await choice.locator("option").count(), crs.length);
    await choice.selectOption({ label: "EPSG:32633, WGS 84, UTM 33N" });
    await page.waitForFunction(() => location.search.includes("files=EPSG%3A32633"));
    await page.reload();
    await page.locator(".files a").first().waitFor();
    const told = (await items("reps", { limit: 1, filter: "id='r1'", crs: crs.find((uri) => uri.endsWith("/32633")) })).features[0].geometry.coordinates;
    const csv = await (await fetch(desk().url + (await page.locator(".files a[data-format=csv]").getAttribute("href")))).text();
    assert.ok(csv.includes(`r1,${told.join(",")}`), csv);
    for (const href of await page.locator(".files a, a[href^='/ogc/download']").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
      assert.ok(href.includes("crs=") && href.includes("32633"), href);
    }
    assert.deepEqual(await violations(page), []);
    await shot(page, "files-desk");
    await page.context().close();
  });

  test("desk: what lies far outside of the region is shown where it is, and that the map is empty there is said", async () => {
    const { features: [feature] } = await items("accounts", { limit: 1 });
    const far = async (page, path) => page.route(path, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), geometry: { type: "Point", coordinates: [2.35, 48.85] } } });
    });
    const said = "Outside of the region Malta: the map is empty there.";
    const near = (page) => page.waitForFunction(() => {
      const [lon, lat] = (new URLSearchParams(location.search).get("at") ?? "").split(",").map(Number);
      return Math.abs(lon - 2.35) < 0.05 && Math.abs(lat - 48.85) < 0.05;
    });
    const page = await desk().openAny("desk", "/?view=data&layer=accounts");
    await far(page, `**/items/${feature.id}?f=json`);
    await page.locator(".tbody .link-name").first().click();
    await page.getByText(said).waitFor();
    await page.getByRole("button", { name: "Show on the map" }).click();
    await near(page);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
    // The card of an account says it too; one inside says nothing.
    for (const [away, count] of [[true, 1], [false, 0]]) {
      const card = await desk().openAny("desk", "/?view=coverage");
      if (away) await far(card, `**/api/v1/accounts/${feature.id}?*`);
      await card.locator("[role=row] .link-name").first().waitFor();
      await card.goto(`${desk().url}/?view=coverage&account=${feature.id}`);
      await card.getByRole("heading", { name: "Visits so far" }).waitFor();
      assert.equal(await card.getByText(said).count(), count);
      if (away) await near(card);
      await card.context().close();
    }
  });

  test("desk: no head of a column is cut off, and a unit that its name ends with is not said twice", async () => {
    for (const layer of ["accounts", "visits", "roads", "tours"]) {
      const page = await open("desk", `&layer=${layer}`);
      await page.locator(".dh button").first().waitFor();
      assert.deepEqual(await page.locator(".dh button").evaluateAll((heads) => heads.filter((head) => head.scrollWidth > head.clientWidth).map((head) => head.textContent)), [], layer);
      if (layer === "roads") assert.equal(await page.locator("[data-key=order-speed_kmh]").textContent(), "speed_kmh");
      await page.context().close();
    }
  });

  test("desk: where layers or accounts do not come, nothing beside the message goes on loading", async () => {
    const refuse = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Busy", status: 503, detail: "Too much at once." }) });
    for (const [path, asked] of [["/?view=data", "**/ogc/collections?*"], ["/?view=coverage", "**/api/v1/coverage/accounts?*"]]) {
      const page = await desk().openAny("desk", "/health");
      await page.route(asked, refuse);
      await page.goto(desk().url + path);
      await page.getByText("Too much at once.").waitFor();
      await settled(page);
      assert.equal(await page.locator(".table-tools > .second").textContent(), "");
      await page.unroute(asked);
      await page.getByRole("button", { name: "Try again" }).click();
      await page.locator(".tbody .link-name").first().waitFor();
      await page.context().close();
    }
  });

  const square = (west, south) => [[[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]];
  const bow = [[[14.3, 35.8], [14.6, 35.9], [14.6, 35.8], [14.3, 35.95], [14.3, 35.8]]];
  const areasFile = (shapes) => ({ name: "areas.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify({
    type: "FeatureCollection", features: shapes.map(([id, coordinates]) => ({ type: "Feature", properties: { id, name: `Area ${id}`, kind: "territory", rep: "r1" }, geometry: { type: "Polygon", coordinates } })),
  })) });
  const figures = async (page) => (await page.locator(".figures strong").allTextContents()).map(number);
  const drop = (page, files) => page.evaluate((files) => {
    const dataTransfer = new DataTransfer();
    for (const { name, text } of files) dataTransfer.items.add(new File([text], name));
    document.querySelector(".map").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, files);
  const download = async (path) => Buffer.from(await (await fetch(`${desk().url}/ogc/collections/${path}`)).arrayBuffer());

  for (const [size, scheme] of [["desk", "light"], ["narrow", "dark"], ["phone", "light"], ["phone", "dark"], ["desk", "dark"]]) {
    test(`${size}, ${scheme}: areas are imported on the page, with a report for each row, and shown; polygons brought in as accounts point there`, async () => {
      const page = await desk().open(size, `/?view=data&layer=areas${size === "phone" ? "&tab=accounts" : ""}`, scheme);
      const accounts = (await desk().get("/meta")).counts.accounts;
      await page.locator(size === "phone" ? ".table-instead" : ".layer-about").getByRole("button", { name: "Import areas" }).click();
      const [asAccounts, asAreas] = [page.getByRole("radio", { name: "Accounts" }), page.getByRole("radio", { name: "Areas" })];
      assert.ok(await asAreas.isChecked());
      for (const word of ["GeoJSON", "GeoPackage", "FlatGeobuf", "Shapefile", "CSV with a column of WKT"]) assert.ok((await page.locator(".drop").textContent()).includes(word), word);
      for (const ending of [".csv", ".geojson", ".gpkg", ".fgb", ".zip"]) assert.ok((await page.locator("#file").getAttribute("accept")).split(",").includes(ending), ending);
      assert.deepEqual(await violations(page), []);
      if (size === "phone") await page.locator(".import").evaluate((part) => part.closest(".panel-scroll").scrollTo(0, 0));
      await shot(page, `import-${size}-${scheme}`);
      await page.locator("#file").setInputFiles(areasFile([["e2e-1", square(14.35, 35.85)], ["e2e-2", square(14.5, 35.85)], ["e2e-3", bow]]));
      await page.locator(".report").waitFor();
      await settled(page);
      assert.deepEqual(await figures(page), [3, 2, 0, 0, 1]);
      assert.match(plain(await page.locator(".problems tbody").textContent()), /^3geometry.*the outline crosses or touches itself.*Fix geometries/);
      assert.equal(await page.getByText("Places:").count(), 0, "areas have no address");
      assert.deepEqual(await violations(page), []);
      await shot(page, `import-areas-${size}-${scheme}`);

      // As accounts: asked about before anything is sent where the text tells, else pointed out afterwards. Nothing is stored.
      await asAccounts.click();
      for (const word of ["CSV", "GeoJSON", "GeoPackage", "FlatGeobuf", "Shapefile"]) assert.ok((await page.locator(".drop").textContent()).includes(word), word);
      await page.locator("#file").setInputFiles({ name: "areas.csv", mimeType: "text/csv", buffer: await download("areas/download?f=csv") });
      await page.getByText("areas.csv has outlines and no points.").waitFor();
      await page.locator("#file").setInputFiles({ name: "areas.gpkg", mimeType: "", buffer: await download("areas/download?f=gpkg") });
      await page.getByText("Nothing of areas.gpkg was stored: accounts are points.").waitFor();
      assert.deepEqual(await figures(page), [2, 0, 0, 0, 2]);
      assert.equal((await desk().get("/meta")).counts.accounts, accounts);
      assert.deepEqual(await violations(page), []);
      await page.getByRole("button", { name: "Import as areas" }).scrollIntoViewIfNeeded();
      await shot(page, `import-doubt-${size}-${scheme}`);
      await page.getByRole("button", { name: "Import as areas" }).click();
      await page.getByText("unchanged").waitFor();
      await page.waitForFunction(() => document.querySelectorAll(".figures strong")[3]?.textContent === "2");
      assert.deepEqual(await figures(page), [2, 0, 0, 2, 0]);
      assert.ok(await asAreas.isChecked());
      await page.getByRole("button", { name: "Show the areas on the map" }).click();
      if (size === "phone") await page.getByRole("tab", { name: "Table" }).click();
      await page.locator(".tbody .link-name").nth(1).waitFor();
      assert.deepEqual(await rows(page), ["e2e-1", "e2e-2"]);
      for (const id of await rows(page)) assert.equal((await fetch(`${desk().url}/api/v1/areas/${id}`, { method: "DELETE" })).status, 204);
      await page.context().close();
    });
  }

  test("desk: what is dropped over the areas holds areas; points are pointed to the accounts; parts of a Shapefile and several files at once are refused with a word", async () => {
    const page = await open("desk", "&layer=areas");
    const point = JSON.stringify({ type: "Feature", properties: { id: "M0001", name: "" }, geometry: { type: "Point", coordinates: [14.45, 35.9] } });
    await drop(page, [{ name: "shops.geojson", text: point }]);
    await page.getByText("Nothing of shops.geojson was stored: areas are polygons.").waitFor();
    assert.ok(await page.getByRole("radio", { name: "Areas" }).isChecked());
    assert.ok(await page.getByRole("button", { name: "Import as accounts" }).isVisible());
    for (const [files, said] of [[[{ name: "areas.shp", text: "" }, { name: "areas.dbf", text: "" }], "into one ZIP file"], [[{ name: "a.csv", text: "" }, { name: "b.csv", text: "" }], "One file at a time"]]) {
      await drop(page, files);
      await page.getByText(said).waitFor();
    }
    // What another kind of file holds is read by the server alone.
    await page.getByRole("radio", { name: "Accounts" }).click();
    for (const [format, name] of [["flatgeobuf", "shops.fgb"], ["gpkg", "shops.gpkg"], ["geojsonseq", "shops.geojsonl"]]) {
      await page.locator("#file").setInputFiles({ name, mimeType: "", buffer: await download(`accounts/download?f=${format}&filter=${encodeURIComponent("id IN ('M0001','M0002')")}`) });
      await page.getByRole("heading", { name: `Report: ${name}` }).waitFor();
      assert.equal((await figures(page))[0], 2, name);
      assert.equal((await figures(page))[4], 0, name);
    }
    await page.context().close();
  });
}
