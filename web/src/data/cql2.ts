// What could come next in a CQL2 filter: properties, operators, values. It reads only as far as the caret and never
// refuses anything; whether a filter makes sense is the server's to say. Pure.

import type { Field } from "./ogc";

export interface Suggestion {
  /** What takes the place of the text between `from` and `to`. */
  text: string;
  /** What it means, in the words of the layer's description. */
  hint: string;
  from: number;
  to: number;
}

interface Token {
  kind: "word" | "text" | "number" | "sign";
  text: string;
  from: number;
  to: number;
  /** The quote of a text is closed. */
  closed: boolean;
}

/** Where the reader is: what may stand next. */
type Place = "condition" | "operator" | "value" | "list" | "in-list" | "after-item" | "null" | "low" | "between-and" | "high" | "joint";

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

const joints: Record<string, Place> = { AND: "condition", OR: "condition", NOT: "condition" };
const comparisons = ["=", "<>", "<", "<=", ">", ">="];

/** Suggestions for what stands at the caret. `seen` gives values that a property is known to have. */
export function suggest(text: string, caret: number, fields: Field[], seen: (field: string) => string[] = () => []): Suggestion[] {
  const before = tokensOf(text.slice(0, caret));
  const last = before.at(-1);
  // A word or an open text that touches the caret is being typed.
  const typing = last && last.to === caret && (last.kind === "word" || last.kind === "number" || (last.kind === "text" && !last.closed)) ? last : null;
  const { place, field } = walk(typing ? before.slice(0, -1) : before, fields);
  const from = typing?.from ?? caret;
  const typed = (typing?.text ?? "").toLowerCase();
  const options = optionsAt(place, field, fields, seen);
  const rest = tokensOf(text.slice(from))[0];
  const to = typing ? from + (rest?.from === 0 ? rest.to : typed.length) : caret;
  return options
    .filter(([option]) => option.toLowerCase() !== typed && (option.toLowerCase().startsWith(typed) || (typed.length > 1 && option.toLowerCase().includes(typed.replace(/^['"]/, "")))))
    .sort(([a], [b]) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)))
    .slice(0, most).map(([option, hint]) => ({ text: option, hint, from, to }));
}

function walk(tokens: Token[], fields: Field[]): { place: Place; field: Field | null } {
  let place: Place = "condition";
  let field: Field | null = null;
  const named = (word: string) => fields.find(({ name }) => name === word.replaceAll('"', "")) ?? null;
  for (const { kind, text } of tokens) {
    const word = kind === "word" ? text.toUpperCase() : text;
    if (kind === "word" && word in joints && place !== "between-and" && place !== "operator") {
      place = joints[word] ?? "condition";
      field = null;
      continue;
    }
    switch (place) {
      case "condition":
        if (kind === "word") {
          field = named(text);
          // Functions such as CASEI( hold a property.
          place = field || !/^(CASEI|ACCENTI|[ST]_\w+)$/.test(word) ? "operator" : "condition";
        }
        break;
      case "operator":
        if (comparisons.includes(word) || word === "LIKE") place = "value";
        else if (word === "BETWEEN") place = "low";
        else if (word === "IN") place = "list";
        else if (word === "IS") place = "null";
        break;
      case "list":
        if (word === "(") place = "in-list";
        break;
      case "in-list":
        place = word === ")" ? "joint" : "after-item";
        break;
      case "after-item":
        place = word === "," ? "in-list" : "joint";
        break;
      case "null":
        if (word === "NULL") place = "joint";
        break;
      case "low":
        place = "between-and";
        break;
      case "between-and":
        if (word === "AND") place = "high";
        break;
      case "value":
      case "high":
        if (word !== "(" && word !== "-" && !/^(DATE|TIMESTAMP|CASEI)$/.test(word)) place = "joint";
        break;
      case "joint":
        break;
    }
  }
  return { place, field };
}

function optionsAt(place: Place, field: Field | null, fields: Field[], seen: (field: string) => string[]): [string, string][] {
  switch (place) {
    case "condition":
      return [...fields.filter(({ type }) => type !== "geometry").map(({ name, title }): [string, string] => [name, title]), ["NOT", ""], ["CASEI(", ""],
        ...(fields.some(({ type }) => type === "geometry") ? [["S_INTERSECTS(geometry, BBOX(", ""] as [string, string]] : [])];
    case "operator":
      return operatorsOf(field).map((operator): [string, string] => [operator, ""]);
    case "list":
      return [["(", ""]];
    case "value":
    case "in-list":
    case "low":
    case "high":
      return valuesOf(field, seen).map((value): [string, string] => [value, ""]);
    case "after-item":
      return [[",", ""], [")", ""]];
    case "null":
      return [["NULL", ""], ["NOT NULL", ""]];
    case "between-and":
      return [["AND", ""]];
    case "joint":
      return [["AND", ""], ["OR", ""]];
  }
}

function operatorsOf(field: Field | null): string[] {
  if (field?.type === "boolean") return ["=", "IS NULL"];
  const ordered = ["<", "<=", ">", ">=", "BETWEEN"];
  if (field?.type === "number" || field?.type === "integer" || field?.format?.startsWith("date")) return ["=", "<>", ...ordered, "IN", "IS NULL", "IS NOT NULL"];
  return field?.values ? ["=", "<>", "IN", "IS NULL", "IS NOT NULL"] : ["=", "<>", "LIKE", "IN", ...ordered, "IS NULL", "IS NOT NULL"];
}

function valuesOf(field: Field | null, seen: (field: string) => string[]): string[] {
  if (!field) return [];
  if (field.type === "boolean") return ["true", "false"];
  const known = field.values ?? seen(field.name);
  if (field.type === "number" || field.type === "integer") return known;
  if (field.format === "date") return known.map((value) => `DATE('${value}')`);
  if (field.format === "date-time") return known.map((value) => `TIMESTAMP('${value}')`);
  return known.map((value) => `'${value.replaceAll("'", "''")}'`);
}

/** A text with a suggestion taken, and where the caret goes. */
export function take(text: string, { text: taken, from, to }: Suggestion): { text: string; caret: number } {
  const before = text.slice(0, from);
  const gap = before === "" || /[\s(]$/.test(before) ? "" : taken === "," || taken === ")" ? "" : " ";
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
