// A day that is being changed: what is proposed stands beside the plan until it is kept or undone. Edits add up: each new
// one is asked for together with those before it.

import { api } from "./api";
import type { DayPlan, Edit, EditBody, Position, ProposedDay } from "./types";

/** What a draft needs of the page. */
export interface DraftHost {
  plan: DayPlan | null;
  changed(): void;
  failed(cause: unknown): void;
  stands(plan: DayPlan): void;
}

export class Draft {
  day: ProposedDay | null = null;
  /** The run that was kept last, for as long as it can be undone here. */
  kept: { run: string; plan: string } | null = null;
  busy = false;
  private edits: Edit[] = [];
  private hours: Pick<EditBody, "start" | "end"> = {};
  private asked = 0;

  constructor(private readonly host: DraftHost) {}

  /** Asks for the rest of the day to be planned again, from where `locate` finds this device. */
  async replan(now: string, locate: (() => Promise<Position | null>) | null): Promise<void> {
    this.edits = [];
    this.hours = {};
    await this.ask(async (rep, date) => {
      const here = locate && (await locate());
      return api.replan(here ? { rep, date, now, here } : { rep, date, now });
    });
  }

  /** Adds edits to those made, and asks for the day with all of them. */
  async edit(more: EditBody): Promise<void> {
    const edits = [...this.edits, ...more.edits];
    const hours = { ...this.hours, ...(more.start ? { start: more.start } : {}), ...(more.end ? { end: more.end } : {}) };
    const done = await this.ask((rep, date) => api.edit({ rep, date, edits, ...hours }));
    if (done) [this.edits, this.hours] = [edits, hours];
  }

  /** Plans the rest again around the edits made. */
  async repair(): Promise<void> {
    await this.ask((rep, date) => api.edit({ rep, date, edits: this.edits, ...this.hours, repair: true }));
  }

  get canRepair(): boolean {
    return this.edits.length > 0;
  }

  /** Whether anything was asked for by hand, which is worth keeping also where no stop moves. */
  get isByHand(): boolean {
    return this.edits.length > 0 || Object.keys(this.hours).length > 0;
  }

  /** What one more edit would come to; nothing is kept of it. */
  async tryOut(edit: Edit): Promise<ProposedDay | null> {
    const plan = this.host.plan;
    if (!plan) return null;
    const { rep, date } = plan.plan;
    return api.edit({ rep, date, edits: [...this.edits, edit], ...this.hours, dry: true }).catch(() => null);
  }

  /** Puts the proposal in the place of the plan. */
  async keep(): Promise<void> {
    const { day } = this;
    if (!day || this.busy) return;
    const { rep, date, id } = day.plan;
    const run = day.proposal.run_id;
    await this.work(async () => {
      const plan = await api.accept({ rep, date, run_id: run });
      this.clear();
      this.kept = { run, plan: id };
      this.host.stands(plan);
    });
  }

  /** Drops the proposal; or puts the plan back that the last one kept has replaced. */
  async undo(): Promise<void> {
    if (this.day) {
      this.clear();
      this.host.changed();
      return;
    }
    const { kept, host } = this;
    if (!kept || !host.plan || this.busy) return;
    const { rep, date } = host.plan.plan;
    await this.work(async () => {
      const plan = await api.undo({ rep, date, run_id: kept.run });
      this.kept = null;
      host.stands(plan);
    });
  }

  /** Forgets everything: another day is looked at. */
  clear(): void {
    this.asked++;
    this.day = null;
    this.kept = null;
    this.edits = [];
    this.hours = {};
  }

  private async ask(question: (rep: string, date: string) => Promise<ProposedDay>): Promise<boolean> {
    const plan = this.host.plan;
    if (!plan) return false;
    const asked = ++this.asked;
    const { rep, date } = plan.plan;
    let done = false;
    await this.work(async () => {
      const day = await question(rep, date);
      // A newer question, or another day, makes this answer worthless.
      if (asked !== this.asked) return;
      this.day = day;
      done = true;
    });
    return done;
  }

  private async work(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.host.changed();
    try {
      await work();
    } catch (cause) {
      this.host.failed(cause);
    }
    this.busy = false;
    this.host.changed();
  }
}
