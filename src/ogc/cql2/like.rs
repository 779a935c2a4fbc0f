//! `LIKE`: `%` stands for any text, `_` for one character, `\` takes the meaning from what follows.

/// A pattern, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    case_free: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Char(char),
}

impl Pattern {
    pub(super) fn new(text: &str, case_free: bool) -> Self {
        let text = if case_free {
            fold(text)
        } else {
            text.to_owned()
        };
        let mut parts = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '%' => Part::Any,
                '_' => Part::One,
                '\\' => Part::Char(chars.next().unwrap_or('\\')),
                c => Part::Char(c),
            });
        }
        Self { parts, case_free }
    }

    /// Whether the whole text fits. O(text x pattern): a wildcard is only ever retried one character further.
    pub(super) fn fits(&self, text: &str) -> bool {
        let folded;
        let text = if self.case_free {
            folded = fold(text);
            &folded
        } else {
            text
        };
        let text: Vec<char> = text.chars().collect();
        let (mut t, mut p) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while t < text.len() {
            match self.parts.get(p) {
                Some(Part::Any) => {
                    retry = Some((t, p + 1));
                    p += 1;
                }
                Some(Part::One) => (t, p) = (t + 1, p + 1),
                Some(Part::Char(c)) if *c == text[t] => (t, p) = (t + 1, p + 1),
                _ => {
                    let Some((from, after)) = retry else {
                        return false;
                    };
                    retry = Some((from + 1, after));
                    (t, p) = (from + 1, after);
                }
            }
        }
        self.parts[p..].iter().all(|part| *part == Part::Any)
    }
}

/// Text without regard to case.
pub(super) fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The naive twin.
    fn slow(parts: &[Part], text: &[char]) -> bool {
        match parts.split_first() {
            None => text.is_empty(),
            Some((Part::Any, rest)) => (0..=text.len()).any(|i| slow(rest, &text[i..])),
            Some((Part::One, rest)) => !text.is_empty() && slow(rest, &text[1..]),
            Some((Part::Char(c), rest)) => text.first() == Some(c) && slow(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn patterns_fit_as_their_naive_twin(pattern in "[ab%_\\\\]{0,7}", text in "[abA%]{0,7}") {
            let chars: Vec<char> = text.chars().collect();
            let read = Pattern::new(&pattern, false);
            prop_assert_eq!(read.fits(&text), slow(&read.parts, &chars));
        }
    }

    #[test]
    fn case_may_be_left_aside() {
        assert!(Pattern::new("ĦAN%", true).fits("Ħanut"));
        assert!(!Pattern::new("ĦAN%", false).fits("Ħanut"));
        assert!(
            Pattern::new("50\\%", false).fits("50%") && !Pattern::new("50\\%", false).fits("50x")
        );
    }
}
