// One server, one browser, one run: views and their tests in order. See harness.mjs for what can be set.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import accessTests from "./access.mjs";
import dataTests from "./data.mjs";
import gisTests from "./gis.mjs";
import handTests from "./hand.mjs";
import { startBrowser, startServer } from "./harness.mjs";
import managerTests from "./manager.mjs";
import repTests from "./rep.mjs";
import toolTests from "./tools.mjs";

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser(server.url);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const desk = () => browser;
repTests(test, desk);
handTests(test, desk);
managerTests(test, desk);
dataTests(test, desk);
toolTests(test, desk);
accessTests(test, desk);
gisTests(test, desk);

test("no request left the machine", () => assert.deepEqual(browser.outside, []));
test("the page made no error", () => assert.deepEqual(browser.errors, []));
