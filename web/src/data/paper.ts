// What of a layer's columns goes onto paper first, where there is no room for all of them. Pure.

import { COMMON } from "../printlayout";
import { tokensOf } from "./cql2";
import type { Field } from "./ogc";

/** Columns that tell most, in whatever layer they are. The others follow in the order of the layer. */
const telling = ["id", "name", "status", "urgency", "gap_cause", "class", "rep", "reason", "day", "start", "end", "next_due", "last_done", "value"];

/** A rank for each field, the lowest first: what the rows are sorted and filtered by comes right after what names them. */
export function ranksOf(fields: Field[], order: string, filter: string): number[] {
  const asked = [order.replace(/^-/, ""), ...tokensOf(filter).filter(({ kind }) => kind === "word").map(({ text }) => text.replaceAll('"', ""))];
  return fields.map(({ name }, i) => {
    const at = telling.indexOf(name);
    if (at === 0 || at === 1) return at;
    if (asked.includes(name)) return 2 + asked.indexOf(name);
    return at < 0 ? COMMON + i : COMMON - telling.length + at;
  });
}
