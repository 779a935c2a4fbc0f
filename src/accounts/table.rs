//! A CSV file as rows of cells: guesses the delimiter, counts rows as a spreadsheet does, survives what is broken.

use csv::{ByteRecord, ReaderBuilder};

use super::columns::squeezed_known;
use super::import::{ImportError, Limits};

/// Delimiters that are tried, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows looked at to tell the delimiter.
const SAMPLE: usize = 30;

/// Rows of cells under headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// First row.
    pub headings: Vec<String>,
    /// The others.
    pub rows: Vec<TableRow>,
    /// What separates the cells.
    pub delimiter: char,
}

/// A row with its number in a spreadsheet (headings are row 1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRow {
    /// Number.
    pub number: usize,
    /// Cells as written, spaces around them cut.
    pub cells: Vec<String>,
}

/// Reads `text` as CSV. Rows may have any number of cells; rows of blank cells only are skipped.
///
/// # Errors
/// When there is no heading, or more rows than the limit.
pub fn read_table(text: &str, limits: &Limits) -> Result<Table, ImportError> {
    // One kind of line end, also at the end, makes counting lines certain.
    let text = format!("{}\n", text.replace("\r\n", "\n").replace('\r', "\n"));
    // Excel writes `sep=;` as a first line of its own.
    let (named, body, skipped) = match text.split_once('\n') {
        Some((first, rest))
            if first.len() <= 8 && first.to_ascii_lowercase().starts_with("sep=") =>
        {
            (first.trim_end().as_bytes().get(4).copied(), rest, 1)
        }
        _ => (None, text.as_str(), 0),
    };
    let delimiter = named
        .filter(|d| DELIMITERS.contains(d))
        .unwrap_or_else(|| guess(body));
    let mut rows = records(body, delimiter, limits.rows + 1, skipped)?.into_iter();
    let headings = rows.next().ok_or(ImportError::Empty)?.cells;
    Ok(Table {
        headings,
        rows: rows.collect(),
        delimiter: char::from(delimiter),
    })
}

fn records(
    body: &str,
    delimiter: u8,
    most: usize,
    skipped: usize,
) -> Result<Vec<TableRow>, ImportError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut rows = Vec::new();
    let mut record = ByteRecord::new();
    let mut inner_breaks = 0;
    // Reading from memory into bytes cannot fail: any sequence of bytes is some CSV.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let cells: Vec<String> = record
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect();
        inner_breaks += cells.iter().map(|c| c.matches('\n').count()).sum::<usize>();
        // The reader stands at the beginning of the line after the record.
        let line = reader.position().line() as usize - 1;
        let number = (line + skipped).saturating_sub(inner_breaks);
        let cells: Vec<String> = cells.iter().map(|c| c.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() == most {
            return Err(ImportError::TooManyRows { limit: most - 1 });
        }
        rows.push(TableRow { number, cells });
    }
    Ok(rows)
}

/// The delimiter under which most headings are known names, then most rows have as many cells as there are headings.
fn guess(body: &str) -> u8 {
    let sample: usize = body
        .char_indices()
        .filter(|(_, c)| *c == '\n')
        .nth(SAMPLE)
        .map_or(body.len(), |(at, _)| at);
    let score = |delimiter: u8| -> (usize, usize) {
        let rows = records(&body[..sample], delimiter, usize::MAX, 0).unwrap_or_default();
        let Some(first) = rows.first().filter(|r| r.cells.len() > 1) else {
            return (0, 0);
        };
        let known = first.cells.iter().filter(|c| squeezed_known(c)).count();
        let width = first.cells.len();
        let even = rows.iter().filter(|r| r.cells.len() == width).count();
        (known, even)
    };
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let scored = score(delimiter);
        if scored > best.1 {
            best = (delimiter, scored);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        read_table(text, &Limits::default()).unwrap()
    }

    #[test]
    fn each_delimiter_is_recognised() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = "id,name,lon,lat\n1,\"Bar; the; one\",14.5,35.9\n"
                .replace(',', &delimiter.to_string());
            let text = text.replace("Bar; the; one", "Bar, or; bar | pub");
            let table = table(&text);
            assert_eq!((table.delimiter, table.headings.len()), (delimiter, 4));
            assert_eq!(table.rows[0].cells[1], "Bar, or; bar | pub");
        }
        let decimal_comma = table("id;name;lon;lat\n1;Bar;14,5;35,9\n2;Inn;14,6;35,8\n");
        assert_eq!(decimal_comma.delimiter, ';');
        assert_eq!(table("sep=;\nid;name\n1;a,b\n").rows[0].number, 3);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let table = table("id,note\n1,\"two\nlines\"\n\n2,x\n,\n3,y\n");
        let numbers: Vec<_> = table
            .rows
            .iter()
            .map(|r| (r.number, r.cells[0].as_str()))
            .collect();
        assert_eq!(numbers, [(2, "1"), (4, "2"), (6, "3")]);
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        let small = Limits {
            rows: 2,
            ..Limits::default()
        };
        assert!(matches!(read_table("", &small), Err(ImportError::Empty)));
        assert!(matches!(
            read_table(" \n,,\n", &small),
            Err(ImportError::Empty)
        ));
        assert!(read_table("id\n1\n2\n", &small).is_ok());
        assert!(matches!(
            read_table("id\n1\n2\n3\n", &small),
            Err(ImportError::TooManyRows { limit: 2 })
        ));
    }
}
