// A row is taken by its handle and put elsewhere: by finger, mouse or arrow keys. What the new place would break is said
// before the drop.

import { h } from "./dom";
import { icon } from "./icons";
import { texts } from "./texts";

/** What a place would come to. */
export interface Tried {
  /** What it would break, in words; null where it breaks nothing. */
  broken: string | null;
  /** Shows it on the map. */
  show(): void;
}

export interface DragHost {
  /** Places from 1; `to` beyond the last is the last. What it would come to, or null when nobody knows. */
  tryAt(account: string, to: number): Promise<Tried | null>;
  drop(account: string, to: number): void;
  /** It was let go where it was. */
  released(): void;
  /** Where it is asked to go while no answer has come yet. */
  going(account: string): number | null;
}

/** So long a place must hold before it is tried, in milliseconds. */
const PAUSE = 120;
/** So near to an edge of the list the list moves on, in pixels; the note covers some of that. */
const EDGE = 72;
/** So many pixels it moves in one frame at most. */
const FASTEST = 10;

export function dragHandle(account: string, name: string, place: number, places: number, host: DragHost): HTMLElement {
  const handle = h("button", {
    type: "button", class: "drag-handle", "data-key": `drag-${account}`, "aria-label": texts.draft.handle(name, place, places), title: texts.draft.handleHint,
    onkeydown: (event: Event) => {
      const { key } = event as KeyboardEvent;
      const step = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
      // Pressed quickly, each press goes on from the one before.
      const to = (host.going(account) ?? place) + step;
      if (step === 0 || to < 1 || to > places) return;
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
  const scroller = row.closest<HTMLElement>(".panel-scroll");
  const top = scroller?.scrollTop ?? 0;
  let finger = start.clientY;
  let to = place;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const carry = () => {
    row.style.transform = `translateY(${finger - start.clientY + (scroller?.scrollTop ?? 0) - top}px)`;
    const before = rows.filter((other) => other !== row && middle(other) < finger).length;
    if (before + 1 === to) return;
    to = before + 1;
    for (const other of rows) {
      const there = other !== row && Number(other.dataset["place"]) === to;
      other.classList.toggle("drop-here", there && to < place);
      other.classList.toggle("drop-behind", there && to > place);
    }
    clearTimeout(timer);
    const question = ++asked;
    timer = setTimeout(() => void host.tryAt(account, to).then((tried) => {
      if (question !== asked || tried === null) return;
      note.textContent = tried.broken ?? texts.draft.fine;
      row.classList.toggle("broken", tried.broken !== null);
      tried.show();
    }), PAUSE);
  };
  const move = (event: PointerEvent) => {
    finger = event.clientY;
    carry();
  };
  // A row held at the edge brings the rest of the list along: a phone shows few rows at a time.
  const alongEdge = () => {
    // Not yet when the handle is only touched.
    if (scroller && Math.abs(finger - start.clientY) > 8) {
      const box = scroller.getBoundingClientRect();
      const past = beyond(box, finger);
      const others = rows.filter((other) => other !== row).map((other) => other.getBoundingClientRect());
      // No further than to the first and the last row.
      const more = past < 0 ? others.some(({ top }) => top < box.top + EDGE) : others.some(({ bottom }) => bottom > box.bottom - EDGE);
      if (past !== 0 && more) {
        scroller.scrollTop += Math.max(-FASTEST, Math.min(FASTEST, past / 4));
        carry();
      }
    }
    frame = requestAnimationFrame(alongEdge);
  };
  let frame = requestAnimationFrame(alongEdge);
  const end = (event: PointerEvent) => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    asked++;
    handle.removeEventListener("pointermove", move);
    row.style.transform = "";
    row.classList.remove("dragged", "broken");
    for (const other of rows) other.classList.remove("drop-here", "drop-behind");
    note.remove();
    if (event.type === "pointerup" && to !== place) host.drop(account, to);
    else host.released();
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end, { once: true });
  handle.addEventListener("pointercancel", end, { once: true });
}

function middle(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

/** How far a height is past the inner edges of a box: negative above, positive below. */
function beyond(box: DOMRect, y: number): number {
  return y < box.top + EDGE ? y - box.top - EDGE : y > box.bottom - EDGE ? y - box.bottom + EDGE : 0;
}
