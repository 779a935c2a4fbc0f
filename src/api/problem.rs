//! Every failure a client sees: [`Problem`], an RFC 9457 `application/problem+json` body.
//!
//! A [`Kind`] fixes type, title and status; the detail says what happened this time and `errors` names each field at
//! fault with a cure. Causes of a 5xx go to the log, never to the client.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, as a class. The code is the last part of the problem's `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A parameter of the address is missing, unknown or out of range.
    InvalidParameters,
    /// The body cannot be read at all.
    UnreadableBody,
    /// The body reads well, but fields of it cannot be accepted.
    InvalidFields,
    /// No token, or a wrong one.
    Unauthorized,
    /// A write that another site's page started.
    CrossSite,
    /// Asked under a host name that is not ours.
    WrongHost,
    /// Nothing there.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// None of the media types that the caller takes is served here.
    NotAcceptable,
    /// The body did not arrive in time.
    SlowBody,
    /// The change contradicts what is stored.
    Conflict,
    /// What the caller has seen of the feature is not what it is now.
    PreconditionFailed,
    /// The body is larger than the endpoint takes.
    TooLarge,
    /// The address is longer than the server reads.
    AddressTooLong,
    /// The body's media type is not one the endpoint reads.
    UnsupportedMediaType,
    /// Well asked, but the roads or the book have no answer.
    Unanswerable,
    /// A defect of the program.
    Internal,
    /// More work than the server takes on at once.
    Overloaded,
    /// Region and store are still being loaded.
    NotReady,
    /// The answer took longer than the server allows.
    TooSlow,
    /// OGC API - Processes: no process has this id.
    NoSuchProcess,
    /// OGC API - Processes: no job has this id.
    NoSuchJob,
    /// OGC API - Processes: the job has no result.
    ResultNotReady,
}

impl Kind {
    /// All kinds, for documentation and tests.
    pub const ALL: [Self; 23] = [
        Self::InvalidParameters,
        Self::UnreadableBody,
        Self::InvalidFields,
        Self::Unauthorized,
        Self::CrossSite,
        Self::WrongHost,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::SlowBody,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::TooLarge,
        Self::AddressTooLong,
        Self::UnsupportedMediaType,
        Self::Unanswerable,
        Self::Internal,
        Self::Overloaded,
        Self::NotReady,
        Self::TooSlow,
        Self::NoSuchProcess,
        Self::NoSuchJob,
        Self::ResultNotReady,
    ];

