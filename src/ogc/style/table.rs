//! The styles of every layer.

use super::{By, Look, Shape, Style};
use crate::ogc::Layer;

// Okabe and Ito's colours, as the page uses them.
const GREY: &str = "#999999";
const PURPLE: &str = "#cc79a7";
const BLUE: &str = "#0072b2";
const SKY: &str = "#56b4e9";
const GREEN: &str = "#009e73";
const ORANGE: &str = "#e69f00";
const RED: &str = "#d55e00";
const YELLOW: &str = "#f0e442";
const ACCENT: &str = "#0b6e99";
const INK: &str = "#1f2328";
const PALE: &str = "#5b6470";
const WHITE: &str = "#ffffff";

/// A point with a dark outline.
const fn point(shape: Shape, fill: &'static str) -> Look {
    Look {
        fill: Some(fill),
        opacity: 1.0,
        stroke: INK,
        width: 1.0,
        radius: 5.0,
        shape,
        dashed: false,
        cased: false,
    }
}

/// A point with nothing inside.
const fn hollow(shape: Shape, stroke: &'static str) -> Look {
    Look {
        fill: None,
        stroke,
        width: 2.0,
        ..point(shape, WHITE)
    }
}

const fn sized(radius: f64, look: Look) -> Look {
    Look { radius, ..look }
}

/// A line of this width.
const fn line(stroke: &'static str, width: f64) -> Look {
    Look {
        fill: None,
        stroke,
        width,
        radius: 0.0,
        ..point(Shape::Circle, WHITE)
    }
}

const fn dashed(look: Look) -> Look {
    Look {
        dashed: true,
        ..look
    }
}

const fn cased(look: Look) -> Look {
    Look {
        cased: true,
        ..look
    }
}

/// An area in one colour.
const fn area(colour: &'static str, opacity: f64) -> Look {
    Look {
        fill: Some(colour),
        opacity,
        ..line(colour, 1.0)
    }
}

/// One style, as most layers have it.
const fn plain(title: &'static str, by: By, label: Option<&'static str>) -> Style {
    Style {
        id: "plain",
        title,
        by,
        label,
    }
}

/// See [`Style::of`].
pub const fn styles(layer: Layer) -> &'static [Style] {
    match layer {
        Layer::Accounts => ACCOUNTS,
        Layer::Reps => REPS,
        Layer::Areas => AREAS,
        Layer::Visits => VISITS,
        Layer::Tours => TOURS,
        Layer::Legs => LEGS,
        Layer::Unplanned => UNPLANNED,
        Layer::Isochrones => ISOCHRONES,
        Layer::Gaps => GAPS,
        Layer::Cells => CELLS,
        Layer::Roads => ROADS,
        Layer::Snaps => SNAPS,
        Layer::Metrics => &[],
    }
}

const ACCOUNTS: &[Style] = &[
    Style {
        id: "cause",
        title: "Accounts by cause of missing coverage",
        by: By::Value {
            field: "gap_cause",
            looks: &[
                ("unlocated", "Unlocated", hollow(Shape::Circle, GREY)),
                ("unassigned", "Unassigned", point(Shape::Plus, PURPLE)),
                ("out_of_reach", "Out of reach", point(Shape::Square, BLUE)),
                ("never_visited", "Never visited", point(Shape::Diamond, SKY)),
                ("overdue", "Overdue", point(Shape::Triangle, YELLOW)),
                ("covered", "Covered", point(Shape::Circle, GREEN)),
            ],
            otherwise: sized(2.5, point(Shape::Circle, GREY)),
        },
        label: Some("name"),
    },
    Style {
        id: "class",
        title: "Accounts by class",
        by: By::Value {
            field: "class",
            looks: &[
                ("A", "Class A", sized(7.0, point(Shape::Square, RED))),
                ("B", "Class B", sized(5.5, point(Shape::Diamond, ORANGE))),
                ("C", "Class C", sized(4.5, point(Shape::Circle, SKY))),
            ],
            otherwise: sized(3.0, point(Shape::Circle, GREY)),
        },
        label: Some("name"),
    },
    Style {
        id: "status",
        title: "Accounts by how they stand to their cadence",
        by: By::Value {
            field: "status",
            looks: &[
                ("not_due", "Not due", point(Shape::Circle, GREEN)),
                ("due", "Due", point(Shape::Diamond, SKY)),
                ("overdue", "Overdue", point(Shape::Triangle, YELLOW)),
                (
                    "critical",
                    "Critical",
                    sized(7.0, point(Shape::Triangle, RED)),
                ),
                ("no_cadence", "No cadence", hollow(Shape::Circle, GREY)),
            ],
            otherwise: sized(2.5, point(Shape::Circle, GREY)),
        },
        label: Some("name"),
    },
];

const REPS: &[Style] = &[plain(
    "Homes of reps",
    By::Value {
        field: "active",
        looks: &[
            ("true", "At work", sized(7.0, point(Shape::Hexagon, ACCENT))),
            (
                "false",
                "Not at work",
                sized(7.0, hollow(Shape::Hexagon, GREY)),
            ),
        ],
        otherwise: sized(5.0, hollow(Shape::Hexagon, GREY)),
    },
    Some("name"),
)];

const AREAS: &[Style] = &[plain(
    "Territories and other areas",
    By::Nothing(dashed(Look {
        width: 2.0,
        ..area(INK, 0.06)
    })),
    Some("name"),
)];

