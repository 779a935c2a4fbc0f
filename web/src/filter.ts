// Choosing and ordering accounts for the coverage table and map. Pure.

import type { Account, AccountFeature } from "./types";

export interface Filters {
  causes: string[];
  q: string;
}

/** Case, accents and letter forms do not matter when searching. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ħ", "h").replaceAll("ı", "i").replaceAll("ß", "ss");
}

/** Accounts of the chosen causes whose name, id, address or rep holds every word searched for. */
export function matching(accounts: AccountFeature[], filters: Filters): AccountFeature[] {
  const causes = new Set(filters.causes);
  const wanted = plain(filters.q).split(/\s+/).filter(Boolean);
  return accounts.filter(({ properties }) => {
    if (causes.size > 0 && !causes.has(properties.gap_cause ?? "")) return false;
    if (wanted.length === 0) return true;
    const text = plain([properties.id, properties.name, properties.address ?? "", properties.rep_name ?? ""].join(" "));
    return wanted.every((word) => text.includes(word));
  });
}

/** Accounts per cause. */
export function countByCause(accounts: AccountFeature[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { properties } of accounts) {
    const cause = properties.gap_cause ?? "";
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return counts;
}

export const columns = ["name", "class", "rep_name", "last_done", "overdue_days", "value", "gap_cause", "fix"] as const;
export type Column = (typeof columns)[number];

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Ordered by a column ("-" in front: descending); blanks last either way; equal rows by name, then id. */
export function sorted(accounts: AccountFeature[], order: string): AccountFeature[] {
  const descending = order.startsWith("-");
  const column = order.replace(/^-/, "") as Column;
  const known = columns.includes(column) ? column : "name";
  return [...accounts].sort((one, other) => {
    const a = one.properties;
    const b = other.properties;
    const blanks = Number(blank(a[known])) - Number(blank(b[known]));
    if (blanks !== 0) return blanks;
    const difference = compare(a[known], b[known]);
    return (descending ? -difference : difference) || collator.compare(a.name, b.name) || collator.compare(a.id, b.id);
  });
}

function blank(value: Account[Column]): boolean {
  return value === null || value === undefined || value === "";
}

function compare(a: Account[Column], b: Account[Column]): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a ?? ""), String(b ?? ""));
}

/** The order after a click on a column's head: down first for numbers, up first for text, then the other way. */
export function nextOrder(order: string, column: Column): string {
  const numeric = column === "value" || column === "overdue_days";
  const first = numeric ? `-${column}` : column;
  const second = numeric ? column : `-${column}`;
  return order === first ? second : first;
}
