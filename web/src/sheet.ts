// The panel beside the map: at the bottom of a phone, in three sizes that a drag, a tap or the arrow keys choose.

import { h } from "./dom";
import { texts } from "./texts";

export type SheetSize = "peek" | "half" | "full";
const sizes: SheetSize[] = ["peek", "half", "full"];

export class Sheet {
  readonly element: HTMLElement;
  readonly body: HTMLElement;
  private readonly handle: HTMLButtonElement;
  private size: SheetSize = "half";

  constructor(private readonly resized: () => void) {
    this.handle = h("button", { type: "button", class: "handle", onkeydown: (event: KeyboardEvent) => this.key(event) });
    this.body = h("div", { class: "sheet-body", id: "list" });
    this.element = h("section", { class: "sheet" }, this.handle, this.body);
    this.drag();
    this.set("half");
    addEventListener("resize", () => this.set(this.size));
  }

  set(size: SheetSize): void {
    this.size = size;
    this.element.dataset["size"] = size;
    this.element.style.setProperty("--sheet-height", `${this.height(size)}px`);
    this.handle.setAttribute("aria-label", `${texts.sheet.handle}: ${texts.sheet[size]}`);
    this.resized();
  }

  /** At least half open, for content that was asked for. */
  reveal(): void {
    if (this.size === "peek") this.set("half");
  }

  /** One size down; whether there was one. */
  get current(): SheetSize {
    return this.size;
  }

  height(size: SheetSize = this.size): number {
    const room = innerHeight;
    return Math.round(size === "peek" ? 148 : size === "half" ? room * 0.48 : room - 140);
  }

  private key(event: KeyboardEvent): void {
    const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    const next = sizes[sizes.indexOf(this.size) + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    this.set(next);
  }

  private drag(): void {
    let from: { y: number; height: number } | null = null;
    let moved = false;
    this.handle.addEventListener("pointerdown", (event) => {
      from = { y: event.clientY, height: this.height() };
      moved = false;
      this.handle.setPointerCapture(event.pointerId);
    });
    this.handle.addEventListener("pointermove", (event) => {
      if (!from) return;
      const height = from.height + from.y - event.clientY;
      moved ||= Math.abs(from.y - event.clientY) > 6;
      this.element.classList.add("dragging");
      this.element.style.setProperty("--sheet-height", `${Math.max(96, Math.min(this.height("full"), height))}px`);
    });
    const end = (event: PointerEvent) => {
      if (!from) return;
      const height = from.height + from.y - event.clientY;
      from = null;
      this.element.classList.remove("dragging");
      const nearest = [...sizes].sort((a, b) => Math.abs(this.height(a) - height) - Math.abs(this.height(b) - height))[0];
      this.set(moved ? nearest ?? "half" : this.size === "half" ? "full" : "half");
    };
    this.handle.addEventListener("pointerup", end);
    this.handle.addEventListener("pointercancel", end);
    // Enter and Space; a pointer's click was already answered by pointerup.
    this.handle.addEventListener("click", (event) => {
      if (event.detail === 0) this.set(this.size === "half" ? "full" : "half");
    });
  }
}
