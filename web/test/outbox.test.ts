import { describe, expect, it } from "vitest";
import { ApiError } from "../src/api";
import { Outbox, type Shelf, type Waiting } from "../src/outbox";
import type { DayPlan, Recorded } from "../src/types";

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const done = (account: string, status = "done"): Waiting => ({ visit: `v-${account}`, account, rep: "r1", date: "2024-11-19", status });
const stands = (account: string, status: string) =>
  ({ visit: { properties: { id: `v-${account}`, status } }, account: { properties: { id: account, name: `Shop ${account}` } } }) as unknown as Recorded;
const silence = (status = 0) => new ApiError({ title: "No answer", status });

describe("outcomes without a signal", () => {
  it("wait in order, each visit once with its last outcome, and go out when someone answers", async () => {
    let online = false;
    const sent: string[] = [];
    const send = async (waiting: Waiting) => {
      if (!online) throw silence();
      sent.push(`${waiting.account} ${waiting.status}`);
      return stands(waiting.account, waiting.status);
    };
    const place = shelf();
    const outbox = new Outbox(place, send);
    expect(await outbox.post(done("A"))).toEqual({ kept: true, sent: 0, overtaken: [] });
    await outbox.post(done("B", "missed"));
    await outbox.post(done("A", "phone"));
    // Another start of the page finds them again.
    const later = new Outbox(place, send);
    expect(later.all.map((w) => w.account)).toEqual(["B", "A"]);
    online = true;
    expect(await later.flush()).toEqual({ sent: 2, overtaken: [] });
    expect(sent).toEqual(["B missed", "A phone"]);
    expect(later.all).toEqual([]);
    expect(await later.flush()).toEqual({ sent: 0, overtaken: [] });
  });

  it("give way to what was noted since, and say whose visit it is", async () => {
    let online = false;
    const outbox = new Outbox(shelf(), async ({ account, status }) => {
      if (!online) throw silence();
      return stands(account, account === "A" ? "refused" : status);
    });
    await outbox.post(done("A"));
    online = true;
    const overtaken = [{ name: "Shop A", status: "refused" }];
    expect(await outbox.post(done("B"))).toEqual({ kept: false, sent: 2, overtaken });
  });

  it("are dropped with the server's words when it refuses them, and the others still go out", async () => {
    const sent: string[] = [];
    const outbox = new Outbox(shelf(), async (waiting) => {
      if (waiting.account === "A") throw silence(422);
      sent.push(waiting.account);
      return stands(waiting.account, waiting.status);
    });
    await expect(outbox.post(done("A"))).rejects.toThrow("No answer");
    expect(outbox.all).toEqual([]);
    expect((await outbox.post(done("B"))).kept).toBe(false);
    expect(sent).toEqual(["B"]);
  });

  it("stay when the server is busy", async () => {
    const outbox = new Outbox(shelf(), async () => {
      throw silence(503);
    });
    expect((await outbox.post(done("A"))).kept).toBe(true);
    expect(outbox.all).toHaveLength(1);
  });

  it("show on the day before they are sent", async () => {
    const outbox = new Outbox(shelf(), async () => {
      throw silence();
    });
    await outbox.post(done("A"));
    const plan = { features: [{ properties: { layer: "visits", id: "v-A", status: "planned" } }, { properties: { layer: "visits", id: "v-B", status: "planned" } }] };
    const shown = outbox.over(plan as unknown as DayPlan);
    expect(shown.features.map((f) => (f.properties as { status?: string }).status)).toEqual(["done", "planned"]);
  });

  it("survive a shelf with something else on it", () => {
    const broken: Shelf = { getItem: () => "{not json", setItem: () => undefined };
    expect(new Outbox(broken).all).toEqual([]);
  });
});
