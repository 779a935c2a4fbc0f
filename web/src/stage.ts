// Keeps the map in step with the state: the tour, accounts or cells, reach, and what is chosen.

import type { App } from "./app";

export class Stage {
  private plan: unknown = null;
  private accounts: unknown = null;
  private key = "";
  private marked = "";
  /** The day that the map was fitted to; "kept" where the address says what to look at. */
  private fitted: string;

  constructor(private readonly app: App) {
    this.fitted = app.state.map ? "kept" : "";
  }

  /** Another day is looked at: its tour may be fitted. */
  refit(): void {
    this.fitted = "";
  }

  draw(): void {
    const { app } = this;
    const { state, map } = app;
    this.drawTour();
    const coverage = state.view === "coverage";
    const cells = coverage && app.showsCells();
    const key = coverage ? `${cells} ${state.causes.join()} ${state.q} ${app.accounts.loading}` : state.view;
    const source = cells ? app.cells.value : app.accounts.value;
    if (key !== this.key || this.accounts !== source) {
      map.showAccounts(coverage && !cells ? app.filtered() : []);
      map.showCells(cells ? app.cells.value ?? [] : [], state.causes);
      this.key = key;
      this.accounts = source;
    }
    map.showReach(coverage && state.reach ? app.reach.value ?? [] : [], state.only !== null);
    this.drawChosen();
  }

  /** The day's tour, when it has changed. */
  drawTour(): void {
    const { app } = this;
    const { state, map } = app;
    const plan = state.view === "day" ? app.drawn : null;
    if (this.plan === plan) return;
    this.plan = plan;
    map.showPlan(plan, state.account);
    if (state.view !== "day") return;
    const key = plan ? plan.plan.id : "";
    if (key && !state.map && this.fitted !== key) map.fitTour();
    this.fitted = key;
  }

  private drawChosen(): void {
    const { app } = this;
    const id = app.state.account;
    const where = id ? app.placeOf(id) : null;
    const key = `${id} ${where?.at?.join() ?? ""}`;
    if (key === this.marked) return;
    this.marked = key;
    app.map.choose(id, where?.at ?? null, where?.name ?? "", app.state.view === "coverage" && app.showsCells());
  }
}
