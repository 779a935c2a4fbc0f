// The manager's coverage: counts that add up, filters, the table tied to the map, corrections and imports.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plain, settled, shot, texts, today } from "./harness.mjs";

const number = (text) => Number(plain(text).replace(/\s/g, ""));
const data = fileURLToPath(new URL("../../data/", import.meta.url));

export default function managerTests(test, desk) {
  const all = async (query) => {
    const found = [];
    for (let cursor = ""; ;) {
      const page = await desk().get(`/coverage/accounts?date=${today}&limit=1000${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      found.push(...page.features);
      cursor = page.next;
      if (!cursor) return found;
    }
  };
  const open = (size, more = "", scheme = "light") => desk().open(size, `/?view=coverage&date=${today}${more}`, scheme);

  for (const size of ["phone", "desk"]) {
    test(`${size}: the legend counts what the API counts, and adds up`, async () => {
      const page = await open(size);
      const coverage = await desk().get(`/coverage?date=${today}`);
      assert.deepEqual(await texts(page.locator(".legend-name")), coverage.causes.map((cause) => cause.label));
      const counts = (await texts(page.locator(".legend-count"))).map(number);
      assert.deepEqual(counts, coverage.causes.map((cause) => cause.accounts));
      assert.equal(counts.reduce((a, b) => a + b, 0), coverage.total);
      assert.equal(number(await page.locator(".legend-total strong").textContent()), coverage.total);
      const shown = coverage.metrics.filter((m) => m.scope.all);
      assert.ok(shown.length >= 4);
      for (const metric of shown) {
        const text = (await page.locator(`[data-metric="${metric.name}"]`).textContent()).replace(/\s/g, "");
        assert.ok(text.includes(`${Math.round(metric.numerator)}of${Math.round(metric.denominator)}`), `${metric.name}: ${text}`);
      }
      await shot(page, `coverage-${size}`);
      await page.context().close();
    });
  }

  test("desk: a cause filters table, map and address, and back undoes it", async () => {
    const page = await open("desk");
    const wanted = (await desk().get(`/coverage?date=${today}`)).causes.find((cause) => cause.code === "overdue");
    await page.locator('[data-cause="overdue"]').click();
    await settled(page);
    assert.ok(page.url().includes("cause=overdue"));
    const total = (await all("")).length;
    assert.equal(plain(await page.locator(".table-tools .second").textContent()).replace(/(\d) (?=\d)/g, "$1"), `${wanted.accounts} of ${total} accounts`);
    assert.deepEqual([...new Set(await texts(page.locator(".tbody .td-gap_cause")))], [wanted.label]);
    await shot(page, "coverage-overdue-desk");
    await page.reload();
    await settled(page);
    assert.equal(await page.locator('[data-cause="overdue"]').getAttribute("aria-pressed"), "true");
    await page.locator('[data-cause="overdue"]').click();
    await settled(page);
    await page.goBack();
    await settled(page);
    assert.equal(await page.locator('[data-cause="overdue"]').getAttribute("aria-pressed"), "true");
    await page.context().close();
  });

  test("desk: rep and class filters count as the API does", async () => {
    const page = await open("desk");
    const rep = (await desk().get("/reps")).features[2].properties;
    await page.getByLabel("Rep", { exact: true }).selectOption(rep.id);
    await page.getByLabel("Class", { exact: true }).selectOption("A");
    await settled(page);
    const coverage = await desk().get(`/coverage?date=${today}&rep=${encodeURIComponent(rep.id)}&class=A`);
    assert.deepEqual((await texts(page.locator(".legend-count"))).map(number), coverage.causes.map((cause) => cause.accounts));
    const listed = await all(`&rep=${encodeURIComponent(rep.id)}&class=A`);
    assert.equal(listed.length, coverage.total);
    await page.context().close();
  });

  test("desk: the table sorts, searches, and follows the keyboard", async () => {
    const page = await open("desk");
    const accounts = (await all("")).map((f) => f.properties);
    await page.getByRole("button", { name: "Worth" }).click();
    const best = Math.max(...accounts.map((a) => a.value));
    assert.equal(number(await page.locator(".tbody .td-value").first().textContent()), Math.round(best));
    assert.equal(await page.locator(".td-value[role=columnheader]").getAttribute("aria-sort"), "descending");
    const one = accounts.find((a) => /^[A-Za-z ]{8,}$/.test(a.name));
    await page.getByLabel("Search accounts").fill(one.name);
    await page.waitForFunction((n) => document.querySelectorAll(".tbody .tr").length <= n, 40);
    await page.waitForFunction(() => location.search.includes("q="));
    assert.ok((await texts(page.locator(".tbody .name"))).includes(one.name));
    await page.getByLabel("Search accounts").fill("");
    await page.waitForFunction(() => !location.search.includes("q="));
    await page.locator(".link-name").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const third = (await texts(page.locator(".tbody .name")))[2];
    await page.keyboard.press("Enter");
    await settled(page);
    assert.equal(plain(await page.locator("h1").textContent()), third);
    assert.equal(await page.locator(".tr.chosen .name").textContent(), third);
    await page.context().close();
  });

  test("desk: hexagons far out hold the API's gaps, accounts show when near", async () => {
    const page = await open("desk", "&at=14.40000,35.93000,11");
    const asked = await page.evaluate(() => performance.getEntriesByType("resource").map((e) => e.name).find((n) => n.includes("/coverage/cells")));
    const cells = (await desk().get(asked.split("/api/v1")[1])).features.map((f) => f.properties);
    const shown = (await texts(page.locator(".cell-number"))).map(number);
    assert.deepEqual(shown.toSorted((a, b) => a - b), cells.filter((c) => c.gap > 0).map((c) => c.gap).toSorted((a, b) => a - b));
    await page.goto(`${desk().url}/?view=coverage&date=${today}&at=14.51000,35.89900,16`);
    await settled(page);
    assert.equal(await page.locator(".cell-number").count(), 0);
    const dots = await page.evaluate(() => {
      const canvas = document.querySelector(".leaflet-dots-pane canvas");
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels.some((value, i) => i % 4 === 3 && value > 200);
    });
    assert.ok(dots, "accounts are drawn");
    await shot(page, "coverage-near-desk");
    await page.context().close();
  });

  test("desk: reach polygons of one rep and of all", async () => {
    const rep = (await desk().get("/reps")).features[0].properties;
    const page = await open("desk", `&tab=reps&only=${encodeURIComponent(rep.id)}&reach=1`);
    await page.locator(".reach-label").first().waitFor();
    const labels = (await texts(page.locator(".reach-label"))).sort();
    assert.deepEqual(labels, ["10 min", "20 min", "30 min", "45 min"]);
    await shot(page, "reach-desk");
    await page.context().close();
  });

  test("desk: an account is edited; a refused change says why", async () => {
    const { properties: account } = (await all("&class=B"))[0];
    const page = await open("desk", `&account=${encodeURIComponent(account.id)}`);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.locator(".edit").getByLabel("Class").selectOption("A");
    await page.getByLabel("Note").fill("Ring the bell twice");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(`${account.name.trim()}: saved.`).waitFor();
    const after = (await desk().get(`/accounts/${encodeURIComponent(account.id)}`)).properties;
    assert.deepEqual([after.class, after.note], ["A", "Ring the bell twice"]);
    await settled(page);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByLabel("Opening hours").fill("every other full moon");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").filter({ hasText: /opening/i }).waitFor();
    assert.equal((await desk().get(`/accounts/${encodeURIComponent(account.id)}`)).properties.opening_hours, after.opening_hours);
    await shot(page, "edit-desk");
    await page.context().close();
  });

  test("desk: dragging the marker corrects the place", async () => {
    const feature = (await all("&class=A")).find((f) => f.geometry);
    const { id, name } = feature.properties;
    const page = await open("desk", `&account=${encodeURIComponent(id)}&at=${feature.geometry.coordinates.map((n) => n.toFixed(5)).join(",")},17`);
    await page.getByRole("button", { name: "Correct the place" }).click();
    const marker = page.locator(".mover");
    const box = await marker.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 16);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + 16, { steps: 6 });
    await page.mouse.up();
    await page.getByText(`${name.trim()}: place corrected.`).waitFor();
    const after = (await desk().get(`/accounts/${encodeURIComponent(id)}`)).geometry.coordinates;
    // 60 px at zoom 17 are 60 * 360 / (256 * 2^17) degrees of longitude.
    assert.ok(Math.abs(after[0] - feature.geometry.coordinates[0] - (60 * 360) / (256 * 2 ** 17)) < 3e-5, `${after}`);
    assert.ok(Math.abs(after[1] - feature.geometry.coordinates[1]) < 3e-5, `${after}`);
    await page.context().close();
  });

  test("desk: a dirty file is imported and every problem shown", async () => {
    const file = join(data, "dirty-accounts.csv");
    assert.ok(existsSync(file), "data/dirty-accounts.csv is there");
    const page = await open("desk", "&tab=data");
    await page.locator("#file").setInputFiles(file);
    await page.locator(".report").waitFor({ timeout: 60_000 });
    await settled(page);
    const [latest] = (await desk().get("/imports")).imports;
    const report = await desk().get(`/imports/${encodeURIComponent(latest.id)}`);
    assert.deepEqual((await texts(page.locator(".figures strong"))).map(number), [report.received, report.stored.new, report.stored.updated, report.stored.unchanged, report.rejected]);
    assert.equal(await page.locator(".problems tbody tr").count(), report.problems.length);
    assert.ok(report.problems.length > 5 && report.rejected > 0);
    const first = plain(await page.locator(".problems tbody tr").first().textContent());
    assert.ok(first.includes(report.problems[0].problem) && first.includes(report.problems[0].cure), first);
    await shot(page, "import-desk");
    await page.context().close();
  });

  test("desk: data quality leads to the account", async () => {
    const page = await open("desk", "&tab=data");
    const quality = await desk().get("/quality");
    const measures = await texts(page.locator(".measure"));
    assert.ok(measures[0].replace(/\s/g, "").includes(`${quality.located.numerator}of${quality.located.denominator}`), measures[0]);
    const issue = quality.issues[0];
    const group = page.locator("details", { has: page.locator(`[data-key="issue-${issue.account}-${issue.code}"]`) });
    if ((await group.getAttribute("open")) === null) await group.locator("summary").click();
    await page.locator(`[data-key="issue-${issue.account}-${issue.code}"]`).click();
    await settled(page);
    assert.equal(plain(await page.locator("h1").textContent()), issue.name.trim());
    await page.context().close();
  });

  test("phone: accounts, reps and data are tabs that the arrow keys walk", async () => {
    const page = await open("phone");
    await page.getByRole("tab", { name: "Gaps" }).focus();
    await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.ok(page.url().includes("tab=accounts"));
    assert.ok((await page.locator(".tbody .name").count()) > 4);
    await shot(page, "accounts-phone");
    await page.locator(".tbody .tr").nth(1).click();
    await settled(page);
    await shot(page, "account-phone");
    await page.keyboard.press("Escape");
    await page.getByRole("tab", { name: "Reps" }).click();
    await settled(page);
    const coverage = await desk().get(`/coverage?date=${today}`);
    assert.deepEqual(await texts(page.locator(".rep-row .name")), coverage.by_rep.filter((rep) => rep.rep).map((rep) => rep.name.trim()));
    await shot(page, "reps-phone");
    await page.context().close();
  });

  test("phone: typing into the search keeps the keyboard; the list keeps its place while the map moves", async () => {
    const page = await desk().open("phone", `/?view=coverage&date=${today}&tab=accounts`);
    await page.locator(".tbody .link-name").first().waitFor();
    await page.locator(".accounts .table").evaluate((table) => table.scrollBy(0, 700));
    const asked = page.waitForResponse((answer) => answer.url().includes("/coverage/cells"));
    await page.mouse.move(120, 250);
    await page.mouse.wheel(0, -200);
    await asked;
    await page.waitForTimeout(300);
    assert.equal(await page.locator(".accounts .table").evaluate((table) => table.scrollTop), 700);
    await page.getByLabel("Search accounts").click();
    await page.keyboard.type("phar", { delay: 200 });
    await page.waitForFunction(() => location.search.includes("q=phar"));
    assert.equal(await page.getByLabel("Search accounts").inputValue(), "phar");
    await page.context().close();
  });

  test("desk: reps and what helps are read whole in the table", async () => {
    const page = await desk().open("desk", `/?view=coverage&date=${today}`);
    await page.locator(".tbody .link-name").first().waitFor();
    assert.deepEqual(await page.locator(".tbody .td-rep_name, .tbody .td-fix").evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)), []);
    await page.context().close();
  });
}
