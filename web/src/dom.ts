// Building elements without a framework: `h` makes one, `mount` replaces a part of the page and keeps focus and scroll.

export type Child = Node | string | number | null | undefined | false;
type Props = Record<string, unknown>;

/** An element with attributes, `on…` handlers, `class` and children; null, undefined and false children are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: (Child | Child[])[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, props);
  append(element, children);
  return element;
}

const svgNamespace = "http://www.w3.org/2000/svg";

/** An SVG element; attributes only. */
export function svg(tag: string, props: Record<string, string | number> = {}, ...children: SVGElement[]): SVGElement {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

function set(element: HTMLElement, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2).toLowerCase(), value as EventListener);
    } else if (name === "style" && typeof value === "object") {
      for (const [property, text] of Object.entries(value as Record<string, string>)) element.style.setProperty(property, text);
    } else if (name === "value" || name === "checked" || name === "selected" || name === "open") {
      (element as unknown as Props)[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

function append(element: Element, children: (Child | Child[])[]): void {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === "number" ? String(child) : child);
  }
}

/**
 * Replaces what `root` holds. The focused element, and scrolling parts, are found again by their `data-key`,
 * so a redraw neither loses the keyboard's place nor jumps. What holds an element that is kept is given as a function: it is
 * called only once the places are known.
 */
export function mount(root: HTMLElement, ...children: (Child | Child[] | (() => Child[]))[]): void {
  const focused = root.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["key"] : undefined;
  const scrolls = new Map<string, number>();
  for (const part of root.querySelectorAll<HTMLElement>("[data-scroll]")) scrolls.set(part.dataset["scroll"] ?? "", part.scrollTop);
  const made = children.map((child) => (typeof child === "function" ? child() : child));
  root.replaceChildren();
  append(root, made);
  for (const part of root.querySelectorAll<HTMLElement>("[data-scroll]")) part.scrollTop = scrolls.get(part.dataset["scroll"] ?? "") ?? 0;
  if (focused) byKey(root, focused)?.focus({ preventScroll: true });
}

/** The element with this `data-key` inside `root`. */
export function byKey(root: ParentNode, key: string): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

/** Arrow keys, Home and End walk through the elements that `selector` finds in the list. */
export function arrowKeys(list: HTMLElement, selector: string): void {
  list.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll<HTMLElement>(selector)];
    const at = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    const target = to === undefined || at < 0 ? undefined : items[to];
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  });
}

/** Calls `work` once, `wait` ms after the last call. */
export function debounce<A extends unknown[]>(work: (...args: A) => void, wait: number): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), wait);
  };
}
