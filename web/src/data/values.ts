// Values of features as people read them. Pure.

import { count } from "../format";
import { texts } from "../texts";
import type { Field } from "./ogc";

const THIN = "\u202f";

/** A value as text, "" for none; instants as clocks in the time zone `zone` show them. */
export function valueText(value: unknown, field: Field | undefined, zone: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? texts.layers.yes : texts.layers.no;
  if (typeof value === "number") return numberText(value, field);
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  return field?.format === "date-time" ? localText(text, zone) : text;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** "2024-11-19T10:00:00Z" -> "2024-11-19 11:00" in Malta. What is no instant, or in a zone that this browser does not know, stays as it is written. */
function localText(text: string, zone: string): string {
  const instant = new Date(text);
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(instant.getTime())) return text;
  try {
    const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    clocks.set(zone, clock);
    const part = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
    return `${part["year"]}-${part["month"]}-${part["day"]} ${part["hour"]}:${part["minute"]}`;
  } catch {
    return text;
  }
}

/** What a field holds, and for instants whose time is shown. */
export function titleOf({ title, format }: Field, zone: string): string {
  return format === "date-time" ? `${title}. ${texts.layers.timeOf(zone)}` : title;
}

function numberText(value: number, field: Field | undefined): string {
  // Numbers that name something, such as a way of OpenStreetMap, are no amounts: they get no gaps.
  const amount = field?.unit || field?.type === "number" || /count|accounts|visits|share|value/.test(field?.name ?? "");
  if (Number.isInteger(value)) return amount ? count(value) : String(value);
  const digits = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 4;
  const [whole = "", part = ""] = Math.abs(value).toFixed(digits).split(".");
  const tail = part.replace(/0+$/, "");
  return `${value < 0 ? "−" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, THIN)}${tail ? `.${tail}` : ""}`;
}

export function isNumber(field: Field): boolean {
  return field.type === "number" || field.type === "integer";
}

/** The unit of a field where its name does not end with it. */
export function unitOf({ name, unit }: Field): string | null {
  return unit && !name.endsWith(`_${unit.replaceAll("/", "")}`) ? unit : null;
}

/** Width of a column in pixels: no narrower than its head; that of ids follows the longest of them, counted in letters. */
export function widthOf(field: Field, longestId = 0): number {
  const head = 18 + 8.4 * [field.name, unitOf(field) ?? ""].join(" ").trim().length;
  return Math.max(Math.ceil(head), valuesWidth(field, longestId));
}

function valuesWidth(field: Field, longestId: number): number {
  if (field.name === "id") return Math.min(Math.max(130, 16 + 7 * longestId), 240);
  if (field.type === "boolean") return 84;
  if (isNumber(field)) return 104;
  if (field.format === "date") return 104;
  if (field.format === "date-time") return 140;
  if (field.values) return 124;
  return /name|reason|note|formula|fix|label|hours/.test(field.name) ? 190 : 130;
}

/** A position in the system's own order of axes, with as many digits as mean something. */
export function positionText({ position, axes, digits, degrees }: { position: [number, number]; axes: [string, string]; digits: number; degrees: boolean }): string {
  return position.map((number, i) => {
    const text = degrees ? number.toFixed(Math.min(digits, 6)) : number.toFixed(Math.min(digits, 2));
    const spaced = degrees ? text : text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, THIN);
    return `${axes[i] === "north" ? "N" : "E"}${THIN}${spaced.replace("-", "−")}`;
  }).join("  ");
}
