//! Documents and features as plain HTML5 pages. Everything that the JSON form holds is on the page.

use serde_json::{Map, Value as Json};

use crate::ogc::{Feature, Layer};

/// Any document, under its title.
#[must_use]
pub fn document(title: &str, about: &Json) -> String {
    let mut body = String::new();
    value(&mut body, about);
    page(title, &body)
}

/// A page of features as a table.
#[must_use]
pub fn features(
    layer: Layer,
    list: &[Feature],
    properties: &[usize],
    address_of: impl Fn(&str) -> String,
    about: &Json,
) -> String {
    let fields = layer.fields();
    let mut body = String::new();
    value(&mut body, about);
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
    body.push_str("</tbody></table>\n");
    page(layer.title(), &body)
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{0} - Rondo</title>\n<h1>{0}</h1>\n{body}\
         <p>Map data &copy; <a href=\"https://www.openstreetmap.org/copyright\">OpenStreetMap</a> contributors, ODbL.</p>\n\
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
        let html = document("a<b", &about);
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("\"\"x"));
        assert!(html.contains("<title>a&lt;b - Rondo</title>"));
    }
}
