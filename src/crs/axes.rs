//! In which order and unit an authority counts its axes. The `proj` crate always hands out east before north, so this
//! asks PROJ itself.

use std::ffi::{CStr, CString};
use std::ptr;

/// Which axis the authority names first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisOrder {
    /// East (longitude, easting), then north: as in GeoJSON.
    EastNorth,
    /// North (latitude, northing), then east: as in EPSG:4326.
    NorthEast,
}

/// The axes of a reference system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axes {
    /// Which comes first.
    pub order: AxisOrder,
    /// Degrees rather than a length.
    pub degrees: bool,
}

/// One axis as PROJ describes it.
struct Axis {
    name: String,
    direction: String,
    /// Radians or metres in one unit.
    unit: f64,
    unit_name: String,
}

/// The axes of EPSG `code`; `None` when PROJ knows no such system or it is not a plane one.
#[expect(
    unsafe_code,
    reason = "the proj crate has no call for axes; PROJ's C functions are given a context of their own, every object \
              that they return is checked for null and freed once"
)]
pub(super) fn look_up(code: u32) -> Option<Axes> {
    let name = CString::new(format!("EPSG:{code}")).ok()?;
    // SAFETY: the context lives until the end of the block, `name` outlives the call, and null is checked before use.
    let [first, second] = unsafe {
        let context = proj_sys::proj_context_create();
        if context.is_null() {
            return None;
        }
        // PROJ would print on stderr when the code is not known.
        proj_sys::proj_log_level(context, proj_sys::PJ_LOG_LEVEL_PJ_LOG_NONE);
        let crs = proj_sys::proj_create(context, name.as_ptr());
        let mut plane = crs;
        if !crs.is_null() && proj_sys::proj_get_type(crs) == proj_sys::PJ_TYPE_PJ_TYPE_COMPOUND_CRS
        {
            plane = proj_sys::proj_crs_get_sub_crs(context, crs, 0);
        }
        let system = if plane.is_null() {
            ptr::null_mut()
        } else {
            proj_sys::proj_crs_get_coordinate_system(context, plane)
        };
        let axes = [0, 1].map(|index| axis(context, system, index));
        proj_sys::proj_destroy(system);
        if plane != crs {
            proj_sys::proj_destroy(plane);
        }
        proj_sys::proj_destroy(crs);
        proj_sys::proj_context_destroy(context);
        axes
    };
    let (first, second) = (first?, second?);
    if first.direction.starts_with("geocentric") {
        return None;
    }
    let degrees = first.unit_name.contains("degree") && first.unit < 1.0;
    let order = if north_first(&first, &second) {
        AxisOrder::NorthEast
    } else {
        AxisOrder::EastNorth
    };
    Some(Axes { order, degrees })
}

/// Whether PROJ swaps these axes when it is asked for east before north; the polar systems name their axes where the
/// directions say nothing.
fn north_first(first: &Axis, second: &Axis) -> bool {
    let pole = |d: &str| d == "north" || d == "south";
    match (first.direction.as_str(), second.direction.as_str()) {
        ("north", "east") => true,
        (a, b) if a == b && pole(a) => first.name.to_ascii_lowercase().starts_with("northing"),
        _ => false,
    }
}

/// Axis `index` of a coordinate system that may be null.
///
/// # Safety
/// `context` and `system` are null or alive.
#[expect(unsafe_code, reason = "see look_up")]
unsafe fn axis(
    context: *mut proj_sys::PJ_CONTEXT,
    system: *const proj_sys::PJconsts,
    index: i32,
) -> Option<Axis> {
    if system.is_null() {
        return None;
    }
    let (mut name, mut direction, mut unit_name) = (ptr::null(), ptr::null(), ptr::null());
    let mut unit = 0.0;
    // SAFETY: the system is alive, every pointer is that of a local, null marks what is not asked for. The texts belong
    // to the system, and are copied before anyone frees it.
    unsafe {
        let found = proj_sys::proj_cs_get_axis_info(
            context,
            system,
            index,
            &raw mut name,
            ptr::null_mut(),
            &raw mut direction,
            &raw mut unit,
            &raw mut unit_name,
            ptr::null_mut(),
            ptr::null_mut(),
        );
        let text = |at: *const std::ffi::c_char| {
            (!at.is_null()).then(|| CStr::from_ptr(at).to_string_lossy().into_owned())
        };
        (found != 0).then_some(())?;
        Some(Axis {
            name: text(name)?,
            direction: text(direction)?,
            unit,
            unit_name: text(unit_name)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_authority() {
        use AxisOrder::{EastNorth, NorthEast};
        for (code, order, degrees) in [
            (4326, NorthEast, true),
            (4258, NorthEast, true),
            (3857, EastNorth, false),
            (32633, EastNorth, false),
            (2154, EastNorth, false),
            (27700, EastNorth, false),
            (3035, NorthEast, false),
            (31467, NorthEast, false),
            (2180, NorthEast, false),
            (2193, NorthEast, false),
            (32661, NorthEast, false),
            // ETRS89 / UTM 33N + DVR90: the plane part counts.
            (7416, EastNorth, false),
        ] {
            let axes = look_up(code).unwrap();
            assert_eq!((axes.order, axes.degrees), (order, degrees), "{code}");
        }
    }

    #[test]
    fn what_is_no_plane_system_has_no_axes() {
        assert_eq!(look_up(999_999), None);
        // A vertical system has one axis.
        assert_eq!(look_up(5773), None);
        // Geocentric ones measure from the middle of the earth.
        for code in [4978, 4936] {
            assert_eq!(look_up(code), None);
            let text = crate::crs::Crs::epsg(code).check().unwrap_err().to_string();
            assert!(text.contains("no east and north"), "{text}");
        }
    }
}
