// The job that plans a rep's week: started, followed and stopped.

import { api } from "./api";
import { addDays, weekStart } from "./format";
import { handWorkOf, type HandWork } from "./plan";
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

  /** Days that somebody changed by hand, for as long as it is asked whether they too are to be planned anew. */
  question: { rep: string; date: string; days: HandWork[] } | null = null;
  private starting = false;

  constructor(private readonly host: WeekJobHost) {}

  /** Plans the days of the week around `date` that are still to come, one after the other; asks first where hands were at work. */
  async start(rep: string, date: string): Promise<void> {
    if (this.now || this.starting) return;
    this.starting = true;
    await this.host.attempt(async () => {
      const days = await this.byHand(rep, date);
      if (days.length === 0) return this.run(rep, date);
      this.question = { rep, date, days };
      this.host.changed();
    });
    this.starting = false;
  }

  /** Answers the question. */
  async answer(yes: boolean): Promise<void> {
    const { question } = this;
    this.question = null;
    this.host.changed();
    if (question && yes && !this.now) await this.host.attempt(() => this.run(question.rep, question.date));
  }

  private async byHand(rep: string, date: string): Promise<HandWork[]> {
    const { from, to } = this.range(date);
    const planned = await api.plans(rep, from, to);
    const plans = await Promise.all(planned.map((plan) => api.plan(rep, plan.date)));
    return plans.flatMap((plan) => handWorkOf(plan) ?? []).sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  private range(date: string): { from: string; to: string } {
    const { today } = this.host.meta;
    const monday = weekStart(date);
    const to = addDays(monday, 6);
    return { from: monday < today && today <= to ? today : monday, to };
  }

  private async run(rep: string, date: string): Promise<void> {
    const job = await api.startJob({ reps: [rep], ...this.range(date) });
    this.now = job;
    this.unfollow = api.followJob(job.id, (now) => this.told(now), () => this.end());
    this.host.changed();
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
