//! From a leg to its steps: where something has to be said, and what is passed in between.

use super::bearing;
use super::course::{Course, Part};
use super::exclude::classes;
use super::junction::{Junction, Sights};
use super::manoeuvre::{Kind, Modifier, manoeuvre};
use crate::network::{EdgeId, Network};

/// A name is worth telling from this length on, in metres.
const SHORT_M: f64 = 105.0;
/// Where one turns onto a bit of road no longer than this, in metres, and then straight on under another name, that name is
/// what one turns into.
const BIT_M: f64 = 45.0;

/// A stretch of road from one manoeuvre to the next.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done at its beginning.
    pub kind: Kind,
    /// In which direction.
    pub modifier: Option<Modifier>,
    /// Which exit of a roundabout is taken.
    pub exit: Option<u32>,
    /// Directions of travel before and after, whole degrees.
    pub before: u16,
    pub after: u16,
    /// Its first and last point in the course.
    pub first: usize,
    pub last: usize,
    /// The road that it begins on; for one that enters a roundabout the road that it leads to.
    pub edge: EdgeId,
    /// Milliseconds, with the turns passed and the one that ends it.
    pub time_ms: i64,
    pub cost_ms: u64,
    pub length_m: f64,
    /// Its share of [`Steps::crossings`].
    pub crossings: std::ops::Range<usize>,
}

impl Step {
    /// Takes in the step after it.
    fn goes_on(&mut self, next: &Self) {
        self.last = next.last;
        self.time_ms += next.time_ms;
        self.cost_ms += next.cost_ms;
        self.length_m += next.length_m;
        self.crossings.end = next.crossings.end;
    }
}

/// A junction on the way, as answers list them.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// Where, as a point of the course.
    pub point: usize,
    /// Its share of [`Steps::roads`].
    pub roads: std::ops::Range<usize>,
    /// Which of them the route comes in by and goes out by.
    pub came: Option<usize>,
    pub goes: Option<usize>,
    /// The road that is gone on along.
    pub edge: EdgeId,
}

/// The steps of a leg.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub steps: Vec<Step>,
    pub crossings: Vec<Crossing>,
    /// Direction and whether it may be entered, of all roads of all crossings.
    pub roads: Vec<(u16, bool)>,
}

impl Steps {
    /// Reads the steps off a leg: first depart, last arrive.
    pub fn new(network: &Network, sights: &Sights, course: &Course) -> Self {
        let mut steps = Self::default();
        let mut junction = Junction::default();
        steps.depart(network, course);
        for two in course.parts.windows(2) {
            let (from, to) = (&two[0], &two[1]);
            if from.edge == to.edge {
                // A waypoint that is only passed, along the road.
                steps.on(to);
            } else if network.node(network.edge(to.edge).from).at.to_e7() != course.points[to.first]
            {
                steps.turn_back(course, from, to);
            } else {
                junction.look(network, sights, from.arc, to.edge);
                steps.junction(network, &junction, from, to);
            }
        }
        steps.arrive(network, course);
        steps.name_turns_by_where_they_lead();
        steps.leave_out_short_names();
        steps
    }

    /// A turn into a bit of road tells the name that comes after it.
    fn name_turns_by_where_they_lead(&mut self) {
        let mut i = 1;
        while i + 1 < self.steps.len() {
            let (step, next) = (&self.steps[i], &self.steps[i + 1]);
            let bit = matches!(step.kind, Kind::Turn | Kind::EndOfRoad)
                && step.length_m < BIT_M
                && (next.kind, next.modifier) == (Kind::NewName, Some(Modifier::Straight));
            if bit {
                let next = self.steps.remove(i + 1);
                self.steps[i].edge = next.edge;
                self.steps[i].goes_on(&next);
            }
            i += 1;
        }
    }

    /// A name that one drives under for a moment only, and from which no turn leads on, goes without saying: the step
    /// before goes on instead. Turning back is no turn that leads on, and tells the name itself.
    fn leave_out_short_names(&mut self) {
        let mut i = 1;
        while i + 1 < self.steps.len() {
            let (step, next) = (&self.steps[i], &self.steps[i + 1]);
            let passing = step.kind == Kind::NewName
                && step.length_m < SHORT_M
                && (matches!(next.kind, Kind::NewName | Kind::Arrive)
                    || (next.kind, next.modifier) == (Kind::Continue, Some(Modifier::UTurn)));
            if !passing {
                i += 1;
                continue;
            }
            let step = self.steps.remove(i);
            self.steps[i - 1].goes_on(&step);
        }
    }

    fn depart(&mut self, network: &Network, course: &Course) {
        let part = &course.parts[0];
        let after = bearing::whole(course.bearing_at_start(network));
        self.roads.push((after, true));
        self.crossings.push(Crossing {
            point: 0,
            roads: 0..1,
            came: None,
            goes: Some(0),
            edge: part.edge,
        });
        self.begin(Kind::Depart, None, 0, after, part);
        self.on(part);
        if let Some(step) = self.steps.last_mut() {
            step.time_ms += part.turn_ms;
            step.cost_ms += part.turn_ms.unsigned_abs();
        }
    }

