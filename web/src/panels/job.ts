// Planning the week: a button, then progress with a figure and a cancel.

import type { App } from "../app";
import { h } from "../dom";
import { day, duration } from "../format";
import { texts } from "../texts";
import { button } from "./parts";

export function weekJob(app: App): HTMLElement | null {
  const job = app.weekJob.now;
  if (!job) return h("div", { class: "actions week-actions" }, button(texts.job.plan, () => startJob(app), { kind: "quiet", icon: "plan", key: "plan-week" }));
  const part = job.days_total ? (job.days_done + job.share) / job.days_total : 0;
  const now = job.date ? texts.job.at(day(job.date, "short")) : texts.job.waiting;
  const cost = job.best_s === null ? "" : texts.job.cost(duration(job.best_s));
  return h("div", { class: "job" },
    h("progress", { max: "1", value: String(part), "aria-label": texts.job.title }),
    h("p", { class: "second", role: "status" }, [texts.job.done(job.days_done, job.days_total), now, cost].filter(Boolean).join(" · ")),
    button(texts.card.cancel, () => void app.weekJob.cancel(), { kind: "quiet", key: "cancel-job" }));
}

function startJob(app: App): void {
  if (app.rep) void app.weekJob.start(app.rep.id, app.date);
}
