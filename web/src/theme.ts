// The colours that canvases draw with. They are written once, as custom properties in styles/tokens.css, and read here;
// a change of the system's theme is passed on.

const names = [
  "ink", "ink-2", "ground", "accent", "map-water", "map-earth", "map-green", "map-built", "map-building", "map-building-edge",
  "map-road", "map-road-major", "map-road-edge", "map-road-edge-major", "map-road-far", "map-path", "map-ferry", "map-label", "map-label-2", "map-halo",
  "tour", "tour-done", "tour-casing",
] as const;
export type ColourName = (typeof names)[number];

let colours = new Map<string, string>();

function read(): void {
  const style = getComputedStyle(document.documentElement);
  colours = new Map(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export function colour(name: ColourName): string {
  if (colours.size === 0) read();
  return colours.get(name) ?? "#888";
}

/** Colour of a gap cause; the Okabe-Ito set, the same in both themes. */
export const causeColour: Record<string, string> = {
  unlocated: "#999999", unassigned: "#cc79a7", out_of_reach: "#0072b2", no_capacity: "#d55e00", rule: "#e69f00",
  late: "#f0e442", overdue: "#f0e442", never_visited: "#56b4e9", covered: "#009e73",
};

const listeners: (() => void)[] = [];

/** Tells when colours have changed, so that canvases are drawn anew. */
export function onThemeChange(redraw: () => void): void {
  if (listeners.length === 0) matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themeChanged);
  listeners.push(redraw);
}

/** Reads the colours anew and tells everyone: the system's theme has changed, or the page is laid out for paper. */
export function themeChanged(): void {
  read();
  for (const redraw of listeners) redraw();
}
