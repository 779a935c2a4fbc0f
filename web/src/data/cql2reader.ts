// What may stand next after the beginning of a CQL2 filter: read as the server reads it, as far as it goes. Where the
// tokens end, the reader stops with whatever could follow; where they make no sense, with nothing. Pure.

import { texts } from "../texts";
import type { Field } from "./ogc";

export interface Token {
  kind: "word" | "text" | "number" | "sign";
  text: string;
  from: number;
  to: number;
  /** The quote of a text is closed. */
  closed: boolean;
}

export interface Option {
  text: string;
  hint: string;
  /** Only for whoever has begun to type it. */
  shy?: boolean;
}

type Kind = "text" | "number" | "boolean" | "date" | "date-time" | "geometry" | "interval" | "unknown";

/** One side of a comparison, as far as it says what may stand on the other. */
interface Operand {
  kind: Kind;
  /** The property that it is, or holds. */
  field: Field | null;
  /** In CASEI: only what is in CASEI too compares with it. */
  caseFree: boolean;
}

const comparisons = ["=", "<>", "<", "<=", ">", ">="];
const spatial = ["INTERSECTS", "DISJOINT", "EQUALS", "TOUCHES", "WITHIN", "CONTAINS", "CROSSES", "OVERLAPS"].map((name) => `S_${name}`);
const temporal = ["AFTER", "BEFORE", "DURING", "INTERSECTS", "CONTAINS", "DISJOINT", "EQUALS", "FINISHES", "FINISHEDBY", "MEETS", "METBY", "OVERLAPS", "OVERLAPPEDBY", "STARTS", "STARTEDBY"].map((name) => `T_${name}`);
const geometries = ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"];
/** Deeper than the server reads. */
const DEEPEST = 40;

/** Ends the reading, with what could follow. */
class Stop {
  constructor(readonly options: Option[]) {}
}

/** What may follow the tokens. `seen` gives values that a property is known to have. */
export function optionsAfter(tokens: Token[], fields: Field[], seen: (field: string) => string[]): Option[] {
  try {
    new Reader(tokens, fields, seen).conditions();
  } catch (stop) {
    if (stop instanceof Stop) return stop.options;
    throw stop;
  }
  return [];
}

const plain = (...names: string[]): Option[] => names.map((text) => ({ text, hint: "" }));
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

class Reader {
  private at = 0;
  /** Brackets around the condition that is read. */
  private open = 0;

  constructor(private readonly tokens: Token[], private readonly fields: Field[], private readonly seen: (field: string) => string[]) {}

  /** The next token; where there is none, `options` could follow. */
  private next(options: Option[]): Token {
    const token = this.tokens[this.at];
    if (!token) throw new Stop(options);
    return token;
  }

  /** Whether the next token is this word or sign, which is then read. */
  private took(text: string, options: Option[]): boolean {
    const token = this.next(options);
    const found = token.kind !== "text" && token.text.toUpperCase() === text;
    if (found) this.at++;
    return found;
  }

  private need(text: string, options: Option[] = plain(text)): void {
    if (!this.took(text, options)) throw new Stop([]);
  }

  private get called(): boolean {
    return this.tokens[this.at + 1]?.text === "(";
  }

  private inBrackets<T>(read: () => T): T {
    if (++this.open > DEEPEST) throw new Stop([]);
    const found = read();
    this.open--;
    return found;
  }

  /** Conditions that AND and OR join, up to the bracket that ends them. */
  conditions(): void {
    do this.condition();
    while (this.took("AND", this.joints()) || this.took("OR", []));
    if (this.open === 0) throw new Stop([]);
  }

  private joints(): Option[] {
    return plain("AND", "OR", ...(this.open > 0 ? [")"] : []));
  }

  private condition(): void {
    const begin = this.beginnings();
    while (this.took("NOT", begin)) continue;
    if (this.took("(", begin)) {
      this.inBrackets(() => this.conditions());
      return this.need(")");
    }
    const word = this.next(begin).text.toUpperCase();
    if (this.called && spatial.includes(word)) return this.twoOf((other) => this.places(other));
    if (this.called && temporal.includes(word)) return this.twoOf((other) => this.times(other));
    this.comparison(this.operand(begin, null));
  }

  private beginnings(): Option[] {
    const places = this.places(null);
    return [
      ...this.named(({ type }) => type !== "geometry"), ...plain("NOT", "CASEI("), ...(places.length ? plain(`S_INTERSECTS(${places[0]?.text}, BBOX(`) : []),
      ...[...(places.length ? spatial : []), ...temporal].map((name) => ({ text: `${name}(`, hint: "", shy: true })),
    ];
  }

  /** A function of two operands; `options` are those of one beside the other. */
  private twoOf(options: (other: Operand | null) => Option[]): void {
    this.at += 2;
    const first = this.operand(options(null), null);
    this.need(",");
    this.operand(options(first), first);
    this.need(")");
  }

  /** What follows the first operand. */
  private comparison(left: Operand): void {
    const options = operatorsOf(left);
    // A property that is true or false is a condition by itself.
    const whole = left.kind === "boolean" ? this.joints() : [];
    const token = this.next([...options, ...whole]);
    const word = token.text.toUpperCase();
    if (left.kind === "boolean" && whole.some(({ text }) => text === word)) return;
    this.at++;
    if (comparisons.includes(word)) return this.value(left);
    if (word === "IS") {
      this.took("NOT", plain("NULL", "NOT NULL"));
      return this.need("NULL");
    }
    const tests = word === "NOT" ? this.next(plain(...(left.kind === "text" ? ["LIKE"] : []), "BETWEEN", "IN")).text.toUpperCase() : word;
    if (word === "NOT") this.at++;
    if (tests === "LIKE") return this.value(left);
    if (tests === "BETWEEN") {
      this.value(left);
      this.need("AND");
      return this.value(left);
    }
    if (tests !== "IN") throw new Stop([]);
    this.need("(");
    do this.value(left);
    while (this.took(",", plain(",", ")")));
    this.need(")");
  }

