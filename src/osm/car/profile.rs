//! A vehicle as data: [`Profile`]. The three that are built in, and any that a TOML file describes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::osm::RoadClass;
use crate::units::Millis;

/// Whose tags and rules hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A motor car, or something driven like one.
    #[default]
    Car,
    /// On foot: both ways everywhere, paths and steps, no turn costs.
    Foot,
    /// By bicycle: cycleways and paths, against one-ways where signs say so.
    Bicycle,
}

/// A vehicle and how it is driven. What a profile does not say is as for its mode.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Name under which it is asked for; letters, digits, `-` and `_`.
    pub name: String,
    /// Whose tags and rules hold.
    pub mode: Mode,
    /// Speeds in km/h by value of `highway`: real ones on roads without a signed limit. 0 closes such roads.
    pub speeds: BTreeMap<String, f64>,
    /// Highest speeds in km/h by value of `surface`.
    pub surfaces: BTreeMap<String, f64>,
    /// Highest speeds in km/h on service roads by value of `service`.
    pub services: BTreeMap<String, f64>,
    /// Cost per time by value of `highway`, 1 to 100: above 1 is disliked.
    pub reluctance: BTreeMap<String, f64>,
    /// Seconds at barriers by value of `barrier`. Those named let the vehicle through.
    pub barriers: BTreeMap<String, f64>,
    /// Seconds at lights and signs by value of `highway`: `traffic_signals`, `stop`, `give_way`, `crossing` (with lights).
    pub signs: BTreeMap<String, f64>,
    /// Whether `access` alone decides who may use paths, tracks and ways that are no roads: where it says yes they are open,
    /// where it says private, destination or the like they are closed. Otherwise only a tag that names vehicles opens a
    /// path, and people who live there may use it.
    pub paths_by_access: bool,
    /// Whether numbers of roads get the direction of their route, where relations say it: `I 80 $west`.
    pub cardinal_directions: bool,
    /// Crossings.
    pub crossings: Crossings,
    /// Never faster than this, km/h.
    pub top_speed: Option<f64>,
    /// Share of a signed limit that is driven on average.
    pub limit_factor: Option<f64>,
    /// All speeds without a signed limit times this.
    pub speed_factor: Option<f64>,
    /// What turning takes.
    pub turns: Turning,
    /// What has to fit under, through and on.
    pub vehicle: Vehicle,
}

/// What turning takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Turning {
    /// What the sharpest turn approaches, in seconds.
    pub sharpest_s: Option<f64>,
    /// What turning back takes on top, in seconds.
    pub turning_back_s: Option<f64>,
    /// How much dearer turns across oncoming traffic are than those to the near side: a factor.
    pub side_bias: Option<f64>,
}

/// What crossings take where the map does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Crossings {
    /// Speed of ferries in km/h.
    pub ferry_kmh: Option<f64>,
    /// Speed of trains that carry vehicles in km/h.
    pub train_kmh: Option<f64>,
    /// Wait before driving aboard, in seconds.
    pub boarding_s: Option<f64>,
}

/// Sizes of a vehicle, held against `maxheight`, `maxwidth`, `maxlength`, `maxweight` and `maxaxleload`. What is not given
/// fits everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vehicle {
    /// Metres.
    pub height_m: Option<f64>,
    /// Metres.
    pub width_m: Option<f64>,
    /// Metres.
    pub length_m: Option<f64>,
    /// Tonnes.
    pub weight_t: Option<f64>,
    /// Tonnes.
    pub axle_load_t: Option<f64>,
}

/// Why a profile is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// It is not TOML, or names something that no profile has.
    #[error("{0}")]
    Unreadable(String),
    /// No built-in profile has this name.
    #[error("there is no profile {0:?}: car, foot, bicycle, or a file")]
    Unknown(String),
    /// A value makes no sense.
    #[error("{field}: {problem}")]
    Senseless {
        /// Where.
        field: String,
        /// What is wrong.
        problem: String,
    },
}

