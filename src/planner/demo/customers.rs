//! The accounts of the demo: real businesses of the extract, with commercial fields that are invented.

use geo::Distance as _;

use crate::accounts::names::plain;
use crate::accounts::{Account, AccountId, AccountKind, Address, Location, LocationQuality, Rep};
use crate::geometry::{LonLat, distance};
use crate::osm::{Place, PlaceKind};
use crate::units::Metres;

use crate::planner::random::Random;

/// Kinds of business that the invented wholesaler serves.
const TRADES: &[&str] = &[
    "amenity=bar",
    "amenity=cafe",
    "amenity=clinic",
    "amenity=dentist",
    "amenity=doctors",
    "amenity=fast_food",
    "amenity=ice_cream",
    "amenity=pharmacy",
    "amenity=pub",
    "amenity=restaurant",
    "amenity=veterinary",
    "tourism=guest_house",
    "tourism=hostel",
    "tourism=hotel",
];

/// Shops of every kind but these.
const NO_SHOPS: &[&str] = &[
    "shop=vacant",
    "shop=mall",
    "shop=yes",
    "shop=ticket",
    "shop=lottery",
];

/// Most accounts of one rep.
const LARGEST_TERRITORY: usize = 135;

/// Chooses about `count` businesses and makes accounts of them, by OSM id.
pub(super) fn accounts(
    places: &[Place],
    reps: &[Rep],
    count: usize,
    random: &mut Random,
) -> Vec<Account> {
    let mut chosen = businesses(places, count, random);
    chosen.sort_by(|a, b| a.osm_id.cmp(&b.osm_id));
    let owners = territories(&chosen, reps);
    chosen
        .into_iter()
        .zip(owners)
        .zip(1..)
        .map(|((place, owner), n)| account(place, owner.map(|i| &reps[i]), n, random))
        .collect()
}

/// How many businesses of an extract the wholesaler serves.
pub(super) fn count(places: &[Place]) -> usize {
    served(places).count()
}

/// Named businesses of the trades.
fn served(places: &[Place]) -> impl Iterator<Item = &Place> {
    places
        .iter()
        .filter(|p| p.kind == PlaceKind::Business && p.name.is_some())
        .filter(|p| {
            TRADES.contains(&p.tag.as_str())
                || (p.tag.starts_with("shop=") && !NO_SHOPS.contains(&p.tag.as_str()))
        })
}

/// The businesses served, those with opening hours and addresses preferred, no two of one name side by side.
fn businesses<'p>(places: &'p [Place], count: usize, random: &mut Random) -> Vec<&'p Place> {
    let mut candidates: Vec<(u64, &Place)> = served(places)
        .map(|p| {
            let known = u64::from(p.opening_hours.is_some()) * 60
                + u64::from(p.street.is_some()) * 25
                + u64::from(p.phone.is_some()) * 10;
            (random.below(100) + known, p)
        })
        .collect();
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.osm_id.cmp(&b.1.osm_id)));
    let mut chosen: Vec<&Place> = Vec::new();
    for (_, place) in candidates {
        let name = |p: &Place| plain(p.name.as_deref().unwrap_or_default());
        let twin = chosen
            .iter()
            .any(|c| name(c) == name(place) && distance(c.at, place.at) < Metres(200.0));
        if !twin && chosen.len() < count {
            chosen.push(place);
        }
    }
    chosen
}

/// The rep of each business: the nearest home as the crow flies, on the same island, while the territory has room.
fn territories(chosen: &[&Place], reps: &[Rep]) -> Vec<Option<usize>> {
    let mut wishes: Vec<(f64, usize, usize)> = Vec::new();
    for (i, place) in chosen.iter().enumerate() {
        for (rep, owner) in reps.iter().enumerate() {
            if on_gozo(place.at) == on_gozo(owner.home) {
                // On a sphere, as the committed files were made: near enough to divide a country among reps.
                let apart = geo::Haversine.distance(place.at.into(), owner.home.into());
                wishes.push((apart, i, rep));
            }
        }
    }
    wishes.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut owners = vec![None; chosen.len()];
    let mut sizes = vec![0; reps.len()];
    for (_, i, rep) in wishes {
        if owners[i].is_none() && sizes[rep] < LARGEST_TERRITORY {
            owners[i] = Some(rep);
            sizes[rep] += 1;
        }
    }
    owners
}

/// Gozo and Comino lie north-west of this line.
fn on_gozo(p: LonLat) -> bool {
    p.lat > 36.0 && p.lon < 14.36
}

fn account(place: &Place, rep: Option<&Rep>, n: usize, random: &mut Random) -> Account {
    let class = match random.below(100) {
        0..20 => "A",
        20..58 => "B",
        58..97 => "C",
        _ => "",
    };
    let value = match class {
        "A" => random.between(80, 400) * 100,
        "B" => random.between(40, 180) * 50,
        _ => random.between(4, 60) * 50,
    };
    let kind = match random.below(100) {
        0..8 => AccountKind::Prospect,
        8..11 => AccountKind::Vip,
        _ => AccountKind::Customer,
    };
    let minutes: &[u32] = match class {
        "A" => &[30, 40, 45, 60],
        "B" => &[20, 30, 30, 40],
        _ => &[15, 20, 20, 30],
    };
    let stages = ["contact", "qualification", "demo", "proposal"];
    let own_cadence = random
        .chance(10)
        .then(|| *random.pick(&[7_u32, 10, 21, 42]));
    Account {
        id: AccountId(format!("M{n:04}")),
        name: place.name.clone().unwrap_or_default(),
        kind,
        location: Some(Location {
            at: place.at.to_e7().to_lon_lat(),
            quality: LocationQuality::Given,
        }),
        address: Address {
            street: place.street.clone(),
            housenumber: place.housenumber.clone(),
            postcode: place.postcode.clone(),
            city: place.city.clone(),
        },
        class: (!class.is_empty()).then(|| class.to_owned()),
        value: value as f64,
        cadence_days: own_cadence,
        visit_min: Some(*random.pick(minutes)),
        opening_hours: place.opening_hours.clone(),
        rep: rep.filter(|_| !random.chance(3)).map(|r| r.id.clone()),
        stage: (kind == AccountKind::Prospect).then(|| (*random.pick(&stages)).to_owned()),
        phone: place.phone.clone(),
        tags: vec![place.tag.clone()],
        ..Account::default()
    }
}

/// Takes the coordinates of a few accounts away, as in every real list: half of them can be found by their address.
pub(super) fn forget_places(accounts: &mut [Account], random: &mut Random) {
    let with_street: Vec<usize> = (0..accounts.len())
        .filter(|i| accounts[*i].address.street.is_some() && accounts[*i].address.city.is_some())
        .collect();
    let without: Vec<usize> = (0..accounts.len())
        .filter(|i| accounts[*i].address.street.is_none())
        .collect();
    for list in [with_street, without] {
        for _ in 0..5.min(list.len()) {
            accounts[*random.pick(&list)].location = None;
        }
    }
}
