// A line about what just happened, for eyes and screen readers; errors stay until closed.

import { h } from "./dom";
import { icon } from "./icons";
import { texts } from "./texts";

const place = h("div", { class: "toasts" });
const polite = h("div", { role: "status", "aria-live": "polite" });
const urgent = h("div", { role: "alert" });
place.append(polite, urgent);

export function toastArea(): HTMLElement {
  return place;
}

export function toast(text: string, kind: "done" | "error" = "done"): void {
  const close = h("button", { class: "icon-button", type: "button", "aria-label": texts.close, onclick: () => line.remove() }, icon("close", 16));
  const line = h("div", { class: `toast toast-${kind}` }, h("p", {}, text), close);
  (kind === "error" ? urgent : polite).replaceChildren(line);
  if (kind === "done") setTimeout(() => line.remove(), 6000);
}
