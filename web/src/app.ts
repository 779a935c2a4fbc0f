// Ties the page together: the state says what is wanted, the server is asked for it, panels and map show it.

import { api, ApiError, type CoverageQuery } from "./api";
import { Book, round7 } from "./book";
import { Draft } from "./draft";
import { Extras } from "./extras";
import { addDays, duration, weekStart } from "./format";
import { matching } from "./filter";
import type { Holds, Incoming } from "./incoming";
import type { RondoMap } from "./map/map";
import { changeOf, isRecorded, leftOutOf, stopsOf } from "./plan";
import { Reasons } from "./reasons";
import { position } from "./position";
import { Remote } from "./remote";
import type { State, Store } from "./state";
import { texts } from "./texts";
import { toast } from "./toast";
import { Today } from "./today";
import type {
  AccountFeature, CellFeature, Collection, Coverage, DayPlan, Edit, Explanation, Links, Meta, PlanSummary,
  Position, Quality, ReachFeature, Rep, Slot, Slots,
} from "./types";
import { WeekJob } from "./weekjob";

export class App {
  private readonly changed = () => this.draw();
  readonly plan = new Remote<DayPlan>(this.changed);
  readonly week = new Remote<PlanSummary[]>(this.changed);
  readonly links = new Remote<Links>(this.changed);
  readonly account = new Remote<AccountFeature>(this.changed);
  readonly nearby = new Remote<AccountFeature[]>(this.changed);
  readonly coverage = new Remote<Coverage>(this.changed);
  readonly accounts = new Remote<AccountFeature[]>(this.changed);
  readonly cells = new Remote<CellFeature[]>(this.changed);
  readonly reach = new Remote<ReachFeature[]>(this.changed);
  readonly quality = new Remote<Quality>(this.changed);
  readonly slots = new Remote<Slots>(this.changed);
  /** Whose slots are asked for. */
  slotsFor: string | null = null;
  /** Why accounts are out of the day that is shown, as far as asked. */
  readonly reasons = new Reasons((account, signal) => this.explain(account, signal), () => this.draw());
  readonly draft: Draft;
  readonly book: Book;
  readonly weekJob: WeekJob;
  readonly extras = new Extras(this);
  private readonly today: Today;
  planning = false;
  editing = false;
  moving = false;
  /** Set once the page is laid out. */
  map!: RondoMap;
  private dayKey = "";
  private queued = false;
  private pressed = false;
  private draws: (() => void)[] = [];
  private mapDraws: (() => void)[] = [];

  constructor(readonly store: Store, readonly meta: Meta, readonly reps: Rep[]) {
    this.draft = new Draft(this.draftHost());
    this.book = new Book(this.bookHost());
    this.weekJob = new WeekJob({
      meta,
      attempt: (work) => this.attempt(work),
      changed: () => this.draw(),
      over: () => {
        this.draft.clear();
        this.afterWrite();
      },
    });
    this.today = new Today(meta, () => this.dayTurned());
    void this.book.sync();
  }

  private draftHost() {
    const app = this;
    return {
      get plan() {
        return app.plan.value;
      },
      changed: () => app.draw(),
      failed: (cause: unknown) => app.failed(cause),
      stands: (plan: DayPlan) => app.stands(plan),
      stale: () => app.afterWrite(),
    };
  }

  private bookHost() {
    const app = this;
    return {
      get rep() {
        return app.rep;
      },
      get date() {
        return app.date;
      },
      visitOf: (account: string) => app.stopOf(account)?.id ?? null,
      attempt: (work: () => Promise<void>) => app.attempt(work),
      written: () => app.afterWrite(),
      added: (accounts: number) => {
        app.meta.counts.accounts += accounts;
      },
      kept: () => {
        if (app.plan.value) app.plan.value = app.book.outbox.over(app.plan.value);
        app.draw();
      },
      changed: () => app.draw(),
    };
  }

  /** What the map shows while a stop is dragged: the day as it would be. */
  private tried: DayPlan | null = null;
  get drawn(): DayPlan | null {
    return this.tried ?? this.shown;
  }

