// The loaded day stays usable with no signal, from the first visit on.

/** Registers the service worker. What the page loaded before that could listen, it is told of, so that it keeps that too. */
export async function stayUsable(workers: ServiceWorkerContainer): Promise<void> {
  if (workers.controller === null) {
    workers.addEventListener("controllerchange", () => tellWhatCameBefore(workers), { once: true });
  }
  await workers.register("/sw.js");
}

function tellWhatCameBefore(workers: ServiceWorkerContainer): void {
  const now = performance.now();
  const tell = (urls: string[]) => workers.controller?.postMessage({ keep: urls });
  tell(["/"]);
  // Some may still be on their way: they are told of when they are there.
  new PerformanceObserver((list) => {
    const before = list.getEntries().filter((entry) => entry.startTime <= now);
    if (before.length > 0) tell(before.map((entry) => entry.name));
  }).observe({ type: "resource", buffered: true });
}
