//! Documents and features as HTML5 pages. Everything that the JSON form holds is on the page; where the map's files were
//! built, features are also drawn.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::links::Base;
use crate::geometry::Bounds;
use crate::ogc::style::Style;
use crate::ogc::{Feature, Layer};

/// The files that make a page look better and draw its map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// Address of the script.
    pub script: String,
    /// Addresses of the style sheets.
    pub styles: Vec<String>,
}

/// A map of features.
#[derive(Clone, Debug)]
pub struct Drawn<'a> {
    /// Of which collection.
    pub layer: Layer,
    /// Where the service is.
    pub base: &'a Base,
    /// What is shown until features are there.
    pub bounds: Bounds,
    /// Address of a feature or a page of them, as GeoJSON in WGS 84.
    pub features: String,
}

/// Any document, under its title.
#[must_use]
pub fn document(
    title: &str,
    about: &Json,
    drawn: Option<&Drawn<'_>>,
    assets: Option<&Assets>,
) -> String {
    let mut body = map(drawn, assets);
    value(&mut body, about);
    page(title, &body, assets)
}

/// The place of a map; nothing without its files, or for a table.
fn map(drawn: Option<&Drawn<'_>>, assets: Option<&Assets>) -> String {
    let (Some(drawn), Some(_)) = (drawn, assets) else {
        return String::new();
    };
    let Some(style) = Style::of(drawn.layer).first() else {
        return String::new();
    };
    let home = drawn.base.collection(drawn.layer);
    let [west, south, east, north] = drawn.bounds.to_bbox();
    format!(
        "<div id=\"map\" class=\"map\" role=\"region\" aria-label=\"Map of {}\" data-bbox=\"{west},{south},{east},{north}\" \
         data-items=\"{}\" data-style=\"{}\" data-label=\"{}\"></div>\n",
        escape(drawn.layer.title()),
        escape(path_of(&drawn.features)),
        escape(path_of(&format!("{home}/styles/{}.json", style.id))),
        escape(path_of(&format!("{home}/items"))),
    )
}

/// An address without scheme and host: the page asks where it came from.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or(address, |at| &rest[at..])
}

/// A page of features as a table.
#[must_use]
pub fn features(
    layer: Layer,
    list: &[Feature],
    properties: &[usize],
    address_of: impl Fn(&str) -> String,
    about: &Json,
    drawn: Option<&Drawn<'_>>,
    assets: Option<&Assets>,
) -> String {
    let fields = layer.fields();
    let mut body = map(drawn, assets);
    value(&mut body, about);
    body.push_str("<div class=\"table\" role=\"region\" aria-label=\"Features\" tabindex=\"0\">\n");
    body.push_str("<table><thead><tr><th>id");
    for at in properties {
        body.push_str("<th title=\"");
        body.push_str(&escape(fields[*at].title));
        body.push_str("\">");
        body.push_str(fields[*at].name);
    }
    body.push_str("</thead><tbody>\n");
    for feature in list {
        body.push_str("<tr><td>");
        anchor(&mut body, &address_of(&feature.id), &feature.id);
        for at in properties {
            body.push_str("<td>");
            body.push_str(&escape(&feature.values[*at].to_text()));
        }
        body.push('\n');
    }
    body.push_str("</tbody></table>\n</div>\n");
    page(layer.title(), &body, assets)
}

fn page(title: &str, body: &str, assets: Option<&Assets>) -> String {
    let mut head = String::new();
    if let Some(assets) = assets {
        for address in &assets.styles {
            // Writing to text does not fail.
            let _ = writeln!(
                head,
                "<link rel=\"stylesheet\" href=\"{}\">",
                escape(address)
            );
        }
        let script = escape(&assets.script);
        let _ = writeln!(head, "<script type=\"module\" src=\"{script}\"></script>");
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{0} - Rondo</title>\n<link rel=\"icon\" href=\"/icon.svg\">\n{head}<main>\n<h1>{0}</h1>\n{body}</main>\n\
         <footer><p>Map data &copy; <a href=\"https://www.openstreetmap.org/copyright\">OpenStreetMap</a> contributors, ODbL.</p></footer>\n\
         </html>\n",
        escape(title)
    )
}

fn value(out: &mut String, about: &Json) {
    match about {
        Json::Object(members) if members.contains_key("href") => linked(out, members),
        Json::Object(members) => {
            out.push_str("<dl>\n");
            for (name, member) in members {
                out.push_str("<dt>");
                out.push_str(&escape(name));
                out.push_str("<dd>");
                value(out, member);
                out.push('\n');
            }
            out.push_str("</dl>\n");
        }
        Json::Array(items) if items.iter().all(is_plain) => {
            let texts: Vec<String> = items.iter().map(plain).collect();
            out.push_str(&escape(&texts.join(", ")));
        }
        Json::Array(items) => {
            out.push_str("<ul>\n");
            for item in items {
                out.push_str("<li>");
                value(out, item);
                out.push('\n');
            }
            out.push_str("</ul>\n");
        }
        other => out.push_str(&escape(&plain(other))),
    }
}

fn linked(out: &mut String, members: &Map<String, Json>) {
    let text = |name: &str| members.get(name).and_then(Json::as_str).unwrap_or_default();
    let title = if text("title").is_empty() {
        text("href")
    } else {
        text("title")
    };
    anchor(out, text("href"), title);
    out.push_str(&escape(&format!(" ({}, {})", text("rel"), text("type"))));
}

fn anchor(out: &mut String, href: &str, text: &str) {
    out.push_str("<a href=\"");
    out.push_str(&escape(href));
    out.push_str("\">");
    out.push_str(&escape(text));
    out.push_str("</a>");
}

fn is_plain(value: &Json) -> bool {
    !value.is_object() && !value.is_array()
}

fn plain(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Text that a browser takes for nothing but text.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_page() {
        let about =
            serde_json::json!({"<script>": "\"><b>", "links": [{"href": "\"x", "rel": "self"}]});
        let html = document("a<b", &about, None, None);
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("\"\"x"));
        assert!(html.contains("<title>a&lt;b - Rondo</title>"));
    }

    #[test]
    fn a_map_needs_its_files_and_a_geometry() {
        let base = Base::new("http", "localhost:1");
        let assets = Assets {
            script: "/assets/gis-1.js".into(),
            styles: vec!["/assets/gis-1.css".into()],
        };
        let drawn = |layer| Drawn {
            layer,
            base: &base,
            bounds: Bounds {
                min: crate::geometry::LonLat::new(14.0, 35.0),
                max: crate::geometry::LonLat::new(15.0, 36.0),
            },
            features: "http://localhost:1/ogc/x?a=1&b=\"2".into(),
        };
        let page = |layer, assets| document("x", &Json::Null, Some(&drawn(layer)), assets);
        let html = page(Layer::Accounts, Some(&assets));
        assert!(
            html.contains("data-items=\"/ogc/x?a=1&amp;b=&quot;2\""),
            "{html}"
        );
        assert!(html.contains("data-style=\"/ogc/collections/accounts/styles/cause.json\""));
        assert!(html.contains("src=\"/assets/gis-1.js\""));
        assert!(!page(Layer::Accounts, None).contains("id=\"map\""));
        assert!(!page(Layer::Metrics, Some(&assets)).contains("id=\"map\""));
    }
}
