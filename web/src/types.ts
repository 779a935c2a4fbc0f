// The shapes of the answers of /api/v1, as far as the page reads them. Longitude first, metres, seconds.

export interface Feature<P, G = Geometry> {
  type: "Feature";
  id?: string;
  geometry: G;
  properties: P;
}
export type Position = [number, number];
export type Geometry =
  | { type: "Point"; coordinates: Position }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "MultiLineString"; coordinates: Position[][] }
  | { type: "Polygon"; coordinates: Position[][] }
  | { type: "MultiPolygon"; coordinates: Position[][][] }
  | null;
export type PointGeometry = { type: "Point"; coordinates: Position } | null;

export interface Collection<F> {
  type: "FeatureCollection";
  features: F[];
  run_id?: string;
  as_of?: string;
  total?: number;
  next?: string | null;
}

export interface Meta {
  version: string;
  region: { name: string; osm_timestamp: string | null; bbox: [number, number, number, number]; time_zone: string };
  today: string;
  classes: string[];
  causes: { code: string; label: string }[];
  defaults: { reach_minutes: number; reach_bands?: number[]; snap_limit_m: number; window_days: number };
  counts: { accounts: number; reps: number; visits: number; plans: number };
  plan_dates: { first: string; last: string } | null;
}

export interface Rep {
  id: string;
  name: string;
  shift_start: string;
  shift_end: string;
  weekdays: string[];
  active: boolean;
  accounts: number;
}
export type RepFeature = Feature<Rep, PointGeometry>;

/** [from, to] as HH:MM. */
export type Hours = [string, string];

export interface Block {
  from: string;
  to: string;
  reason?: string | null;
}

export interface VisitRecord {
  id: string;
  date: string;
  start?: string | null;
  end?: string | null;
  status: string;
  outcome?: string | null;
  note?: string | null;
  rep?: string | null;
}

export interface Account {
  id: string;
  name: string;
  kind: string;
  class: string | null;
  value: number;
  rep: string | null;
  rep_name: string | null;
  address: string | null;
  /** In force; `cadence_days_own` is null where it comes from the class. */
  cadence_days: number | null;
  cadence_days_own?: number | null;
  visit_min: number | null;
  opening_hours: string | null;
  last_done: string | null;
  urgency: number | null;
  status: string;
  overdue_days: number;
  next_due: string | null;
  quality: string;
  snap_m: number | null;
  gap_cause: string | null;
  cause_label?: string;
  fix?: string | null;
  active: boolean;
  phone: string | null;
  email: string | null;
  note: string | null;
  blocks: Block[];
  visits?: VisitRecord[];
  hours_today?: Hours[];
  hours_warning?: string | null;
  appointments?: Appointment[];
  drive_s?: number;
  dist_m?: number;
  open_now?: boolean | null;
}
export type AccountFeature = Feature<Account, PointGeometry>;

/** A recorded visit as it stands, and its account. */
export interface Recorded {
  visit: Feature<{ id: string; status: string }, PointGeometry>;
  account: AccountFeature;
}

export interface Appointment {
  id: string;
  account: string;
  rep: string;
  date: string;
  start: string;
}

export interface Home {
  layer: "home";
  rep: string;
  name: string;
}
export interface Stop {
  layer: "visits";
  id: string;
  account: string;
  name: string;
  class: string | null;
  seq: number;
  arrival: string;
  start: string;
  end: string;
  wait_s: number;
  kind: string;
  status: string;
  outcome: string | null;
  visit_min: number;
  opening_hours: string | null;
  hours_today: Hours[];
  urgency: number | null;
  overdue_days: number;
  due_status: string;
  prize_s: number;
  detour_s: number | null;
  reason_in: string;
  address: string | null;
  phone: string | null;
  /** A person holds it at about its time. */
  pinned?: boolean;
}
export interface Leg {
  layer: "legs";
  seq: number;
  drive_s: number;
  dist_m: number;
  ferry: boolean;
  depart: string;
  arrive: string;
}
export interface LeftOut {
  layer: "unplanned";
  account: string;
  name: string;
  class: string | null;
  reason_code: string;
  reason: string;
}
export type PlanFeature = Feature<Home | Stop | Leg | LeftOut>;

export interface PlanSummary {
  id: string;
  rep: string;
  rep_name: string;
  date: string;
  status: string;
  /** Why nobody works that day. */
  day_off?: { code: string; text: string } | null;
  visits: number;
  depart: string;
  home_at: string;
  drive_s: number;
  dist_m: number;
  face_s: number;
  parking_s: number;
  wait_s: number;
  lunch: { start: string; end: string } | null;
  /** The shift less lunch. */
  shift_s: number;
  drive_share: number;
  face_share: number;
  warnings: string[];
  run_id: string;
  /** What a plan made by hand does not keep. */
  violations: Violation[];
  /** What no plan can beat: seconds of driving plus what the visits left out are worth; null for plans made by hand. */
  bound: { value: number; cost: number; gap: number; method: string } | null;
}
export interface Violation {
  code: string;
  account: string | null;
  text: string;
}
export interface DayPlan extends Collection<PlanFeature> {
  plan: PlanSummary;
}