  /** Shows the day on the map as a move would have it, at once: the list is not redrawn under a finger. Null: as it is. */
  tryOnMap(day: DayPlan | null): void {
    this.tried = day;
    for (const draw of this.mapDraws) draw();
  }

  /** The day on screen: as proposed, or as planned. */
  get shown(): DayPlan | null {
    return this.draft.day ?? this.plan.value;
  }

  get state(): State {
    return this.store.state;
  }
  get date(): string {
    return this.state.date ?? this.defaultDate();
  }
  get rep(): Rep | null {
    return this.reps.find((rep) => rep.id === this.state.rep) ?? this.reps[0] ?? null;
  }
  get minutes(): number {
    return this.state.minutes ?? this.meta.defaults.reach_minutes;
  }

  /** Today if it is planned for or nothing is; else the first planned day. */
  private defaultDate(): string {
    const { today, plan_dates } = this.meta;
    return plan_dates && (today < plan_dates.first || today > plan_dates.last) ? plan_dates.first : today;
  }

  /** Another day counts as today: whoever looks at today sees it, unless something of the old day is still open. */
  private dayTurned(): void {
    const { date, account, panel } = this.state;
    const shown = this.plan.value?.plan.date;
    if (date === null && shown && (account || panel || this.draft.day || this.editing)) this.store.refine({ date: shown });
    else if (date === null) this.store.refine({ map: null });
    this.follow();
  }

  /** Registers something that redraws itself from this app. */
  onDraw(draw: () => void): void {
    this.draws.push(draw);
  }

  /** Registers something that draws the day on the map. */
  onMapDraw(draw: () => void): void {
    this.mapDraws.push(draw);
  }

  /** Draws everything anew, soon. */
  redraw(): void {
    this.draw();
  }

  private draw(): void {
    if (this.queued) return;
    this.queued = true;
    if (!this.pressed) requestAnimationFrame(() => this.drawNow());
  }

  private drawNow(): void {
    this.queued = false;
    for (const draw of this.draws) draw();
  }

  /** While a finger or button is down nothing is redrawn: an answer that arrives then must not swallow the click. */
  press(down: boolean): void {
    this.pressed = down;
    if (!down && this.queued) setTimeout(() => this.queued && !this.pressed && this.drawNow());
  }

  /** Asks for whatever the present state needs. */
  follow(): void {
    if (this.state.view === "day") this.followDay();
    else if (this.state.view === "coverage") this.followCoverage();
    this.extras.follow(this.state);
    const { account } = this.state;
    if (account) void this.account.load(`${account} ${this.date}`, (signal) => api.account(account, this.date, signal));
    else this.account.clear();
    this.draw();
  }

  private followDay(): void {
    const { rep, date } = this;
    if (!rep) return;
    const key = `${rep.id} ${date}`;
    if (key !== this.dayKey) {
      this.dayKey = key;
      this.draft.clear();
      this.reasons.forget();
      this.links.clear();
    }
    // Its links come along, that they are there when there is no signal.
    void this.plan.load(key, async (signal) => this.book.outbox.over(await api.plan(rep.id, date, signal)))
      .then(() => {
        if (this.plan.value && key === this.dayKey) void this.links.load(key, () => api.links(rep.id, date));
      });
    const monday = weekStart(date);
    void this.week.load(`${rep.id} ${monday}`, () => api.plans(rep.id, monday, addDays(monday, 6)));
  }