    /// Code, title and status.
    const fn row(self) -> (&'static str, &'static str, StatusCode) {
        use StatusCode as S;
        match self {
            Self::InvalidParameters => (
                "invalid-parameters",
                "Parameters cannot be accepted",
                S::BAD_REQUEST,
            ),
            Self::UnreadableBody => ("unreadable-body", "The body cannot be read", S::BAD_REQUEST),
            Self::InvalidFields => (
                "invalid-fields",
                "Fields cannot be accepted",
                S::UNPROCESSABLE_ENTITY,
            ),
            Self::Unauthorized => ("unauthorized", "A token is needed", S::UNAUTHORIZED),
            Self::CrossSite => ("cross-site", "Started by another site's page", S::FORBIDDEN),
            Self::WrongHost => (
                "wrong-host",
                "Not served under this name",
                S::MISDIRECTED_REQUEST,
            ),
            Self::NotFound => ("not-found", "Not found", S::NOT_FOUND),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                "Method not allowed here",
                S::METHOD_NOT_ALLOWED,
            ),
            Self::NotAcceptable => (
                "not-acceptable",
                "Not served in this form",
                S::NOT_ACCEPTABLE,
            ),
            Self::SlowBody => (
                "slow-body",
                "The body did not arrive in time",
                S::REQUEST_TIMEOUT,
            ),
            Self::Conflict => ("conflict", "Contradicts what is stored", S::CONFLICT),
            Self::PreconditionFailed => (
                "precondition-failed",
                "Changed meanwhile",
                S::PRECONDITION_FAILED,
            ),
            Self::TooLarge => ("too-large", "The body is too large", S::PAYLOAD_TOO_LARGE),
            Self::AddressTooLong => (
                "address-too-long",
                "The address is too long",
                S::URI_TOO_LONG,
            ),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                "Media type not read here",
                S::UNSUPPORTED_MEDIA_TYPE,
            ),
            Self::Unanswerable => (
                "unanswerable",
                "There is no answer to this",
                S::UNPROCESSABLE_ENTITY,
            ),
            Self::Internal => (
                "internal",
                "Something failed inside",
                S::INTERNAL_SERVER_ERROR,
            ),
            Self::Overloaded => (
                "overloaded",
                "Too much work at once",
                S::SERVICE_UNAVAILABLE,
            ),
            Self::NotReady => ("not-ready", "Still loading", S::SERVICE_UNAVAILABLE),
            Self::TooSlow => ("too-slow", "Took too long", S::SERVICE_UNAVAILABLE),
            Self::NoSuchProcess => ("no-such-process", "No such process", S::NOT_FOUND),
            Self::NoSuchJob => ("no-such-job", "No such job", S::NOT_FOUND),
            Self::ResultNotReady => ("result-not-ready", "No result yet", S::NOT_FOUND),
        }
    }

    /// The code, such as `not-found`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// Where the class is described, relative to the server: a problem's `type`.
    #[must_use]
    pub fn address(self) -> String {
        if matches!(
            self,
            Self::NoSuchProcess | Self::NoSuchJob | Self::ResultNotReady
        ) {
            // The standard names these.
            return format!(
                "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/{}",
                self.code()
            );
        }
        format!("/problems/{}", self.code())
    }

    /// The title for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.row().2
    }

    /// The kind that stands for a bare status of the framework.
    pub(super) fn from_status(status: StatusCode) -> Self {
        Self::ALL
            .into_iter()
            .find(|kind| kind.status() == status)
            .unwrap_or(if status.is_client_error() {
                Self::UnreadableBody
            } else {
                Self::Internal
            })
    }
}

/// One field at fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Row of an uploaded file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Parameter or member.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
    /// What would be right.
    pub cure: String,
}

/// A failure on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its class.
    pub kind: Kind,
    /// What happened this time.
    pub detail: String,
    /// The fields at fault.
    pub errors: Vec<FieldError>,
}

/// A problem as it stands in a body (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Which class of problem, as an address relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// The class for people.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Each field at fault; empty when no field is.
    pub errors: Vec<FieldError>,
    /// Also in the header `x-request-id`; find it in the log.
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem without fields at fault.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// Something that is not there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, detail)
    }

    /// A defect: the cause goes to the log, the client gets a plain line.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed inside");
        Self::new(
            Kind::Internal,
            "The request could not be completed; the log has the cause under this request id.",
        )
    }

    /// One field of a body at fault.
    pub fn field(
        field: impl Into<String>,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let error = FieldError {
            row: None,
            field: field.into(),
            problem: problem.into(),
            cure: cure.into(),
        };
        Self {
            kind: Kind::InvalidFields,
            detail: format!("{}: {}", error.field, error.problem),
            errors: vec![error],
        }
    }

    /// The response with this request id in its body.
    pub(super) fn render(self, request_id: Option<&str>) -> Response {
        let body = ProblemBody {
            kind: self.kind.address(),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            request_id: request_id.map(str::to_owned),
        };
        let mut response = (self.kind.status(), Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.kind {
            Kind::Overloaded | Kind::NotReady | Kind::TooSlow => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            Kind::Unauthorized => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"rondo\""),
                );
            }
            _ => {}
        }
        // The outer layer renders it again, with the request's id.
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.render(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_status_is_an_error() {
        for (i, a) in Kind::ALL.iter().enumerate() {
            assert!(a.status().is_client_error() || a.status().is_server_error());
            assert!(Kind::ALL[i + 1..].iter().all(|b| a.code() != b.code()));
        }
    }

    #[test]
    fn a_bare_status_finds_its_kind() {
        assert_eq!(Kind::from_status(StatusCode::NOT_FOUND), Kind::NotFound);
        assert_eq!(
            Kind::from_status(StatusCode::IM_A_TEAPOT),
            Kind::UnreadableBody
        );
    }
}
