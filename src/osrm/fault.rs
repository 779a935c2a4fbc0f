//! Why there is no answer: [`Fault`], a code of the OSRM API with a sentence.

/// The codes of the OSRM HTTP API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the names are the codes themselves, which OSRM documents"
)]
pub enum Code {
    InvalidUrl,
    InvalidService,
    InvalidVersion,
    InvalidOptions,
    InvalidQuery,
    InvalidValue,
    InvalidMethod,
    InvalidContentType,
    NoSegment,
    NoRoute,
    NoTable,
    NoTrips,
    NotImplemented,
    TooBig,
    /// Not one of OSRM's: the server has no turn or no data yet.
    Unavailable,
    /// Not one of OSRM's: our own failure.
    InternalError,
}

impl Code {
    /// As it is written in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidUrl => "InvalidUrl",
            Self::InvalidService => "InvalidService",
            Self::InvalidVersion => "InvalidVersion",
            Self::InvalidOptions => "InvalidOptions",
            Self::InvalidQuery => "InvalidQuery",
            Self::InvalidValue => "InvalidValue",
            Self::InvalidMethod => "InvalidMethod",
            Self::InvalidContentType => "InvalidContentType",
            Self::NoSegment => "NoSegment",
            Self::NoRoute => "NoRoute",
            Self::NoTable => "NoTable",
            Self::NoTrips => "NoTrips",
            Self::NotImplemented => "NotImplemented",
            Self::TooBig => "TooBig",
            Self::Unavailable => "Unavailable",
            Self::InternalError => "InternalError",
        }
    }
}

/// A request that has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Fault {
    /// What kind of trouble.
    pub code: Code,
    /// For people.
    pub message: String,
}

impl Fault {
    /// A fault with its sentence.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The answer that tells it.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = super::json::Json::default();
        json.object(|json| {
            json.key("code").text(self.code.as_str());
            json.key("message").text(&self.message);
        });
        json.into_bytes()
    }
}