  private value(left: Operand): void {
    this.operand(this.valuesFor(left), left);
  }

  /** One operand, `options` where it is missing; `beside` is what it is compared with. */
  private operand(options: Option[], beside: Operand | null): Operand {
    const token = this.next(options);
    const word = token.text.toUpperCase();
    const found = (kind: Kind, field: Field | null = null): Operand => ({ kind, field, caseFree: false });
    if (token.kind === "word" && this.called) return this.call(word, beside);
    this.at++;
    switch (token.kind) {
      case "text":
        return found("text");
      case "number":
        return found("number");
      case "sign":
        if ((word !== "-" && word !== "+") || this.next([]).kind !== "number") throw new Stop([]);
        this.at++;
        return found("number");
      case "word": {
        if (word === "TRUE" || word === "FALSE") return found("boolean");
        const field = this.fields.find(({ name }) => name === token.text.replaceAll('"', "")) ?? null;
        return found(field ? kindOf(field) : "unknown", field);
      }
    }
  }

  private call(word: string, beside: Operand | null): Operand {
    this.at += 2;
    if (word === "CASEI") {
      // Beside what is not in CASEI it would find nothing.
      const inside = beside === null ? this.named((field) => kindOf(field) === "text") : beside.caseFree ? this.texts(beside) : [];
      const inner = this.inBrackets(() => this.operand(inside, null));
      this.need(")");
      return { ...inner, caseFree: true };
    }
    if (word === "DATE" || word === "TIMESTAMP") {
      const kind = word === "DATE" ? "date" : "date-time";
      this.next(beside?.kind === kind ? this.texts(beside) : []);
      this.at++;
      this.need(")");
      return { kind, field: null, caseFree: false };
    }
    if (word === "INTERVAL") {
      const ends = () => this.operand(this.ends(beside), beside);
      const from = ends();
      this.need(",");
      ends();
      this.need(")");
      return { kind: "interval", field: from.field, caseFree: false };
    }
    if (word !== "BBOX" && !geometries.includes(word)) throw new Stop([]);
    this.shape(word === "BBOX");
    return { kind: "geometry", field: null, caseFree: false };
  }

  /** Numbers and brackets up to the one that ends a shape. */
  private shape(box: boolean): void {
    let numbers = 0;
    for (let depth = 1; depth > 0; this.at++) {
      const { kind, text } = this.next(box && this.tokens[this.at - 1]?.kind === "number" ? plain(numbers === 4 || numbers === 6 ? ")" : ",") : []);
      numbers += Number(kind === "number");
      depth += text === "(" ? 1 : text === ")" ? -1 : 0;
    }
  }

  private named(fits: (field: Field) => boolean): Option[] {
    return this.fields.filter(fits).map(({ name, title }) => ({ text: name, hint: title }));
  }

  /** The geometry, or beside it a shape. */
  private places(other: Operand | null): Option[] {
    const own = this.named(({ type }) => type === "geometry");
    if (!other?.field) return own;
    return [{ text: "BBOX(", hint: texts.layers.bbox }, ...plain("POINT(", "LINESTRING(", "POLYGON((")];
  }

  /** Properties that are times, or beside one of them what it may be held against. */
  private times(other: Operand | null): Option[] {
    const own = this.named((field) => kindOf(field).startsWith("date"));
    if (!other) return [...own, ...plain("INTERVAL(")];
    return other.field && other.kind !== "interval" ? [...plain("INTERVAL("), ...this.valuesFor(other)] : own;
  }

  /** Ends of an interval: times of what it is held against, or properties. */
  private ends(beside: Operand | null): Option[] {
    return beside?.field ? [{ text: "'..'", hint: texts.layers.openEnd }, ...this.texts(beside)] : this.named((field) => kindOf(field).startsWith("date"));
  }

  /** Known values of the property, in quotes. */
  private texts({ field }: Operand): Option[] {
    return field ? plain(...(field.values ?? this.seen(field.name)).map(quoted)) : [];
  }

  /** What a property may be compared with, or the properties that a value may be compared with. */
  private valuesFor(left: Operand): Option[] {
    const { field, kind } = left;
    if (!field) return kind === "unknown" ? [] : this.named((other) => kindOf(other) === kind).map(({ text, hint }) => ({ text: left.caseFree ? `CASEI(${text})` : text, hint }));
    if (kind === "boolean") return plain("true", "false");
    if (kind === "number") return plain(...(field.values ?? this.seen(field.name)));
    const around = kind === "date" ? "DATE" : kind === "date-time" ? "TIMESTAMP" : left.caseFree ? "CASEI" : null;
    return this.texts(left).map(({ text, hint }) => ({ text: around ? `${around}(${text})` : text, hint }));
  }
}

function kindOf({ type, format }: Field): Kind {
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean" || type === "geometry") return type;
  return format === "date" || format === "date-time" ? format : "text";
}

function operatorsOf({ kind, field }: Operand): Option[] {
  const ordered = ["<", "<=", ">", ">=", "BETWEEN"];
  const nothing = field ? ["IS NULL", "IS NOT NULL"] : [];
  switch (kind) {
    case "boolean":
      return plain("=", ...nothing);
    case "geometry":
      return plain(...nothing);
    case "interval":
      return [];
    case "text":
      return plain("=", "<>", ...(field?.values ? ["IN"] : ["LIKE", "IN", ...ordered]), ...nothing);
    default:
      return plain("=", "<>", ...ordered, "IN", ...nothing);
  }
}
