//! What makes two runs the same: [`run_id`], a hash of everything that goes into one.

use serde::Serialize;

/// Hash of a run's kind, inputs and the program's version, as 32 hexadecimal digits. Inputs are written as JSON with
/// fields in their declared order and maps in key order, so equal inputs give equal ids on any machine.
///
/// # Panics
/// When the inputs cannot be written as JSON: maps with keys other than text.
#[must_use]
pub fn run_id(kind: &str, inputs: &impl Serialize) -> String {
    let mut hasher = blake3::Hasher::new();
    let inputs =
        serde_json::to_vec(inputs).expect("inputs of a run have text keys and finite maps");
    for part in [
        kind.as_bytes(),
        env!("CARGO_PKG_VERSION").as_bytes(),
        &inputs,
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_inputs_equal_ids_other_inputs_other_ids() {
        assert_eq!(run_id("day", &("a", 1)), run_id("day", &("a", 1)));
        assert_ne!(run_id("day", &("a", 1)), run_id("day", &("a", 2)));
        assert_ne!(run_id("day", &("a", 1)), run_id("coverage", &("a", 1)));
        assert_eq!(run_id("day", &()).len(), 32);
    }
}
