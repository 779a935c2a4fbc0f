//! Tags of one object, packed: a country has millions of them, and two strings each would outweigh everything else.

/// Tags as read, sorted by key. One text and where its pieces end, whatever the number of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Key, value, key, value, ... without anything between.
    text: Box<str>,
    /// Where each piece ends.
    ends: Box<[u32]>,
}

impl Tags {
    /// The value of `key`, if tagged. Linear in the number of tags, which is small.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// Whether `key` is tagged exactly `value`.
    #[must_use]
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// All pairs, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.chunks_exact(2).map(move |pair| {
            let (middle, end) = (pair[0] as usize, pair[1] as usize);
            let key = &self.text[start..middle];
            start = end;
            (key, &self.text[middle..end])
        })
    }

    /// Whether nothing is tagged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Tags {
    /// Of two tags with one key the one with the smaller value stays.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs: Vec<(K, V)> = pairs.into_iter().collect();
        let mut pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(k, v)| (k.as_ref(), v.as_ref()))
            .collect();
        pairs.sort_unstable();
        pairs.dedup_by_key(|(key, _)| *key);
        let mut text = String::with_capacity(pairs.iter().map(|(k, v)| k.len() + v.len()).sum());
        let mut ends = Vec::with_capacity(pairs.len() * 2);
        for piece in pairs.iter().flat_map(|(k, v)| [k, v]) {
            text.push_str(piece);
            ends.push(text.len() as u32);
        }
        Self {
            text: text.into_boxed_str(),
            ends: ends.into_boxed_slice(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_by_key_and_listed_in_order() {
        let tags: Tags = [("name", "Ħ"), ("", "x"), ("highway", ""), ("name", "Z")]
            .into_iter()
            .collect();
        let all: Vec<_> = tags.iter().collect();
        assert_eq!(all, [("", "x"), ("highway", ""), ("name", "Z")]);
        assert_eq!(tags.get("highway"), Some(""));
        assert_eq!(tags.get("nam"), None);
        assert!(Tags::default().is_empty() && Tags::default().get("").is_none());
    }
}
