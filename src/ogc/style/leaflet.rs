//! Styles as JSON whose `style` members are path options of Leaflet.

use serde_json::{Value as Json, json};

use super::{By, Look, OTHERS, Shape, Style};
use crate::ogc::{GeometryKind, Kind, Layer};

/// A style for Leaflet: `property` decides by `rules`, first match wins, and `otherwise` is for the rest.
#[must_use]
pub fn leaflet(layer: Layer, style: &Style) -> Json {
    let value_of = |field: &str, text: &'static str| match kind(layer, field) {
        Some(Kind::Bool) => json!(text == "true"),
        Some(Kind::Int) => text.parse::<i64>().map_or(json!(text), |n| json!(n)),
        _ => json!(text),
    };
    let (property, rules, otherwise) = match style.by {
        By::Nothing(look) => (None, Vec::new(), Some(drawn(layer.title(), &look))),
        By::Value {
            field,
            looks,
            otherwise,
        } => {
            let rule = |(value, name, look): &(&'static str, &str, Look)| {
                let mut rule = drawn(name, look);
                rule["value"] = value_of(field, value);
                rule
            };
            let rules = looks.iter().map(rule).collect();
            (Some(field), rules, Some(drawn(OTHERS, &otherwise)))
        }
        By::Range { field, looks } => {
            let rule = |(from, to, name, look): &(f64, f64, &str, Look)| {
                let mut rule = drawn(name, look);
                (rule["from"], rule["to"]) = (json!(from), json!(to));
                rule
            };
            (Some(field), looks.iter().map(rule).collect(), None)
        }
    };
    json!({
        "collection": layer.id(),
        "id": style.id,
        "title": style.title,
        "geometry": layer.geometry().map(GeometryKind::name),
        "property": property,
        "rules": rules,
        "otherwise": otherwise,
        "label": style.label,
    })
}

fn kind(layer: Layer, field: &str) -> Option<Kind> {
    layer.field(field).map(|at| layer.fields()[at].kind)
}

fn drawn(name: &str, look: &Look) -> Json {
    let mut options = json!({
        "color": look.stroke, "weight": look.width, "fill": look.fill.is_some(),
    });
    if let Some(fill) = look.fill {
        options["fillColor"] = json!(fill);
        options["fillOpacity"] = json!(look.opacity);
    }
    if look.dashed {
        options["dashArray"] = json!("6 4");
    }
    let mut about = json!({"label": name, "style": options});
    if look.radius > 0.0 {
        about["style"]["radius"] = json!(look.radius);
        about["shape"] = json!(shape(look.shape));
    }
    if look.cased {
        // Drawn beneath.
        about["casing"] = json!({"color": "#ffffff", "weight": look.width + 3.0, "fill": false});
    }
    about
}

const fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Circle => "circle",
        Shape::Triangle => "triangle",
        Shape::Square => "square",
        Shape::Diamond => "diamond",
        Shape::Plus => "plus",
        Shape::Cross => "cross",
        Shape::Hexagon => "hexagon",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_typed_as_the_properties_are() {
        let reps = leaflet(Layer::Reps, &Style::of(Layer::Reps)[0]);
        assert_eq!(reps["rules"][0]["value"], true);
        let cells = leaflet(Layer::Cells, &Style::of(Layer::Cells)[0]);
        assert_eq!(cells["rules"][4]["to"], 1.0);
        assert_eq!(cells["rules"][4]["style"]["fillColor"], "#d55e00");
    }
}
