// Whether there is room for a desk's layout beside the map, or only for a phone's.

export const wide = matchMedia("(min-width: 900px)");
