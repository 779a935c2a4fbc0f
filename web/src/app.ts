// Ties the page together: the state says what is wanted, the server is asked for it, panels and map show it.

import { api, ApiError, type CoverageQuery } from "./api";
import { addDays, duration, weekStart } from "./format";
import { matching } from "./filter";
import type { RondoMap } from "./map/map";
import { changeOf, leftOutOf, stopsOf } from "./plan";
import { Remote } from "./remote";
import type { State, Store } from "./state";
import { texts } from "./texts";
import { toast } from "./toast";
import type {
  AccountFeature, CellFeature, Collection, Coverage, DayPlan, ImportReport, Links, Meta, PlanSummary, Position, Quality,
  ReachFeature, Rep,
} from "./types";

export class App {
  private readonly redraw = () => this.draw();
  readonly plan = new Remote<DayPlan>(this.redraw);
  readonly week = new Remote<PlanSummary[]>(this.redraw);
  readonly links = new Remote<Links>(this.redraw);
  readonly account = new Remote<AccountFeature>(this.redraw);
  readonly nearby = new Remote<AccountFeature[]>(this.redraw);
  readonly coverage = new Remote<Coverage>(this.redraw);
  readonly accounts = new Remote<AccountFeature[]>(this.redraw);
  readonly cells = new Remote<CellFeature[]>(this.redraw);
  readonly reach = new Remote<ReachFeature[]>(this.redraw);
  readonly quality = new Remote<Quality>(this.redraw);
  /** Report of the last import; its name while one runs. */
  report: ImportReport | null = null;
  importing: string | null = null;
  planning = false;
  editing = false;
  moving = false;
  /** Set once the page is laid out. */
  map!: RondoMap;
  private queued = false;
  private pressed = false;
  private draws: (() => void)[] = [];

  constructor(readonly store: Store, readonly meta: Meta, readonly reps: Rep[]) {}

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

  /** Registers something that redraws itself from this app. */
  onDraw(draw: () => void): void {
    this.draws.push(draw);
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
    else this.followCoverage();
    const { account } = this.state;
    if (account) void this.account.load(`${account} ${this.date}`, (signal) => api.account(account, this.date, signal));
    else this.account.clear();
    this.draw();
  }

  private followDay(): void {
    const { rep, date } = this;
    if (!rep) return;
    void this.plan.load(`${rep.id} ${date}`, (signal) => api.plan(rep.id, date, signal));
    const monday = weekStart(date);
    void this.week.load(`${rep.id} ${monday}`, () => api.plans(rep.id, monday, addDays(monday, 6)));
    if (this.state.panel === "handover") void this.links.load(`${rep.id} ${date}`, () => api.links(rep.id, date));
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
    const planned = this.plan.value?.features.find((f) => "account" in f.properties && f.properties.account === id);
    if (!planned || !("name" in planned.properties)) return null;
    return { at: planned.geometry?.type === "Point" ? planned.geometry.coordinates : null, name: planned.properties.name };
  }

  stopOf(id: string) {
    return this.state.view === "day" ? stopsOf(this.plan.value).find((stop) => stop.account === id) ?? null : null;
  }

  leftOutOf(id: string) {
    return this.state.view === "day" ? leftOutOf(this.plan.value).find((left) => left.account === id) ?? null : null;
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

  /** Records how a visit went: of a planned stop, or of an account that was visited without a plan. */
  async record(account: string, name: string, status: string, note?: string): Promise<void> {
    const { rep, date } = this;
    const stop = this.stopOf(account);
    const outcome = note ? { status, note } : { status };
    await this.attempt(async () => {
      if (stop) await api.outcome(stop.id, outcome);
      else if (rep) await api.recordVisit({ account, rep: rep.id, date, ...outcome });
      toast(note ? texts.card.noteSaved : texts.card.recorded(name, texts.status[status] ?? status));
      this.afterWrite();
    });
  }

  async change(id: string, change: Record<string, unknown>, said: string): Promise<boolean> {
    return this.attempt(async () => {
      await api.changeAccount(id, change);
      toast(said);
      this.afterWrite();
    });
  }

  async appoint(account: string, name: string, start: string): Promise<void> {
    const { rep, date } = this;
    if (!rep) return;
    await this.attempt(async () => {
      await api.makeAppointment({ account, rep: rep.id, date, start });
      toast(texts.card.appointmentMade(name, start));
      this.afterWrite();
    });
  }

  async cancelAppointment(id: string, name: string): Promise<void> {
    await this.attempt(async () => {
      await api.cancelAppointment(id);
      toast(texts.card.appointmentCancelled(name));
      this.afterWrite();
    });
  }

  async importFile(file: File, crs: string): Promise<void> {
    this.importing = file.name;
    this.report = null;
    this.store.go({ view: "coverage", tab: "data", account: null });
    await this.attempt(async () => {
      this.report = await api.importAccounts(file, crs);
      const { stored, rejected } = this.report;
      toast(texts.data.done(stored.new + stored.updated, rejected));
      this.meta.counts.accounts += stored.new;
      this.afterWrite();
    });
    this.importing = null;
    this.draw();
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

  async movedTo(id: string, name: string, [lon, lat]: Position): Promise<void> {
    this.map.moveTo([lon, lat]);
    const saved = await this.change(id, { lon: round7(lon), lat: round7(lat) }, texts.card.movedTo(name));
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
    for (const remote of [this.plan, this.week, this.account, this.nearby, this.coverage, this.accounts, this.cells, this.quality]) remote.forget();
    this.follow();
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

function round7(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}
