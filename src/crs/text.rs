//! Reference systems as text: written into files, and read from them.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::rc::Rc;

use proj::Proj;

use super::{Crs, CrsError};
use crate::geometry::LonLat;

/// A spelling of well-known text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Version 1 as GDAL has it: in GeoPackages.
    Gdal,
    /// Version 1 as ESRI has it: beside Shapefiles.
    Esri,
}

impl Crs {
    /// Its definition as text; `None` when PROJ does not know it, or it cannot be said so.
    #[must_use]
    #[expect(unsafe_code, reason = "see with_context")]
    pub fn text(self, dialect: Dialect) -> Option<String> {
        let name = CString::new(self.to_string()).ok()?;
        with_context(|context| {
            let dialect = match dialect {
                Dialect::Gdal => proj_sys::PJ_WKT_TYPE_PJ_WKT1_GDAL,
                Dialect::Esri => proj_sys::PJ_WKT_TYPE_PJ_WKT1_ESRI,
            };
            let one_line = c"MULTILINE=NO".as_ptr();
            let options = [one_line, ptr::null()];
            // SAFETY: the context is alive, `name` and `options` outlive the calls, null is checked, the text is copied
            // before its owner is freed.
            unsafe {
                let crs = proj_sys::proj_create(context, name.as_ptr());
                if crs.is_null() {
                    return None;
                }
                let text = proj_sys::proj_as_wkt(context, crs, dialect, options.as_ptr());
                let copied = copy(text);
                proj_sys::proj_destroy(crs);
                copied
            }
        })
    }
}

/// The reference system of a file: one of EPSG's, or one that the file defines itself.
#[derive(Clone, Debug)]
pub enum System {
    /// By code.
    Known(Crs),
    /// By its own definition.
    Written(Rc<Written>),
}

/// A system of its own definition. Bound to its thread, as PROJ's objects are.
#[derive(Debug)]
pub struct Written {
    name: String,
    to_wgs84: Proj,
}

/// Longest definition that is read.
const LONGEST: usize = 16_000;

impl System {
    /// Reads well-known text of either version. What EPSG has too is known by its code from then on.
    ///
    /// # Errors
    /// When PROJ cannot read it, or not turn it into WGS 84.
    pub fn from_wkt(text: &str) -> Result<Self, CrsError> {
        let unreadable = || CrsError::Unreadable {
            start: text.chars().take(60).collect(),
        };
        // Grids named by a file would have PROJ open what it says.
        let names_grids = text.contains("PARAMETERFILE")
            || text.contains("nadgrids=") && !text.contains("nadgrids=@null");
        if text.len() > LONGEST || names_grids {
            return Err(unreadable());
        }
        let wkt = CString::new(text.trim()).map_err(|_| unreadable())?;
        let (name, code) = identify(&wkt).ok_or_else(unreadable)?;
        if let Some(code) = code {
            return Ok(Self::Known(Crs::epsg(code)));
        }
        let proj = Proj::new_known_crs(text.trim(), "EPSG:4326", None).map_err(|_| unreadable())?;
        Ok(Self::Written(Rc::new(Written {
            name,
            to_wgs84: proj,
        })))
    }

    /// Makes sure that PROJ knows this system.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self) -> Result<(), CrsError> {
        match self {
            Self::Known(crs) => crs.check(),
            Self::Written(_) => Ok(()),
        }
    }

    /// Whether positions need no transformation.
    #[must_use]
    pub fn is_wgs84(&self) -> bool {
        matches!(self, Self::Known(crs) if crs.is_wgs84())
    }

    /// The place of `x` east and `y` north, as [`Crs::to_wgs84`] has it.
    #[must_use]
    pub fn to_wgs84(&self, x: f64, y: f64) -> Option<LonLat> {
        match self {
            Self::Known(crs) => crs.to_wgs84(x, y).ok().flatten(),
            Self::Written(own) if x.is_finite() && y.is_finite() => {
                let (lon, lat) = own.to_wgs84.convert((x, y)).ok()?;
                LonLat::checked(lon, lat)
            }
            Self::Written(_) => None,
        }
    }
}

impl Default for System {
    fn default() -> Self {
        Self::Known(Crs::WGS84)
    }
}

impl From<Crs> for System {
    fn from(crs: Crs) -> Self {
        Self::Known(crs)
    }
}

impl std::fmt::Display for System {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(crs) => crs.fmt(f),
            Self::Written(own) => f.write_str(&own.name),
        }
    }
}

/// How sure PROJ must be that a text means a system of EPSG's: 100 is the same in all but its name, 90 the same with
/// axes in another order, which do not count in files.
const SURE: i32 = 90;

