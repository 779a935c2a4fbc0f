"""Conditions as people write them for GDAL, with what each means of the properties of a feature."""

import datetime

DAY = "2024-11-19"


def instant(text):
    return text and datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


TEN = instant(f"{DAY}T10:00:00Z")


def later(text, than):
    return bool(text) and instant(text) > than


# Layer, condition, what it means.
CONDITIONS = [
    ("accounts", "class = 'A'", lambda p: p["class"] == "A"),
    ("accounts", "status = 'overdue'", lambda p: p["status"] == "overdue"),
    ("accounts", "class = 'A' AND urgency > 1", lambda p: p["class"] == "A" and (p["urgency"] or 0) > 1),
    ("accounts", "class = 'A' OR urgency BETWEEN 0.5 AND 0.75",
     lambda p: p["class"] == "A" or 0.5 <= (p["urgency"] or 0) <= 0.75),
    ("accounts", "name ILIKE 'a%'", lambda p: p["name"].lower().startswith("a")),
    ("accounts", "name LIKE 'A%' AND NOT (class = 'C')", lambda p: p["name"].startswith("A") and p["class"] != "C"),
    # Days, written in the ways that GDAL takes.
    ("accounts", "last_done > '2024/11/01 00:00:00'", lambda p: (p["last_done"] or "") > "2024-11-01"),
    ("accounts", "last_done > '2024-11-01'", lambda p: (p["last_done"] or "") > "2024-11-01"),
    ("accounts", "last_done < '2024/06/01 00:00:00'", lambda p: "" < (p["last_done"] or "") < "2024-06-01"),
    ("accounts", "last_done = '2024-11-18'", lambda p: p["last_done"] == "2024-11-18"),
    ("accounts", "last_done IS NULL", lambda p: not p["last_done"]),
    ("accounts", "next_due >= '2024/11/19' AND next_due <= '2024/11/22'",
     lambda p: "2024-11-19" <= (p["next_due"] or "") <= "2024-11-22"),
    ("accounts", "next_due BETWEEN '2024-11-19T00:00:00' AND '2024-11-22T23:59:59' AND class = 'A'",
     lambda p: p["class"] == "A" and "2024-11-19" <= (p["next_due"] or "") <= "2024-11-22"),
    ("accounts", "as_of > '2030/01/01 00:00:00'", lambda p: False),
    ("visits", f"day >= '{DAY}'", lambda p: p["day"] >= DAY),
    ("visits", f"day = '{DAY}' AND rep = 'r1'", lambda p: p["day"] == DAY and p["rep"] == "r1"),
    # The start, not the time from start to end.
    ("visits", f"start > '{DAY}T10:00:00Z'", lambda p: later(p["start"], TEN)),
    ("visits", f"start > '{DAY}T10:00:00Z' AND day = '{DAY}'", lambda p: p["day"] == DAY and later(p["start"], TEN)),
    ("visits", "seq >= 3", lambda p: (p["seq"] or 0) >= 3),
    ("visits", "frozen = 1", lambda p: p["frozen"] is True),
    # Truth values, which GDAL knows as numbers.
    ("accounts", "active = 1", lambda p: p["active"]),
    ("accounts", "active = 0", lambda p: not p["active"]),
    ("roads", "oneway = 1 AND class = 'primary'", lambda p: p["oneway"] and p["class"] == "primary"),
]