const VISITS: &[Style] = &[plain(
    "Visits by what became of them",
    By::Value {
        field: "status",
        looks: &[
            ("planned", "Planned", hollow(Shape::Circle, ACCENT)),
            ("agreed", "Agreed", point(Shape::Square, ACCENT)),
            ("done", "Done", point(Shape::Circle, GREEN)),
            ("missed", "Missed", point(Shape::Triangle, RED)),
            ("phone", "By phone", point(Shape::Diamond, SKY)),
            ("refused", "Refused", point(Shape::Plus, ORANGE)),
            ("cancelled", "Cancelled", hollow(Shape::Cross, GREY)),
        ],
        otherwise: sized(3.0, point(Shape::Circle, GREY)),
    },
    Some("name"),
)];

const TOURS: &[Style] = &[plain(
    "Planned days",
    By::Value {
        field: "status",
        looks: &[
            ("draft", "Suggested", dashed(cased(line(ACCENT, 5.0)))),
            ("agreed", "Agreed", cased(line(ACCENT, 5.0))),
        ],
        otherwise: cased(line(ACCENT, 3.0)),
    },
    Some("rep_name"),
)];

const LEGS: &[Style] = &[plain(
    "Drives",
    By::Value {
        field: "ferry",
        looks: &[
            ("true", "With a ferry", dashed(line(BLUE, 3.0))),
            ("false", "On roads", line(ACCENT, 3.0)),
        ],
        otherwise: line(ACCENT, 3.0),
    },
    Some("seq"),
)];

const UNPLANNED: &[Style] = &[plain(
    "Left out",
    By::Nothing(hollow(Shape::Circle, RED)),
    Some("name"),
)];

const ISOCHRONES: &[Style] = &[plain(
    "Reach",
    By::Nothing(Look {
        width: 2.0,
        ..area(ACCENT, 0.08)
    }),
    Some("minutes"),
)];

const GAPS: &[Style] = &[plain(
    "Gaps by cause",
    By::Value {
        field: "cause",
        looks: &[
            ("unlocated", "Unlocated", area(GREY, 0.45)),
            ("unassigned", "Unassigned", area(PURPLE, 0.45)),
            ("out_of_reach", "Out of reach", area(BLUE, 0.45)),
            ("never_visited", "Never visited", area(SKY, 0.45)),
            (
                "overdue",
                "Overdue",
                Look {
                    stroke: INK,
                    ..area(YELLOW, 0.45)
                },
            ),
            ("covered", "Covered", area(GREEN, 0.45)),
        ],
        otherwise: area(GREY, 0.2),
    },
    Some("label"),
)];

const CELLS: &[Style] = &[plain(
    "Share of accounts without coverage",
    By::Range {
        field: "share",
        looks: &[
            (0.0, 1e-9, "All covered", area(GREEN, 0.06)),
            (1e-9, 0.25, "Up to a quarter", area(RED, 0.2)),
            (0.25, 0.5, "Up to a half", area(RED, 0.38)),
            (0.5, 0.75, "Up to three quarters", area(RED, 0.54)),
            (0.75, 1.0, "More", area(RED, 0.72)),
        ],
    },
    Some("gap"),
)];

const ROADS: &[Style] = &[plain(
    "Roads by class",
    By::Value {
        field: "class",
        looks: &[
            ("motorway", "Motorway", cased(line("#4a4f57", 5.0))),
            (
                "motorway_link",
                "Motorway link",
                cased(line("#4a4f57", 3.5)),
            ),
            ("trunk", "Trunk road", line("#4a4f57", 4.5)),
            ("trunk_link", "Trunk road link", line("#4a4f57", 3.2)),
            ("primary", "Primary road", line(PALE, 4.0)),
            ("primary_link", "Primary road link", line(PALE, 2.8)),
            ("secondary", "Secondary road", line("#747c86", 3.4)),
            (
                "secondary_link",
                "Secondary road link",
                line("#747c86", 2.4),
            ),
            ("tertiary", "Tertiary road", line("#8b929b", 2.6)),
            ("tertiary_link", "Tertiary road link", line("#8b929b", 2.0)),
            ("unclassified", "Unclassified road", line(GREY, 1.8)),
            ("residential", "Residential street", line(GREY, 1.6)),
            ("living_street", "Living street", line(GREY, 1.4)),
            ("service", "Service road", line("#b3b7bc", 1.1)),
            ("track", "Track", dashed(line("#b3b7bc", 1.1))),
            ("other", "Other road", line("#b3b7bc", 0.9)),
            ("ferry", "Ferry", dashed(line(BLUE, 2.0))),
            ("shuttle_train", "Car train", dashed(line(INK, 2.4))),
        ],
        otherwise: line("#b3b7bc", 1.0),
    },
    Some("name"),
)];

const SNAPS: &[Style] = &[plain(
    "Distance from account to road",
    By::Range {
        field: "snap_m",
        looks: &[
            (
                0.0,
                25.0,
                "Below 25 m",
                sized(3.0, point(Shape::Circle, GREEN)),
            ),
            (
                25.0,
                100.0,
                "25 to 100 m",
                sized(4.5, point(Shape::Diamond, YELLOW)),
            ),
            (
                100.0,
                1e9,
                "100 m and more",
                sized(6.0, point(Shape::Triangle, RED)),
            ),
        ],
    },
    None,
)];
