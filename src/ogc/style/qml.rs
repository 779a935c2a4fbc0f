//! Styles as QML, the style files of QGIS 3: "Load style" in the properties of a layer reads them.

use std::fmt::Write as _;

use super::{By, Look, Shape, Style};
use crate::ogc::{GeometryKind, Layer};

/// A style for QGIS 3.22 and later.
#[must_use]
pub fn qml(layer: Layer, style: &Style) -> String {
    let form = Form::of(layer);
    let mut out = String::from(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
         <qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling\" labelsEnabled=\"1\">\n",
    );
    renderer(&mut out, form, style);
    if let Some(label) = style.label {
        labels(&mut out, form, label);
    }
    let number = match form {
        Form::Marker => 0,
        Form::Line => 1,
        Form::Fill => 2,
    };
    // Writing to text does not fail.
    let _ = write!(
        out,
        " <blendMode>0</blendMode>\n <layerOpacity>1</layerOpacity>\n\
         \x20<layerGeometryType>{number}</layerGeometryType>\n</qgis>\n"
    );
    out
}

/// What a symbol is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Marker,
    Line,
    Fill,
}

impl Form {
    const fn of(layer: Layer) -> Self {
        match layer.geometry() {
            Some(GeometryKind::Line | GeometryKind::MultiLine) => Self::Line,
            Some(GeometryKind::Polygon | GeometryKind::MultiPolygon) => Self::Fill,
            Some(GeometryKind::Point) | None => Self::Marker,
        }
    }
}

fn renderer(out: &mut String, form: Form, style: &Style) {
    let (kind, field) = match style.by {
        By::Nothing(_) => ("singleSymbol", None),
        By::Value { field, .. } => ("categorizedSymbol", Some(field)),
        By::Range { field, .. } => ("graduatedSymbol", Some(field)),
    };
    let _ = write!(
        out,
        " <renderer-v2 type=\"{kind}\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\""
    );
    if let Some(field) = field {
        let _ = write!(out, " attr=\"{field}\"");
    }
    match style.by {
        By::Nothing(_) => out.push_str(">\n"),
        By::Value { looks, .. } => {
            out.push_str(">\n  <categories>\n");
            // An empty value stands for all others.
            let values = looks.iter().map(|(value, ..)| *value).chain(Some(""));
            for ((i, value), (name, _)) in values.enumerate().zip(style.by.looks()) {
                let _ = writeln!(
                    out,
                    "   <category value=\"{value}\" label=\"{name}\" symbol=\"{i}\" render=\"true\"/>"
                );
            }
            out.push_str("  </categories>\n");
        }
        By::Range { looks, .. } => {
            out.push_str(" graduatedMethod=\"GraduatedColor\">\n  <ranges>\n");
            for (i, (from, to, name, _)) in looks.iter().enumerate() {
                let _ = writeln!(
                    out,
                    "   <range lower=\"{from:.12}\" upper=\"{to:.12}\" label=\"{name}\" symbol=\"{i}\" render=\"true\"/>"
                );
            }
            out.push_str("  </ranges>\n");
        }
    }
    out.push_str("  <symbols>\n");
    for (i, (_, look)) in style.by.looks().iter().enumerate() {
        symbol(out, form, i, look);
    }
    out.push_str("  </symbols>\n </renderer-v2>\n");
}

fn symbol(out: &mut String, form: Form, number: usize, look: &Look) {
    let kind = match form {
        Form::Marker => "marker",
        Form::Line => "line",
        Form::Fill => "fill",
    };
    let _ = writeln!(
        out,
        "   <symbol type=\"{kind}\" name=\"{number}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">"
    );
    let inside = look
        .fill
        .map_or_else(|| colour("#ffffff", 0.0), |fill| colour(fill, look.opacity));
    let style = if look.dashed { "dash" } else { "solid" };
    match form {
        Form::Marker => layer(
            out,
            "SimpleMarker",
            &[
                ("name", shape(look.shape).to_owned()),
                ("color", inside),
                ("outline_color", colour(look.stroke, 1.0)),
                ("outline_style", "solid".to_owned()),
                ("outline_width", millimetres(look.width)),
                ("outline_width_unit", "MM".to_owned()),
                ("size", millimetres(2.0 * look.radius)),
                ("size_unit", "MM".to_owned()),
                ("scale_method", "diameter".to_owned()),
            ],
        ),
        Form::Line => {
            if look.cased {
                stroke(out, &colour("#ffffff", 1.0), look.width + 3.0, "solid");
            }
            stroke(out, &colour(look.stroke, 1.0), look.width, style);
        }
        Form::Fill => layer(
            out,
            "SimpleFill",
            &[
                ("color", inside),
                (
                    "style",
                    if look.fill.is_some() { "solid" } else { "no" }.to_owned(),
                ),
                ("outline_color", colour(look.stroke, 1.0)),
                ("outline_style", style.to_owned()),
                ("outline_width", millimetres(look.width)),
                ("outline_width_unit", "MM".to_owned()),
            ],
        ),
    }
    out.push_str("   </symbol>\n");
}

