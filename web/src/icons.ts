// The few line icons, drawn on a 24 x 24 grid. Decorative: the button's text or label says what it does.

import { svg } from "./dom";

const paths = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  lunch: "M7 3v8M4 3v5a3 3 0 0 0 6 0V3M7 11v10M17 21V3c-3 1-4 4-4 7v3h4",
  check: "M5 12.5l4.5 4.5L19 7",
  cross: "M7 7l10 10M17 7L7 17",
  phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2z",
  navigate: "M12 3l7 17-7-4-7 4z",
  share: "M12 15V3m0 0L8 7m4-4l4 4M5 12v8h14v-8",
  pin: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  hexagon: "M12 3l8 4.500v9L12 21l-8-4.500v-9z",
  route: "M6 19a2 2 0 1 0 0-.1M18 5a2 2 0 1 0 0 .1M8 19h7a3.500 3.500 0 0 0 0-7H9a3.500 3.500 0 0 1 0-7h7",
  plan: "M4 12a8 8 0 0 1 14-5.300L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.300L4 15M4 20v-5h5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  locate: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v4M12 18v4M2 12h4M18 12h4",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  table: "M4 5h16v14H4zM4 10h16M10 10v9",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  grip: "M8 7h8M8 12h8M8 17h8",
  hold: "M9 3h6l-1 7 3 3v2H7v-2l3-3zM12 15v6",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.5",
  layers: "M12 4l9 4.500-9 4.500-9-4.500zM4 13l8 4 8-4M4 17l8 4 8-4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  download: "M12 4v11m0 0l-4-4m4 4l4-4M5 20h14",
  ruler: "M3 16L16 3l5 5L8 21zM7 12l2 2M10 9l3 3M13 6l2 2",
  reach: "M12 12m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14M12 1.500v2M12 20.500v2M1.500 12h2M20.500 12h2",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  avoid: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16M6.500 6.500l11 11",
  split: "M6 20V13a4 4 0 0 1 4-4h8M14 5l4 4-4 4M6 9V4",
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName, size = 20): SVGElement {
  const drawing = svg("svg", { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", class: "icon" });
  drawing.append(svg("path", { d: paths[name] }));
  return drawing;
}
