// The one module that asks the server. Every answer is JSON; a refusal becomes an ApiError with the problem's words.

import { mediaTypeOf, type Incoming } from "./incoming";
import type {
  AccountFeature, Appointment, CellFeature, Collection, Coverage, DayPlan, EditBody, Explanation, Feature, ImportReport, Job, Links,
  Meta, OsrmAnswer, PlanSummary, Position, Problem, ProposedDay, Quality, ReachedAccount, ReachFeature, Recorded, RepFeature, RouteFeature,
  Slots,
} from "./types";

/** A refusal, or silence (status 0), in words that can be shown. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
  }
  get status(): number {
    return this.problem.status;
  }
}

type Params = Record<string, string | number | null | undefined>;

/** Path under /api/v1 with the parameters that have a value. */
export function apiPath(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") query.set(key, String(value));
  }
  const text = query.toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

export async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError({ title: "No answer", status: 0, detail: "The server cannot be reached. What is on screen stays usable." });
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  throw new ApiError(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  const plain: Problem = { title: response.statusText || "Error", status: response.status };
  try {
    return { ...plain, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return plain;
  }
}

export function send<T>(method: string, path: string, body: unknown, type = "application/json", signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { method, headers: { "content-type": type }, body: JSON.stringify(body), ...(signal ? { signal } : {}) });
}

/** Follows `next` until the list is complete. */
async function all<F>(path: string, params: Params, signal?: AbortSignal): Promise<Collection<F>> {
  const features: F[] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: Collection<F> = await ask(apiPath(path, { ...params, cursor }), signal ? { signal } : {});
    features.push(...page.features);
    cursor = page.next ?? null;
    if (!cursor) return { ...page, features };
  }
}

/** Lists that the server sends bare or under a name. */
function listed<T>(answer: T[] | Record<string, unknown>): T[] {
  if (Array.isArray(answer)) return answer;
  const list = Object.values(answer).find((value) => Array.isArray(value));
  return (list as T[] | undefined) ?? [];
}

interface DayOf {
  rep: string;
  date: string;
}

/** From where and how far, and how one drives. */
export interface ReachQuestion extends Driving {
  origins: Position[];
  minutes: number[];
  accounts?: boolean;
}

/** Parts of the day and areas that change how one drives. */
export interface Driving {
  slot?: string;
  avoid?: { type: "MultiPolygon"; coordinates: Position[][][] };
}

export interface CoverageQuery extends Params {
  date: string;
  minutes: number | null;
  rep: string | null;
  class: string | null;
}

