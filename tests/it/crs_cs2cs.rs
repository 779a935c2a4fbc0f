//! Coordinates in other systems against those of PROJ's own program, in the order of the authority's axes.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rondo::crs::Crs;
use rondo::geometry::LonLat;
use rondo::ogc::References;

/// Systems with the box in which each is used: west, south, east, north.
const SYSTEMS: [(u32, [f64; 4]); 12] = [
    (32_633, [12.0, 30.0, 18.0, 60.0]),
    (32_756, [150.0, -40.0, 156.0, -20.0]),
    (25_832, [6.0, 47.0, 12.0, 60.0]),
    (27_700, [-5.5, 50.5, 1.0, 58.0]),
    (2154, [-1.0, 43.0, 7.0, 50.0]),
    (31_370, [3.0, 49.6, 6.0, 51.3]),
    (28_992, [4.0, 51.0, 7.0, 53.3]),
    (3857, [-170.0, -70.0, 170.0, 70.0]),
    (3035, [0.0, 40.0, 20.0, 60.0]),
    (2056, [6.2, 46.0, 10.2, 47.6]),
    (31_467, [7.6, 47.5, 10.4, 54.5]),
    (2180, [15.0, 49.5, 23.0, 54.5]),
];

/// What `cs2cs` makes of places in degrees.
fn cs2cs(code: u32, places: &[LonLat]) -> Vec<[f64; 2]> {
    let mut child = Command::new("cs2cs")
        .args(["-f", "%.7f", "EPSG:4326", &format!("EPSG:{code}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("PROJ's program cs2cs is the judge here: `scripts/setup test` installs it (Debian: proj-bin)");
    let mut input = child.stdin.take().unwrap();
    for at in places {
        // EPSG:4326 has latitude first, and so does the program.
        writeln!(input, "{:.9} {:.9}", at.lat, at.lon).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers = |line: &str| {
        let mut words = line.split_whitespace().map(|word| word.parse().unwrap());
        [words.next().unwrap(), words.next().unwrap()]
    };
    text.lines().map(numbers).collect()
}

#[test]
fn twelve_systems_agree_with_cs2cs_within_a_millimetre() {
    let systems = SYSTEMS.map(|(code, _)| Crs::epsg(code));
    let references = References::new(None, &systems);
    for (code, [west, south, east, north]) in SYSTEMS {
        let places: Vec<LonLat> = (0..=100)
            .map(|i| {
                // Steps that share no factor with 101 go all over the box.
                let share = |step: i32| f64::from(i * step % 101) / 100.0;
                let round = |degrees: f64| (degrees * 1e9).round() / 1e9;
                LonLat::new(
                    round(west + (east - west) * share(37)),
                    round(south + (north - south) * share(58)),
                )
            })
            .collect();
        let expected = cs2cs(code, &places);
        assert_eq!(expected.len(), places.len());
        let reference = references.find(&format!("EPSG:{code}")).unwrap();
        for (at, [a, b]) in places.iter().zip(expected) {
            let [x, y] = reference.place(*at).unwrap();
            let off = (x - a).hypot(y - b);
            assert!(
                off < 0.001,
                "EPSG:{code}: {at:?} is {x} {y}, cs2cs says {a} {b}"
            );
            // And back.
            let back = reference.locate([a, b]).unwrap();
            let off = (back.lon - at.lon).hypot(back.lat - at.lat);
            // Shifts of a datum are inverted to about a millimetre.
            assert!(off < 2e-8, "EPSG:{code}: {at:?} comes back as {back:?}");
        }
    }
}
