//! Background vector tiles made from the extract.
