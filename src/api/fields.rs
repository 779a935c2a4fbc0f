//! Named values from outside: [`Fields`] takes them from a query string or a JSON object, checks each, and reports
//! every fault at once.
//!
//! A getter names the field and how to read it ([`super::read`]). What was never asked for is unknown, and the names that were
//! asked for are the list of valid ones: there is no second list to keep in step.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Map, Value};

use super::problem::{FieldError, Kind, Problem};

/// Why a value is refused, and what would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub cure: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(problem: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            cure: cure.into(),
        }
    }
}

/// A value as it came.
#[derive(Clone, Copy, Debug)]
pub enum Raw<'a> {
    /// From the address: always text.
    Text(&'a str),
    /// From a JSON body: typed.
    Json(&'a Value),
}

/// A member of a merge patch (RFC 7396).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not named: stays.
    Keep,
    /// `null`: taken away.
    Clear,
    /// Set to this.
    Set(T),
}

/// Values that can be read from [`Fields`].
pub trait FromFields: Sized {
    /// Asks for every field it knows; `None` only when a field was refused or is missing.
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// The values of one request, being read.
#[derive(Debug)]
pub struct Fields {
    values: BTreeMap<String, Value>,
    from_json: bool,
    asked: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// From the query of an address. A name given twice is a fault.
    pub fn from_query(uri: &Uri) -> Self {
        let mut fields = Self::new(BTreeMap::new(), false);
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
            fields.refuse(
                "?",
                Refusal::new(
                    "the query cannot be read",
                    "write it as name=value&name=value",
                ),
            );
            return fields;
        };
        for (name, value) in pairs {
            let field = short(&name);
            if fields.values.insert(name, Value::String(value)).is_some() {
                fields.refuse(&field, Refusal::new("given more than once", "give it once"));
            }
        }
        fields
    }

    /// From a JSON object.
    pub fn from_object(object: Map<String, Value>) -> Self {
        Self::new(object.into_iter().collect(), true)
    }

    fn new(values: BTreeMap<String, Value>, from_json: bool) -> Self {
        Self {
            values,
            from_json,
            asked: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Notes a fault of `field`.
    pub fn refuse(&mut self, field: &str, refusal: Refusal) {
        self.errors.push(FieldError {
            row: None,
            field: field.to_owned(),
            problem: refusal.problem,
            cure: refusal.cure,
        });
    }

    /// Whether `field` was refused already.
    pub fn is_refused(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }

    /// A member that a merge patch keeps, clears or sets.
    pub fn patch<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Raw<'_>) -> Result<T, Refusal>,
    ) -> Patch<T> {
        self.asked.push(name);
        match self.values.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(value) => match read(self.raw(&value)) {
                Ok(value) => Patch::Set(value),
                Err(refusal) => {
                    self.refuse(name, refusal);
                    Patch::Keep
                }
            },
        }
    }

    /// A field that may be absent. A `null` member counts as absent; an empty parameter is refused, since what it was
    /// meant to say cannot be known.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Raw<'_>) -> Result<T, Refusal>,
    ) -> Option<T> {
        self.asked.push(name);
        let value = self.values.remove(name)?;
        if value.is_null() {
            return None;
        }
        if !self.from_json && value == "" {
            let cure = format!("give {name} a value, or leave the parameter out");
            self.refuse(name, Refusal::new("is empty", cure));
            return None;
        }
        match read(self.raw(&value)) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refuse(name, refusal);
                None
            }
        }
    }

    /// A field that must be there.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Raw<'_>) -> Result<T, Refusal>,
    ) -> Option<T> {
        let faults = self.errors.len();
        let value = self.optional(name, read);
        if value.is_none() && self.errors.len() == faults {
            self.refuse(
                name,
                Refusal::new("is missing", format!("give a value for {name}")),
            );
        }
        value
    }

    fn raw<'v>(&self, value: &'v Value) -> Raw<'v> {
        match value {
            Value::String(text) if !self.from_json => Raw::Text(text),
            value => Raw::Json(value),
        }
    }

    /// Reads a whole `T`, or says everything that is wrong.
    pub fn read<T: FromFields>(mut self) -> Result<T, Problem> {
        let value = T::from_fields(&mut self);
        self.refuse_unknown();
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.into_problem()),
        }
    }

    /// Reads what `ask` makes of every field it knows, or says everything that is wrong.
    pub fn read_with<T>(mut self, ask: impl FnOnce(&mut Self) -> T) -> Result<T, Problem> {
        let value = ask(&mut self);
        self.refuse_unknown();
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(self.into_problem())
        }
    }

    /// Notes what nobody asked for.
    fn refuse_unknown(&mut self) {
        let unknown: Vec<String> = self.values.keys().map(|name| short(name)).collect();
        let valid = if self.asked.is_empty() {
            "this endpoint takes none".to_owned()
        } else {
            format!("one of: {}", self.asked.join(", "))
        };
        for name in unknown {
            self.refuse(&name, Refusal::new("is not known here", valid.clone()));
        }
    }

    fn into_problem(self) -> Problem {
        let kind = if self.from_json {
            Kind::InvalidFields
        } else {
            Kind::InvalidParameters
        };
        let detail = match self.errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.problem),
            many => format!(
                "{} faults: {}",
                many.len(),
                many.iter()
                    .map(|error| error.field.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        Problem {
            kind,
            detail,
            errors: self.errors,
        }
    }
}

/// A name from outside, cut to a length that may be repeated in an answer.
pub fn short(text: &str) -> String {
    const LIMIT: usize = 60;
    if text.chars().count() <= LIMIT {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LIMIT).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Ask {
        rep: String,
        limit: Option<u32>,
    }

    impl FromFields for Ask {
        fn from_fields(f: &mut Fields) -> Option<Self> {
            let rep = f.required("rep", read::id);
            let limit = f.optional("limit", read::integer(1, 1000));
            Some(Self { rep: rep?, limit })
        }
    }

    fn ask(query: &str) -> Result<Ask, Problem> {
        let uri: Uri = format!("/x?{query}").parse().unwrap();
        Fields::from_query(&uri).read()
    }

    #[test]
    fn good_values_are_read() {
        assert_eq!(
            ask("rep=r%201&limit=5"),
            Ok(Ask {
                rep: "r 1".into(),
                limit: Some(5)
            })
        );
    }

    #[test]
    fn empty_parameters_are_refused() {
        let problem = ask("rep=&limit=").unwrap_err();
        let told: Vec<_> = problem
            .errors
            .iter()
            .map(|e| (e.field.as_str(), e.problem.as_str()))
            .collect();
        assert_eq!(told, [("rep", "is empty"), ("limit", "is empty")]);
        assert_eq!(
            problem.errors[1].cure,
            "give limit a value, or leave the parameter out"
        );
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let problem = ask("limit=0&colour=red&colour=blue").unwrap_err();
        assert_eq!(problem.kind, Kind::InvalidParameters);
        let named: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(named, ["colour", "rep", "limit", "colour"]);
        assert_eq!(problem.errors[3].cure, "one of: rep, limit");
    }

    #[test]
    fn json_members_keep_their_types() {
        let object = serde_json::json!({"rep": "r", "limit": "5"});
        let problem = Fields::from_object(object.as_object().unwrap().clone())
            .read::<Ask>()
            .unwrap_err();
        assert_eq!(problem.kind, Kind::InvalidFields);
        assert_eq!(problem.errors[0].field, "limit");
    }
}
