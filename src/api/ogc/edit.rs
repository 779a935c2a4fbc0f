//! Features that are made, replaced, changed and removed (OGC API - Features, Part 4): accounts, and visits of the log.
//!
//! Each write reads the record, checks the conditions of its headers and writes only while the book is still the one that it
//! read; whoever is late begins again. Without `If-Match` the last writer wins, since common clients send none.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};

use super::edit_body::{self, Extent, Sent};
use super::edit_visit::Known;
use super::{answer, condition, edit_account, edit_visit, features, parameters};
use crate::accounts::{AccountId, VisitId, VisitStatus};
use crate::api::fields::{Fields, Raw, short};
use crate::api::options::Options;
use crate::api::problem::{Kind, Problem};
use crate::api::read;
use crate::api::state::{App, Loaded, Work};
use crate::ogc::documents::{Format, MERGE_PATCH};
use crate::ogc::{Layer, Reference};
use crate::planner::{PlanError, made_id};
use crate::store::Changes;

/// Attempts of a write while others write too.
const ATTEMPTS: usize = 20;

/// A write before it is done.
struct Write<'a> {
    loaded: &'a Loaded,
    headers: &'a HeaderMap,
    layer: Layer,
    today: NaiveDate,
    now: DateTime<Utc>,
}

/// What a write comes to.
struct Decided {
    changes: Changes,
    id: String,
    is_new: bool,
}

/// State of a record that can be written; `None` for other layers, and when there is none.
///
/// # Errors
/// When the store cannot be read.
pub fn state(loaded: &Loaded, layer: Layer, id: &str) -> Result<Option<String>, Problem> {
    Ok(match layer {
        Layer::Accounts => {
            let account = loaded.store.account(&id.into())?;
            account.map(|account| condition::state_of(&account))
        }
        Layer::Visits => known(loaded, id)?.map(|known| condition::state_of(&known.visit)),
        _ => None,
    })
}