impl Profile {
    /// The built-in profile of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn built_in(name: &str) -> Result<Self, ProfileError> {
        let mode = match name {
            "car" => Mode::Car,
            "foot" => Mode::Foot,
            "bicycle" => Mode::Bicycle,
            _ => return Err(ProfileError::Unknown(name.to_owned())),
        };
        Ok(Self {
            name: name.to_owned(),
            mode,
            ..Self::default()
        })
    }

    /// The ordinary car.
    #[must_use]
    pub fn car() -> Self {
        Self {
            name: "car".into(),
            ..Self::default()
        }
    }

    /// Reads a TOML file.
    ///
    /// # Errors
    /// When it is not TOML or says something that makes no sense.
    pub fn parse(toml: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(toml)
            .map_err(|error| ProfileError::Unreadable(error.to_string().trim().to_owned()))?;
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), ProfileError> {
        let senseless = |field: &str, problem: &str| ProfileError::Senseless {
            field: field.to_owned(),
            problem: problem.to_owned(),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(plain) {
            let problem = "1 to 40 letters, digits, - and _";
            return Err(senseless("name", problem));
        }
        let optional = |field: &str, value: Option<f64>| (field.to_owned(), value);
        let listed = |list: &str, values: &BTreeMap<String, f64>| {
            let field = |(key, value): (&String, &f64)| (format!("{list}.{key}"), Some(*value));
            values.iter().map(field).collect::<Vec<_>>()
        };
        let within = |values: Vec<(String, Option<f64>)>, least: f64, most: f64| {
            let wrong = values
                .into_iter()
                .find(|(_, value)| value.is_some_and(|v| !(least..=most).contains(&v)));
            wrong.map_or(Ok(()), |(field, _)| {
                Err(senseless(
                    &field,
                    &format!("a number from {least} to {most}"),
                ))
            })
        };
        let size = &self.vehicle;
        within(listed("speeds", &self.speeds), 0.0, 200.0)?;
        within(listed("surfaces", &self.surfaces), 1.0, 200.0)?;
        within(listed("services", &self.services), 1.0, 200.0)?;
        within(listed("barriers", &self.barriers), 0.0, 3_600.0)?;
        within(listed("signs", &self.signs), 0.0, 3_600.0)?;
        within(listed("reluctance", &self.reluctance), 1.0, 100.0)?;
        within(vec![optional("top_speed", self.top_speed)], 1.0, 200.0)?;
        let factors = vec![
            optional("limit_factor", self.limit_factor),
            optional("speed_factor", self.speed_factor),
        ];
        within(factors, 0.1, 2.0)?;
        let turns = vec![
            optional("turns.sharpest_s", self.turns.sharpest_s),
            optional("turns.turning_back_s", self.turns.turning_back_s),
        ];
        within(turns, 0.0, 600.0)?;
        let bias = optional("turns.side_bias", self.turns.side_bias);
        within(vec![bias], 0.5, 2.0)?;
        let crossings = vec![
            optional("crossings.ferry_kmh", self.crossings.ferry_kmh),
            optional("crossings.train_kmh", self.crossings.train_kmh),
        ];
        within(crossings, 1.0, 200.0)?;
        let boarding = optional("crossings.boarding_s", self.crossings.boarding_s);
        within(vec![boarding], 0.0, 86_400.0)?;
        let sizes = vec![
            optional("vehicle.height_m", size.height_m),
            optional("vehicle.width_m", size.width_m),
            optional("vehicle.length_m", size.length_m),
            optional("vehicle.weight_t", size.weight_t),
            optional("vehicle.axle_load_t", size.axle_load_t),
        ];
        within(sizes, 0.0, 1_000.0)
    }

    /// Real speed on a road without a signed limit, km/h; `None` when the profile closes such roads.
    pub(super) fn habit(&self, highway: &str, class: RoadClass) -> Option<f64> {
        let usual = match self.mode {
            Mode::Car => car_speed(class),
            Mode::Foot => foot_speed(highway),
            Mode::Bicycle => bicycle_speed(highway),
        };
        let said = self.speeds.get(highway).copied().unwrap_or(usual);
        (said > 0.0).then(|| said * self.speed_factor.unwrap_or(1.0))
    }

    /// Highest speed on a surface, km/h.
    pub(super) fn surface_cap(&self, surface: &str) -> Option<f64> {
        let usual = match self.mode {
            Mode::Car => car_surface_cap(surface),
            Mode::Foot => None,
            Mode::Bicycle => bicycle_surface_cap(surface),
        };
        self.surfaces.get(surface).copied().or(usual)
    }

    /// Highest speed on a kind of service road, km/h.
    pub(super) fn service_cap(&self, service: Option<&str>) -> f64 {
        let said = service.and_then(|service| self.services.get(service));
        said.copied().unwrap_or(match service {
            Some("parking_aisle" | "drive-through" | "drive-thru" | "drive_through") => 10.0,
            Some("driveway" | "alley" | "parking") => 12.0,
            _ => 40.0,
        })
    }

    /// What a barrier takes that lets the vehicle through.
    pub(super) fn barrier(&self, kind: &str) -> Option<Millis> {
        self.barriers.get(kind).map(|seconds| millis(*seconds))
    }

    /// What a sign or a light takes, `usual` where the profile does not say.
    pub(super) fn sign(&self, kind: &str, usual: Millis) -> Millis {
        self.signs
            .get(kind)
            .map_or(usual, |seconds| millis(*seconds))
    }
}

fn millis(seconds: f64) -> Millis {
    Millis((seconds * 1_000.0).round() as i64)
}

