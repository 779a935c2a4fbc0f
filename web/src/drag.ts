// A row is taken by its handle and put elsewhere: by finger, mouse or arrow keys. What the new place would break is said
// before the drop.

import { h } from "./dom";
import { icon } from "./icons";
import { texts } from "./texts";

export interface DragHost {
  /** Places from 1; `to` beyond the last is the last. Says what it would break, or null when nobody knows. */
  tryAt(account: string, to: number): Promise<string | null>;
  drop(account: string, to: number): void;
}

/** So long a place must hold before it is tried, in milliseconds. */
const PAUSE = 120;

export function dragHandle(account: string, name: string, place: number, places: number, host: DragHost): HTMLElement {
  const handle = h("button", {
    type: "button", class: "drag-handle", "data-key": `drag-${account}`, "aria-label": texts.draft.handle(name, place, places), title: texts.draft.handleHint,
    onkeydown: (event: Event) => {
      const { key } = event as KeyboardEvent;
      const to = key === "ArrowUp" ? place - 1 : key === "ArrowDown" ? place + 1 : 0;
      if (to < 1 || to > places) return;
      event.preventDefault();
      event.stopPropagation();
      host.drop(account, to);
    },
  }, icon("grip"));
  handle.addEventListener("pointerdown", (event) => follow(event, handle, account, place, host));
  return handle;
}

function follow(start: PointerEvent, handle: HTMLElement, account: string, place: number, host: DragHost): void {
  const row = handle.closest<HTMLElement>("li");
  const list = row?.parentElement;
  if (!row || !list || start.button !== 0) return;
  start.preventDefault();
  handle.setPointerCapture(start.pointerId);
  const rows = [...list.querySelectorAll<HTMLElement>("li[data-place]")];
  const note = h("p", { class: "drag-note", role: "status" }, texts.draft.dragging);
  row.classList.add("dragged");
  list.append(note);
  let to = place;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const move = (event: PointerEvent) => {
    row.style.transform = `translateY(${event.clientY - start.clientY}px)`;
    const before = rows.filter((other) => other !== row && middle(other) < event.clientY).length;
    if (before + 1 === to) return;
    to = before + 1;
    for (const other of rows) other.classList.toggle("drop-here", other !== row && Number(other.dataset["place"]) === to);
    clearTimeout(timer);
    const question = ++asked;
    timer = setTimeout(() => void host.tryAt(account, to).then((said) => {
      if (question !== asked || said === null) return;
      note.textContent = said;
      row.classList.toggle("broken", said !== texts.draft.fine);
    }), PAUSE);
  };
  const end = (event: PointerEvent) => {
    clearTimeout(timer);
    asked++;
    handle.removeEventListener("pointermove", move);
    row.style.transform = "";
    row.classList.remove("dragged", "broken");
    for (const other of rows) other.classList.remove("drop-here");
    note.remove();
    if (event.type === "pointerup" && to !== place) host.drop(account, to);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end, { once: true });
  handle.addEventListener("pointercancel", end, { once: true });
}

function middle(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
