// Starts the real server with the demo and a browser that may talk to nothing else.
// RONDO_BIN: the program (target/debug/rondo by default). RONDO_URL: test a server that already runs instead.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "../..");
const out = join(here, "out");
mkdirSync(out, { recursive: true });

/** The day the demo is made for; a Tuesday. */
export const today = "2024-11-19";

export const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
  narrow: { viewport: { width: 1024, height: 720 }, deviceScaleFactor: 1 },
  desk: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
};

/** A server of the demo on a free port with a book of its own, and how to stop it. */
export async function startServer() {
  if (process.env.RONDO_URL) return { url: process.env.RONDO_URL, stop: () => undefined };
  const program = resolve(process.env.RONDO_BIN ?? join(root, "target/debug/rondo"));
  assert.ok(existsSync(program), `${program} is missing: cargo build, or set RONDO_BIN`);
  const folder = mkdtempSync(join(tmpdir(), "rondo-e2e-"));
  const child = spawn(program, ["demo", "--date", today, "--listen", "127.0.0.1:0", "--state", folder], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const url = await new Promise((done, fail) => {
    const hear = (text) => {
      said += text;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) done(found[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => fail(new Error(`the server ended with ${code}:\n${said}`)));
  });
  for (let i = 0; ; i++) {
    const ready = await fetch(`${url}/ready`).then((answer) => answer.ok, () => false);
    if (ready) break;
    assert.ok(i < 600, `the server was not ready in a minute:\n${said}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  const stop = () => new Promise((done) => {
    child.removeAllListeners("exit");
    child.on("exit", () => {
      rmSync(folder, { recursive: true, force: true });
      done();
    });
    child.kill("SIGTERM");
  });
  return { url, stop };
}

export async function startBrowser(url) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return new Desk(browser, url);
}

/** Opens pages, and remembers every request that left the machine and every error. */
class Desk {
  outside = [];
  errors = [];

  constructor(browser, url) {
    this.browser = browser;
    this.url = url;
  }

  /** A page at a path, with the data and the map drawn. Only with `offline` may it keep a day for when there is no signal. */
  async open(size, path = "/", scheme = "light", offline = false) {
    const page = await this.openAny(size, path, scheme, offline);
    await settled(page);
    return page;
  }

  /** Opens any page of the server, and waits for no more than the browser does. */
  async openAny(size, path, scheme = "light", offline = false) {
    const context = await this.browser.newContext({ ...sizes[size], serviceWorkers: offline ? "allow" : "block", colorScheme: scheme, reducedMotion: "reduce", locale: "en-GB", timezoneId: "America/New_York", acceptDownloads: true });
    const page = await context.newPage();
    // Generous: a busy machine is slow, and waiting costs nothing where all is well.
    page.setDefaultTimeout(40_000);
    const home = new URL(this.url).host;
    page.on("request", (request) => {
      const asked = new URL(request.url());
      if (/^https?:|^wss?:/.test(asked.protocol) && asked.host !== home) this.outside.push(request.url());
    });
    page.on("pageerror", (error) => this.errors.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      // Refusals are answers: the page shows them in words (400 = a filter that cannot be read, 404 = not planned yet, 422 = not valid, 503 = busy).
      if (message.type() === "error" && !/status of (400|404|422|503)/.test(message.text())) this.errors.push(`${page.url()}: ${message.text()}`);
    });
    await page.goto(this.url + path);
    return page;
  }

  /** What the API answers. */
  async post(path, body) {
    const answer = await fetch(`${this.url}/api/v1${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    assert.ok(answer.ok, `POST ${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return answer.json();
  }

  /** What the API answers. */
  async get(path) {
    const answer = await fetch(`${this.url}/api/v1${path}`);
    assert.equal(answer.status, 200, `GET ${path} answered ${answer.status}`);
    return answer.json();
  }

  async close() {
    await this.browser.close();
  }
}

/** Waits until nothing is being loaded and the background stands. */
export async function settled(page) {
  await page.locator(".bar").waitFor();
  await page.waitForFunction(() =>
    !document.querySelector(".skeleton, [aria-busy=true]") &&
    document.querySelectorAll(".background .leaflet-tile").length > 0 &&
    [...document.querySelectorAll(".background .leaflet-tile")].every((tile) => tile.classList.contains("leaflet-tile-loaded")));
  await page.waitForTimeout(120);
}

export async function shot(page, name) {
  await page.screenshot({ path: join(out, `${name}.png`) });
}

/** Thin spaces become plain ones, so that texts can be compared. */
export const plain = (text) => (text ?? "").replaceAll("\u202f", " ").trim();

/** HH:MM as the server wrote it. */
export const clock = (instant) => instant.slice(11, 16);

export const texts = async (locator) => (await locator.allTextContents()).map(plain);
