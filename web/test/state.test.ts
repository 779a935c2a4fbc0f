import { describe, expect, it } from "vitest";
import { fromQuery, initial, Store, toQuery, type State } from "../src/state";

const full: State = {
  view: "coverage", rep: "R 1&x", date: "2024-11-19", account: "é/株=1", panel: "nearby", tab: "reps", causes: ["overdue", "out_of_reach"],
  class: "A", only: "R2", q: "pharmacy, main", minutes: 30, reach: true, sort: "name",
  from: [14.5, 35.9], slot: "07-09", avoid: [[[14.4, 35.8], [14.5, 35.8], [14.5, 35.9]], [[14.1, 35.8], [14.2, 35.8], [14.2, 35.9]]], leg: 3, way: 1,
  line: [[14.4, 35.8], [14.41, 35.81]], area: true, layer: "accounts", filter: "name LIKE '%é;&%' AND urgency > 1", filters: { roads: "class = 'trunk'", "é&": "a = 1" }, order: "-urgency", feature: "M 1/2",
  drawn: ["accounts", "roads"], crs: "EPSG:32633", filesIn: "EPSG:3035", print: true, map: { lon: 14.45937, lat: -35.86216, zoom: 13 },
};

/** A window whose address bar and history are plain data. */
function fakeWindow(search = "") {
  const entries = [search];
  let at = 0;
  let back: () => void = () => undefined;
  const location = { pathname: "/", get search() { return entries[at] ?? ""; } };
  const write = (url: string) => url.replace("/", "");
  const history = {
    pushState: (_: unknown, __: string, url: string) => {
      entries.splice(at + 1, entries.length, write(url));
      at += 1;
    },
    replaceState: (_: unknown, __: string, url: string) => {
      entries[at] = write(url);
    },
  };
  const win = { location, history, addEventListener: (_: string, listener: () => void) => { back = listener; } } as unknown as Window;
  return { win, entries, goBack: () => { at -= 1; back(); } };
}

describe("the address", () => {
  it("holds the whole state and gives it back", () => {
    expect(fromQuery(toQuery(full))).toEqual(full);
  });

  it("is empty for the first view", () => {
    expect(toQuery(initial)).toBe("");
    expect(fromQuery("")).toEqual(initial);
  });

  it("leaves out what is unreadable", () => {
    const odd = fromQuery("?view=moon&date=yesterday&minutes=-3&at=14,400,3&sort=;drop&tab=x&panel=y&unknown=1");
    expect(odd).toEqual(initial);
    expect(fromQuery("?at=14.4").map).toBeNull();
    expect(fromQuery("?at=a,b,c").map).toBeNull();
  });

  it("keeps commas readable", () => {
    expect(toQuery({ ...initial, causes: ["a", "b"] })).toBe("?cause=a,b");
  });
});

describe("steps", () => {
  it("a step can be undone by going back, a refinement cannot", () => {
    const { win, entries, goBack } = fakeWindow("?rep=R1");
    const store = new Store(win);
    store.refine({ map: { lon: 14.5, lat: 35.9, zoom: 12 } });
    store.go({ rep: "R2" });
    expect(entries).toEqual(["?rep=R1&at=14.50000,35.90000,12", "?rep=R2&at=14.50000,35.90000,12"]);
    goBack();
    expect(store.state.rep).toBe("R1");
  });

  it("tells listeners what was and what is", () => {
    const { win } = fakeWindow();
    const store = new Store(win);
    const seen: [string | null, string | null][] = [];
    store.on((now, before) => seen.push([before.rep, now.rep]));
    store.go({ rep: "R1" });
    store.go({ rep: "R2" });
    expect(seen).toEqual([[null, "R1"], ["R1", "R2"]]);
  });

  it("writes no history entry when nothing changed", () => {
    const { win, entries } = fakeWindow();
    new Store(win).go({ view: "day" });
    expect(entries).toHaveLength(1);
  });
});