  private followCoverage(): void {
    const { minutes } = this;
    const query = this.coverageQuery();
    const key = JSON.stringify(query);
    void this.coverage.load(key, (signal) => api.coverage(query, signal));
    // Accounts that were not active on the day have no cause and are no part of its total.
    void this.accounts.load(key, async (signal) => (await api.coverageAccounts(query, signal)).features.filter((f) => f.properties.gap_cause !== null));
    this.followCells();
    if (this.state.reach) {
      const reps = this.state.only ? [this.state.only] : this.reps.filter((rep) => rep.active).map((rep) => rep.id);
      const steps = this.state.only ? [...new Set([...(this.meta.defaults.reach_bands ?? [10, 20, 30, 45]), minutes])].sort((a, b) => a - b) : [minutes];
      void this.reach.load(`${reps.join()} ${steps.join()}`, async () => {
        const answers = await Promise.all(reps.map((rep) => api.reach(rep, steps)));
        return answers.flatMap((answer: Collection<ReachFeature>) => answer.features);
      });
    } else this.reach.clear();
    if (this.state.tab === "data") void this.quality.load("quality", () => api.quality());
  }

  private coverageQuery(): CoverageQuery {
    const { minutes, only, class: accountClass } = this.state;
    return { date: this.date, minutes, rep: only, class: accountClass };
  }

  /** Cells suit the zoom: larger ones far out. */
  followCells(): void {
    if (this.state.view !== "coverage" || !this.showsCells()) return;
    const zoom = this.map.view().zoom;
    const res = zoom <= 8 ? 5 : zoom <= 10 ? 6 : zoom <= 11 ? 7 : 8;
    const query = this.coverageQuery();
    void this.cells.load(JSON.stringify([query, res]), async (signal) => (await api.cells(query, res, signal)).features);
  }

  /** Far out cells stand for accounts; the few of one rep or of a search are shown themselves. */
  showsCells(): boolean {
    const { only, q } = this.state;
    return !this.map.near() && !only && !q;
  }

  /** The coverage accounts that pass the filters. */
  filtered(): AccountFeature[] {
    return matching(this.accounts.value ?? [], this.state);
  }

  /** Where an account is, from whatever is loaded. */
  placeOf(id: string): { at: Position | null; name: string } | null {
    const loaded = this.account.value?.properties.id === id ? this.account.value : null;
    const found = loaded ?? (this.state.view === "coverage" ? this.accounts.value?.find((a) => a.properties.id === id) : null);
    if (found) return { at: found.geometry?.coordinates ?? null, name: found.properties.name };
    const planned = this.shown?.features.find((f) => "account" in f.properties && f.properties.account === id);
    if (!planned || !("name" in planned.properties)) return null;
    return { at: planned.geometry?.type === "Point" ? planned.geometry.coordinates : null, name: planned.properties.name };
  }

  stopOf(id: string) {
    return this.state.view === "day" ? stopsOf(this.shown).find((stop) => stop.account === id) ?? null : null;
  }

  /** What people call an account of the day. */
  readonly nameOf = (id: string): string => this.stopOf(id)?.name ?? this.leftOutOf(id)?.name ?? id;

  leftOutOf(id: string) {
    return this.state.view === "day" ? leftOutOf(this.shown).find((left) => left.account === id) ?? null : null;
  }

  open(account: string | null): void {
    this.editing = false;
    this.stopMoving();
    if (account !== this.state.account) this.store.go({ account });
  }

  /** Plans the day again; `must` names accounts that have to be in. */
  async makePlan(must: string[] = []): Promise<void> {
    const { rep, date } = this;
    if (!rep || this.planning) return;
    const before = this.plan.value;
    this.planning = true;
    this.draw();
    try {
      const after = await api.makePlan(rep.id, date, must);
      if (this.rep?.id === rep.id && this.date === date) {
        if (!before) this.store.refine({ map: null });
        this.plan.put(after);
      }
      this.week.forget();
      this.links.forget();
      toast(before ? changeText(before, after) : texts.day.fresh(after.plan.visits));
    } catch (cause) {
      this.failed(cause);
    }
    this.planning = false;
    this.follow();
  }

  /** Plans the rest of the day again from now and here; of another day, the whole. A proposal. */
  async replan(): Promise<void> {
    const plan = this.plan.value;
    if (!plan || this.draft.busy) return;
    const { date } = this;
    const now = this.today.from(date, plan.plan.depart.slice(19));
    await this.draft.replan(now, this.today.isNow(date) ? position : null);
  }

