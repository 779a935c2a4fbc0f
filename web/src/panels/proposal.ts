// What is proposed for the day: at most three lines, what it breaks, and the two answers.

import type { App } from "../app";
import { changesNothing, diffLines } from "../diff";
import { h, type Child } from "../dom";
import { icon } from "../icons";
import { texts } from "../texts";
import { button } from "./parts";

export function proposalBox(app: App): Child {
  const { draft } = app;
  const { day } = draft;
  if (!day) {
    return draft.isUndoable ? h("div", { class: "proposal kept", role: "status" }, h("p", {}, texts.draft.kept),
      button(texts.draft.undo, () => void draft.undo(), { key: "undo", disabled: draft.busy })) : null;
  }
  const broken = day.plan.violations;
  const nothing = changesNothing(day);
  // Nothing to keep and nothing to undo: the box is closed.
  const answers = nothing && !draft.isByHand
    ? [button(texts.close, () => void draft.undo(), { key: "undo" })]
    : [
      button(texts.draft.keep, () => void draft.keep(), { kind: "primary", key: "keep", disabled: draft.busy }),
      button(texts.draft.undo, () => void draft.undo(), { key: "undo" }),
    ];
  return h("section", { class: "proposal", "aria-label": texts.draft.title, "aria-busy": String(draft.busy) },
    h("div", { role: "status" },
      h("ul", { class: "diff" }, (nothing ? [texts.draft.nothing] : diffLines(day)).map((line) => h("li", { dir: "auto" }, line))),
      broken.length ? h("ul", { class: "broken-list" }, broken.map(({ text }) => h("li", { dir: "auto" }, icon("alert", 16), h("span", {}, text)))) : null),
    h("div", { class: "actions" },
      answers,
      broken.length && draft.canRepair ? button(texts.draft.repair, () => void draft.repair(), { kind: "quiet", key: "repair", disabled: draft.busy }) : null));
}
