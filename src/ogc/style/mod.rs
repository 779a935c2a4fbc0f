//! How a layer may be drawn: [`Style`]. A hint, written as QML for QGIS and as JSON for Leaflet.
//!
//! `table` holds the styles of every layer, in the colours of the page (Okabe and Ito's set, which colour-blind people tell
//! apart) and with a second sign beside each colour: a shape, a width or a dash. `qml` and `leaflet` write them.

mod leaflet;
mod qml;
mod table;

use super::layer::Layer;

pub use leaflet::leaflet;
pub use qml::qml;

/// Media type of QML.
pub const QML: &str = "application/vnd.qgis.qml";

/// One way to draw a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Its id in addresses, unique within the layer.
    pub id: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// What decides how a feature looks.
    pub by: By,
    /// The property that names a feature on the map, when near.
    pub label: Option<&'static str>,
}

/// What decides how a feature looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// All look alike.
    Nothing(Look),
    /// The value of a property, one of a few; `otherwise` for any other and for none.
    Value {
        /// The property.
        field: &'static str,
        /// Value, its name for people, its look.
        looks: &'static [(&'static str, &'static str, Look)],
        /// The look of all others.
        otherwise: Look,
    },
    /// A number: from the first bound on, below the second; the last range holds its end too.
    Range {
        /// The property.
        field: &'static str,
        /// From, to, its name for people, its look.
        looks: &'static [(f64, f64, &'static str, Look)],
    },
}

/// Form of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Round.
    Circle,
    /// One corner up.
    Triangle,
    /// Sides up.
    Square,
    /// Corners up.
    Diamond,
    /// An upright cross.
    Plus,
    /// A cross that lies.
    Cross,
    /// Six corners.
    Hexagon,
}

/// How one feature looks. Lengths are in pixels of a 96 dpi screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Colour inside, `#rrggbb`; `None` = hollow, and nothing for lines.
    pub fill: Option<&'static str>,
    /// Opacity of the inside, 0 to 1.
    pub opacity: f64,
    /// Colour of the line or the outline.
    pub stroke: &'static str,
    /// Width of the line or the outline.
    pub width: f64,
    /// Radius of a point.
    pub radius: f64,
    /// Form of a point.
    pub shape: Shape,
    /// The line is broken.
    pub dashed: bool,
    /// The line has a white border.
    pub cased: bool,
}

impl Style {
    /// The styles of a layer, the usual one first; none for a table.
    #[must_use]
    pub const fn of(layer: Layer) -> &'static [Self] {
        table::styles(layer)
    }

    /// The style of a layer with this id.
    #[must_use]
    pub fn find(layer: Layer, id: &str) -> Option<&'static Self> {
        Self::of(layer).iter().find(|style| style.id == id)
    }
}

impl By {
    /// All looks with their names for people.
    fn looks(&self) -> Vec<(&'static str, Look)> {
        match self {
            Self::Nothing(look) => vec![("", *look)],
            Self::Value {
                looks, otherwise, ..
            } => {
                let named = looks.iter().map(|(_, name, look)| (*name, *look));
                named.chain(Some((OTHERS, *otherwise))).collect()
            }
            Self::Range { looks, .. } => looks.iter().map(|(_, _, n, look)| (*n, *look)).collect(),
        }
    }
}

/// Name of what has no look of its own.
const OTHERS: &str = "Others";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ogc::{Kind, Value};

    #[test]
    fn styles_speak_of_properties_and_values_that_exist() {
        for layer in Layer::ALL {
            let styles = Style::of(layer);
            assert_eq!(styles.is_empty(), layer.geometry().is_none());
            for (i, style) in styles.iter().enumerate() {
                assert!(styles[i + 1..].iter().all(|other| other.id != style.id));
                assert_eq!(Style::find(layer, style.id), Some(style));
                let label = style.label.map(|label| layer.field(label));
                assert_ne!(label, Some(None), "{} {:?}", layer.id(), style.label);
                match style.by {
                    By::Nothing(_) => {}
                    By::Value { field, looks, .. } => {
                        let field = &layer.fields()[layer.field(field).unwrap()];
                        for (value, name, _) in looks {
                            let value = match field.kind {
                                Kind::Bool => Value::Bool(value.parse().unwrap()),
                                Kind::Int => Value::Int(value.parse().unwrap()),
                                _ => Value::from(*value),
                            };
                            assert!(field.takes(&value), "{} {value:?}", layer.id());
                            assert!(!name.is_empty());
                        }
                        // No code is forgotten.
                        if let Kind::Code(codes) = field.kind {
                            assert!(codes.iter().all(|code| looks.iter().any(|l| l.0 == *code)));
                        }
                    }
                    By::Range { field, looks } => {
                        let field = &layer.fields()[layer.field(field).unwrap()];
                        assert!(matches!(field.kind, Kind::Int | Kind::Real));
                        assert!(looks.windows(2).all(|pair| pair[0].1 <= pair[1].0));
                    }
                }
            }
        }
    }

    #[test]
    fn looks_differ_in_more_than_colour() {
        for style in Layer::ALL.into_iter().flat_map(Style::of) {
            let By::Value {
                looks, otherwise, ..
            } = style.by
            else {
                continue;
            };
            let plain = |look: Look| Look {
                fill: look.fill.map(|_| "#000000"),
                stroke: "#000000",
                ..look
            };
            let all: Vec<Look> = looks.iter().map(|l| l.2).chain(Some(otherwise)).collect();
            for (i, one) in all.iter().enumerate() {
                for other in &all[i + 1..] {
                    // Two areas of different colour carry their names: an area has no shape to differ in.
                    let area = one.radius == 0.0 && one.fill.is_some();
                    assert!(
                        area || one == other || plain(*one) != plain(*other),
                        "{style:?}"
                    );
                }
            }
        }
    }
}