fn stroke(out: &mut String, colour: &str, width: f64, style: &str) {
    layer(
        out,
        "SimpleLine",
        &[
            ("line_color", colour.to_owned()),
            ("line_style", style.to_owned()),
            ("line_width", millimetres(width)),
            ("line_width_unit", "MM".to_owned()),
            ("capstyle", "round".to_owned()),
            ("joinstyle", "round".to_owned()),
        ],
    );
}

/// A layer of a symbol. Its properties stand twice, in the words of QGIS 3.22 and in those of releases before.
fn layer(out: &mut String, class: &str, properties: &[(&str, String)]) {
    let _ = writeln!(
        out,
        "    <layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\">\n     <Option type=\"Map\">"
    );
    for (name, value) in properties {
        let _ = writeln!(
            out,
            "      <Option name=\"{name}\" type=\"QString\" value=\"{value}\"/>"
        );
    }
    out.push_str("     </Option>\n");
    for (name, value) in properties {
        let _ = writeln!(out, "     <prop k=\"{name}\" v=\"{value}\"/>");
    }
    out.push_str("    </layer>\n");
}

/// Names near the features, from 1:25,000 on.
fn labels(out: &mut String, form: Form, field: &str) {
    let placement = match form {
        Form::Marker => 6, // Around the point, the best side first.
        Form::Line => 2,   // Along the line.
        Form::Fill => 1,   // Over the middle.
    };
    let _ = write!(
        out,
        " <labeling type=\"simple\">\n  <settings calloutType=\"simple\">\n\
         \x20  <text-style fieldName=\"{field}\" isExpression=\"0\" fontSize=\"8\" fontSizeUnit=\"Point\" \
         fontFamily=\"Noto Sans\" textColor=\"31,35,40,255\" textOpacity=\"1\" multilineHeight=\"1\">\n\
         \x20   <text-buffer bufferDraw=\"1\" bufferSize=\"0.7\" bufferSizeUnits=\"MM\" bufferColor=\"250,249,246,235\" \
         bufferOpacity=\"1\" bufferJoinStyle=\"128\"/>\n\
         \x20  </text-style>\n\
         \x20  <placement placement=\"{placement}\" dist=\"1\" distUnits=\"MM\" priority=\"5\" placementFlags=\"10\"/>\n\
         \x20  <rendering scaleVisibility=\"1\" scaleMin=\"25000\" scaleMax=\"1\" drawLabels=\"1\" obstacle=\"1\" \
         displayAll=\"0\"/>\n\
         \x20 </settings>\n </labeling>\n"
    );
}

const fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Circle => "circle",
        Shape::Triangle => "equilateral_triangle",
        Shape::Square => "square",
        Shape::Diamond => "diamond",
        Shape::Plus => "cross_fill",
        Shape::Cross => "cross2",
        Shape::Hexagon => "hexagon",
    }
}

/// `#rrggbb` as QGIS writes it: red, green, blue and opacity from 0 to 255.
fn colour(hex: &str, opacity: f64) -> String {
    let part = |at: usize| {
        let digits = hex.get(at..at + 2).unwrap_or("00");
        u8::from_str_radix(digits, 16).unwrap_or(0)
    };
    let alpha = (opacity * 255.0).round() as u8;
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

/// From pixels of a 96 dpi screen.
fn millimetres(pixels: f64) -> String {
    format!("{:.3}", pixels * 25.4 / 96.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_its_symbol() {
        for of in Layer::ALL {
            for style in Style::of(of) {
                let text = qml(of, style);
                let count = |what: &str| text.matches(what).count();
                let symbols = count("<symbol ");
                assert_eq!(symbols, style.by.looks().len());
                match style.by {
                    By::Nothing(_) => assert_eq!(symbols, 1),
                    By::Value { .. } => assert_eq!(count("<category "), symbols),
                    By::Range { .. } => assert_eq!(count("<range "), symbols),
                }
                assert_eq!(count("<Option "), count("</Option>") + count("<prop "));
                assert!(!text.contains('&'), "nothing that needs escaping");
            }
        }
    }

    #[test]
    fn colours_and_lengths_are_in_the_units_of_qgis() {
        assert_eq!(colour("#d55e00", 0.5), "213,94,0,128");
        assert_eq!(millimetres(96.0), "25.400");
    }
}
