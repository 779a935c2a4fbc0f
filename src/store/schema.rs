//! The tables, as a list of migrations. Entry `n` lifts a store from version `n` to `n + 1`; entries are never edited
//! once released, only added.

/// Marks a file as Rondo's own: `Rond` in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x526F_6E64;

/// All migrations, oldest first. `user_version` counts how many a file has seen.
pub(super) const MIGRATIONS: &[&str] = &[FIRST, WALKS, RUNS_OF_PLANS, AREAS];

/// Dates are ISO 8601 text, local times `HH:MM:SS`, instants RFC 3339 in UTC, lists JSON text.
const FIRST: &str = r"
CREATE TABLE reps (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    home_lon      REAL NOT NULL,
    home_lat      REAL NOT NULL,
    shift_start   TEXT NOT NULL,
    shift_end     TEXT NOT NULL,
    weekdays      TEXT NOT NULL,
    lunch         TEXT,
    max_visits    INTEGER,
    max_drive_min INTEGER,
    skills        TEXT NOT NULL,
    blocks        TEXT NOT NULL,
    open_end      INTEGER NOT NULL,
    active        INTEGER NOT NULL
) STRICT;

-- `rep` is no foreign key: an account list may name reps that are imported later, or that left.
CREATE TABLE accounts (
    id                     TEXT PRIMARY KEY,
    name                   TEXT NOT NULL,
    kind                   TEXT NOT NULL,
    lon                    REAL,
    lat                    REAL,
    quality                TEXT,
    street                 TEXT,
    housenumber            TEXT,
    postcode               TEXT,
    city                   TEXT,
    class                  TEXT,
    value                  REAL NOT NULL,
    cadence_days           INTEGER,
    visit_min              INTEGER,
    opening_hours          TEXT,
    start_inside_is_enough INTEGER NOT NULL,
    rep                    TEXT,
    stage                  TEXT,
    last_visit             TEXT,
    active_from            TEXT,
    active                 INTEGER NOT NULL,
    blocks                 TEXT NOT NULL,
    skills                 TEXT NOT NULL,
    phone                  TEXT,
    email                  TEXT,
    tags                   TEXT NOT NULL,
    note                   TEXT,
    CHECK ((lon IS NULL) = (lat IS NULL) AND (lon IS NULL) = (quality IS NULL))
) STRICT;
CREATE INDEX accounts_by_rep ON accounts (rep);

-- What the last import said about an account: fields that a person changed since stay changed until the file does.
CREATE TABLE account_imports (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    row     TEXT NOT NULL
) STRICT;

CREATE TABLE account_changes (
    seq     INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    at      TEXT NOT NULL,
    source  TEXT NOT NULL,
    field   TEXT NOT NULL,
    before  TEXT NOT NULL,
    after   TEXT NOT NULL
) STRICT;
CREATE INDEX account_changes_by_account ON account_changes (account);

CREATE TABLE visits (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL REFERENCES accounts (id),
    rep         TEXT NOT NULL,
    date        TEXT NOT NULL,
    start       TEXT,
    end         TEXT,
    status      TEXT NOT NULL,
    purpose     TEXT,
    outcome     TEXT,
    note        TEXT,
    source      TEXT NOT NULL,
    recorded_at TEXT
) STRICT;
CREATE INDEX visits_by_account ON visits (account, date);
CREATE INDEX visits_by_rep ON visits (rep, date);

CREATE TABLE appointments (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (id),
    rep        TEXT NOT NULL,
    date       TEXT NOT NULL,
    start      TEXT NOT NULL,
    leeway_min INTEGER NOT NULL,
    visit_min  INTEGER,
    purpose    TEXT,
    note       TEXT
) STRICT;
CREATE INDEX appointments_by_rep ON appointments (rep, date);

CREATE TABLE runs (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    at     TEXT NOT NULL,
    inputs TEXT NOT NULL
) STRICT;

CREATE TABLE plans (
    rep    TEXT NOT NULL REFERENCES reps (id),
    date   TEXT NOT NULL,
    id     TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    run_id TEXT NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (rep, date)
) STRICT;

CREATE TABLE plan_stops (
    visit   TEXT PRIMARY KEY,
    rep     TEXT NOT NULL,
    date    TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id),
    FOREIGN KEY (rep, date) REFERENCES plans (rep, date) ON DELETE CASCADE
) STRICT;
CREATE INDEX plan_stops_by_plan ON plan_stops (rep, date, seq);
CREATE INDEX plan_stops_by_account ON plan_stops (account, date);

CREATE TABLE imports (
    id       INTEGER PRIMARY KEY,
    received TEXT NOT NULL,
    report   TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- One row: how often and when the store last changed.
CREATE TABLE state (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    as_of    TEXT
) STRICT;
INSERT INTO state VALUES (1, 0, NULL);
";

/// Indexes for those who walk through everything in order: accounts in a box, visits day by day.
const WALKS: &str = r"
CREATE INDEX accounts_by_place ON accounts (id, lon, lat);
CREATE INDEX visits_by_day ON visits (date, id);
";

/// What each run made: drafts that nobody accepted yet, the plans that stand, and those they replaced.
const RUNS_OF_PLANS: &str = r"
CREATE TABLE plan_runs (
    seq    INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    rep    TEXT NOT NULL,
    date   TEXT NOT NULL,
    base   TEXT,
    body   TEXT NOT NULL
) STRICT;
CREATE INDEX plan_runs_by_day ON plan_runs (rep, date, seq);
";

/// Territories and other areas; `shape` is JSON text, the coordinates of a GeoJSON multipolygon. `rep` is no foreign key, as
/// with accounts.
const AREAS: &str = r"
CREATE TABLE areas (
    id    TEXT PRIMARY KEY,
    name  TEXT NOT NULL,
    kind  TEXT,
    rep   TEXT,
    shape TEXT NOT NULL
) STRICT;
";
