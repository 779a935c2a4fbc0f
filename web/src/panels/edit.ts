// Changing an account: only the fields that were touched are sent.

import type { App } from "../app";
import { h } from "../dom";
import { texts } from "../texts";
import type { Account } from "../types";
import { button } from "./parts";

/** The form being filled in; kept over redraws so that nothing typed is lost. */
let open: { id: string; form: HTMLFormElement } | null = null;

export function editForm(app: App, account: Account): HTMLElement {
  if (open?.id !== account.id || !open.form.isConnected) open = { id: account.id, form: build(app, account) };
  return open.form;
}

function build(app: App, account: Account): HTMLFormElement {
  const { fields } = texts.card;
  const select = (options: [string, string][], value: string) =>
    h("select", {}, options.map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
  const rep = select([["", texts.card.unassigned], ...app.reps.map((r): [string, string] => [r.id, r.name])], account.rep ?? "");
  const accountClass = select([["", texts.card.noClass], ...app.meta.classes.map((c): [string, string] => [c, c])], account.class ?? "");
  const own = account.cadence_days_own === undefined ? account.cadence_days : account.cadence_days_own;
  const cadence = h("input", { type: "number", min: 0, max: 730, step: 1, inputmode: "numeric", value: text(own), placeholder: text(account.cadence_days) });
  const visit = h("input", { type: "number", min: 1, max: 600, step: 1, inputmode: "numeric", value: text(account.visit_min) });
  const opening = h("input", { type: "text", value: account.opening_hours ?? "", spellcheck: "false", autocomplete: "off" });
  const note = h("textarea", { rows: 2, dir: "auto", value: account.note ?? "" });
  const active = h("input", { type: "checkbox", checked: account.active });
  const block = account.blocks?.[account.blocks.length - 1];
  const from = h("input", { type: "date", value: block?.from ?? "" });
  const to = h("input", { type: "date", value: block?.to ?? "" });

  const change = (): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    const put = (field: string, now: unknown, before: unknown) => {
      if (now !== before) found[field] = now;
    };
    put("rep", rep.value || null, account.rep);
    put("class", accountClass.value || null, account.class);
    put("cadence_days", number(cadence.value), own);
    put("visit_min", number(visit.value), account.visit_min);
    put("opening_hours", opening.value.trim() || null, account.opening_hours);
    put("note", note.value.trim() || null, account.note || null);
    put("active", active.checked, account.active);
    if (from.value !== (block?.from ?? "") || to.value !== (block?.to ?? "")) {
      const others = (account.blocks ?? []).slice(0, -1);
      found["blocks"] = from.value ? [...others, { from: from.value, to: to.value || from.value }] : others;
    }
    return found;
  };
  const field = (label: string, control: HTMLElement, wide = false) => h("label", { class: wide ? "field wide" : "field" }, h("span", {}, label), control);
  return h("form", { class: "edit", onsubmit: (event: Event) => {
    event.preventDefault();
    const found = change();
    const done = () => app.setEditing(false);
    if (Object.keys(found).length === 0) done();
    else void app.book.change(account.id, found, texts.card.saved(account.name)).then((saved) => saved && done());
  } },
    field(fields.rep, rep), field(fields.class, accountClass), field(fields.cadence_days, cadence), field(fields.visit_min, visit),
    field(fields.opening_hours, opening, true), field(fields.note, note, true), field(fields.blockFrom, from), field(fields.blockTo, to),
    h("label", { class: "field check wide" }, active, h("span", {}, fields.active)),
    h("div", { class: "actions wide" }, h("button", { type: "submit", class: "button button-primary", "data-key": "save" }, texts.card.save),
      button(texts.card.cancel, () => app.setEditing(false), { kind: "quiet", key: "edit-cancel" })));
}

function text(value: number | null): string {
  return value === null ? "" : String(value);
}

function number(value: string): number | null {
  return value.trim() === "" ? null : Number(value);
}