    fn arrive(&mut self, network: &Network, course: &Course) {
        let part = &course.parts[course.parts.len() - 1];
        let before = bearing::whole(course.bearing_at_end(network));
        let point = course.points.len() - 1;
        let roads = self.roads.len();
        self.roads
            .push((bearing::whole(bearing::opposite(f64::from(before))), true));
        self.crossings.push(Crossing {
            point,
            roads: roads..roads + 1,
            came: Some(0),
            goes: None,
            edge: part.edge,
        });
        self.begin(Kind::Arrive, None, before, 0, part);
        if let Some(step) = self.steps.last_mut() {
            (step.first, step.last) = (point, point);
        }
    }

    /// Turns back along a road, at a waypoint that is only passed.
    fn turn_back(&mut self, course: &Course, from: &Part, to: &Part) {
        let after = bearing::along(course.points[to.first], course.points[to.first + 1]);
        let before = bearing::along(course.points[from.last - 1], course.points[from.last]);
        let first = self.roads.len();
        let mut roads = [bearing::whole(after), bearing::whole(before)];
        roads.sort_unstable();
        self.roads.extend(roads.map(|road| (road, true)));
        let place = roads.iter().position(|road| *road == bearing::whole(after));
        self.crossings.push(Crossing {
            point: to.first,
            roads: first..self.roads.len(),
            came: place,
            goes: place,
            edge: to.edge,
        });
        let (before, after) = (bearing::whole(before), bearing::whole(after));
        self.begin(Kind::Continue, Some(Modifier::UTurn), before, after, to);
        self.on(to);
    }

    /// Passes the junction between two edges, with a new step if there is something to say.
    fn junction(&mut self, network: &Network, junction: &Junction, from: &Part, to: &Part) {
        let first = self.roads.len();
        self.roads
            .extend(junction.roads.iter().map(|road| (road.bearing, road.entry)));
        // A node where a road is merely cut in two shows in no answer.
        let (before, after) = (network.edge(from.edge), network.edge(to.edge));
        let bend = junction.roads.len() == 2
            && junction.came != junction.goes
            && classes(before).eq(classes(after));
        let said = manoeuvre(network, junction, before, after);
        if let Some(step) = self.steps.last_mut() {
            step.time_ms += to.turn_ms;
            step.cost_ms += to.turn_ms.unsigned_abs();
        }
        if bend && said.is_none() {
            self.roads.truncate(first);
        } else {
            self.crossings.push(Crossing {
                point: to.first,
                roads: first..self.roads.len(),
                came: Some(junction.came),
                goes: Some(junction.goes),
                edge: to.edge,
            });
        }
        self.count_exits(junction, after.roundabout());
        if let Some((kind, modifier)) = said {
            let came = junction.roads[junction.came].exact;
            let before = bearing::whole(bearing::opposite(came));
            let after = junction.roads[junction.goes].bearing;
            self.begin(kind, Some(modifier), before, after, to);
            self.leave_roundabout();
        } else if let Some(step) = self.steps.last_mut() {
            step.crossings.end = self.crossings.len();
        }
        self.on(to);
    }

    /// Opens a step at the crossing that was passed last, and takes that crossing from the step before.
    fn begin(
        &mut self,
        kind: Kind,
        modifier: Option<Modifier>,
        before: u16,
        after: u16,
        at: &Part,
    ) {
        let crossing = self.crossings.len() - 1;
        if let Some(last) = self.steps.last_mut() {
            last.crossings.end = crossing;
        }
        self.steps.push(Step {
            kind,
            modifier,
            exit: None,
            before,
            after,
            first: at.first,
            last: at.first,
            edge: at.edge,
            time_ms: 0,
            cost_ms: 0,
            length_m: 0.0,
            crossings: crossing..crossing + 1,
        });
    }

    /// Drives along an edge.
    fn on(&mut self, part: &Part) {
        if let Some(step) = self.steps.last_mut() {
            step.last = part.last;
            step.time_ms += part.time_ms;
            step.cost_ms += part.cost_ms;
            step.length_m += part.length_m;
        }
    }

    /// Within a roundabout, counts the roads that lead out; the one taken is the last of them.
    fn count_exits(&mut self, junction: &Junction, stays: bool) {
        let Some(step) = self.steps.last_mut() else {
            return;
        };
        if step.kind != Kind::Roundabout {
            return;
        }
        let ways_out = junction.others().count() as u32;
        let taken = u32::from(!stays);
        let passed = if stays { ways_out } else { 0 };
        *step.exit.get_or_insert(0) += passed + taken;
    }

    /// The step that leaves a roundabout tells the exit again; the one that enters it tells the road that one leaves by, so
    /// that it can be said in one sentence.
    fn leave_roundabout(&mut self) {
        if let [.., entered, left] = &mut self.steps[..]
            && left.kind == Kind::ExitRoundabout
        {
            left.exit = entered.exit;
            entered.edge = left.edge;
        }
    }
}