/// A visit of the log, a plan or the appointments.
fn known(loaded: &Loaded, id: &str) -> Result<Option<Known>, Problem> {
    let id = VisitId::from(id);
    let visit = match loaded.planner.known_visit(&id) {
        Ok(visit) => visit,
        Err(PlanError::UnknownVisit(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let is_logged = loaded.store.visit(&id)?.is_some();
    let is_planned = loaded.store.planned_stop(&id)?.is_some();
    let fixed = !is_logged || is_planned || visit.status == VisitStatus::Agreed;
    Ok(Some(Known { visit, fixed }))
}

impl Write<'_> {
    /// The record that `sent` makes of the one with this id.
    fn put(&self, id: &str, sent: &Sent) -> Result<Decided, Problem> {
        let mut changes = Changes {
            source: "manual".to_owned(),
            ..Changes::default()
        };
        let is_new = if self.layer == Layer::Visits {
            let before = known(self.loaded, id)?;
            let state = before.as_ref().map(|k| condition::state_of(&k.visit));
            self.check(id, sent.extent, state.as_deref())?;
            let visit = edit_visit::read(id, sent, before.as_ref(), self.loaded, self.now)?;
            changes.visits.push(visit);
            before.is_none()
        } else {
            let before = self.loaded.store.account(&id.into())?;
            let state = before.as_ref().map(condition::state_of);
            self.check(id, sent.extent, state.as_deref())?;
            let reps = self.loaded.store.reps()?.into_iter();
            let reps: Vec<_> = reps.map(|rep| rep.id).collect();
            let beside = edit_account::Beside {
                before: before.as_ref(),
                reps: &reps,
                today: self.today,
            };
            let account = edit_account::read(id, sent, &beside)?;
            changes.accounts.push(account);
            before.is_none()
        };
        Ok(Decided {
            changes,
            id: id.to_owned(),
            is_new,
        })
    }

    /// The conditions of the headers hold, and there is something to change a part of.
    fn check(&self, id: &str, extent: Extent, state: Option<&str>) -> Result<(), Problem> {
        condition::check(self.headers, state)?;
        if state.is_none() && extent == Extent::Part {
            return Err(missing(self.layer, id));
        }
        Ok(())
    }

    /// A new record, under its own id or one that is made here.
    fn create(&self, sent: &Sent, revision: u64) -> Result<Decided, Problem> {
        let id = match &sent.id {
            Some(id) if state(self.loaded, self.layer, id)?.is_some() => {
                let text = format!("There is a feature {} already; PUT replaces it.", short(id));
                return Err(Problem::new(Kind::Conflict, text));
            }
            Some(id) => id.clone(),
            None => fresh_id(self.layer, sent, revision),
        };
        let mut decided = self.put(&id, sent)?;
        if let (None, Some(visit)) = (&sent.id, decided.changes.visits.first_mut()) {
            // As everywhere else, a visit without an id gets one that is made of its contents.
            visit.id = made_id(visit);
            decided.id.clone_from(&visit.id.0);
            if state(self.loaded, self.layer, &decided.id)?.is_some() {
                let id = short(&decided.id);
                let text = format!("This visit is recorded already, as {id}; PUT replaces it.");
                return Err(Problem::new(Kind::Conflict, text));
            }
        }
        Ok(decided)
    }

    /// Takes the record away.
    fn remove(&self, id: &str) -> Result<Decided, Problem> {
        let state = state(self.loaded, self.layer, id)?;
        condition::check(self.headers, state.as_deref())?;
        if state.is_none() {
            return Err(missing(self.layer, id));
        }
        let mut changes = Changes::default();
        if self.layer == Layer::Visits {
            if known(self.loaded, id)?.is_some_and(|known| known.fixed) {
                return Err(Problem::new(
                    Kind::Conflict,
                    "The visit is planned or agreed: only a person takes it out, with /api/v1/plans/day/edit or \
                     DELETE /api/v1/appointments/{id}.",
                ));
            }
            changes.removed_visits.push(id.into());
        } else {
            changes.removed_accounts.push(AccountId::from(id));
        }
        Ok(Decided {
            changes,
            id: id.to_owned(),
            is_new: false,
        })
    }

    /// Decides and writes while nobody else has written in between.
    fn run(
        &self,
        mut decide: impl FnMut(u64) -> Result<Decided, Problem>,
    ) -> Result<Decided, Problem> {
        let store = &self.loaded.store;
        for _ in 0..ATTEMPTS {
            let revision = store.revision()?;
            let decided = decide(revision)?;
            if store
                .write_at(revision, &decided.changes, self.now)?
                .is_some()
            {
                return Ok(decided);
            }
        }
        let text = "Others write all the time; try again in a moment.";
        Err(Problem::new(Kind::Overloaded, text))
    }
}

fn missing(layer: Layer, id: &str) -> Problem {
    let id = short(id);
    Problem::not_found(format!("There is no feature {id} in {}.", layer.id()))
}

/// An id that follows from the book and the body: no clock, no chance.
fn fresh_id(layer: Layer, sent: &Sent, revision: u64) -> String {
    let text = format!("{revision} {:?}", sent.members);
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("{}-{}", &layer.id()[..1], &hash[..12])
}

/// Everything that a write needs from its request.
struct Asked {
    app: App,
    layer: Layer,
    uri: Uri,
    headers: HeaderMap,
    /// Reference system of the answer.
    reference: Reference,
}

impl Asked {
    fn new(app: App, collection: &str, uri: Uri, headers: HeaderMap) -> Result<Self, Problem> {
        let layer = parameters::layer(collection)?;
        let loaded = app.loaded()?;
        let service = loaded.ogc(app.options());
        let reference = Fields::from_query(&uri)
            .read_with(|f| parameters::reference(f, service.references()))?;
        Ok(Self {
            app,
            layer,
            uri,
            headers,
            reference,
        })
    }

    async fn receive(&self, request: Request, extent: Extent) -> Result<Sent, Problem> {
        let loaded = self.app.loaded()?;
        let references = loaded.ogc(self.app.options()).references();
        edit_body::receive(request, extent, references).await
    }

    /// Writes, and answers with the feature as it is then.
    async fn write(
        self,
        decide: impl Fn(&Write<'_>, u64) -> Result<Decided, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let (today, now) = (self.app.today()?, self.app.now()?);
        let (app, options) = (self.app.clone(), self.app.options().clone());
        app.run(Work::Reading, move |loaded| {
            let write = Write {
                loaded,
                headers: &self.headers,
                layer: self.layer,
                today,
                now,
            };
            let decided = write.run(|revision| decide(&write, revision))?;
            self.answer(loaded, &options, today, &decided)
        })
        .await
    }

    fn answer(
        &self,
        loaded: &Loaded,
        options: &Options,
        today: NaiveDate,
        decided: &Decided,
    ) -> Result<Response, Problem> {
        let base = answer::base(options, &self.uri, &self.headers);
        let address = base.feature(self.layer, &decided.id);
        // Read before the feature: the tag is never newer than what it is the tag of.
        let state = state(loaded, self.layer, &decided.id)?;
        let one = features::One {
            layer: self.layer,
            id: &decided.id,
            base: &base,
            format: Format::Json,
            reference: &self.reference,
            properties: &self.layer.usual(),
            today,
        };
        let Some(mut response) = one.answer(loaded.ogc(options))? else {
            // Taken away, or not yet anywhere on the map of collections.
            return Ok(StatusCode::NO_CONTENT.into_response());
        };
        let headers = response.headers_mut();
        if let Some(state) = state {
            let tag = condition::tag(&state, &loaded.store.revision()?.to_string());
            crate::api::caching::set(headers, &tag, "private, no-cache");
        }
        if decided.is_new {
            *response.status_mut() = StatusCode::CREATED;
            if let Ok(place) = HeaderValue::try_from(address) {
                response.headers_mut().insert(header::LOCATION, place);
            }
        }
        Ok(response)
    }
}

/// The refusal of a write where nothing can be written.
fn refusal(layer: Layer, is_item: bool) -> Option<Response> {
    if layer.is_editable() {
        return None;
    }
    let problem = Problem::new(
        Kind::MethodNotAllowed,
        format!(
            "The collection {} is computed; accounts and visits can be changed.",
            layer.id()
        ),
    );
    Some(allowing(problem.into_response(), layer, is_item))
}

fn allowing(mut response: Response, layer: Layer, is_item: bool) -> Response {
    let methods = match (layer.is_editable(), is_item) {
        (true, true) => "GET, HEAD, OPTIONS, PUT, PATCH, DELETE",
        (true, false) => "GET, HEAD, OPTIONS, POST",
        (false, _) => "GET, HEAD, OPTIONS",
    };
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}

fn options(collection: &str, is_item: bool) -> Result<Response, Problem> {
    let layer = parameters::layer(collection)?;
    let mut response = allowing(StatusCode::OK.into_response(), layer, is_item);
    if layer.is_editable() {
        let (name, kind) = if is_item {
            ("accept-patch", MERGE_PATCH)
        } else {
            ("accept-post", "application/geo+json")
        };
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(kind));
    }
    Ok(response)
}

/// What can be done with a collection.
pub async fn items_options(Path(collection): Path<String>) -> Result<Response, Problem> {
    options(&collection, false)
}

/// What can be done with a feature.
pub async fn item_options(
    Path((collection, _)): Path<(String, String)>,
) -> Result<Response, Problem> {
    options(&collection, true)
}

/// Makes a feature.
pub async fn create(
    State(app): State<App>,
    Path(collection): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let asked = Asked::new(app, &collection, uri, headers)?;
    if let Some(refused) = refusal(asked.layer, false) {
        return Ok(refused);
    }
    let sent = asked.receive(request, Extent::Whole).await?;
    asked
        .write(move |write, revision| write.create(&sent, revision))
        .await
}

/// Replaces a feature or changes a part of it, by the method.
pub async fn change(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    method: Method,
    request: Request,
) -> Result<Response, Problem> {
    let asked = Asked::new(app, &collection, uri, headers)?;
    if let Some(refused) = refusal(asked.layer, true) {
        return Ok(refused);
    }
    let id = read::id(Raw::Text(&id)).map_err(|refusal| edit_body::at("id", refusal))?;
    let extent = if method == Method::PUT {
        Extent::Whole
    } else {
        Extent::Part
    };
    let sent = asked.receive(request, extent).await?;
    if sent.id.as_ref().is_some_and(|given| *given != id) {
        let cure = "leave it out, or give the id of the address";
        return Err(Problem::field("id", "is not that of the address", cure));
    }
    asked.write(move |write, _| write.put(&id, &sent)).await
}

/// Removes a feature.
pub async fn remove(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::new(app, &collection, uri, headers)?;
    if let Some(refused) = refusal(asked.layer, true) {
        return Ok(refused);
    }
    asked.write(move |write, _| write.remove(&id)).await
}
