// Completion of a CQL2 filter at the caret, and where in it the server found something wrong. Pure.

import { optionsAfter, type Token } from "./cql2reader";
import type { Field } from "./ogc";

export interface Suggestion {
  /** What takes the place of the text between `from` and `to`. */
  text: string;
  /** What it means, in the words of the layer's description. */
  hint: string;
  from: number;
  to: number;
}

const most = 12;

export function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  const pattern = /'(?:[^']|'')*('?)|"(?:[^"]|"")*("?)|[\p{L}_:][\p{L}\p{N}_:.]*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|<>|<=|>=|[^\s]/gu;
  for (const match of text.matchAll(pattern)) {
    const [whole] = match;
    const from = match.index;
    const kind = whole.startsWith("'") ? "text" : /^["\p{L}_:]/u.test(whole) ? "word" : /^\d/.test(whole) ? "number" : "sign";
    const closed = kind !== "text" || (whole.length > 1 && whole.endsWith("'") && (whole.slice(1, -1).match(/'/g)?.length ?? 0) % 2 === 0);
    found.push({ kind, text: whole, from, to: from + whole.length, closed });
  }
  return found;
}

/** Suggestions for what stands at the caret. `seen` gives values that a property is known to have. */
export function suggest(text: string, caret: number, fields: Field[], seen: (field: string) => string[] = () => []): Suggestion[] {
  const before = tokensOf(text.slice(0, caret));
  const last = before.at(-1);
  // A word or an open text that touches the caret is being typed.
  const typing = last && last.to === caret && (last.kind === "word" || last.kind === "number" || (last.kind === "text" && !last.closed)) ? last : null;
  const from = typing?.from ?? caret;
  const typed = (typing?.text ?? "").toLowerCase();
  const options = optionsAfter(typing ? before.slice(0, -1) : before, fields, seen);
  const rest = tokensOf(text.slice(from))[0];
  const to = typing ? from + (rest?.from === 0 ? rest.to : typed.length) : caret;
  const begins = (option: string) => option.toLowerCase().startsWith(typed);
  const holds = (option: string) => typed.length > 1 && option.toLowerCase().includes(typed.replace(/^['"]/, ""));
  return options
    .filter(({ text: option, shy }) => option.toLowerCase() !== typed && (shy ? typed !== "" && begins(option) : begins(option) || holds(option)))
    .sort((a, b) => Number(begins(b.text)) - Number(begins(a.text)))
    .slice(0, most).map(({ text: option, hint }) => ({ text: option, hint, from, to }));
}

/** A text with a suggestion taken, and where the caret goes. */
export function take(text: string, { text: taken, from, to }: Suggestion): { text: string; caret: number } {
  const ends = taken === "," || taken === ")";
  const before = ends ? text.slice(0, from).trimEnd() : text.slice(0, from);
  const gap = ends || before === "" || /[\s(]$/.test(before) ? "" : " ";
  const after = text.slice(to);
  const tail = /\($/.test(taken) || /^\s/.test(after) ? "" : " ";
  return { text: before + gap + taken + tail + after, caret: (before + gap + taken + tail).length };
}

/** Where in a filter the server found something wrong ("... at 14"): it counts bytes, the page counts letters. */
export function errorAt(problem: string, filter: string): number | null {
  const found = /\bat (?:its end, )?(\d+)\b/.exec(problem)?.[1];
  if (found !== undefined) return new TextDecoder().decode(new TextEncoder().encode(filter).slice(0, Number(found))).length;
  const name = /property (\S+?),/.exec(problem)?.[1];
  const at = name ? filter.indexOf(name) : -1;
  return at < 0 ? null : at;
}
