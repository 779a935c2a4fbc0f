import { afterEach, describe, expect, it, vi } from "vitest";
import { api, apiPath, ApiError, loadTile } from "../src/api";
import { Remote } from "../src/remote";

const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("asking", () => {
  it("leaves out parameters without a value", () => {
    expect(apiPath("/accounts", { q: "a b&c", rep: null, class: undefined, limit: 0, kind: "" })).toBe("/api/v1/accounts?q=a+b%26c&limit=0");
  });

  it("turns a problem answer into its words", async () => {
    vi.stubGlobal("fetch", async () => answer({ title: "No plan", status: 404, detail: "Nothing is planned." }, 404));
    await expect(api.plan("R1", "2024-11-19")).rejects.toMatchObject({ status: 404, message: "Nothing is planned." });
  });

  it("says so when nothing answers, or something that is no problem answer", async () => {
    vi.stubGlobal("fetch", async () => { throw new TypeError("refused"); });
    await expect(api.meta()).rejects.toMatchObject({ status: 0, problem: { title: "No answer" } });
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    await expect(api.meta()).rejects.toMatchObject({ status: 502, message: "Bad Gateway" });
  });

  it("follows the next pages of a list", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(url);
      return answer({ type: "FeatureCollection", features: [asked.length], next: asked.length < 3 ? `c${asked.length}` : null });
    });
    const list = await api.coverageAccounts({ date: "2024-11-19", minutes: null, rep: null, class: null });
    expect(list.features).toEqual([1, 2, 3]);
    expect(asked[2]).toContain("cursor=c2");
  });
});

describe("a tile of the background", () => {
  const asked = (fails: number) => {
    vi.useFakeTimers();
    const fetch = vi.fn(async () => (fails-- > 0 ? answer({ title: "Busy", status: 503 }, 503) : new Response("tile")));
    vi.stubGlobal("fetch", fetch);
    return fetch;
  };

  it("is asked for again when it does not come", async () => {
    const fetch = asked(2);
    const tile = loadTile(9, 1, 2);
    await vi.runAllTimersAsync();
    expect((await tile).byteLength).toBe(4);
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it("is given up in the end", async () => {
    const fetch = asked(9);
    const tile = expect(loadTile(9, 1, 2)).rejects.toMatchObject({ status: 503 });
    await vi.runAllTimersAsync();
    await tile;
    expect(fetch).toHaveBeenCalledTimes(4);
  });
});

describe("a remote value", () => {
  it("keeps the old answer while a new one loads, and drops an overtaken one", async () => {
    const remote = new Remote<string>(() => undefined);
    await remote.load("one", async () => "first");
    let finish: (value: string) => void = () => undefined;
    const slow = remote.load("two", () => new Promise((done) => { finish = done; }));
    expect([remote.value, remote.loading]).toEqual(["first", true]);
    await remote.load("three", async () => "third");
    finish("second");
    await slow;
    expect([remote.value, remote.loading]).toEqual(["third", false]);
  });

  it("asks once per question, again after a write", async () => {
    const remote = new Remote<number>(() => undefined);
    const ask = vi.fn(async () => 1);
    await remote.load("q", ask);
    await remote.load("q", ask);
    expect(ask).toHaveBeenCalledTimes(1);
    remote.forget();
    await remote.load("q", ask);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("holds the refusal", async () => {
    const remote = new Remote<number>(() => undefined);
    await remote.load("q", async () => { throw new ApiError({ title: "Gone", status: 410 }); });
    expect(remote.error?.status).toBe(410);
    expect(remote.value).toBeNull();
  });
});
