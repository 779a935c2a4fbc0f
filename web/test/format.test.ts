import { describe, expect, it } from "vitest";
import { addDays, allDay, clock, count, day, daysBetween, distance, duration, hours, minuteOfDay, outOf, percent, plural, weekStart } from "../src/format";

const plainSpaces = (text: string) => text.replaceAll("\u202f", " ");

describe("times", () => {
  it("shows the local time that an instant carries, whatever the reader's zone", () => {
    expect(clock("2024-11-19T08:05:30+01:00")).toBe("08:05");
    expect(clock("2024-06-19T23:59:00-05:00")).toBe("23:59");
    expect(clock("08:30:00")).toBe("08:30");
    expect(clock(null)).toBe("–");
    expect(minuteOfDay("2024-11-19T08:05:30+01:00")).toBe(485);
  });

  it.each([[0, "0 min"], [20, "<1 min"], [95, "2 min"], [3540, "59 min"], [3570, "1 h"], [7500, "2 h 05"], [7200, "2 h"]])("%i s reads %s", (seconds, text) => {
    expect(plainSpaces(duration(seconds))).toBe(text);
  });

  it("joins opening hours", () => {
    expect(hours([["08:00", "13:00"], ["16:00", "19:00"]])).toBe("08:00–13:00, 16:00–19:00");
    expect(hours([])).toBe("");
    expect(hours([["12:00", "26:00"]])).toBe("12:00–02:00 next day");
    expect(hours([["00:00", "01:00"], ["12:00", "25:30"]])).toBe("00:00–01:00, 12:00–01:30 next day");
    expect(hours([["18:00", "24:00"]])).toBe("18:00–24:00");
    expect(allDay([["00:00", "24:00"]])).toBe(true);
    expect(allDay([["00:00", "12:00"], ["13:00", "24:00"]])).toBe(false);
    expect(allDay([])).toBe(false);
  });
});

describe("days", () => {
  it("does not shift in any time zone", () => {
    expect(day("2024-11-19")).toBe("Tue 19 Nov");
    expect(day("2024-11-19", "long")).toBe("Tuesday 19 November");
    expect(day(null)).toBe("–");
    expect(day("soon")).toBe("–");
  });

  it("steps over ends of months and years", () => {
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2024-12-31", 1)).toBe("2025-01-01");
    expect(addDays("2024-03-31", -1)).toBe("2024-03-30");
    expect(daysBetween("2024-10-20", "2024-11-19")).toBe(30);
  });

  it("weeks start on Monday", () => {
    expect(weekStart("2024-11-19")).toBe("2024-11-18");
    expect(weekStart("2024-11-18")).toBe("2024-11-18");
    expect(weekStart("2024-11-24")).toBe("2024-11-18");
  });
});

describe("numbers", () => {
  it.each([[0, "0 m"], [847, "850 m"], [999, "1.0 km"], [3420, "3.4 km"], [11_240, "11 km"]])("%i m reads %s", (metres, text) => {
    expect(plainSpaces(distance(metres))).toBe(text);
  });

  it("groups thousands", () => {
    expect(plainSpaces(count(1234567))).toBe("1 234 567");
    expect(plainSpaces(count(-1234.4))).toBe("−1 234");
    expect(count(999)).toBe("999");
  });

  it("says all or nothing only when it is so", () => {
    expect(plainSpaces(percent(0.791))).toBe("79 %");
    expect(plainSpaces(percent(0.9996))).toBe(">99 %");
    expect(plainSpaces(percent(0.0004))).toBe("<1 %");
    expect(plainSpaces(percent(1))).toBe("100 %");
    expect(percent(null)).toBe("–");
    expect(percent(Number.NaN)).toBe("–");
  });

  it("shows fractions and plurals", () => {
    expect(outOf({ numerator: 41, denominator: 52 })).toBe("41 of 52");
    expect(plural(1, "visit")).toBe("1 visit");
    expect(plural(7, "visit")).toBe("7 visits");
  });
});
