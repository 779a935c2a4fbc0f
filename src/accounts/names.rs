//! Comparing names and headings of any script: case, accents, width and punctuation do not count.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` in lower case, without accents, punctuation or spaces at the ends, with single spaces between words. Letters
/// of every script stay; full-width forms become plain ones; `ß` becomes `ss`, Maltese `ħ` becomes `h`.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        if !c.is_alphanumeric() {
            // An apostrophe or dot joins (l'Isla, S.A.), anything else separates.
            gap |= !matches!(c, '\'' | '’' | '‘' | '`' | '´' | '.');
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        match c {
            'ß' | 'ẞ' => out.push_str("ss"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' | 'ð' => out.push('d'),
            'ħ' | 'Ħ' => out.push('h'),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'ı' => out.push('i'),
            _ => out.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    }
    // Korean syllables were taken apart above; put them together again.
    out.nfc().collect()
}

/// [`plain`] without spaces: for headings.
#[must_use]
pub fn squeezed(text: &str) -> String {
    plain(text).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_count() {
        for (text, want) in [
            ("  Triq ir-Repubblika ", "triq ir repubblika"),
            ("ĦAŻ-ŻABBAR", "haz zabbar"),
            ("Straße", "strasse"),
            ("L'Isla", "lisla"),
            ("Café  \u{301}Cordina", "cafe cordina"),
            ("ＡＢＣ　薬局", "abc 薬局"),
            ("한국 약국", "한국 약국"),
            ("ガ", "カ"),
            ("صيدلية السلام", "صيدلية السلام"),
            ("--", ""),
        ] {
            assert_eq!(plain(text), want, "{text}");
        }
        assert_eq!(squeezed("Opening_Hours "), "openinghours");
    }
}
