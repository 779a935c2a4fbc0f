//! Keeps the arrows between modules pointing one way, by reading the `use` lines and paths in `src/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each top-level module may lean on, as drawn in `src/ARCHITECTURE.md`. Modules absent on the right are unknown
/// to the left one; that absence is what this test protects.
const MAY_USE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("geometry", &["units"]),
    ("crs", &["geometry", "units"]),
    ("polyline", &["geometry"]),
    ("vector", &["crs", "geometry"]),
    ("osm", &["geometry", "units"]),
    ("basemap", &["geometry", "osm", "units"]),
    ("network", &["geometry", "osm", "units"]),
    ("routing", &["geometry", "network", "units"]),
    (
        "osrm",
        &[
            "geometry", "network", "osm", "polyline", "routing", "tours", "units",
        ],
    ),
    ("accounts", &["crs", "geometry", "units", "vector"]),
    ("tours", &["units"]),
    ("vroom", &["geometry", "polyline", "tours"]),
    (
        "coverage",
        &["accounts", "geometry", "network", "routing", "units"],
    ),
    ("store", &["accounts", "geometry", "units"]),
    (
        "planner",
        &[
            "accounts", "basemap", "coverage", "geometry", "network", "osm", "routing", "store",
            "tours", "units",
        ],
    ),
    (
        "geojson",
        &[
            "accounts", "coverage", "geometry", "network", "planner", "routing", "units",
        ],
    ),
    (
        "ogc",
        &[
            "accounts", "basemap", "coverage", "crs", "geometry", "network", "osm", "planner",
            "store", "units", "vector",
        ],
    ),
    ("export", &["accounts", "geometry", "planner", "units"]),
    (
        "api",
        &[
            "accounts", "basemap", "coverage", "crs", "export", "geojson", "geometry", "ogc",
            "osrm", "planner", "polyline", "store", "units", "vector", "vroom",
        ],
    ),
];

/// Modules that may look at everything: the program's outermost layer and the drawing kit of the tests.
const FREE: &[&str] = &["cli", "main", "lib", "testkit"];

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Top-level modules that `text` names by `crate::module` outside of its tests and comments.
fn names_used(text: &str) -> BTreeSet<String> {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or("");
    let mut used = BTreeSet::new();
    for line in before_tests.lines() {
        let code = line.split("//").next().unwrap_or("");
        for rest in code.split("crate::").skip(1) {
            // `use crate::{a, b::c}` names several at once.
            let names: Vec<&str> = if let Some(list) = rest.strip_prefix('{') {
                list.split(',').collect()
            } else {
                vec![rest]
            };
            for name in names {
                let name: String = name
                    .trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                used.insert(name);
            }
        }
    }
    used
}

#[test]
fn arrows_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let rules: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in files {
        let inside = path.strip_prefix(&src).unwrap();
        let module = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy();
        let module = module.trim_end_matches(".rs");
        if FREE.contains(&module) || inside.ends_with("tests.rs") {
            continue;
        }
        let allowed = rules
            .get(module)
            .unwrap_or_else(|| panic!("module {module} has no row in MAY_USE"));
        for used in names_used(&std::fs::read_to_string(&path).unwrap()) {
            if used != module
                && rules.contains_key(used.as_str())
                && !allowed.contains(&used.as_str())
            {
                wrong.push(format!(
                    "{}: {module} must not know {used}",
                    inside.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_list_of_names_counts_as_each_of_them() {
    let used = names_used(
        "use crate::{osm, network::Network};\nlet x = crate::tours::solve();// crate::api",
    );
    assert_eq!(
        used.into_iter().collect::<Vec<_>>(),
        ["network", "osm", "tours"]
    );
}
