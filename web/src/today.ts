// What day and time it is where the accounts are, whatever zone this device is in and however long the page has been open.

import { api } from "./api";
import type { Meta } from "./types";

/** A calendar day and a time of day as a clock on the wall shows them. */
export interface WallClock {
  date: string;
  time: string;
}

/** What the clocks of a zone show at an instant. */
export function wallClock(zone: string, at: Date): WallClock {
  const two = "2-digit";
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: two, day: two, hour: two, minute: two, second: two, hourCycle: "h23" });
  const found = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? "00";
  return { date: `${of("year")}-${of("month")}-${of("day")}`, time: `${of("hour")}:${of("minute")}:${of("second")}` };
}

/** So often it is looked whether the day has turned, in milliseconds. */
const EVERY = 60_000;

export class Today {
  private told: string;

  /** `turned` hears that another day counts as today, which `meta` then has. */
  constructor(private readonly meta: Meta, private readonly turned: () => void) {
    this.told = this.clock.date;
    setInterval(() => void this.look(), EVERY);
    // A device that slept has not counted.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.look();
    });
  }

  private get clock(): WallClock {
    return wallClock(this.meta.region.time_zone, new Date());
  }

  /** Asks what counts as today when the region's date is not what it was when that was last told. */
  private async look(): Promise<void> {
    const { date } = this.clock;
    if (date === this.told) return;
    const meta = await api.meta().catch(() => null);
    // Nobody answers, or what was kept for when nobody answers: asked again later.
    if (!meta || meta.today === this.meta.today) return;
    this.told = date;
    this.meta.today = meta.today;
    this.meta.plan_dates = meta.plan_dates;
    this.turned();
  }

  /** Whether a day goes on now: by the server's word, or by the region's clocks where its last word is old. */
  isNow(date: string): boolean {
    return date === this.meta.today || date === this.clock.date;
  }

  /** The instant from which a day is to be planned: now where it goes on, else its very start. */
  from(date: string, offset: string): string {
    return `${date}T${this.isNow(date) ? this.clock.time : "00:00:00"}${offset}`;
  }
}
