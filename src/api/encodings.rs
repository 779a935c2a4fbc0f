//! Callers that take no answer as it is (`Accept-Encoding: identity;q=0`, RFC 9110, 12.5.3).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::problem::{Kind, Problem};

/// What answers are compressed with.
const OURS: [&str; 2] = ["gzip", "br"];

/// Names a coding of ours where an asterisk alone asks for one: that is not taken for a wish otherwise.
pub async fn named(mut request: Request) -> Request {
    let weights = Weights::of(request.headers());
    if !weights.takes_plain()
        && !weights.names_one_of_ours()
        && let Some(best) = OURS.into_iter().find(|name| weights.takes(name))
    {
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(best));
    }
    request
}

/// Refuses a caller who takes neither what we compress with nor an answer that is not compressed.
pub async fn acceptable(request: Request, next: Next) -> Response {
    let weights = Weights::of(request.headers());
    if weights.takes_plain() || OURS.into_iter().any(|name| weights.takes(name)) {
        return next.run(request).await;
    }
    let detail = "Answers come as gzip, br, or as they are (identity); let Accept-Encoding take one of these.";
    Problem::new(Kind::NotAcceptable, detail).into_response()
}

/// Codings with how much they are wanted.
struct Weights(Vec<(String, f64)>);

impl Weights {
    fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        let coding = |part: &str| {
            let mut parts = part.split(';').map(str::trim);
            let name = parts.next()?.to_ascii_lowercase();
            let q = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
            Some((name, q.map_or(1.0, |q| q.parse().unwrap_or(0.0))))
        };
        Self(
            texts
                .flat_map(|text| text.split(','))
                .filter_map(coding)
                .collect(),
        )
    }

    fn weight(&self, name: &str) -> Option<f64> {
        let found = self.0.iter().find(|(coding, _)| coding == name);
        found.map(|(_, weight)| *weight)
    }

    /// Whether a coding is named, or meant by the asterisk.
    fn takes(&self, name: &str) -> bool {
        let weight = self.weight(name).or_else(|| self.weight("*"));
        weight.is_some_and(|weight| weight > 0.0)
    }

    fn takes_plain(&self) -> bool {
        let weight = self.weight("identity").or_else(|| self.weight("*"));
        weight.is_none_or(|weight| weight > 0.0)
    }

    fn names_one_of_ours(&self) -> bool {
        let wanted = |name| self.weight(name).is_some_and(|weight| weight > 0.0);
        OURS.into_iter().any(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_follows_from_names_and_the_asterisk() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            let weights = Weights::of(&headers);
            (weights.takes_plain(), weights.takes("gzip"))
        };
        for (text, expected) in [
            ("", (true, false)),
            ("gzip, br", (true, true)),
            ("identity;q=0", (false, false)),
            ("identity;q=0, gzip", (false, true)),
            ("identity; q=0.0, *", (false, true)),
            ("*;q=0", (false, false)),
            ("*;q=0, identity", (true, false)),
            ("gzip;q=0, *", (true, false)),
        ] {
            assert_eq!(of(text), expected, "{text:?}");
        }
        assert!(Weights::of(&HeaderMap::new()).takes_plain());
    }
}
