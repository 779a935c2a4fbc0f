// Keeps the page and the day that was last looked at usable with no signal. It asks the network first and answers from what
// it kept when nobody answers; it never asks anyone but this server, and keeps only so much.

const PAGE = "rondo-page-1";
const DATA = "rondo-data-1";
const TILES = "rondo-tiles-1";
const MOST = { [PAGE]: 60, [DATA]: 250, [TILES]: 800 };

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (!(name in MOST)) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const { pathname } = url;
  if (pathname.endsWith("/events") || pathname.startsWith("/api/v1/jobs")) return;
  // Names with a hash of their content never change.
  if (pathname.startsWith("/assets/")) event.respondWith(keptFirst(request, PAGE));
  else if (pathname.startsWith("/tiles/")) event.respondWith(askFirst(request, TILES));
  else if (pathname.startsWith("/api/v1/")) event.respondWith(askFirst(request, DATA));
  else if (request.mode === "navigate" && pathname === "/") event.respondWith(askFirst(new Request("/", { credentials: "same-origin" }), PAGE));
  else if (pathname === "/icon.svg") event.respondWith(askFirst(request, PAGE));
});

async function keptFirst(request, name) {
  const kept = await caches.match(request);
  return kept ?? askFirst(request, name);
}

async function askFirst(request, name) {
  try {
    const answer = await fetch(request);
    // Only whole answers are kept; a refusal is shown, not remembered.
    if (answer.status === 200 || answer.status === 204) await keep(request, answer.clone(), name);
    return answer;
  } catch (silence) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw silence;
  }
}

async function keep(request, answer, name) {
  try {
    const cache = await caches.open(name);
    // The newest stand last, so that the oldest go first.
    await cache.delete(request);
    await cache.put(request, answer);
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST[name]))) await cache.delete(old);
  } catch {
    // No room on the device: the answer is shown all the same.
  }
}
