// Numbers, times and dates as people read them. Pure: no page, no clock.

import { texts } from "./texts";
import type { Fraction, Hours } from "./types";

const THIN = "\u202f";
const locale = "en-GB";

/** Local HH:MM of an instant that carries its own offset (the server answers in the region's zone). */
export function clock(instant: string | null | undefined): string {
  return instant?.match(/T(\d{2}:\d{2})/)?.[1] ?? instant?.match(/^(\d{2}:\d{2})/)?.[1] ?? "–";
}

/** Minutes of the day of an instant in its own offset. */
export function minuteOfDay(instant: string): number {
  const [hours, minutes] = clock(instant).split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** 20 s -> "<1 min", 95 s -> "2 min", 7500 s -> "2 h 05", 7200 s -> "2 h". */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes === 0 && seconds > 0) return `<1${THIN}min`;
  if (minutes < 60) return `${minutes}${THIN}min`;
  const rest = minutes % 60;
  const hours = `${Math.floor(minutes / 60)}${THIN}h`;
  return rest === 0 ? hours : `${hours}${THIN}${String(rest).padStart(2, "0")}`;
}

/** 850 -> "850 m", 11 240 -> "11 km", 3 420 -> "3.4 km". */
export function distance(metres: number): string {
  if (metres < 995) return `${Math.round(metres / 10) * 10}${THIN}m`;
  const km = metres / 1000;
  return `${km < 9.95 ? km.toFixed(1) : Math.round(km).toString()}${THIN}km`;
}

/** 12345.6 -> "12 346" with thin spaces. */
export function count(value: number): string {
  const rounded = Math.round(value);
  return String(Math.abs(rounded)).replace(/\B(?=(\d{3})+$)/g, THIN).replace(/^/, rounded < 0 ? "−" : "");
}

/** Money or points without a currency: short when large. */
export function worth(value: number): string {
  return count(value);
}

/** 0.791 -> "79 %"; never "100 %" or "0 %" unless it is exactly so. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return "–";
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return `>99${THIN}%`;
  if (whole === 0 && share > 0) return `<1${THIN}%`;
  return `${whole}${THIN}%`;
}

/** "41 of 52", rounding parts that are not whole. */
export function outOf(fraction: Pick<Fraction, "numerator" | "denominator">): string {
  return `${count(fraction.numerator)} of ${count(fraction.denominator)}`;
}

/** [["08:00","13:00"],["19:00","26:00"]] -> "08:00–13:00, 19:00–02:00 next day". */
export function hours(windows: Hours[] | undefined): string {
  return (windows ?? []).map(([from, to]) => `${clock(from)}–${closing(to)}`).join(", ");
}

/** When a window ends, as a clock shows it. The server counts on past midnight: 26:00 is two in the morning. */
function closing(to: string): string {
  const minutes = minuteOfDay(to) - 24 * 60;
  if (minutes <= 0) return clock(to);
  const two = (n: number) => String(n).padStart(2, "0");
  return texts.day.nextDay(`${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);
}

/** Whether hours are the whole day, midnight to midnight. */
export function allDay(windows: Hours[] | undefined): boolean {
  return windows?.length === 1 && windows[0]?.[0] === "00:00" && windows[0][1] === "24:00";
}

function utc(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

const dayFormats = {
  short: new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }),
  long: new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }),
  past: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  weekday: new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" }),
};

/** A calendar day: short "Tue 19 Nov", long "Tuesday 19 November", past "19 Nov 2024", weekday "Tue". */
export function day(date: string | null | undefined, style: keyof typeof dayFormats = "short"): string {
  if (!date || Number.isNaN(utc(date).getTime())) return "–";
  return dayFormats[style].format(utc(date)).replace(",", "");
}

/** The calendar day `days` later. */
export function addDays(date: string, days: number): string {
  const later = utc(date);
  later.setUTCDate(later.getUTCDate() + days);
  return later.toISOString().slice(0, 10);
}

/** Monday of the week of `date`. */
export function weekStart(date: string): string {
  return addDays(date, -((utc(date).getUTCDay() + 6) % 7));
}

/** Whole days from one calendar day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000);
}

/** "1 visit", "7 visits". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
