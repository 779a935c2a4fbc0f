// Planning the week: a button, then progress with a figure and a cancel.

import type { App } from "../app";
import { byKey, h } from "../dom";
import { day, duration, weekStart } from "../format";
import type { HandWork } from "../plan";
import { texts } from "../texts";
import { button } from "./parts";

export function weekJob(app: App): HTMLElement | null {
  const { now: job, question } = app.weekJob;
  if (question && question.rep === app.rep?.id && weekStart(question.date) === weekStart(app.date)) return confirmation(app, question.days);
  if (!job) return h("div", { class: "actions week-actions" }, button(texts.job.plan, () => startJob(app), { kind: "quiet", icon: "plan", key: "plan-week" }));
  const part = job.days_total ? (job.days_done + job.share) / job.days_total : 0;
  const now = job.date ? texts.job.at(day(job.date, "short")) : texts.job.waiting;
  const cost = job.best_s === null ? "" : texts.job.cost(duration(job.best_s));
  return h("div", { class: "job" },
    h("progress", { max: "1", value: String(part), "aria-label": texts.job.title }),
    h("p", { class: "second", role: "status" }, [texts.job.done(job.days_done, job.days_total), now, cost].filter(Boolean).join(" · ")),
    button(texts.card.cancel, () => void app.weekJob.cancel(), { kind: "quiet", key: "cancel-job" }));
}

/** An order made by hand is not planned over without a word. */
function confirmation(app: App, days: HandWork[]): HTMLElement {
  return h("div", { class: "note-box", role: "alertdialog", "aria-label": texts.job.byHand, "data-key": "week-question" },
    h("p", {}, texts.job.byHand),
    h("ul", { class: "plain-list" }, days.map(({ date, pinned, asked, removed }) => h("li", {}, `${day(date, "short")}: ${texts.job.hands(pinned, asked, removed)}`))),
    h("p", {}, texts.job.consequence),
    h("div", { class: "actions" },
      button(texts.job.allTheSame, () => answer(app, true), { key: "week-yes" }),
      button(texts.card.cancel, () => answer(app, false), { kind: "quiet", key: "week-no" })));
}

function answer(app: App, yes: boolean): void {
  void app.weekJob.answer(yes);
  focusSoon("plan-week");
}

function startJob(app: App): void {
  if (app.rep) void app.weekJob.start(app.rep.id, app.date).then(() => focusSoon("week-no"));
}

/** The keyboard goes along from question to answer and back, once drawn. */
function focusSoon(key: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => byKey(document, key)?.focus()));
}
