//! From a request to its answer, without a server around it.

use super::draft::Draft;
use super::url::{self, Address, Service};
use super::{body, text};
use crate::osrm::{Code, Fault, NearestAsk, RouteAsk, Services, TableAsk, TableText, TripAsk};

/// The largest body that is read.
pub const MOST_BYTES: usize = 2 << 20;

/// What a client sends.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `HEAD` or `POST`; other methods are refused.
    pub method: &'a str,
    /// Path and query, as they came.
    pub target: &'a str,
    /// The body's media type, if any.
    pub media_type: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// What a client gets: a status and a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The text.
    pub json: Vec<u8>,
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        Self {
            status: status(fault.code),
            json: fault.to_json(),
        }
    }
}

impl From<Result<Vec<u8>, Fault>> for Answer {
    fn from(result: Result<Vec<u8>, Fault>) -> Self {
        match result {
            Ok(json) => Self { status: 200, json },
            Err(fault) => fault.into(),
        }
    }
}

const fn status(code: Code) -> u16 {
    match code {
        Code::InvalidMethod => 405,
        Code::InvalidContentType => 415,
        Code::Unavailable => 503,
        Code::InternalError => 500,
        _ => 400,
    }
}

/// The text of an answer that is no failure.
#[derive(Debug)]
pub enum Text {
    /// All of it.
    Whole(Vec<u8>),
    /// A table too large to be held as a whole, to be worked out while it is sent.
    Table(Box<TableText>),
}

impl From<TableText> for Text {
    fn from(table: TableText) -> Self {
        if table.is_short() {
            Self::Whole(table.whole())
        } else {
            Self::Table(Box::new(table))
        }
    }
}

impl Text {
    /// All of it.
    pub fn whole(self) -> Vec<u8> {
        match self {
            Self::Whole(json) => json,
            Self::Table(table) => table.whole(),
        }
    }
}

/// A question that has been read.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// `/route`.
    Route(RouteAsk),
    /// `/table`.
    Table(TableAsk),
    /// `/nearest`.
    Nearest(NearestAsk),
    /// `/trip`.
    Trip(TripAsk),
}

impl Question {
    /// Reads a request.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn read(services: &Services, request: &Request<'_>) -> Result<Self, Fault> {
        match request.method {
            "GET" | "HEAD" => {
                let address = url::read(request.target, true)?;
                is_offered(address.service)?;
                let draft = text::read(&address, most_places(services, address.service))?;
                Self::of(address.service, draft)
            }
            "POST" => {
                let address = url::read(request.target, false)?;
                Self::read_body(services, &address, request)
            }
            _ => Err(Fault::new(
                Code::InvalidMethod,
                "Method not allowed. Use GET, HEAD or POST.",
            )),
        }
    }

    fn read_body(
        services: &Services,
        address: &Address,
        request: &Request<'_>,
    ) -> Result<Self, Fault> {
        if request.media_type != "application/json" {
            return Err(Fault::new(
                Code::InvalidContentType,
                "POST requests require a Content-Type of application/json.",
            ));
        }
        is_offered(address.service)?;
        if !matches!(address.service, Service::Route | Service::Table) {
            return Err(Fault::new(
                Code::NotImplemented,
                "Only route and table take POST requests.",
            ));
        }
        let most = most_places(services, address.service);
        let draft = body::read(address.service, request.body, most)?;
        Self::of(address.service, draft)
    }

    fn of(service: Service, draft: Draft) -> Result<Self, Fault> {
        match service {
            Service::Route => draft.into_route().map(Self::Route),
            Service::Table => draft.into_table().map(Self::Table),
            Service::Nearest => draft.into_nearest().map(Self::Nearest),
            Service::Trip => draft.into_trip().map(Self::Trip),
            Service::Match | Service::Tile => Err(not_offered()),
        }
    }

    /// Whether the answer takes a millisecond or so at most, so that it may be worked out where the request was read.
    pub fn is_quick(&self) -> bool {
        match self {
            Self::Route(ask) => ask.common.spots.len() <= 4 && ask.alternatives == 0,
            Self::Nearest(ask) => ask.number <= 10,
            Self::Table(ask) => ask.common.spots.len() <= 10,
            Self::Trip(_) => false,
        }
    }

    /// The answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn answer(&self, services: &Services) -> Result<Text, Fault> {
        match self {
            Self::Route(ask) => services.route(ask).map(Text::Whole),
            Self::Table(ask) => services.table(ask).map(Text::from),
            Self::Nearest(ask) => services.nearest(ask).map(Text::Whole),
            Self::Trip(ask) => services.trip(ask).map(Text::Whole),
        }
    }
}

/// Answers a request, whatever is sent.
#[must_use]
pub fn answer(services: &Services, request: &Request<'_>) -> Answer {
    Question::read(services, request)
        .and_then(|question| question.answer(services))
        .map(Text::whole)
        .into()
}

fn is_offered(service: Service) -> Result<(), Fault> {
    match service {
        Service::Match | Service::Tile => Err(not_offered()),
        _ => Ok(()),
    }
}

fn not_offered() -> Fault {
    Fault::new(
        Code::NotImplemented,
        "This server offers route, table, nearest and trip; matching of traces and debug tiles are not implemented.",
    )
}

/// Places beyond which reading on is pointless. Limits are told exactly by the services, which see one place too many.
fn most_places(services: &Services, service: Service) -> usize {
    let limits = services.settings().limits;
    match service {
        Service::Route => limits.route_places + 1,
        Service::Trip => limits.trip_places + 1,
        Service::Nearest => 2,
        Service::Table => limits.table_places * 2,
        Service::Match | Service::Tile => 0,
    }
}
