// Outcomes that could not be sent: kept on this device, sent when the server answers again. Sending one twice does no harm,
// and a later outcome of the same visit takes the place of an earlier one, so nothing is lost and nothing doubled. Each goes out
// with its age: what somebody else noted later stands, and is told.

import { api, ApiError } from "./api";
import type { DayPlan, Recorded, Stop } from "./types";

/** An outcome on its way. */
export interface Waiting {
  /** Id of the planned visit; null for a visit that no plan knew of. */
  visit: string | null;
  account: string;
  rep: string;
  date: string;
  status: string;
  note?: string;
  /** When it was noted down, by this device's clock, in milliseconds; what an older page left behind has none. */
  noted?: number;
}

/** An outcome that gave way: whose visit, and what stands instead. */
export interface Overtaken {
  name: string;
  status: string;
}

/** What became of the outcomes that waited. */
export interface Flushed {
  sent: number;
  overtaken: Overtaken[];
}

/** What an outbox keeps its letters in; `localStorage` is one. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Sends one outcome; the answer tells what stands. */
export type Send = (waiting: Waiting) => Promise<Recorded>;

const KEY = "rondo-outbox";
/** The server takes no older ones: so old they count as this old. */
const MOST_AGO_S = 31 * 86_400;

export class Outbox {
  private sending = false;

  constructor(private readonly shelf: Shelf, private readonly send: Send = sendOutcome) {}

  get all(): Waiting[] {
    try {
      const kept: unknown = JSON.parse(this.shelf.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? (kept as Waiting[]) : [];
    } catch {
      return [];
    }
  }

  /** Sends an outcome and what waited before it, or keeps it when nobody answers: `kept` says so. */
  async post(waiting: Waiting): Promise<Flushed & { kept: boolean }> {
    // Behind others that wait, so that the order stays.
    this.put([...this.all.filter((other) => !isSame(other, waiting)), waiting]);
    const flushed = await this.flush();
    return { ...flushed, kept: this.all.some((other) => isSame(other, waiting)) };
  }

  /** Sends what waits, oldest first, until nobody answers. What the server refuses for good is dropped and thrown. */
  async flush(): Promise<Flushed> {
    const flushed: Flushed = { sent: 0, overtaken: [] };
    if (this.sending) return flushed;
    this.sending = true;
    try {
      for (let next = this.all[0]; next; next = this.all[0]) {
        const letter = next;
        let refusal: unknown = null;
        try {
          const stands = await this.send(letter);
          const status = stands.visit.properties.status;
          if (status !== letter.status) flushed.overtaken.push({ name: stands.account.properties.name, status });
        } catch (cause) {
          if (!(cause instanceof ApiError) || isSilence(cause.status)) break;
          refusal = cause;
        }
        // A newer outcome of the same visit may have come meanwhile: only this very one is done with.
        this.put(this.all.filter((other) => JSON.stringify(other) !== JSON.stringify(letter)));
        if (refusal) throw refusal;
        flushed.sent++;
      }
    } finally {
      this.sending = false;
    }
    return flushed;
  }

  /** A plan with the outcomes that still wait. */
  over(plan: DayPlan): DayPlan {
    const waiting = this.all;
    if (waiting.length === 0) return plan;
    const features = plan.features.map((feature) => {
      const stop = feature.properties as Stop;
      const found = feature.properties.layer === "visits" ? waiting.find((one) => one.visit === stop.id) : undefined;
      return found ? { ...feature, properties: { ...stop, status: found.status } } : feature;
    });
    return { ...plan, features };
  }

  private put(all: Waiting[]): void {
    this.shelf.setItem(KEY, JSON.stringify(all));
  }
}

function isSame(a: Waiting, b: Waiting): boolean {
  return a.visit === b.visit && a.account === b.account && a.date === b.date;
}

/** Nobody answered, or nobody could just now. */
function isSilence(status: number): boolean {
  return status === 0 || status === 401 || status === 408 || status >= 500;
}

async function sendOutcome({ visit, status, note, noted, ...who }: Waiting): Promise<Recorded> {
  // By its age, since this device's clock may be wrong.
  const ago_s = noted === undefined ? 0 : Math.min(Math.max(Math.round((Date.now() - noted) / 1000), 0), MOST_AGO_S);
  const outcome = { status, ago_s, ...(note ? { note } : {}) };
  if (visit === null) return api.recordVisit({ ...who, ...outcome });
  try {
    return await api.outcome(visit, outcome);
  } catch (cause) {
    // The plan was made anew without this visit: it took place all the same.
    if (cause instanceof ApiError && cause.status === 404) return api.recordVisit({ ...who, ...outcome });
    throw cause;
  }
}
