// Why an account is not in the day, and the proven changes that would let it in, each a button.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { clock, day } from "../format";
import { timeToAgree } from "../plan";
import { texts } from "../texts";
import type { Explanation, LeftOut, Remedy } from "../types";
import { button } from "./parts";

/** Reasons that a change of the day can do something about. */
const OPEN = new Set(["no_time", "max_visits", "max_drive", "closed", "not_worth_it", "not_due", "removed", "fits", "in_other_plan", "out_of_reach", "skill"]);

/** Whether it is worth asking what would help. */
export function canHelp(left: LeftOut): boolean {
  return OPEN.has(left.reason_code);
}

/** Names of accounts of the day. */
export type NameOf = (account: string) => string;

/** A change as one rep would tell it to another: what is worth more or less is said by who gives way, or by the driving. */
export function said({ code, text, by_min, prize_s, edit }: Remedy, nameOf: NameOf): string {
  if (code === "open_longer" && by_min) return texts.draft.openLonger(by_min);
  if (code !== "worth_more" || !prize_s || !edit) return text;
  const gone = edit.edits.flatMap((one) => ("remove" in one ? [nameOf(one.remove)] : []));
  return gone.length > 0 ? texts.draft.dropWorthier(gone.join(", "), gone.length) : texts.draft.driveMore(Math.ceil((prize_s[1] - prize_s[0]) / 60));
}

/** The first change in a few words, for a row. */
export function hint(found: Explanation | undefined, nameOf: NameOf): string {
  const change = found?.days[0]?.changes[0];
  if (change?.code === "open_longer") return texts.draft.ifThey(said(change, nameOf));
  if (change) return change.edit ? texts.draft.hint(said(change, nameOf)) : texts.draft.needs(said(change, nameOf));
  return found?.next ? texts.draft.nextSlot(day(found.next.date, "short"), timeToAgree(found.next) ?? clock(found.next.start)) : "";
}

export function remediesPart(app: App, left: LeftOut, name: string): HTMLElement {
  const found = app.reasons.get(left.account);
  if (!found && canHelp(left)) app.reasons.want(left.account, true);
  const first = found?.days[0];
  return h("div", { class: "why-box" }, h("strong", {}, texts.card.whyNot), h("p", {}, first?.reason ?? left.reason),
    found ? helps(app, found, name) : null);
}

function helps(app: App, found: Explanation, name: string): Child[] {
  const changes = found.days[0]?.changes ?? [];
  const { next } = found;
  const time = next && timeToAgree(next);
  return [
    changes.length ? h("div", { class: "remedies" }, changes.map((change, i) => {
      const { edit } = change;
      const text = said(change, app.nameOf);
      // What no edit of this day brings about, such as someone with other skills, is told all the same.
      if (!edit?.edits?.length) return h("p", { "data-key": `remedy-${i}`, dir: "auto" }, text);
      return button(text, () => void app.draft.edit(edit).then(() => app.open(null)), { key: `remedy-${i}`, disabled: app.draft.busy });
    })) : null,
    next && time ? button(texts.draft.takeSlot(day(next.date, "short"), time, next.detour_min),
      () => void app.takeSlot(found.account, name, next), { kind: "quiet", key: "next-slot" }) : null,
  ];
}