/** A day as it would be, and what that changes. */
export interface ProposedDay extends DayPlan {
  proposal: { run_id: string; base: string; cost_change_s: number; diff: PlanDiff };
}
export interface PlanDiff {
  kept: StopChange[];
  moved: StopChange[];
  dropped: StopChange[];
  added: StopChange[];
  home_change_s: number;
  drive_change_s: number;
  prize_change_s: number;
  agreed_broken: number;
}
export interface StopChange {
  account: string;
  name: string;
  agreed: boolean;
}
export type Edit =
  | { move: string; to: number }
  | { swap: [string, string] }
  | { insert: string; to?: number }
  | { remove: string }
  | { pin: string }
  | { unpin: string };
/** Edits with the working hours they need. */
export interface EditBody {
  edits: Edit[];
  start?: string;
  end?: string;
}
/** A proven change that lets a visit in. */
export interface Remedy {
  code: string;
  text: string;
  /** By how much, where hours change. */
  by_min?: number;
  /** What the visit is worth and what it would have to be, in seconds of driving, where that is the change. */
  prize_s?: [number, number];
  edit: EditBody | null;
}
export interface Explanation {
  account: string;
  days: { rep: string; date: string; reason_code: string; reason: string; changes: Remedy[] }[];
  next: Slot | null;
}
export interface Slot {
  rep: string;
  rep_name: string;
  date: string;
  start: string;
  latest: string;
  /** A round time to agree on. */
  offer: string | null;
  detour_min: number;
}
export interface Slots {
  slots: Slot[];
  total: number;
}
export interface Job {
  id: string;
  status: "waiting" | "running" | "done" | "cancelled" | "failed";
  days_done: number;
  days_total: number;
  rep: string | null;
  date: string | null;
  share: number;
  best_s: number | null;
  bound_s: number | null;
}

export interface Cause {
  code: string;
  label: string;
  accounts: number;
  share: number;
  value: number;
}
export interface Fraction {
  value: number | null;
  numerator: number;
  denominator: number;
}
export interface Metric extends Fraction {
  name: string;
  formula: string;
  scope?: { all?: boolean; rep?: string; class?: string };
}
export interface RepCoverage {
  /** Null: the accounts that no rep looks after. */
  rep: string | null;
  name: string;
  accounts: number;
  causes?: Cause[];
  hours_need?: number | null;
  hours_have?: number | null;
  utilization?: number | null;
  [fraction: string]: unknown;
}
export interface Coverage {
  date: string;
  run_id?: string;
  as_of?: string;
  total: number;
  causes: Cause[];
  metrics: Metric[];
  by_rep: RepCoverage[];
}

export interface Cell {
  id: string;
  accounts: number;
  gap: number;
  share: number;
  causes: Record<string, number>;
}
export type CellFeature = Feature<Cell, { type: "Polygon"; coordinates: Position[][] }>;
export type ReachFeature = Feature<{ base?: string | null; tau_s: number; area_m2?: number }, Geometry>;

/** An account within reach. */
export interface ReachedAccount {
  id: string;
  layer: "account";
  name: string;
  drive_s: number | null;
  dist_m: number | null;
}

/** What /route/v1 answers, as OSRM's API has it. */
export interface OsrmAnswer {
  code: string;
  message?: string;
  routes: OsrmRoute[];
}
export interface OsrmRoute {
  duration: number;
  distance: number;
  geometry: { type: "LineString"; coordinates: Position[] };
  legs: { summary: string }[];
}
export interface WayProperties {
  drive_s: number;
  dist_m: number;
  ferry: boolean;
  names: string[];
}
type WayFeature<P> = Feature<P, { type: "LineString"; coordinates: Position[] }>;
export type RouteFeature = WayFeature<WayProperties & { alternatives?: WayFeature<WayProperties>[] }>;

export interface RowProblem {
  row: number | null;
  id?: string | null;
  field?: string | null;
  value?: string | null;
  severity: "error" | "warning";
  code: string;
  problem: string;
  cure: string;
}
export interface ImportReport {
  id: string;
  file: string | null;
  received: number;
  stored: { new: number; updated: number; unchanged: number };
  rejected: number;
  columns: { column: string; field: string | null }[];
  problems: RowProblem[];
  duplicates: { a: string; b: string; distance_m: number; name_similarity: number }[];
  geocoded: { given: number; rooftop: number; street: number; place: number; failed: number };
}

export interface QualityIssue {
  account: string;
  name: string;
  code: string;
  detail: string;
  cure: string;
}
export interface Quality {
  issues: QualityIssue[];
  [share: string]: Fraction | QualityIssue[] | unknown;
}

export interface Links {
  google: { url: string; stops: unknown[] | number }[];
}

/** An application/problem+json answer. */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  errors?: { row?: number; field?: string; problem: string; cure?: string }[];
}
