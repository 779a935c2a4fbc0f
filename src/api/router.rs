//! All routes and the layers around them.

use axum::Router;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state, map_request};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::openapi::Document;
use super::state::App;
use super::{
    accounts, appointments, caching, coordinates, coverage, cross_origin, encodings, explain,
    guard, handover, health, import_file, imports, jobs, limits, login, meta, observe, ogc,
    openapi, osrm, page, plans, problem_page, proposals, quality, reach, reps, roads, tiles,
    visits, vroom,
};

/// Every documented route.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(openapi::document))
        .routes(routes!(problem_page::class))
        .routes(routes!(meta::meta))
        .routes(routes!(reps::list))
        .routes(routes!(accounts::list))
        .routes(routes!(import_file::import))
        .routes(routes!(import_file::import_areas))
        .routes(routes!(import_file::remove_area))
        .routes(routes!(accounts::one, accounts::patch))
        .routes(routes!(imports::list))
        .routes(routes!(imports::one))
        .routes(routes!(visits::list, visits::record))
        .routes(routes!(visits::outcome))
        .routes(routes!(appointments::list, appointments::make))
        .routes(routes!(appointments::cancel))
        .routes(routes!(plans::list))
        .routes(routes!(plans::get, plans::make))
        .routes(routes!(proposals::replan))
        .routes(routes!(proposals::edit_day))
        .routes(routes!(proposals::accept))
        .routes(routes!(proposals::undo))
        .routes(routes!(proposals::compare))
        .routes(routes!(explain::explain))
        .routes(routes!(explain::slots))
        .routes(routes!(jobs::start, jobs::list))
        .routes(routes!(jobs::one, jobs::cancel))
        .routes(routes!(jobs::events))
        .routes(routes!(handover::file))
        .routes(routes!(handover::links))
        .routes(routes!(coverage::table))
        .routes(routes!(coverage::accounts))
        .routes(routes!(coverage::cell_map))
        .routes(routes!(roads::nearby))
        .routes(routes!(reach::isochrones, reach::isochrones_of_many))
        .routes(routes!(roads::route, roads::route_round))
        .routes(routes!(vroom::vroom))
        .routes(routes!(coordinates::coordinates))
        .routes(routes!(tiles::tile))
        .routes(routes!(quality::quality))
}

/// The document of the whole interface.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    documented().into_openapi()
}

/// The whole server as a service.
pub fn router(app: App) -> Router {
    let (api, _) = documented().split_for_parts();
    let mut router = api
        .merge(ogc::routes())
        .route("/", get(page::index))
        .route("/login", post(login::submit))
        .route("/{*path}", get(page::asset))
        .layer(RequestBodyTimeoutLayer::new(app.options().body_idle))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            app.options().answer_within,
        ))
        .layer(from_fn_with_state(app.clone(), limits::in_flight));
    if app.options().cors {
        router = router.layer(from_fn(cross_origin::readers));
    }
    router
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(CatchPanicLayer::custom(limits::panicked))
        .layer(from_fn(encodings::acceptable))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .layer(
            CompressionLayer::new().compress_when(
                SizeAbove::new(512)
                    .and(NotForContentType::IMAGES)
                    .and(NotForContentType::SSE)
                    .and(NotForContentType::const_new("font/"))
                    .and(
                        |_: StatusCode, _: Version, _: &HeaderMap, beside: &Extensions| {
                            beside.get::<caching::Exact>().is_none()
                        },
                    ),
            ),
        )
        .layer(map_request(encodings::named))
        .merge(osrm::routes())
        .with_state(app)
}
