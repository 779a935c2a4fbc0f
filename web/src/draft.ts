// A day that is being changed: what is proposed stands beside the plan until it is kept or undone. Edits add up: each new
// one is asked for together with those before it.

import { api, ApiError } from "./api";
import type { DayPlan, Edit, EditBody, Position, ProposedDay } from "./types";

/** What a draft needs of the page. */
export interface DraftHost {
  plan: DayPlan | null;
  changed(): void;
  failed(cause: unknown): void;
  stands(plan: DayPlan): void;
  /** The day is no longer what it was when it was loaded. */
  stale(): void;
}

/** What became of a question: answered, refused, or no longer of interest when its answer came. */
type Fate = "answered" | "refused" | "late";

/** Nothing asked for yet. */
const NOTHING: EditBody = { edits: [] };

/** Edits after others. Moves of one stop one after the other come to the last of them. */
function joined(before: EditBody, more: EditBody): EditBody {
  const edits = [...before.edits];
  for (const edit of more.edits) {
    const last = edits.at(-1);
    if (last && "move" in last && "move" in edit && last.move === edit.move) edits.pop();
    edits.push(edit);
  }
  return { ...before, ...more, edits };
}

function isConflict(cause: unknown): boolean {
  return cause instanceof ApiError && cause.status === 409;
}

export class Draft {
  day: ProposedDay | null = null;
  /** The run that was kept last here of each day, by the plan's id. */
  private readonly kept = new Map<string, string>();
  /** What was asked for by hand, and answered. */
  private made = NOTHING;
  /** The same with what is not answered yet. */
  private wanted = NOTHING;
  private running = 0;
  private asked = 0;

  constructor(private readonly host: DraftHost) {}

  get busy(): boolean {
    return this.running > 0;
  }

  /** Whether the plan that stands was kept here, so that it can be undone. */
  get isUndoable(): boolean {
    const plan = this.host.plan?.plan;
    return plan !== undefined && this.kept.get(plan.id) === plan.run_id;
  }

  /** Where a stop is asked to go while no answer has come yet. */
  placeOf(account: string): number | null {
    const last = this.wanted.edits.at(-1);
    return this.busy && last && "move" in last && last.move === account ? last.to : null;
  }

  /** Asks for the rest of the day to be planned again, from where `locate` finds this device. */
  async replan(now: string, locate: (() => Promise<Position | null>) | null): Promise<void> {
    this.made = this.wanted = NOTHING;
    await this.ask(async (rep, date) => {
      const here = locate && (await locate());
      return api.replan(here ? { rep, date, now, here } : { rep, date, now });
    });
  }

  /** Adds edits to those made, and asks for the day with all of them. */
  async edit(more: EditBody): Promise<void> {
    const wanted = joined(this.wanted, more);
    this.wanted = wanted;
    const fate = await this.ask((rep, date) => api.edit({ rep, date, ...wanted }));
    if (fate === "answered") this.made = wanted;
    if (fate === "refused") this.wanted = this.made;
  }

  /** Plans the rest again around the edits made. */
  async repair(): Promise<void> {
    await this.ask((rep, date) => api.edit({ rep, date, ...this.made, repair: true }));
  }

  get canRepair(): boolean {
    return this.made.edits.length > 0;
  }

  /** Whether anything was asked for by hand, which is worth keeping also where no stop moves. */
  get isByHand(): boolean {
    return this.canRepair || this.made.start !== undefined || this.made.end !== undefined;
  }

  /** What one more edit would come to; nothing is kept of it. */
  async tryOut(edit: Edit): Promise<ProposedDay | null> {
    const plan = this.host.plan;
    if (!plan) return null;
    const { rep, date } = plan.plan;
    return api.edit({ rep, date, ...joined(this.made, { edits: [edit] }), dry: true }).catch(() => null);
  }

  /** Puts the proposal in the place of the plan. */
  async keep(): Promise<void> {
    const { day } = this;
    if (!day || this.busy) return;
    const { rep, date, id } = day.plan;
    const run = day.proposal.run_id;
    await this.work(async () => {
      const plan = await api.accept({ rep, date, run_id: run }).catch((cause: unknown) => {
        // The day has changed since: this proposal of it can never be kept.
        if (isConflict(cause)) this.clear();
        throw cause;
      });
      this.clear();
      this.kept.set(id, run);
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
    const { host } = this;
    if (!host.plan || !this.isUndoable || this.busy) return;
    const { id, rep, date, run_id } = host.plan.plan;
    await this.work(async () => {
      const plan = await api.undo({ rep, date, run_id }).catch((cause: unknown) => {
        // Something was agreed or recorded since that the former plan would lose: it is not offered again.
        if (isConflict(cause)) this.kept.delete(id);
        throw cause;
      });
      this.kept.delete(id);
      host.stands(plan);
    });
  }

  /** Forgets what is proposed. */
  clear(): void {
    this.asked++;
    this.day = null;
    this.made = this.wanted = NOTHING;
  }

  private async ask(question: (rep: string, date: string) => Promise<ProposedDay>): Promise<Fate> {
    const plan = this.host.plan;
    if (!plan) return "refused";
    const asked = ++this.asked;
    const { rep, date } = plan.plan;
    let fate: Fate = "refused";
    await this.work(async () => {
      // A newer question, or another day, makes an answer worthless.
      const isLate = () => asked !== this.asked;
      try {
        const day = await question(rep, date);
        if (!isLate()) this.day = day;
        fate = isLate() ? "late" : "answered";
      } catch (cause) {
        if (!isLate()) throw cause;
        fate = "late";
      }
    });
    return fate;
  }

  private async work(work: () => Promise<void>): Promise<void> {
    this.running++;
    this.host.changed();
    try {
      await work();
    } catch (cause) {
      this.host.failed(cause);
      if (isConflict(cause)) this.host.stale();
    }
    this.running--;
    this.host.changed();
  }
}
