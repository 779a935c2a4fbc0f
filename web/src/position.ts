// Where this device is.

import { round7 } from "./book";
import type { Position } from "./types";

/** So long someone has for answering the browser's question, in milliseconds; then the day is planned without. */
const PATIENCE = 20_000;

/** The browser asks the person the first time. Null without a yes, and where no position is found soon. */
export async function position(): Promise<Position | null> {
  if (!navigator.geolocation) return null;
  const asked = await navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => state, () => "prompt");
  if (asked === "denied") return null;
  return new Promise((done) => {
    const late = setTimeout(() => done(null), PATIENCE);
    const end = (found: Position | null) => {
      clearTimeout(late);
      done(found);
    };
    navigator.geolocation.getCurrentPosition(({ coords }) => end(round7([coords.longitude, coords.latitude])), () => end(null), { timeout: 3_000, maximumAge: 60_000 });
  });
}
