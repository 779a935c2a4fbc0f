// How the columns of a printed table share the width of the sheet. Pure.

/** Ranks from here on are those of columns that tell less. */
export const COMMON = 1_000;
/** What a column with long texts takes at least, in pixels of CSS: more where it tells much. What does not fit then ends in dots. */
const LEAST = { telling: 240, common: 120 };

/** The widths that columns get of `room`: each what it needs where all of them fit, else the widest ones give way, evenly. */
export function fitted(needs: number[], room: number): number[] {
  let left = room;
  let most = Number.POSITIVE_INFINITY;
  // From the narrowest on: who needs less than an even share of what is left gets what it needs.
  const rising = [...needs].sort((a, b) => a - b);
  for (const [i, need] of rising.entries()) {
    const even = left / (rising.length - i);
    if (need > even) {
      most = even;
      break;
    }
    left -= need;
  }
  return needs.map((need) => Math.min(need, most));
}

/** Which columns fit into `room`, by their place, and how wide they are: those of the lowest rank come first, then any that is narrow enough. */
export function fitting(needs: number[], ranks: number[], room: number): { kept: number[]; widths: number[] } {
  const columns = needs.map((need, at) => ({ at, need, rank: ranks[at] ?? COMMON, width: 0 })).sort((a, b) => a.rank - b.rank || a.at - b.at);
  let left = room;
  for (const column of columns) {
    const least = Math.min(column.need, column.rank < COMMON ? LEAST.telling : LEAST.common);
    if (least > left) continue;
    column.width = least;
    left -= least;
  }
  const kept = columns.filter(({ width }) => width > 0);
  for (const column of kept) {
    const more = Math.min(left, column.need - column.width);
    column.width += more;
    left -= more;
  }
  kept.sort((a, b) => a.at - b.at);
  return { kept: kept.map(({ at }) => at), widths: kept.map(({ width }) => width) };
}
