// The day in a person's hands: planned again, changed by hand, a slot found, the week planned, all of it without a signal.

import assert from "node:assert/strict";
import { violations } from "./access.mjs";
import { plain, settled, shot, texts, today } from "./harness.mjs";

const stopsOf = (plan) => plan.features.map((f) => f.properties).filter((p) => p.layer === "visits").sort((a, b) => a.seq - b.seq);
const leftOf = (plan) => plan.features.map((f) => f.properties).filter((p) => p.layer === "unplanned");

/** Waits until all that a page loaded is kept on the device. */
const kept = (page) => page.waitForFunction(async () => {
  if (!navigator.serviceWorker.controller) return false;
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const wanted = loaded.filter((url) => /^\/(assets|api\/v1\/(?!jobs))/.test(url.pathname) && !url.pathname.endsWith("/events")).map(String);
  for (const url of ["/", ...wanted]) if (!(await caches.match(url))) return false;
  return true;
});

export default function handTests(test, desk) {
  let rep;
  /** A day of its own for each test, planned afresh. */
  const fresh = async (date) => {
    rep ??= (await desk().get("/reps")).features[0].properties;
    const plan = await desk().post("/plans/day", { rep: rep.id, date });
    assert.ok(stopsOf(plan).length > 2, "the day has visits to move about");
    return { plan, stops: stopsOf(plan), left: leftOf(plan), address: `/?rep=${encodeURIComponent(rep.id)}&date=${date}` };
  };
  const stored = (date) => desk().get(`/plans/day?rep=${encodeURIComponent(rep.id)}&date=${date}`);
  const order = (page) => page.locator(".stop-row").evaluateAll((rows) => rows.map((row) => row.dataset.account));

  /** Where the map has the stop of a number. */
  const placeOn = (page, number) => page.locator(".marker.stop").filter({ hasText: new RegExp(`^${number}$`) }).boundingBox();
  const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

  for (const size of ["phone", "desk"]) {
    test(`${size}: a stop moved by keyboard is proposed with what it changes, kept and undone`, async () => {
      const date = size === "phone" ? "2024-12-09" : "2024-12-10";
      const { stops, address, plan } = await fresh(date);
      const page = await desk().open(size, address);
      await page.locator(`[data-key="drag-${stops[0].account}"]`).focus();
      await page.keyboard.press("ArrowDown");
      await page.locator(".proposal .diff li").first().waitFor();
      const lines = await texts(page.locator(".proposal .diff li"));
      assert.ok(lines.length >= 1 && lines.length <= 3, lines.join("; "));
      assert.match(lines.at(-1), /^Keeps \d+ visits?, home \d\d:\d\d/);
      const moved = [stops[1], stops[0], ...stops.slice(2)].map((s) => s.account);
      assert.deepEqual(await order(page), moved);
      assert.deepEqual(await violations(page), []);
      await shot(page, `proposal-${size}`);
      assert.deepEqual(stopsOf(await stored(date)).map((s) => s.account), stops.map((s) => s.account), "nothing has changed yet");
      await page.getByRole("button", { name: "Keep", exact: true }).click();
      await page.getByText("Kept.", { exact: true }).waitFor();
      assert.deepEqual(stopsOf(await stored(date)).map((s) => s.account), moved);
      // Another day is looked at meanwhile.
      await page.locator(`[data-key="day-${date === "2024-12-09" ? "2024-12-10" : "2024-12-09"}"]`).click();
      await page.getByText("Kept.", { exact: true }).waitFor({ state: "detached" });
      await settled(page);
      await page.locator(`[data-key="day-${date}"]`).click();
      await page.getByRole("button", { name: "Undo", exact: true }).click();
      await page.locator(".proposal").waitFor({ state: "detached" });
      assert.equal((await stored(date)).run_id, plan.run_id);
      await page.context().close();
    });
  }

  test("desk: a stop goes as many places as its key is pressed, however quickly", async () => {
    const { stops, address } = await fresh("2025-01-15");
    const page = await desk().open("desk", address);
    await page.locator(`[data-key="drag-${stops[0].account}"]`).focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
    await page.locator(".proposal .diff li").first().waitFor();
    await page.locator(".proposal:not([aria-busy=true])").waitFor();
    assert.equal((await order(page)).indexOf(stops[0].account), 4);
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction((account) => [...document.querySelectorAll(".stop-row")].findIndex((row) => row.dataset.account === account) === 3, stops[0].account);
    await page.context().close();
  });

  test("phone: a proposal of a day that was changed elsewhere meanwhile gives way to the day as it is, in the server's words", async () => {
    const date = "2025-01-16";
    const { stops, address } = await fresh(date);
    const page = await desk().open("phone", address);
    await page.locator(`[data-key="drag-${stops[0].account}"]`).focus();
    await page.keyboard.press("ArrowDown");
    await page.locator(".proposal .diff li").first().waitFor();
    const elsewhere = await desk().post("/plans/day/edit", { rep: rep.id, date, edits: [{ remove: stops[2].account }] });
    await desk().post("/plans/day/accept", { rep: rep.id, date, run_id: elsewhere.proposal.run_id });
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.locator(".toast-error", { hasText: "has changed since this was proposed" }).waitFor();
    await page.locator(".proposal").waitFor({ state: "detached" });
    await page.locator(`.stop-row[data-account="${stops[2].account}"]`).waitFor({ state: "detached" });
    assert.deepEqual(await order(page), stopsOf(await stored(date)).map((s) => s.account));
    desk().errors = desk().errors.filter((error) => !/status of 409/.test(error));
    await page.context().close();
  });

  test("phone: the rest of the day is planned from the region's time, whatever the device's zone, also after a night", async () => {
    const page = await desk().open("phone", `/?rep=r1&date=${today}`);
    const asked = async () => {
      const request = page.waitForRequest((one) => one.url().endsWith("/plans/day/replan"));
      await page.locator("[data-key=replan]").click();
      const body = (await request).postDataJSON();
      await page.locator(".proposal [data-key=undo]").click();
      await page.locator(".proposal").waitFor({ state: "detached" });
      return body.now;
    };
    // This device is in New York.
    await page.clock.setFixedTime("2024-11-19T09:00:00Z");
    assert.equal(await asked(), "2024-11-19T10:00:00+01:00");
    await page.clock.setFixedTime("2024-11-20T10:00:00Z");
    await page.getByRole("button", { name: /^Wed 20/ }).click();
    await settled(page);
    assert.equal(await asked(), "2024-11-20T11:00:00+01:00");
    // A day that is still to come is planned as a whole.
    await page.getByRole("button", { name: /^Thu 21/ }).click();
    await settled(page);
    assert.equal(await asked(), "2024-11-21T00:00:00+01:00");
    await page.context().close();
  });

  test("phone: a page that was open overnight shows the new day, unless something of the old one is open", async () => {
    const page = await desk().open("phone", "/?rep=r1");
    const shown = () => page.getByLabel("Date", { exact: true }).inputValue();
    assert.equal(await shown(), today);
    const wakeOn = async (date) => {
      await page.route("**/api/v1/meta", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), today: date } });
      });
      await page.clock.setFixedTime(`${date}T07:00:00Z`);
      const told = page.waitForResponse("**/api/v1/meta");
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await told;
      await settled(page);
    };
    await wakeOn("2024-11-20");
    assert.equal(await shown(), "2024-11-20");
    await page.locator(".stop-row").first().click();
    await settled(page);
    await wakeOn("2024-11-21");
    assert.equal(await shown(), "2024-11-20");
    await page.context().close();
  });

  test("phone: replanning asks where the device is, and does without when that is not told", async () => {
    for (const answer of ["granted", "denied"]) {
      const page = await desk().open("phone", `/?rep=r1&date=${today}`);
      const context = page.context();
      if (answer === "granted") {
        await context.grantPermissions(["geolocation"]);
        await context.setGeolocation({ longitude: 14.4503, latitude: 35.8921 });
      }
      // Nobody has been asked yet, and is now.
      await page.evaluate((answer) => {
        navigator.permissions.query = () => Promise.resolve({ state: "prompt" });
        if (answer === "denied") navigator.geolocation.getCurrentPosition = (_, refused) => setTimeout(() => refused({ code: 1 }));
      }, answer);
      const request = page.waitForRequest((one) => one.url().endsWith("/plans/day/replan"));
      await page.locator("[data-key=replan]").click();
      const { here } = (await request).postDataJSON();
      assert.deepEqual(here, answer === "granted" ? [14.4503, 35.8921] : undefined);
      await page.locator(".proposal").waitFor();
      await context.close();
    }
  });

  test("phone: a row is dragged by its handle, and says what it would break before the drop", async () => {
    const { stops, address } = await fresh("2024-12-11");
    const page = await desk().open("phone", address);
    await page.locator(".sheet > .handle").press("ArrowUp");
    const handle = page.locator(`[data-key="drag-${stops[0].account}"]`);
    // Comes into view, also when the list is drawn anew meanwhile.
    await handle.hover();
    const from = await handle.boundingBox();
    const to = await page.locator(`[data-key="drag-${stops[1].account}"]`).boundingBox();
    const before = [await placeOn(page, 1), await placeOn(page, 2)];
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height, { steps: 8 });
    await page.locator(".drag-note").waitFor();
    await page.waitForFunction(() => document.querySelector(".drag-note")?.textContent !== "Drag to another place");
    await shot(page, "dragging-phone");
    // The map shows the tour as it would be.
    const [one, two] = [await placeOn(page, 1), await placeOn(page, 2)];
    assert.ok(apart(one, before[1]) < 24 && apart(two, before[0]) < 24, JSON.stringify({ before, one, two }));
    await page.mouse.up();
    await page.locator(".proposal").waitFor();
    await settled(page);
    assert.deepEqual((await order(page)).slice(0, 2), [stops[1].account, stops[0].account]);
    await page.keyboard.press("Escape");
    await page.locator(".proposal").waitFor({ state: "detached" });
    assert.deepEqual(await order(page), stops.map((s) => s.account));
    assert.deepEqual([await placeOn(page, 1), await placeOn(page, 2)], before);
    await page.context().close();
  });

  test("phone: a row held at the edge of the list brings the rest of it along", async () => {
    const { stops, address } = await fresh("2024-12-13");
    const page = await desk().open("phone", address);
    const handle = page.locator(`[data-key="drag-${stops[0].account}"]`);
    await handle.hover();
    await page.mouse.down();
    await page.locator(".tour-item.dragged").waitFor();
    const from = await handle.boundingBox();
    const list = await page.locator(".panel-scroll").boundingBox();
    const edge = list.y + list.height + 12;
    await page.mouse.move(from.x + from.width / 2, edge, { steps: 5 });
    const last = page.locator(`[data-key="drag-${stops.at(-1).account}"]`);
    let before = -1;
    // Until the list has come to its end.
    for (let at = (await last.boundingBox()).y; at !== before; at = (await last.boundingBox()).y) {
      before = at;
      await page.waitForTimeout(400);
    }
    assert.ok(before > list.y && before < list.y + list.height, "the last row has come into view, and stays");
    await page.locator(".drop-behind").filter({ has: last }).waitFor();
    await page.waitForFunction(() => document.querySelector(".drag-note")?.textContent !== "Drag to another place");
    const held = await handle.boundingBox();
    assert.ok(Math.abs(held.y + held.height / 2 - edge) < 30, "the row stays under the finger");
    await page.mouse.up();
    await page.locator(".proposal").waitFor();
    await settled(page);
    assert.equal((await order(page)).at(-1), stops[0].account);
    await page.context().close();
  });

  test("phone: a stop is pinned and another taken out; both stay so when the day is planned again", async () => {
    const date = "2024-12-12";
    const { stops, address } = await fresh(date);
    const page = await desk().open("phone", address);
    await page.locator(`.stop-row[data-account="${stops[1].account}"]`).click();
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await page.locator(".proposal").waitFor();
    await page.locator(`.stop-row[data-account="${stops[2].account}"]`).click();
    await page.getByRole("button", { name: "Take out" }).click();
    await page.getByText(/^Drops /).waitFor();
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByText("Kept.", { exact: true }).waitFor();
    const kept = stopsOf(await stored(date));
    assert.equal(kept.find((s) => s.account === stops[1].account).pinned, true);
    await page.getByRole("button", { name: "Replan" }).click();
    await page.locator(".proposal .diff").waitFor();
    const again = await order(page);
    assert.ok(again.includes(stops[1].account) && !again.includes(stops[2].account));
    await page.context().close();
  });

  test("phone: who is left out has a proven change as a button", async () => {
    const candidates = ["2024-12-16", "2024-12-17", "2024-12-18"];
    for (const date of candidates) {
      const { left, address } = await fresh(date);
      const out = left.find((p) => ["no_time", "max_visits", "not_worth_it", "not_due"].includes(p.reason_code));
      if (!out) continue;
      const page = await desk().open("phone", `${address}&account=${encodeURIComponent(out.account)}`);
      await page.locator("[data-key=remedy-0]").waitFor();
      await settled(page);
      await shot(page, "remedy-phone");
      const cut = await page.locator(".remedies .button").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
      assert.deepEqual(cut, [], "long changes wrap");
      assert.deepEqual(await violations(page), []);
      await page.locator("[data-key=remedy-0]").click();
      await page.locator(".proposal").waitFor();
      await page.locator(`.stop-row[data-account="${out.account}"]`).waitFor();
      await page.context().close();
      return;
    }
    assert.fail("no day of the demo leaves anyone out");
  });

  test("desk: a slot is found and agreed with one tap", async () => {
    const { left, stops, address } = await fresh("2024-12-19");
    const who = left[0] ?? stops[0];
    const page = await desk().open("desk", `${address}&account=${encodeURIComponent(who.account)}`);
    await page.getByRole("button", { name: "Find a slot" }).click();
    await page.locator(".slot").first().waitFor();
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await shot(page, "slots-desk");
    const before = (await desk().get(`/appointments?account=${encodeURIComponent(who.account)}`)).features.length;
    await page.locator(".slot").first().click();
    await page.getByText(/appointment on .* at \d\d:\d\d/).waitFor();
    const made = (await desk().get(`/appointments?account=${encodeURIComponent(who.account)}`)).features;
    assert.equal(made.length, before + 1);
    for (const { id } of made) await fetch(`${desk().url}/api/v1/appointments/${encodeURIComponent(id)}`, { method: "DELETE" });
    await page.context().close();
  });

  test("desk: a slot that holds no round time is offered by the minute; where none can be agreed on, that is said", async () => {
    const { stops, address } = await fresh("2024-12-19");
    const page = await desk().open("desk", `${address}&account=${encodeURIComponent(stops[0].account)}`);
    const slot = { rep: rep.id, rep_name: rep.name, date: "2024-12-20", offer: null, detour_min: 3 };
    const answerWith = (...times) => page.route("**/api/v1/slots?*", (route) => route.fulfill({
      json: { slots: times.map(([start, latest]) => ({ ...slot, start: `2024-12-20T${start}+01:00`, latest: `2024-12-20T${latest}+01:00` })), total: times.length },
    }));
    await answerWith(["10:03:20", "10:07:00"], ["11:01:10", "11:01:50"]);
    await page.getByRole("button", { name: "Find a slot" }).click();
    await page.locator(".slot").waitFor();
    assert.match(plain(await page.locator(".slot").textContent()), /^Fri 20 Dec 10:04/);
    await answerWith(["11:01:10", "11:01:50"]);
    await page.getByRole("button", { name: "Back" }).click();
    await page.locator(`.stop-row[data-account="${stops[1].account}"]`).click();
    await page.getByRole("button", { name: "Find a slot" }).click();
    await page.getByText("No slot in the next two weeks.").waitFor();
    await page.context().close();
  });

  test("desk: the week is planned as a job that shows how far it is", async () => {
    const { address } = await fresh("2025-01-07");
    const page = await desk().open("desk", address);
    await page.getByRole("button", { name: "Plan the week" }).click();
    await page.getByText(/The week is planned: 7 days|Stopped/).waitFor();
    await settled(page);
    const { jobs } = await desk().get("/jobs");
    assert.equal(jobs[0].status, "done");
    assert.equal(jobs[0].results.length, 7);
    await page.context().close();
  });

  for (const [size, scheme] of [["phone", "dark"], ["desk", "light"]]) {
    test(`${size}: what was agreed since the day was planned stands above its list`, async () => {
      const { stops, left, address } = await fresh("2025-01-23");
      const [out] = left;
      const page = await desk().openAny(size, "/health", scheme);
      await page.route("**/api/v1/plans/day?*", async (route) => {
        const answer = await route.fetch();
        const plan = await answer.json();
        plan.plan.violations.push({ code: "dropped", account: out.account, text: `the appointment at 11:30 with ${out.name.trim()} is not kept` }, { code: "late", account: stops[0].account, text: "late" });
        await route.fulfill({ response: answer, json: plan });
      });
      await page.goto(desk().url + address);
      await settled(page);
      const box = page.getByRole("region", { name: "Not kept by this plan" });
      assert.deepEqual(await texts(box.locator("li")), [`the appointment at 11:30 with ${out.name.trim()} is not kept`], "what a row tells is told there");
      assert.deepEqual(await violations(page), []);
      await shot(page, `not-kept-${size}`);
      await box.getByRole("button").click();
      await page.getByRole("heading", { level: 1, name: out.name.trim() }).waitFor();
      await page.context().close();
    });
  }

  for (const [size, scheme] of [["phone", "light"], ["desk", "dark"]]) {
    test(`${size}: days that somebody changed by hand are named before their week is planned anew`, async () => {
      const date = size === "phone" ? "2025-01-21" : "2025-01-28";
      const { stops, address } = await fresh(date);
      const hands = await desk().post("/plans/day/edit", { rep: rep.id, date, edits: [{ pin: stops[1].account }, { remove: stops[2].account }] });
      await desk().post("/plans/day/accept", { rep: rep.id, date, run_id: hands.proposal.run_id });
      const page = await desk().open(size, address, scheme);
      let jobs = 0;
      page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/api/v1/jobs") && jobs++);
      await page.getByRole("button", { name: "Plan the week" }).click();
      const question = page.locator("[data-key=week-question]");
      await question.waitFor();
      assert.match(plain(await question.textContent()), /Tue 2[18] Jan: 1 pinned, 1 taken out/);
      await page.waitForFunction(() => document.activeElement?.dataset.key === "week-no");
      assert.deepEqual(await violations(page), []);
      await shot(page, `week-question-${size}`);
      await question.getByRole("button", { name: "Cancel" }).click();
      await question.waitFor({ state: "detached" });
      assert.equal(jobs, 0);
      assert.equal((await stored(date)).run_id, hands.proposal.run_id, "nothing was planned");
      await page.getByRole("button", { name: "Plan the week" }).click();
      await question.getByRole("button", { name: "Plan anyway" }).click();
      await page.getByText(/The week is planned/).waitFor();
      assert.equal(jobs, 1);
      await page.context().close();
    });
  }

  test("phone: without a signal the loaded day stays, outcomes wait, and go out once", async () => {
    const date = "2025-01-08";
    const { stops, address } = await fresh(date);
    const page = await desk().open("phone", address, "light", true);
    await kept(page);
    await page.context().setOffline(true);
    await page.reload();
    await page.locator(".stop-row").first().waitFor();
    assert.deepEqual(await order(page), stops.map((s) => s.account));
    const name = stops[0].name.trim();
    await page.locator(`.stop-row[data-account="${stops[0].account}"]`).click();
    await page.getByRole("button", { name: "Missed", exact: true }).click();
    await page.getByText(/kept on this device/).waitFor();
    await page.getByRole("button", { name: "Done", exact: true }).click();
    await page.getByText(`${name}: done, kept on this device until there is a signal.`).waitFor();
    await page.getByRole("button", { name: "Back" }).click();
    await page.locator(`.stop-row[data-account="${stops[0].account}"] .outcome`).waitFor();
    await shot(page, "offline-phone");
    await page.context().setOffline(false);
    await page.getByText("One outcome was sent.").waitFor();
    const log = (await desk().get(`/visits?account=${encodeURIComponent(stops[0].account)}&from=${date}&to=${date}`)).features;
    assert.deepEqual(log.map((f) => f.properties.status), ["done"]);
    assert.equal(plain(await page.evaluate(() => localStorage.getItem("rondo-outbox"))), "[]");
    // What was asked without a signal fails, in the page itself or in its service worker.
    desk().errors = desk().errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(error));
    await page.context().close();
  });

  test("phone: without a signal one finds the way to each stop, with what the plan tells of it", async () => {
    const date = "2025-01-14";
    const { stops, left, address } = await fresh(date);
    const page = await desk().open("phone", address, "light", true);
    await kept(page);
    await page.context().setOffline(true);
    await page.reload();
    await page.locator(".stop-row").first().waitFor();
    await page.getByRole("button", { name: "Navigate", exact: true }).click();
    const next = page.getByRole("link", { name: "Next stop in this phone’s map app" });
    assert.match(await next.getAttribute("href"), /^geo:35\.\d+,14\.\d+\?q=/);
    await page.getByRole("link", { name: /Google Maps, part 1/ }).waitFor();
    await page.keyboard.press("Escape");
    const told = stops.find((stop) => stop.phone && stop.address) ?? stops.find((stop) => stop.phone || stop.address);
    assert.ok(told, "the plan knows how to reach somebody");
    await page.locator(`.stop-row[data-account="${told.account}"]`).click();
    await page.getByText("No signal: the rest of this card comes with it.").waitFor();
    const said = plain(await page.locator(".facts").textContent());
    for (const fact of [told.phone, told.address, `${told.visit_min} min`]) if (fact) assert.ok(said.includes(fact), `${fact} in ${said}`);
    if (told.phone) assert.equal(await page.getByRole("link", { name: told.phone }).getAttribute("href"), `tel:${told.phone.replace(/\s/g, "")}`);
    assert.match(await page.getByRole("link", { name: "Navigate here" }).getAttribute("href"), /^geo:35/);
    assert.deepEqual(await violations(page), []);
    await shot(page, "offline-card-phone");
    // The way to one who was left out, too.
    await page.getByRole("button", { name: "Back" }).click();
    const group = page.locator(".fold", { has: page.locator(`[data-account="${left[0].account}"]`) });
    if (!(await group.evaluate((one) => one.open))) await group.locator("summary").click();
    await page.locator(`.left-row[data-account="${left[0].account}"]`).click();
    await page.getByRole("link", { name: "Navigate here" }).waitFor();
    assert.equal(await page.getByText("No answer").count(), 0);
    // With a signal again the rest comes.
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Visits so far" }).waitFor();
    desk().errors = desk().errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(error));
    await page.context().close();
  });

  test("phone: two phones without a signal lose nothing and double nothing", async () => {
    const date = "2025-01-09";
    const { stops, address } = await fresh(date);
    const [first, second] = stops;
    const phones = [];
    for (let i = 0; i < 2; i++) {
      const page = await desk().open("phone", address, "light", true);
      await kept(page);
      await page.context().setOffline(true);
      phones.push(page);
    }
    const record = async (page, stop, how) => {
      await page.locator(`.stop-row[data-account="${stop.account}"]`).click();
      await page.getByRole("button", { name: how, exact: true }).click();
      await page.getByText(/kept on this device/).waitFor();
      await page.getByRole("button", { name: "Back" }).click();
    };
    // Both were at the first; only one was at the second.
    await record(phones[0], first, "Missed");
    await record(phones[0], second, "Done");
    await record(phones[1], first, "Done");
    for (const [page, said] of [[phones[0], "2 outcomes were sent."], [phones[1], "One outcome was sent."]]) {
      await page.context().setOffline(false);
      await page.getByText(said).waitFor();
      assert.equal(await page.evaluate(() => localStorage.getItem("rondo-outbox")), "[]");
    }
    for (const stop of [first, second]) {
      const log = (await desk().get(`/visits?account=${encodeURIComponent(stop.account)}&from=${date}&to=${date}`)).features;
      // One visit each; of two accounts of it the one that came last holds.
      assert.deepEqual(log.map((f) => f.properties.status), ["done"], stop.name);
    }
    desk().errors = desk().errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(error));
    for (const page of phones) await page.context().close();
  });
}
