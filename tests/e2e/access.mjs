// For everyone: axe finds nothing, the keyboard reaches everything, errors are said, nothing leaves the machine.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { plain, settled, shot, today } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function violations(page) {
  // Evaluated rather than added to the page: the server's content policy forbids foreign scripts, as it should.
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return found.violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} ${n.any.map((a) => a.message).join(" ")}`).join("\n    ")}`);
}

export default function accessTests(test, desk) {
  const views = {
    day: "", nearby: "&panel=nearby", handover: "&panel=handover", coverage: "&view=coverage", accounts: "&view=coverage&tab=accounts",
    reps: "&view=coverage&tab=reps&reach=1", data: "&view=coverage&tab=data",
  };
  for (const [name, query] of Object.entries(views)) {
    for (const [size, scheme] of [["phone", "light"], ["desk", "dark"]]) {
      test(`${size}, ${scheme}: axe finds nothing in ${name}`, async () => {
        const page = await desk().open(size, `/?date=${today}${query}`, scheme);
        assert.deepEqual(await violations(page), []);
        if (scheme === "dark") await shot(page, `${name}-dark`);
        await page.context().close();
      });
    }
  }

  test("axe finds nothing in a stop's card and its form", async () => {
    for (const [size, scheme] of [["phone", "dark"], ["desk", "light"]]) {
      const page = await desk().open(size, `/?date=${today}`, scheme);
      await page.locator(".stop-row").nth(1).click();
      await settled(page);
      assert.deepEqual(await violations(page), []);
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      assert.deepEqual(await violations(page), []);
      await shot(page, `card-${size}-${scheme}`);
      await page.context().close();
    }
  });

  test("the keyboard alone leads from the bar to a recorded visit and back", async () => {
    const page = await desk().open("desk", `/?date=${today}`);
    await page.keyboard.press("Tab");
    assert.equal(plain(await page.evaluate(() => document.activeElement.textContent)), "Skip to the list");
    const reached = new Set();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const [name, visible] = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return [document.activeElement.className || document.activeElement.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
      });
      reached.add(String(name).split(" ")[0]);
      assert.ok(visible, `focus cannot be seen on ${name}`);
      if (name === "stop-row") break;
    }
    assert.ok(reached.has("view") && reached.has("weekday"), [...reached].join());
    const first = await page.evaluate(() => document.activeElement.dataset.account);
    await page.keyboard.press("ArrowDown");
    const second = await page.evaluate(() => document.activeElement.dataset.account);
    assert.notEqual(second, first);
    await page.keyboard.press("Enter");
    await page.locator(".record").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Back");
    await page.keyboard.press("Escape");
    await page.locator(".stop-row").first().waitFor();
    await page.waitForFunction((account) => document.activeElement?.dataset?.account === account, second);
    await page.context().close();
  });

  test("phone: the sheet takes three sizes by keyboard, and the attribution stays in sight in each", async () => {
    const page = await desk().open("phone", `/?date=${today}`);
    const handle = page.locator(".handle");
    const heights = [];
    for (const key of ["ArrowDown", "ArrowUp", "ArrowUp"]) {
      await handle.press(key);
      await page.waitForTimeout(60);
      heights.push((await page.locator(".sheet").boundingBox()).height);
      const box = await page.getByRole("link", { name: "© OpenStreetMap contributors" }).boundingBox();
      const top = (await page.locator(".sheet").boundingBox()).y;
      assert.ok(box.y + box.height <= top, "the sheet leaves the attribution free");
    }
    assert.ok(heights[0] < heights[1] && heights[1] < heights[2], heights.join());
    await shot(page, "full-phone");
    await page.context().close();
  });

  test("an answer that fails is shown in words, with what was on screen kept", async () => {
    const page = await desk().open("desk", `/?date=${today}`);
    await page.route("**/api/v1/plans/day**", (route) => route.fulfill({
      status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Busy", status: 503, detail: "Too many plans are being made." }),
    }));
    const rows = await page.locator(".stop-row").count();
    await page.getByRole("button", { name: "Replan" }).click();
    await page.getByRole("alert").filter({ hasText: "Too many plans are being made." }).waitFor();
    assert.equal(await page.locator(".stop-row").count(), rows);
    await page.getByRole("button", { name: "Next day" }).click();
    await page.locator(".error-state").waitFor();
    await shot(page, "error-desk");
    await page.unroute("**/api/v1/plans/day**");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".stop-row, .empty:not(.error-state)").first().waitFor();
    await page.context().close();
  });

  test("names in any script are shown as they are", async () => {
    const page = await desk().open("desk", `/?view=coverage&date=${today}&sort=name`);
    const odd = await page.evaluate(async (date) => {
      const answer = await fetch(`/api/v1/coverage/accounts?date=${date}&limit=1000`);
      return (await answer.json()).features.map((f) => f.properties).find((p) => /[\u0600-\u06ff\u3040-\u9fff]/.test(p.name)) ?? null;
    }, today);
    if (odd) {
      await page.getByLabel("Search accounts").fill(odd.name);
      await page.locator(`[data-account="${odd.id}"]`).waitFor();
      assert.equal(await page.locator(`[data-account="${odd.id}"] .name`).getAttribute("dir"), "auto");
    }
    await page.context().close();
  });

  const screens = {
    ...views, card: "&account=M0756", reach: "&panel=reach&from=14.45,35.89", measure: "&panel=measure&line=14.42,35.9,14.45,35.92", layers: "&view=data&layer=accounts",
    feature: "&view=data&layer=accounts&feature=M0001", table: "&view=data&layer=roads&tab=accounts",
  };
  for (const [size, least] of [["phone", 44], ["desk", 24]]) {
    test(`${size}: no target is smaller than ${least} pixels`, async () => {
      for (const [name, query] of Object.entries(screens)) {
        // A table shows many rows, whose heads and fields are a little lower.
        const high = name === "table" ? Math.min(least, 40) : least;
        const page = await desk().open(size, `/?date=${today}${query}`);
        await page.waitForTimeout(300);
        const small = await page.evaluate(([least, lowest]) => [...document.querySelectorAll("a, button, input:not(.hidden), select, textarea, summary, .leaflet-marker-icon[tabindex]")].flatMap((element) => {
          // A row or a label is its button's target too; so is what stands before it, unseen.
          const target = element.closest("[role=row], label") ?? element;
          const before = getComputedStyle(element, "::before");
          const reach = (side) => (before.position === "absolute" && before.content !== "none" ? parseFloat(before[side]) : 0);
          const { width, height } = target.getBoundingClientRect();
          const [wide, high] = [Math.max(width, reach("width")), Math.max(height, reach("height"))];
          return width === 0 || (wide >= least - 0.5 && high >= lowest - 0.5) ? [] : [`${element.getAttribute("aria-label") ?? element.textContent.trim()}: ${wide} by ${high}`];
        }), [least, high]);
        assert.deepEqual([...new Set(small)], [], name);
        await page.context().close();
      }
    });
  }
}
