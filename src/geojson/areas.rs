//! Areas that somebody gives as GeoJSON: [`read`].

use geo::{Coord, LineString, Polygon};
use serde_json::Value;

/// The polygons of a `Polygon`, a `MultiPolygon`, a `Feature` or a `FeatureCollection` of those. Whether they make sense as
/// areas is for others to say; altitudes are dropped, rings closed.
///
/// # Errors
/// In words, when it is something else or its coordinates are no numbers.
pub fn read(value: &Value) -> Result<Vec<Polygon>, String> {
    let mut polygons = Vec::new();
    match kind(value) {
        "FeatureCollection" => {
            for feature in list(&value["features"])? {
                polygons.extend(geometry(&feature["geometry"])?);
            }
        }
        "Feature" => polygons.extend(geometry(&value["geometry"])?),
        _ => polygons.extend(geometry(value)?),
    }
    Ok(polygons)
}

fn kind(value: &Value) -> &str {
    value["type"].as_str().unwrap_or_default()
}

fn geometry(value: &Value) -> Result<Vec<Polygon>, String> {
    let coordinates = &value["coordinates"];
    match kind(value) {
        "Polygon" => Ok(vec![polygon(coordinates)?]),
        "MultiPolygon" => list(coordinates)?.iter().map(polygon).collect(),
        _ => Err("neither a GeoJSON Polygon nor a MultiPolygon".into()),
    }
}

fn polygon(coordinates: &Value) -> Result<Polygon, String> {
    let mut rings = list(coordinates)?.iter().map(ring);
    let outer = rings.next().ok_or("a polygon without a ring")??;
    Ok(Polygon::new(outer, rings.collect::<Result<_, _>>()?))
}

fn ring(positions: &Value) -> Result<LineString, String> {
    list(positions)?.iter().map(position).collect()
}

fn position(value: &Value) -> Result<Coord, String> {
    let number = |i: usize| value.get(i).and_then(Value::as_f64);
    let place = number(0).zip(number(1)).map(|(x, y)| Coord { x, y });
    place.ok_or_else(|| "a position that is not [longitude, latitude]".into())
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value
        .as_array()
        .ok_or_else(|| "something else where GeoJSON has a list".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn areas_come_alone_or_in_collections() {
        let square = json!([[[0, 0], [1, 0, 7], [1, 1], [0, 1], [0, 0]]]);
        let area = json!({"type": "Polygon", "coordinates": square});
        let several = json!({"type": "MultiPolygon", "coordinates": [square, square]});
        let feature = json!({"type": "Feature", "properties": {}, "geometry": area});
        let all = json!({"type": "FeatureCollection", "features": [feature,
            {"type": "Feature", "properties": null, "geometry": several}]});
        let count = |value: &Value| read(value).map(|polygons| polygons.len());
        assert_eq!(count(&area), Ok(1));
        assert_eq!(count(&several), Ok(2));
        assert_eq!(count(&feature), Ok(1));
        assert_eq!(count(&all), Ok(3));
        assert_eq!(read(&area).unwrap()[0].exterior().0.len(), 5);
    }

    #[test]
    fn anything_else_is_refused() {
        for value in [
            json!(null),
            json!(3),
            json!("Polygon"),
            json!({"type": "Point", "coordinates": [0, 0]}),
            json!({"type": "Polygon", "coordinates": []}),
            json!({"type": "Polygon", "coordinates": [[["a", 0]]]}),
            json!({"type": "Polygon", "coordinates": [[[0]]]}),
            json!({"type": "Polygon", "coordinates": [5]}),
            json!({"type": "Feature", "geometry": null}),
            json!({"type": "FeatureCollection", "features": {}}),
        ] {
            assert!(read(&value).is_err(), "{value}");
        }
    }
}
