// The rep's day: what is on screen is what the API planned, and what is tapped reaches the book.

import assert from "node:assert/strict";
import { violations } from "./access.mjs";
import { clock, plain, settled, shot, texts, today } from "./harness.mjs";

const stopsOf = (plan) => plan.features.map((f) => f.properties).filter((p) => p.layer === "visits").sort((a, b) => a.seq - b.seq);
const leftOf = (plan) => plan.features.map((f) => f.properties).filter((p) => p.layer === "unplanned");

export default function repTests(test, desk) {
  /** A rep with at least `n` stops today that nobody touched yet. */
  const busyRep = async (n = 3) => {
    for (const { properties: rep } of (await desk().get("/reps")).features) {
      const list = (await desk().get(`/plans?rep=${encodeURIComponent(rep.id)}&from=${today}&to=${today}`)).plans;
      if (list.length === 0) continue;
      const plan = await desk().get(`/plans/day?rep=${encodeURIComponent(rep.id)}&date=${today}`);
      if (stopsOf(plan).filter((stop) => stop.status === "planned").length >= n) return { rep, plan, stops: stopsOf(plan), left: leftOf(plan) };
    }
    return assert.fail("no rep of the demo has a day to look at");
  };
  const address = (rep, more = "") => `/?rep=${encodeURIComponent(rep.id)}&date=${today}${more}`;

  for (const size of ["phone", "desk"]) {
    test(`${size}: the first view is a planned day, as the API has it`, async () => {
      const page = await desk().open(size);
      const chosen = await page.getByLabel("Rep", { exact: true }).inputValue();
      const plan = await desk().get(`/plans/day?rep=${encodeURIComponent(chosen)}&date=${today}`);
      const stops = stopsOf(plan);
      assert.ok(stops.length > 0, "the demo's first rep has visits");
      assert.deepEqual(await texts(page.locator(".stop-row .name")), stops.map((stop) => stop.name.trim()));
      assert.deepEqual(await texts(page.locator(".stop-row time")), stops.map((stop) => clock(stop.start)));
      assert.match(plain(await page.locator("h1").textContent()), new RegExp(`^${stops.length} visits? · (home|ends) ${clock(plan.plan.home_at)}`));
      assert.deepEqual((await texts(page.locator(".marker.stop"))).map(Number).sort((a, b) => a - b), stops.map((stop) => stop.seq));
      assert.equal(await page.locator(".left-row").count(), leftOf(plan).length);
      const attribution = page.getByRole("link", { name: "© OpenStreetMap contributors" });
      assert.ok(await attribution.isVisible());
      assert.equal(await attribution.getAttribute("href"), "https://www.openstreetmap.org/copyright");
      await shot(page, `day-${size}`);
      await page.context().close();
    });
  }

  test("phone: drives between stops have the API's minutes, and every left-out account its reason", async () => {
    const { rep, plan, left } = await busyRep();
    const page = await desk().open("phone", address(rep));
    const legs = plan.features.map((f) => f.properties).filter((p) => p.layer === "legs").sort((a, b) => a.seq - b.seq);
    const shown = await texts(page.locator(".tour-item.leg"));
    assert.equal(shown.length, legs.length);
    const low = await page.locator(".leg-button").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height).filter((height) => height < 43.5));
    assert.deepEqual(low, [], "a finger finds each drive, nothing else lies over it");
    legs.forEach((leg, i) => {
      const minutes = Math.round(leg.drive_s / 60);
      const text = minutes === 0 && leg.drive_s > 0 ? "<1 min" : `${minutes} min`;
      if (minutes < 60) assert.ok(shown[i].startsWith(text), `${shown[i]} is ${leg.drive_s} s`);
    });
    const rows = await page.locator(".left-row").evaluateAll((list) => list.map((row) => [row.querySelector(".name").textContent.trim(), row.querySelector(".second").textContent]));
    const reasons = left.map((out) => [out.name.trim(), out.reason]);
    assert.deepEqual(rows.toSorted(), reasons.toSorted());
    await page.context().close();
  });

  test("desk: list and map choose each other, and the address holds the choice", async () => {
    const { rep, stops } = await busyRep();
    const page = await desk().open("desk", address(rep));
    await page.locator(`.stop-row[data-account="${stops[1].account}"]`).click();
    await settled(page);
    assert.equal(plain(await page.locator("h1").textContent()), stops[1].name.trim());
    assert.equal(plain(await page.locator(".marker.chosen").textContent()), String(stops[1].seq));
    assert.ok(page.url().includes(`account=${encodeURIComponent(stops[1].account)}`));
    await page.keyboard.press("Escape");
    await page.locator(".stop-row").first().waitFor();
    await page.locator(".marker.stop").filter({ hasText: new RegExp(`^${stops[2].seq}$`) }).dispatchEvent("click");
    await settled(page);
    assert.equal(plain(await page.locator("h1").textContent()), stops[2].name.trim());
    await page.goBack();
    await page.locator(".stop-row").first().waitFor();
    await page.goForward();
    await page.reload();
    await settled(page);
    assert.equal(plain(await page.locator("h1").textContent()), stops[2].name.trim());
    await page.context().close();
  });

  test("phone: an outcome takes two taps and is in the book", async () => {
    const { rep, stops } = await busyRep();
    const stop = stops.find((s) => s.status === "planned");
    const page = await desk().open("phone", address(rep));
    await page.locator(`.stop-row[data-account="${stop.account}"]`).click();
    await page.getByRole("button", { name: "Done", exact: true }).click();
    await page.getByText(`${stop.name.trim()}: recorded as done.`).waitFor();
    const plan = await desk().get(`/plans/day?rep=${encodeURIComponent(rep.id)}&date=${today}`);
    assert.equal(stopsOf(plan).find((s) => s.account === stop.account)?.status, "done");
    const account = await desk().get(`/accounts/${encodeURIComponent(stop.account)}?date=${today}`);
    assert.equal(account.properties.last_done, today, "a done visit moves the cadence");
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await shot(page, "card-phone");
    await page.getByRole("button", { name: "Back" }).click();
    await page.locator(`.stop-row[data-account="${stop.account}"] .outcome`).waitFor();
    const recorded = stopsOf(plan).filter((s) => s.status !== "planned" && s.status !== "agreed").length;
    assert.equal(plain(await page.locator(".progress").textContent()), `${recorded} of ${stops.length} recorded`);
    await page.context().close();
  });

  test("phone: a missed visit says so and does not move the cadence", async () => {
    const { rep, stops } = await busyRep();
    const stop = stops.filter((s) => s.status === "planned").at(-1);
    const before = (await desk().get(`/accounts/${encodeURIComponent(stop.account)}?date=${today}`)).properties.last_done;
    const page = await desk().open("phone", address(rep, `&account=${encodeURIComponent(stop.account)}`));
    await page.getByRole("button", { name: "Missed", exact: true }).click();
    await page.getByText(`${stop.name.trim()}: recorded as missed.`).waitFor();
    assert.equal((await desk().get(`/accounts/${encodeURIComponent(stop.account)}?date=${today}`)).properties.last_done, before);
    await page.context().close();
  });

  for (const size of ["phone", "desk"]) {
    test(`${size}: an unplanned day says so, is planned with one button${size === "phone" ? ", and planning again changes nothing" : ""}`, async () => {
      const date = size === "phone" ? "2024-12-03" : "2024-12-04";
      const { rep } = await busyRep();
      const page = await desk().open(size, `/?rep=${encodeURIComponent(rep.id)}&date=${date}`);
      await page.getByText(/Nothing planned for/).waitFor();
      await shot(page, `empty-${size}`);
      await page.getByRole("button", { name: "Plan this day" }).click();
      await page.locator(".stop-row").first().waitFor();
      await settled(page);
      const stops = stopsOf(await desk().get(`/plans/day?rep=${encodeURIComponent(rep.id)}&date=${date}`));
      assert.deepEqual(await texts(page.locator(".stop-row .name")), stops.map((stop) => stop.name.trim()));
      if (size === "desk") return page.context().close();
      await page.getByRole("button", { name: "Replan" }).click();
      await page.getByText("Nothing would change.").waitFor();
      assert.deepEqual(await texts(page.locator(".proposal .button")), ["Close"], "there is nothing to keep");
      await page.locator(".proposal .button").click();
      await page.locator(".proposal").waitFor({ state: "detached" });
      assert.deepEqual(await texts(page.locator(".stop-row .name")), stops.map((stop) => stop.name.trim()));
      await page.context().close();
    });
  }

  test("phone: another rep and another day are one choice away", async () => {
    const reps = (await desk().get("/reps")).features.map((f) => f.properties);
    const page = await desk().open("phone");
    await page.getByLabel("Rep", { exact: true }).selectOption(reps[1].id);
    await settled(page);
    assert.ok(page.url().includes(`rep=${encodeURIComponent(reps[1].id)}`));
    await page.getByRole("button", { name: /^Wed 20/ }).click();
    await settled(page);
    assert.ok(page.url().includes("date=2024-11-20"));
    const plan = await desk().get(`/plans/day?rep=${encodeURIComponent(reps[1].id)}&date=2024-11-20`);
    assert.deepEqual(await texts(page.locator(".stop-row .name")), stopsOf(plan).map((stop) => stop.name.trim()));
    await page.context().close();
  });

  test("phone: due accounts nearby come by drive time", async () => {
    const { rep } = await busyRep();
    const page = await desk().open("phone", address(rep));
    const answer = page.waitForResponse((response) => response.url().includes("/api/v1/nearby"));
    await page.getByRole("button", { name: "Nearby" }).click();
    const features = (await (await answer).json()).features.map((f) => f.properties);
    await settled(page);
    const due = features.filter((p) => p.status !== "not_due" && p.status !== "no_cadence").sort((a, b) => a.drive_s - b.drive_s);
    assert.deepEqual(await texts(page.locator(".row .name")), due.map((p) => p.name.trim()));
    await shot(page, "nearby-phone");
    await page.keyboard.press("Escape");
    await page.locator(".stop-row").first().waitFor();
    await page.context().close();
  });

  test("phone: the day goes along as files and links", async () => {
    const { rep } = await busyRep(1);
    const page = await desk().open("phone", address(rep));
    await page.getByRole("button", { name: "Navigate", exact: true }).click();
    await settled(page);
    const links = await desk().get(`/plans/day/links?rep=${encodeURIComponent(rep.id)}&date=${today}`);
    const google = page.getByRole("link", { name: /Google Maps, part/ });
    assert.deepEqual(await google.evaluateAll((list) => list.map((a) => a.href)), links.google.map((part) => part.url));
    for (const [name, type, start] of [["GPX", "gpx", "<?xml"], ["ICS", "calendar", "BEGIN:VCALENDAR"], ["CSV", "csv", ""], ["GeoJSON", "json", "{"]]) {
      const href = await page.getByRole("link", { name: new RegExp(`^${name}`) }).getAttribute("href");
      const file = await fetch(desk().url + href);
      assert.equal(file.status, 200, `${name} answered ${file.status}`);
      assert.ok(file.headers.get("content-type").includes(type), `${name} is ${file.headers.get("content-type")}`);
      assert.ok((await file.text()).startsWith(start));
    }
    await shot(page, "handover-phone");
    await page.context().close();
  });

  test("phone: an appointment made from a left-out account is kept and can be cancelled", async () => {
    const { rep, left } = await busyRep();
    const out = left.find((p) => p.reason_code === "no_time" || p.reason_code === "not_worth_it") ?? left[0];
    const page = await desk().open("phone", address(rep, `&account=${encodeURIComponent(out.account)}`));
    // The card asks anew: visits recorded since the day was planned may have changed the figure.
    const why = await desk().get(`/plans/day/explain?rep=${encodeURIComponent(rep.id)}&date=${today}&account=${encodeURIComponent(out.account)}`);
    await page.getByText(plain(why.days[0].reason)).first().waitFor();
    await page.getByText("Make an appointment").first().click();
    await page.getByLabel("at", { exact: true }).fill("11:30");
    await page.locator("[data-key=appoint]").click();
    await page.getByText("Appointment at 11:30", { exact: true }).waitFor();
    const made = await desk().get(`/appointments?rep=${encodeURIComponent(rep.id)}&from=${today}&to=${today}`);
    const list = made.features?.map((f) => f.properties) ?? made.appointments ?? made;
    assert.equal(list.filter((a) => a.account === out.account).length, 1);
    await page.getByRole("button", { name: "Cancel it" }).click();
    await page.getByText("Appointment at 11:30", { exact: true }).waitFor({ state: "detached" });
    await page.context().close();
  });

  for (const size of ["phone", "desk"]) {
    test(`${size}: no stop of the day covers home or lies under the tools`, async () => {
      const page = await desk().open(size, `/?date=${today}`);
      const stops = await Promise.all((await page.locator(".marker.stop").all()).map((stop) => stop.boundingBox()));
      const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
      const [homeX, homeY] = middle(await page.locator(".home-marker").boundingBox());
      const tools = await page.locator(".map-tools").boundingBox();
      assert.ok(stops.length > 5);
      for (const box of stops) {
        const [x, y] = middle(box);
        assert.ok(Math.hypot(x - homeX, y - homeY) > 18, "home can be seen");
        assert.ok(box.x + box.width <= tools.x || box.y >= tools.y + tools.height, JSON.stringify(box));
      }
      await page.context().close();
    });
  }
}
