//! What a layer says about its properties: [`Field`].

/// Type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One of a few codes.
    Code(&'static [&'static str]),
    /// Yes or no.
    Bool,
    /// Whole number.
    Int,
    /// Number.
    Real,
    /// Local day, ISO 8601.
    Date,
    /// RFC 3339 with offset.
    Instant,
}

/// One property of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in JSON, tables and filters.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// What it says, with its unit.
    pub title: &'static str,
    /// Whether a write may set it; what is not editable is computed.
    pub editable: bool,
    /// Whether it takes so long to work out that it comes only with a feature that is read alone, or where `properties` names
    /// it; no condition and no order may ask about it.
    pub on_request: bool,
}

/// The properties of a table whose columns say beside what they are.
pub(super) const fn fields<F: Copy, const N: usize>(columns: &[(Field, F); N]) -> [Field; N] {
    let mut fields = [columns[0].0; N];
    let mut at = 1;
    while at < N {
        fields[at] = columns[at].0;
        at += 1;
    }
    fields
}

impl Field {
    /// A property.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, title: &'static str) -> Self {
        Self {
            name,
            kind,
            title,
            editable: false,
            on_request: false,
        }
    }

    /// The same, set by writes.
    #[must_use]
    pub const fn editable(self) -> Self {
        Self {
            editable: true,
            ..self
        }
    }

    /// The same, worked out on request only.
    #[must_use]
    pub const fn on_request(self) -> Self {
        Self {
            on_request: true,
            ..self
        }
    }

    /// Whether a value is one of this property: nothing always is.
    #[must_use]
    pub fn takes(&self, value: &super::Value) -> bool {
        use super::Value as V;
        match (self.kind, value) {
            (_, V::Null)
            | (Kind::Text, V::Text(_))
            | (Kind::Bool, V::Bool(_))
            | (Kind::Int, V::Int(_))
            | (Kind::Real, V::Real(_))
            | (Kind::Date, V::Date(_))
            | (Kind::Instant, V::Instant(_)) => true,
            (Kind::Code(codes), V::Text(code)) => codes.contains(&code.as_ref()),
            _ => false,
        }
    }
}

/// What every feature has beside the properties of its layer.
pub const ID: Field = Field::new("id", Kind::Text, "Id, stable over calls");

/// The last change of the book, which ends most tables.
pub(super) const AS_OF: Field = Field::new(
    "as_of",
    Kind::Instant,
    "Last change of the book this stands on",
);

/// The computation behind a row.
pub(super) const RUN_ID: Field = Field::new(
    "run_id",
    Kind::Text,
    "Hash of inputs, settings and versions: equal ids mean equal results",
);
