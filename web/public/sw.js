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
  const cache = cacheOf(url.pathname);
  if (cache === null) return;
  // Names with a hash of their content never change.
  if (url.pathname.startsWith("/assets/")) event.respondWith(keptFirst(request, cache));
  else if (url.pathname !== "/") event.respondWith(askFirst(request, cache));
  else if (request.mode === "navigate") event.respondWith(askFirst(page(), cache));
});

// What the page loaded before this worker could listen.
self.addEventListener("message", (event) => {
  const urls = Array.isArray(event.data?.keep) ? event.data.keep : [];
  event.waitUntil((async () => {
    for (const text of urls) {
      const url = new URL(text, self.location.origin);
      const cache = url.origin === self.location.origin ? cacheOf(url.pathname) : null;
      const request = url.pathname === "/" ? page() : new Request(url, { credentials: "same-origin" });
      if (cache !== null && !(await caches.match(request))) await askFirst(request, cache).catch(() => undefined);
    }
  })());
});

/** Where answers of a path are kept; null when they are not. */
function cacheOf(pathname) {
  if (pathname.endsWith("/events") || pathname.startsWith("/api/v1/jobs")) return null;
  if (pathname.startsWith("/tiles/")) return TILES;
  if (pathname.startsWith("/api/v1/")) return DATA;
  return pathname.startsWith("/assets/") || pathname === "/" || pathname === "/icon.svg" ? PAGE : null;
}

/** The page, whatever view its address names. */
function page() {
  return new Request("/", { credentials: "same-origin" });
}

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
