//! Reads CQL2 text into its JSON form, by recursive descent.

use serde_json::{Value as Json, json};

use super::tokens::{Token, tokens};
use super::{DEEPEST, FilterError, Result};

/// The JSON form of a condition.
pub(super) fn parse(text: &str) -> Result<Json> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        end: text.len(),
    };
    let condition = reader.or()?;
    if reader.at < reader.tokens.len() {
        return Err(reader.wrong("AND, OR or the end"));
    }
    Ok(condition)
}

struct Reader {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
    end: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn peek_second(&self) -> Option<&Token> {
        self.tokens.get(self.at + 1).map(|(_, token)| token)
    }

    fn wrong(&self, wanted: &str) -> FilterError {
        match self.tokens.get(self.at) {
            Some((at, _)) => FilterError::new(format!("wants {wanted} at {at}")),
            None => FilterError::new(format!("wants {wanted} at its end, {}", self.end)),
        }
    }

    fn word(&mut self, keyword: &str) -> bool {
        let found =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, sign: &str) -> Result<()> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.wrong(sign))
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEEPEST {
            return Err(FilterError::new(format!("is nested deeper than {DEEPEST}")));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn or(&mut self) -> Result<Json> {
        self.joined("or", Self::and)
    }

    fn and(&mut self) -> Result<Json> {
        self.joined("and", Self::not)
    }

    fn joined(&mut self, op: &str, part: fn(&mut Self) -> Result<Json>) -> Result<Json> {
        let mut parts = vec![part(self)?];
        while self.word(op) {
            parts.push(part(self)?);
        }
        if parts.len() == 1 {
            return Ok(parts.swap_remove(0));
        }
        Ok(json!({"op": op, "args": parts}))
    }

    fn not(&mut self) -> Result<Json> {
        if self.word("not") {
            let inner = self.deeper(Self::not)?;
            return Ok(json!({"op": "not", "args": [inner]}));
        }
        self.predicate()
    }

    fn predicate(&mut self) -> Result<Json> {
        if matches!(self.peek(), Some(Token::Sign("("))) {
            self.at += 1;
            let inner = self.deeper(Self::or)?;
            self.need(")")?;
            return Ok(inner);
        }
        if let Some(function) = self.function_of("s_").or_else(|| self.function_of("t_")) {
            return self.function(&function);
        }
        let left = self.operand()?;
        self.after(left)
    }

    /// The name of a function that begins so, in lower case.
    fn function_of(&self, prefix: &str) -> Option<String> {
        match (self.peek(), self.peek_second()) {
            (Some(Token::Word(word)), Some(Token::Sign("("))) => {
                let word = word.to_ascii_lowercase();
                word.starts_with(prefix).then_some(word)
            }
            _ => None,
        }
    }

    fn function(&mut self, lower: &str) -> Result<Json> {
        self.at += 1;
        self.need("(")?;
        let first = self.deeper(Self::operand)?;
        self.need(",")?;
        let second = self.deeper(Self::operand)?;
        self.need(")")?;
        // t_finishedBy and its like have a capital in JSON.
        let op = match lower {
            "t_finishedby" => "t_finishedBy",
            "t_metby" => "t_metBy",
            "t_overlappedby" => "t_overlappedBy",
            "t_startedby" => "t_startedBy",
            other => other,
        };
        Ok(json!({"op": op, "args": [first, second]}))
    }

    /// What follows the first operand of a condition.
    fn after(&mut self, left: Json) -> Result<Json> {
        for op in ["=", "<>", "<=", ">=", "<", ">"] {
            if self.sign(op) {
                let right = self.operand()?;
                return Ok(json!({"op": op, "args": [left, right]}));
            }
        }
        if self.word("is") {
            let not = self.word("not");
            if !self.word("null") {
                return Err(self.wrong("NULL"));
            }
            return Ok(negated(not, json!({"op": "isNull", "args": [left]})));
        }
        let not = self.word("not");
        if self.word("like") {
            let pattern = self.operand()?;
            return Ok(negated(not, json!({"op": "like", "args": [left, pattern]})));
        }
        // Not of CQL2, but what GDAL writes.
        if self.word("ilike") {
            let pattern = self.operand()?;
            let folded = [left, pattern].map(|side| json!({"op": "casei", "args": [side]}));
            return Ok(negated(not, json!({"op": "like", "args": folded})));
        }
        if self.word("between") {
            let low = self.operand()?;
            if !self.word("and") {
                return Err(self.wrong("AND"));
            }
            let high = self.operand()?;
            return Ok(negated(
                not,
                json!({"op": "between", "args": [left, low, high]}),
            ));
        }
        if self.word("in") {
            self.need("(")?;
            let mut list = vec![self.operand()?];
            while self.sign(",") {
                list.push(self.operand()?);
            }
            self.need(")")?;
            return Ok(negated(not, json!({"op": "in", "args": [left, list]})));
        }
        if not {
            return Err(self.wrong("LIKE, ILIKE, BETWEEN or IN"));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Json> {
        let negative = self.sign("-");
        let sign = if negative { -1.0 } else { 1.0 };
        if negative || matches!(self.peek(), Some(Token::Sign("+"))) {
            self.sign("+");
            return match self.peek() {
                Some(Token::Number(number)) => {
                    let number = number * sign;
                    self.at += 1;
                    Ok(json!(number))
                }
                _ => Err(self.wrong("a number")),
            };
        }
        let Some(token) = self.peek().cloned() else {
            return Err(self.wrong("a value or a property"));
        };
        match token {
            Token::Number(number) => {
                self.at += 1;
                Ok(json!(number))
            }
            Token::Text(text) => {
                self.at += 1;
                Ok(json!(text))
            }
            Token::Quoted(name) => {
                self.at += 1;
                Ok(json!({"property": name}))
            }
            Token::Word(word) => {
                let called = matches!(self.peek_second(), Some(Token::Sign("(")));
                self.named(&word, called)
            }
            Token::Sign(_) => Err(self.wrong("a value or a property")),
        }
    }

    /// A keyword with its brackets, a constant, or a property.
    fn named(&mut self, word: &str, called: bool) -> Result<Json> {
        let lower = word.to_ascii_lowercase();
        let begin = self.at;
        self.at += 1;
        match lower.as_str() {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            "date" | "timestamp" if called => {
                self.need("(")?;
                let text = self.text()?;
                self.need(")")?;
                let key = lower.clone();
                Ok(json!({ key: text }))
            }
            "interval" if called => {
                self.need("(")?;
                let from = self.interval_end()?;
                self.need(",")?;
                let to = self.interval_end()?;
                self.need(")")?;
                Ok(json!({"interval": [from, to]}))
            }
            "casei" if called => {
                self.need("(")?;
                let inner = self.deeper(Self::operand)?;
                self.need(")")?;
                Ok(json!({"op": "casei", "args": [inner]}))
            }
            "bbox" if called => {
                let numbers = self.numbers()?;
                Ok(json!({ "bbox": numbers }))
            }
            // The Z stands apart or at the end of the name: `POINT Z (...)`.
            _ if is_geometry(&lower) && (called || self.word("z")) => self.geometry(&lower),
            _ if called => {
                self.at = begin;
                Err(self.wrong("a function that is known: S_..., T_..., CASEI, DATE, TIMESTAMP, INTERVAL, BBOX, or a geometry"))
            }
            _ => Ok(json!({"property": word})),
        }
    }

    fn text(&mut self) -> Result<String> {
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.wrong("text in single quotes")),
        }
    }

    /// Text as it is, or a property.
    fn interval_end(&mut self) -> Result<Json> {
        match self.operand()? {
            Json::Object(call) if call.contains_key("date") || call.contains_key("timestamp") => {
                Ok(call.values().next().cloned().unwrap_or_default())
            }
            other => Ok(other),
        }
    }

    fn number(&mut self) -> Result<f64> {
        let sign = if self.sign("-") { -1.0 } else { 1.0 };
        match self.peek() {
            Some(Token::Number(number)) => {
                let number = number * sign;
                self.at += 1;
                Ok(number)
            }
            _ => Err(self.wrong("a number")),
        }
    }

    /// Numbers in brackets, separated by commas.
    fn numbers(&mut self) -> Result<Vec<f64>> {
        self.need("(")?;
        let mut numbers = vec![self.number()?];
        while self.sign(",") {
            numbers.push(self.number()?);
        }
        self.need(")")?;
        Ok(numbers)
    }

    /// Well-known text into GeoJSON.
    fn geometry(&mut self, lower: &str) -> Result<Json> {
        let (name, brackets) = match lower {
            "point" => ("Point", 0),
            "linestring" => ("LineString", 1),
            "polygon" => ("Polygon", 2),
            "multipoint" => ("MultiPoint", 1),
            "multilinestring" => ("MultiLineString", 2),
            "multipolygon" => ("MultiPolygon", 3),
            _ => {
                self.need("(")?;
                let mut parts = vec![self.deeper(Self::operand)?];
                while self.sign(",") {
                    parts.push(self.deeper(Self::operand)?);
                }
                self.need(")")?;
                return Ok(json!({"type": "GeometryCollection", "geometries": parts}));
            }
        };
        let coordinates = if brackets == 0 {
            self.need("(")?;
            let position = self.position()?;
            self.need(")")?;
            position
        } else {
            self.bracketed(brackets)?
        };
        Ok(json!({"type": name, "coordinates": coordinates}))
    }

    fn bracketed(&mut self, brackets: usize) -> Result<Json> {
        self.need("(")?;
        let mut list = Vec::new();
        loop {
            list.push(if brackets > 1 {
                self.bracketed(brackets - 1)?
            } else if self.sign("(") {
                // MULTIPOINT((1 2), (3 4)) as well as MULTIPOINT(1 2, 3 4).
                let position = self.position()?;
                self.need(")")?;
                position
            } else {
                self.position()?
            });
            if !self.sign(",") {
                break;
            }
        }
        self.need(")")?;
        Ok(Json::Array(list))
    }

    /// Two or three numbers; the height does not count.
    fn position(&mut self) -> Result<Json> {
        let (x, y) = (self.number()?, self.number()?);
        if matches!(self.peek(), Some(Token::Number(_) | Token::Sign("-"))) {
            self.number()?;
        }
        Ok(json!([x, y]))
    }
}

fn is_geometry(lower: &str) -> bool {
    matches!(
        lower,
        "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geometrycollection"
    )
}

fn negated(not: bool, condition: Json) -> Json {
    if not {
        json!({"op": "not", "args": [condition]})
    } else {
        condition
    }
}
