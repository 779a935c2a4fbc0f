//! How the server is reached and by whom: [`Options`].

use std::time::Duration;

use chrono::NaiveDate;

use super::tokens::Tokens;
use crate::crs::Crs;

/// What an operator chooses. The default is the closed one: no tokens needed because only this machine can connect.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who may ask; `None` = everyone who can connect.
    pub tokens: Option<Tokens>,
    /// Host names under which the server answers, beside IP addresses and `localhost`.
    pub hosts: Vec<String>,
    /// Let pages of other origins read (GET only).
    pub cors: bool,
    /// The server speaks TLS: cookies stay off plain connections.
    pub https: bool,
    /// The day that counts as today, for demonstrations and tests; `None` = the region's date.
    pub today: Option<NaiveDate>,
    /// Reference systems that `/ogc` offers beside the usual ones.
    pub crs: Vec<Crs>,
    /// Requests answered at once; more are refused with 503.
    pub in_flight: usize,
    /// Days planned at once; more wait for a turn.
    pub planning: usize,
    /// Reads of store and roads at once; more wait for a turn.
    pub reading: usize,
    /// Longest wait for a turn.
    pub patience: Duration,
    /// Longest time for a whole answer.
    pub answer_within: Duration,
    /// Longest silence while a body arrives.
    pub body_idle: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            tokens: None,
            hosts: Vec::new(),
            cors: false,
            https: false,
            today: None,
            crs: Vec::new(),
            in_flight: 512,
            planning: cores,
            reading: 4 * cores,
            patience: Duration::from_secs(20),
            answer_within: Duration::from_mins(2),
            body_idle: Duration::from_secs(15),
        }
    }
}
