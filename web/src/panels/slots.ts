// When could someone go there? Days and times with their detour, cheapest first; one tap makes the appointment.

import type { App } from "../app";
import { h } from "../dom";
import { clock, day } from "../format";
import { timeToAgree } from "../plan";
import { texts } from "../texts";
import { button } from "./parts";

export function slotsPart(app: App, account: string, name: string): HTMLElement {
  const { slots } = app;
  const mine = app.slotsFor === account;
  if (!mine) {
    return h("div", { class: "actions" }, button(texts.slots.find, () => app.findSlots(account), { icon: "search", key: "find-slot" }));
  }
  const found = (slots.value?.slots ?? []).flatMap((slot) => {
    const time = timeToAgree(slot);
    return time ? [{ slot, time }] : [];
  });
  return h("section", { class: "slots", "aria-label": texts.slots.title, "aria-busy": String(slots.loading) },
    h("h2", { class: "section-title" }, texts.slots.title),
    slots.loading ? h("p", { class: "second", role: "status" }, texts.loading) : null,
    slots.error ? h("p", { role: "alert" }, slots.error.problem.detail ?? slots.error.problem.title) : null,
    !slots.loading && slots.value && found.length === 0 ? h("p", { class: "second" }, texts.slots.none) : null,
    h("ul", { class: "slot-list" }, found.map(({ slot, time }, i) => h("li", {}, h("button", {
      type: "button", class: "slot", "data-key": `slot-${i}`, onclick: () => void app.takeSlot(account, name, slot),
    }, h("strong", {}, `${day(slot.date, "short")} ${time}`),
      h("span", { class: "second" }, [texts.slots.detour(slot.detour_min), texts.slots.until(clock(slot.latest)), slot.rep === app.rep?.id ? "" : slot.rep_name].filter(Boolean).join(" · ")))))));
}