  /** A plan that was accepted or put back. */
  private stands(plan: DayPlan): void {
    this.plan.put(this.book.outbox.over(plan));
    this.reasons.forget();
    this.week.forget();
    this.links.forget();
    this.follow();
  }

  /** Changes the day by hand, as a proposal. */
  edit(edit: Edit): Promise<void> {
    return this.draft.edit({ edits: [edit] });
  }

  /** Places of the stops still to come, by account. */
  places(): string[] {
    return stopsOf(this.shown).filter((stop) => stop.kind !== "done" && !isRecorded(stop.status)).map((stop) => stop.account);
  }

  /** Why an account is left out of the day. */
  private async explain(account: string, signal: AbortSignal): Promise<Explanation> {
    const { rep, date } = this;
    if (!rep) throw new Error("nobody's day");
    return api.explain(rep.id, date, account, signal);
  }

  findSlots(account: string): void {
    this.slotsFor = account;
    const from = this.date > this.meta.today ? this.meta.today : this.date;
    this.slots.forget();
    void this.slots.load(`${account} ${from}`, (signal) => api.slots(account, from, signal));
  }

  async takeSlot(account: string, name: string, slot: Slot): Promise<void> {
    if (!(await this.book.takeSlot(account, name, slot))) return;
    this.slotsFor = null;
    this.slots.clear();
    this.draw();
  }

  receive(incoming: Incoming): void {
    this.showImport(incoming.holds);
    void this.book.receive(incoming);
  }

  /** Goes to where files are brought in. */
  showImport(holds: Holds): void {
    this.book.expect(holds);
    this.store.go({ view: "coverage", tab: "data", account: null, feature: null });
  }

  searchNearby(at: Position, minutes: number): void {
    const { date } = this;
    void this.nearby.load(`${at.join()} ${minutes} ${date}`, async () => (await api.nearby(at[0], at[1], minutes, date)).features);
  }

  startMoving(id: string): void {
    const place = this.placeOf(id);
    if (!place) return;
    this.moving = true;
    this.map.startMove(place.at, (to) => void this.movedTo(id, place.name, to));
    this.draw();
  }

  async movedTo(id: string, name: string, to: Position): Promise<void> {
    const [lon, lat] = round7(to);
    this.map.moveTo([lon, lat]);
    const saved = await this.book.change(id, { lon, lat }, texts.card.movedTo(name));
    if (saved) this.stopMoving();
  }

  stopMoving(): void {
    if (!this.moving) return;
    this.moving = false;
    this.map.stopMove();
    this.draw();
  }

  setEditing(editing: boolean): void {
    this.editing = editing;
    this.draw();
  }

  /** Everything that a write may have changed is asked for again; what is on screen stays meanwhile. */
  private afterWrite(): void {
    this.reasons.forget();
    this.extras.data?.forget();
    for (const remote of [this.plan, this.week, this.account, this.nearby, this.coverage, this.accounts, this.cells, this.quality]) remote.forget();
    this.follow();
  }

  /** A part of the page could not be fetched. */
  offline(): void {
    toast(texts.offline.part, "error");
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (cause) {
      this.failed(cause);
      return false;
    }
  }

  private failed(cause: unknown): void {
    if (!(cause instanceof ApiError)) throw cause;
    const { title, detail, errors } = cause.problem;
    const parts = (errors ?? []).map((e) => [e.field, e.problem, e.cure].filter(Boolean).join(": "));
    toast([title, detail, ...parts].filter(Boolean).join(". "), "error");
  }
}

function changeText(before: DayPlan, after: DayPlan): string {
  const { added, dropped, homeLater } = changeOf(before, after);
  if (added === 0 && dropped === 0 && homeLater === 0) return texts.day.unchanged;
  const shift = duration(Math.abs(homeLater) * 60);
  return texts.day.changed(added, dropped, homeLater > 0 ? texts.day.later(shift) : homeLater < 0 ? texts.day.earlier(shift) : "");
}
