//! Properties as columns of a table.

use crate::ogc::{Field, Kind, Layer};
use crate::vector::{Column, ColumnKind};

/// The id, then the properties that are asked for by their place in the layer's fields.
pub fn of(layer: Layer, properties: &[usize]) -> Vec<Column<'static>> {
    let id = Field::new("id", Kind::Text, "Id");
    let fields = properties.iter().map(|at| layer.fields()[*at]);
    std::iter::once(id).chain(fields).map(column).collect()
}

fn column(field: Field) -> Column<'static> {
    let kind = match field.kind {
        Kind::Text | Kind::Code(_) => ColumnKind::Text,
        Kind::Bool => ColumnKind::Bool,
        Kind::Int => ColumnKind::Int,
        Kind::Real => ColumnKind::Real,
        Kind::Date => ColumnKind::Date,
        Kind::Instant => ColumnKind::Instant,
    };
    Column {
        name: field.name,
        kind,
        title: field.title,
    }
}