/// The name of a plane system, and the EPSG code of the one that it surely is.
#[expect(unsafe_code, reason = "see with_context")]
fn identify(wkt: &CStr) -> Option<(String, Option<u32>)> {
    with_context(|context| {
        // SAFETY: the context is alive, `wkt` outlives the calls, null is checked, and every object is freed once, after
        // its texts were copied.
        unsafe {
            let (mut warnings, mut errors) = (ptr::null_mut(), ptr::null_mut());
            let crs = proj_sys::proj_create_from_wkt(
                context,
                wkt.as_ptr(),
                ptr::null(),
                &raw mut warnings,
                &raw mut errors,
            );
            proj_sys::proj_string_list_destroy(warnings);
            proj_sys::proj_string_list_destroy(errors);
            if crs.is_null() {
                return None;
            }
            let found = (proj_sys::proj_is_crs(crs) != 0).then(|| {
                let name = copy(proj_sys::proj_get_name(crs)).unwrap_or_default();
                (name, code(context, crs))
            });
            proj_sys::proj_destroy(crs);
            found
        }
    })
}

/// The EPSG code that a system names itself, or that PROJ is sure of.
///
/// # Safety
/// `context` and `crs` are alive.
#[expect(unsafe_code, reason = "see with_context")]
unsafe fn code(context: *mut proj_sys::PJ_CONTEXT, crs: *const proj_sys::PJconsts) -> Option<u32> {
    // SAFETY: both are alive by contract; lists are checked for null and freed once.
    unsafe {
        if let Some(code) = epsg(crs) {
            return Some(code);
        }
        let mut sure = ptr::null_mut();
        let list =
            proj_sys::proj_identify(context, crs, c"EPSG".as_ptr(), ptr::null(), &raw mut sure);
        if list.is_null() {
            return None;
        }
        let confidence = if sure.is_null() { 0 } else { *sure };
        let mut found = None;
        if proj_sys::proj_list_get_count(list) > 0 && confidence >= SURE {
            let best = proj_sys::proj_list_get(context, list, 0);
            if !best.is_null() {
                found = epsg(best);
                proj_sys::proj_destroy(best);
            }
        }
        proj_sys::proj_int_list_destroy(sure);
        proj_sys::proj_list_destroy(list);
        found
    }
}

/// The code of a system that says that it is EPSG's.
///
/// # Safety
/// `crs` is alive.
#[expect(unsafe_code, reason = "see with_context")]
unsafe fn epsg(crs: *const proj_sys::PJconsts) -> Option<u32> {
    // SAFETY: alive by contract; the texts belong to it and are copied.
    unsafe {
        let authority = copy(proj_sys::proj_get_id_auth_name(crs, 0))?;
        let code = copy(proj_sys::proj_get_id_code(crs, 0))?;
        (authority == "EPSG").then(|| code.parse().ok())?
    }
}

/// # Safety
/// `text` is null or a text of C that lives.
#[expect(unsafe_code, reason = "see with_context")]
unsafe fn copy(text: *const c_char) -> Option<String> {
    // SAFETY: by contract.
    unsafe { (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned()) }
}

/// Runs `ask` with a context of PROJ of its own, silent.
#[expect(
    unsafe_code,
    reason = "the proj crate has no call for texts of systems; PROJ's C functions are given a context of their own"
)]
fn with_context<T>(ask: impl FnOnce(*mut proj_sys::PJ_CONTEXT) -> Option<T>) -> Option<T> {
    // SAFETY: the context is checked for null, lives until `ask` has returned, and is freed once.
    unsafe {
        let context = proj_sys::proj_context_create();
        if context.is_null() {
            return None;
        }
        proj_sys::proj_log_level(context, proj_sys::PJ_LOG_LEVEL_PJ_LOG_NONE);
        let answer = ask(context);
        proj_sys::proj_context_destroy(context);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_found_again_by_the_text_that_files_have() {
        for code in [
            4326, 4258, 3857, 32_633, 25_832, 2154, 27_700, 31_370, 3035, 2056, 31_467,
        ] {
            let crs = Crs::epsg(code);
            for dialect in [Dialect::Gdal, Dialect::Esri] {
                let text = crs.text(dialect).unwrap();
                let read = System::from_wkt(&text).unwrap();
                assert!(
                    matches!(read, System::Known(found) if found == crs),
                    "{code} {dialect:?}: {read}"
                );
            }
        }
    }

    #[test]
    fn a_system_of_its_own_is_read_by_its_definition() {
        // A transverse Mercator that nobody has a code for: 500 km east on its meridian.
        let text = r#"PROJCS["Own",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",14.4],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
        let own = System::from_wkt(text).unwrap();
        assert_eq!(own.to_string(), "Own");
        let at = own.to_wgs84(500_000.0, 3_970_000.0).unwrap();
        assert!(
            (at.lon - 14.4).abs() < 1e-9 && (35.8..36.0).contains(&at.lat),
            "{at:?}"
        );
        assert_eq!(own.to_wgs84(f64::NAN, 0.0), None);
    }

    #[test]
    fn other_text_is_refused() {
        let grids = r#"PROJCS["x",EXTENSION["PROJ4","+proj=longlat +nadgrids=/etc/passwd"]]"#;
        for bad in ["", "EPSG:4326", "+proj=longlat", "PROJCS[", "a\0b", grids] {
            assert!(System::from_wkt(bad).is_err(), "{bad}");
        }
        assert!(System::from_wkt(&"GEOGCS[".repeat(10_000)).is_err());
    }
}
