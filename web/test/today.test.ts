import { describe, expect, it } from "vitest";
import { wallClock } from "../src/today";

describe("the clock on the wall", () => {
  it.each([
    ["Europe/Malta", "2024-11-19T09:00:00Z", "2024-11-19", "10:00:00"],
    ["Europe/Malta", "2024-07-01T09:00:05Z", "2024-07-01", "11:00:05"],
    ["Europe/Malta", "2024-11-19T23:30:00Z", "2024-11-20", "00:30:00"],
    ["America/New_York", "2024-11-20T03:00:00Z", "2024-11-19", "22:00:00"],
    ["Asia/Kolkata", "2024-12-31T18:30:00Z", "2025-01-01", "00:00:00"],
  ])("in %s at %s shows %s %s", (zone, at, date, time) => {
    expect(wallClock(zone, new Date(at))).toEqual({ date, time });
  });
});
