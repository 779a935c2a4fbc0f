// The job that plans a rep's week: started, followed and stopped.

import { api } from "./api";
import { addDays, weekStart } from "./format";
import { texts } from "./texts";
import { toast } from "./toast";
import type { Job } from "./types";

/** What the job needs of the page. */
export interface WeekJobHost {
  readonly meta: { readonly today: string };
  attempt(work: () => Promise<void>): Promise<boolean>;
  changed(): void;
  /** It has come to an end, one way or another: days may have been planned. */
  over(): void;
}

export class WeekJob {
  /** Null while nothing is at work. */
  now: Job | null = null;
  private unfollow: (() => void) | null = null;

  constructor(private readonly host: WeekJobHost) {}

  /** Plans the days of the week around `date` that are still to come, one after the other. */
  async start(rep: string, date: string): Promise<void> {
    if (this.now) return;
    const { today } = this.host.meta;
    const monday = weekStart(date);
    const to = addDays(monday, 6);
    const from = monday < today && today <= to ? today : monday;
    await this.host.attempt(async () => {
      const job = await api.startJob({ reps: [rep], from, to });
      this.now = job;
      this.unfollow = api.followJob(job.id, (now) => this.told(now), () => this.end());
      this.host.changed();
    });
  }

  async cancel(): Promise<void> {
    const { now } = this;
    if (now) await this.host.attempt(async () => void (await api.cancelJob(now.id)));
  }

  private told(job: Job): void {
    this.now = job;
    if (job.status === "waiting" || job.status === "running") {
      this.host.changed();
      return;
    }
    toast(job.status === "done" ? texts.job.finished(job.days_done) : texts.job.stopped(job.days_done, job.days_total));
    this.end();
  }

  private end(): void {
    this.unfollow?.();
    this.unfollow = null;
    this.now = null;
    this.host.over();
  }
}