export const api = {
  meta: () => ask<Meta>(apiPath("/meta")),
  reps: () => ask<Collection<RepFeature>>(apiPath("/reps")),

  plan: (rep: string, date: string, signal?: AbortSignal) =>
    ask<DayPlan>(apiPath("/plans/day", { rep, date }), signal ? { signal } : {}),
  makePlan: (rep: string, date: string, must: string[]) =>
    send<DayPlan>("POST", apiPath("/plans/day"), must.length > 0 ? { rep, date, must_visit: must } : { rep, date }),
  replan: (ask: DayOf & { now: string; here?: Position }) => send<ProposedDay>("POST", apiPath("/plans/day/replan"), ask),
  edit: (ask: DayOf & EditBody & { repair?: boolean; dry?: boolean }) => send<ProposedDay>("POST", apiPath("/plans/day/edit"), ask),
  accept: (run: DayOf & { run_id: string }) => send<DayPlan>("POST", apiPath("/plans/day/accept"), run),
  undo: (run: DayOf & { run_id: string }) => send<DayPlan>("POST", apiPath("/plans/day/undo"), run),
  explain: (rep: string, date: string, account: string, signal: AbortSignal) =>
    ask<Explanation>(apiPath("/plans/day/explain", { rep, date, account }), { signal }),
  slots: (account: string, from: string, signal?: AbortSignal) =>
    ask<Slots>(apiPath("/slots", { account, from, limit: 8 }), signal ? { signal } : {}),
  startJob: (days: { reps: string[]; from: string; to: string }) => send<Job>("POST", apiPath("/jobs"), days),
  cancelJob: (id: string) => ask<Job>(apiPath(`/jobs/${encodeURIComponent(id)}`), { method: "DELETE" }),
  /** Tells of a job until it is over, or until nobody answers any more. */
  followJob: (id: string, tell: (job: Job) => void, gone: () => void): (() => void) => {
    const events = new EventSource(apiPath(`/jobs/${encodeURIComponent(id)}/events`));
    for (const name of ["progress", "done", "cancelled", "failed"]) {
      events.addEventListener(name, (event) => {
        if (name !== "progress") events.close();
        tell({ ...(JSON.parse((event as MessageEvent<string>).data) as Job), id });
      });
    }
    events.onerror = () => {
      // While it reconnects by itself nothing is lost: each event carries the whole state.
      if (events.readyState === EventSource.CLOSED) gone();
    };
    return () => events.close();
  },
  plans: async (rep: string, from: string, to: string) =>
    listed<PlanSummary>(await ask(apiPath("/plans", { rep, from, to }))),
  links: (rep: string, date: string) => ask<Links>(apiPath("/plans/day/links", { rep, date })),
  exportUrl: (rep: string, date: string, format: string) => apiPath("/plans/day/export", { rep, date, format }),

  account: (id: string, date: string, signal?: AbortSignal) =>
    ask<AccountFeature>(apiPath(`/accounts/${encodeURIComponent(id)}`, { date }), signal ? { signal } : {}),
  changeAccount: (id: string, change: Record<string, unknown>) =>
    send<AccountFeature>("PATCH", apiPath(`/accounts/${encodeURIComponent(id)}`), change, "application/merge-patch+json"),
  nearby: (lon: number, lat: number, minutes: number, date: string) =>
    ask<Collection<AccountFeature>>(apiPath("/nearby", { lon, lat, minutes, date })),

  outcome: (visit: string, outcome: { status: string; note?: string; ago_s?: number }) =>
    send<Recorded>("POST", apiPath(`/visits/${encodeURIComponent(visit)}/outcome`), outcome),
  recordVisit: (visit: { account: string; rep: string; date: string; status: string; note?: string; ago_s?: number }) =>
    send<Recorded>("POST", apiPath("/visits"), visit),
  makeAppointment: (appointment: { account: string; rep: string; date: string; start: string }) =>
    send<Appointment>("POST", apiPath("/appointments"), appointment),
  cancelAppointment: (id: string) =>
    ask<unknown>(apiPath(`/appointments/${encodeURIComponent(id)}`), { method: "DELETE" }),

  coverage: (query: CoverageQuery, signal?: AbortSignal) =>
    ask<Coverage>(apiPath("/coverage", query), signal ? { signal } : {}),
  coverageAccounts: (query: CoverageQuery, signal?: AbortSignal) =>
    all<AccountFeature>("/coverage/accounts", { ...query, limit: 1000 }, signal),
  cells: (query: CoverageQuery, res: number, signal?: AbortSignal) =>
    ask<Collection<CellFeature>>(apiPath("/coverage/cells", { ...query, res }), signal ? { signal } : {}),
  reach: (rep: string, minutes: number[]) =>
    ask<Collection<ReachFeature>>(apiPath("/isochrones", { rep, minutes: minutes.join(",") })),

  reachFrom: (question: ReachQuestion, signal: AbortSignal) =>
    send<Collection<Feature<ReachFeature["properties"] | Omit<ReachedAccount, "id">>>>("POST", apiPath("/isochrones"), question, "application/json", signal),
  /** The best way between two places, and others that are worth considering. */
  ways: (from: Position, to: Position, signal: AbortSignal) =>
    ask<OsrmAnswer>(`/route/v1/driving/${from.join()};${to.join()}?alternatives=3&steps=true&overview=full&geometries=geojson&generate_hints=false`, { signal }),
  /** The same for one that drives otherwise. */
  waysRound: (from: Position, to: Position, driving: Driving, signal: AbortSignal) =>
    send<RouteFeature>("POST", apiPath("/route"), { from, to, alternatives: 3, ...driving }, "application/json", signal),

  quality: () => ask<Quality>(apiPath("/quality")),
  importFile: ({ file, holds, crs, table }: Incoming) =>
    ask<ImportReport>(apiPath(`/${holds}/import`, { crs, table, file: file.name }), { method: "POST", headers: { "content-type": mediaTypeOf(file.name) }, body: file }),
};

/** How long to wait before a tile that did not come is asked for again, in ms. */
const tileWaits = [500, 2_000, 8_000];

/** One tile of the background. */
export function loadTile(z: number, x: number, y: number): Promise<ArrayBuffer> {
  return loadTileAt(`/tiles/${z}/${x}/${y}.mvt`);
}

/** A vector tile, empty where there is nothing. A busy moment of the server leaves no hole in the map. */
export async function loadTileAt(path: string): Promise<ArrayBuffer> {
  for (const wait of tileWaits) {
    try {
      return await tileAt(path);
    } catch {
      await new Promise((done) => setTimeout(done, wait));
    }
  }
  return tileAt(path);
}

async function tileAt(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path);
  if (response.status === 204 || response.status === 404) return new ArrayBuffer(0);
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response.arrayBuffer();
}