const fn car_speed(class: RoadClass) -> f64 {
    match class {
        RoadClass::Motorway => 95.0,
        RoadClass::Trunk => 80.0,
        RoadClass::Primary => 63.0,
        RoadClass::Secondary => 54.0,
        RoadClass::MotorwayLink => 45.0,
        RoadClass::TrunkLink | RoadClass::Tertiary => 40.0,
        RoadClass::PrimaryLink => 30.0,
        RoadClass::SecondaryLink | RoadClass::Residential | RoadClass::Unclassified => 25.0,
        RoadClass::TertiaryLink | RoadClass::Other => 20.0,
        RoadClass::Track => 12.0,
        RoadClass::LivingStreet => 10.0,
        // Crossings have times of their own; this is never asked for them.
        RoadClass::Service | RoadClass::Ferry | RoadClass::ShuttleTrain => 15.0,
    }
}

fn foot_speed(highway: &str) -> f64 {
    match highway {
        "steps" => 3.0,
        "track" | "bridleway" => 4.5,
        _ => 5.0,
    }
}

fn bicycle_speed(highway: &str) -> f64 {
    match highway {
        "cycleway" => 17.0,
        "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link"
        | "tertiary" | "tertiary_link" | "unclassified" | "residential" | "road" => 16.0,
        "service" | "living_street" => 13.0,
        "track" | "path" => 12.0,
        "footway" | "pedestrian" | "bridleway" => 7.0,
        "steps" => 2.0,
        _ => 12.0,
    }
}

fn car_surface_cap(surface: &str) -> Option<f64> {
    Some(match surface {
        "cement" | "compacted" | "fine_gravel" | "concrete:plates" => 80.0,
        "paving_stones" | "metal" | "bricks" | "concrete:lanes" => 60.0,
        "gravel" | "unpaved" | "ground" | "dirt" | "grass" | "wood" | "sett" | "grass_paver"
        | "pebblestone" | "tartan" => 40.0,
        "cobblestone" | "unhewn_cobblestone" | "clay" => 30.0,
        "snow" => 30.0,
        "earth" | "stone" | "rocky" | "rock" | "sand" | "ice" => 20.0,
        "laterite" => 15.0,
        "mud" => 10.0,
        _ => return None,
    })
}

fn bicycle_surface_cap(surface: &str) -> Option<f64> {
    Some(match surface {
        "sett" | "gravel" | "unpaved" | "pebblestone" => 11.0,
        "cobblestone" | "ground" | "dirt" | "earth" | "grass" | "grass_paver" => 9.0,
        "unhewn_cobblestone" | "stone" | "rock" | "rocky" => 6.0,
        "sand" | "mud" => 4.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_differs_from_its_mode() {
        let van = Profile::parse(
            "name = 'van'\ntop_speed = 90\n[speeds]\ntrack = 0\nservice = 20\n\
             [surfaces]\ngravel = 15\n[turns]\nsharpest_s = 9\n[vehicle]\nheight_m = 3.2",
        )
        .unwrap();
        assert_eq!((van.mode, van.top_speed), (Mode::Car, Some(90.0)));
        assert_eq!(van.habit("track", RoadClass::Track), None);
        assert_eq!(van.habit("service", RoadClass::Service), Some(20.0));
        assert_eq!(van.habit("motorway", RoadClass::Motorway), Some(95.0));
        assert_eq!(van.surface_cap("gravel"), Some(15.0));
        assert_eq!(van.surface_cap("mud"), Some(10.0));
        let walker = Profile::parse("name = 'w'\nmode = 'foot'\nspeed_factor = 0.8").unwrap();
        assert_eq!(walker.habit("path", RoadClass::Other), Some(4.0));
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        for (toml, field) in [
            ("mode = 'car'", "name"),
            ("name = 'a b'", "name"),
            ("name = 'x'\ntop_speed = nan", "top_speed"),
            ("name = 'x'\n[speeds]\ntrack = -1", "speeds.track"),
            ("name = 'x'\n[reluctance]\ntrack = 0.5", "reluctance.track"),
            ("name = 'x'\n[vehicle]\nheight_m = inf", "vehicle.height_m"),
            ("name = 'x'\n[turns]\nsharpest_s = 1e9", "turns.sharpest_s"),
            ("name = 'x'\n[turns]\nside_bias = 0", "turns.side_bias"),
        ] {
            match Profile::parse(toml) {
                Err(ProfileError::Senseless { field: found, .. }) => assert_eq!(found, field),
                other => panic!("{toml}: {other:?}"),
            }
        }
        for toml in ["name = ", "name = 'x'\nspeed = 3", "mode = 'tram'", "\0"] {
            let refused = Profile::parse(toml);
            assert!(
                matches!(refused, Err(ProfileError::Unreadable(_))),
                "{toml}"
            );
        }
    }

    #[test]
    fn three_are_built_in() {
        for name in ["car", "foot", "bicycle"] {
            let profile = Profile::built_in(name).unwrap();
            assert_eq!((profile.name.as_str(), profile.check()), (name, Ok(())));
        }
        assert!(Profile::built_in("tram").is_err());
    }
}
