import { describe, expect, it, vi } from "vitest";
import { Reasons } from "../src/reasons";
import type { Explanation } from "../src/types";

function asked() {
  const open = new Map<string, (found: Explanation) => void>();
  const fail = new Map<string, () => void>();
  const signals = new Map<string, AbortSignal>();
  const changed = vi.fn();
  const ask = vi.fn((account: string, signal: AbortSignal) => new Promise<Explanation>((done, refuse) => {
    open.set(account, done);
    fail.set(account, () => refuse(new Error("no")));
    signals.set(account, signal);
  }));
  const reasons = new Reasons(ask, changed);
  const answer = async (account: string) => {
    open.get(account)?.({ account } as unknown as Explanation);
    await new Promise((done) => setTimeout(done));
  };
  return { reasons, ask, changed, answer, fail, signals, of: () => ask.mock.calls.map(([account]) => account) };
}

describe("reasons", () => {
  it("are asked for one after the other, each once", async () => {
    const { reasons, answer, changed, of } = asked();
    for (const account of ["A", "B", "A", "C"]) reasons.want(account);
    expect(of()).toEqual(["A"]);
    await answer("A");
    expect(of()).toEqual(["A", "B"]);
    expect(reasons.get("A")).toEqual({ account: "A" });
    expect(changed).toHaveBeenCalledTimes(1);
    await answer("B");
    await answer("C");
    reasons.want("B");
    expect(of()).toEqual(["A", "B", "C"]);
  });

  it("do not keep an account waiting that is looked at", async () => {
    const { reasons, answer, of } = asked();
    for (const account of ["A", "B", "C"]) reasons.want(account);
    reasons.want("C", true);
    reasons.want("C", true);
    expect(of()).toEqual(["A", "C"]);
    await answer("A");
    expect(of()).toEqual(["A", "C"]);
    await answer("C");
    expect(of()).toEqual(["A", "C", "B"]);
  });

  it("go on after a refusal", async () => {
    const { reasons, fail, of } = asked();
    reasons.want("A");
    reasons.want("B");
    fail.get("A")?.();
    await new Promise((done) => setTimeout(done));
    expect(of()).toEqual(["A", "B"]);
    expect(reasons.get("A")).toBeUndefined();
  });

  it("of another day are not shown, and nobody waits for them", async () => {
    const { reasons, answer, changed, signals, of } = asked();
    reasons.want("A");
    reasons.want("B");
    reasons.forget();
    expect(signals.get("A")?.aborted).toBe(true);
    reasons.want("C");
    await answer("A");
    expect(of()).toEqual(["A", "C"]);
    expect(reasons.get("A")).toBeUndefined();
    expect(changed).not.toHaveBeenCalled();
  });
});
