//! Time rules shared by schedule and search: windows and floating breaks as steps on small state vectors.
//!
//! A state holds, per set of breaks already taken (a bit mask), one instant. Forwards it is the earliest instant one
//! can be ready, backwards the latest instant from which the rest still works. Both are exact: waiting is always
//! allowed, so being earlier never hurts.

use super::problem::{Break, MAX_BREAKS, Visit, Window};

/// Earlier than any instant: "cannot work" in backward states.
pub const NEVER: i64 = i64::MIN / 4;
/// Later than any instant: "cannot be" in forward states.
pub const TOO_LATE: i64 = i64::MAX / 4;

/// One instant per set of breaks taken.
pub type State = [i64; 1 << MAX_BREAKS];

/// No way to be here, forwards.
pub const NO_STATE: State = [TOO_LATE; 1 << MAX_BREAKS];

/// Ready at `at` with no break taken.
pub const fn ready(at: i64) -> State {
    let mut state = NO_STATE;
    state[0] = at;
    state
}

/// Forwards: take breaks here wherever that leads to a new set sooner.
pub fn take_breaks(state: &mut State, breaks: &[Break]) {
    for mask in 0..1usize << breaks.len() {
        for (bit, pause) in breaks.iter().enumerate() {
            if mask >> bit & 1 == 0 && state[mask] <= pause.window.close {
                let end = state[mask].max(pause.window.open) + pause.duration;
                let with = mask | 1 << bit;
                state[with] = state[with].min(end);
            }
        }
    }
}

/// Backwards: the latest instant before breaks that may be taken here.
pub fn before_breaks(state: &mut State, breaks: &[Break]) {
    for mask in (0..1usize << breaks.len()).rev() {
        for (bit, pause) in breaks.iter().enumerate() {
            if mask >> bit & 1 == 0 {
                let start = (state[mask | 1 << bit] - pause.duration).min(pause.window.close);
                if start >= pause.window.open {
                    state[mask] = state[mask].max(start);
                }
            }
        }
    }
}

/// The first instant from `at` on that lies in one of the windows (sorted, apart); none given means always.
pub fn next_start(windows: &[Window], at: i64) -> Option<i64> {
    if windows.is_empty() {
        return Some(at);
    }
    let window = windows.iter().find(|w| at <= w.close)?;
    Some(at.max(window.open))
}

/// The last instant up to `at` that lies in one of the windows (sorted, apart); none given means always.
pub fn last_start(windows: &[Window], at: i64) -> Option<i64> {
    if windows.is_empty() {
        return Some(at);
    }
    let window = windows.iter().rev().find(|w| w.open <= at)?;
    Some(at.min(window.close))
}

/// When service may start at a visit, allowed lateness included: windows sorted, overlapping and touching ones joined.
pub fn tidy_windows(visit: &Visit) -> Vec<Window> {
    let late = visit.late.map_or(0, |late| late.most);
    let longer = |w: &Window| Window::new(w.open, w.close.saturating_add(late));
    let mut windows: Vec<Window> = visit.windows.iter().map(longer).collect();
    windows.sort_by_key(|w| (w.open, w.close));
    let mut tidy: Vec<Window> = Vec::with_capacity(windows.len());
    for window in windows {
        match tidy.last_mut() {
            Some(last) if window.open <= last.close.saturating_add(1) => {
                last.close = last.close.max(window.close);
            }
            _ => tidy.push(window),
        }
    }
    tidy
}

/// How long after a visit's windows a start at `start` is; 0 inside them.
pub fn lateness(visit: &Visit, start: i64) -> i64 {
    if visit.late.is_none() || visit.windows.iter().any(|w| w.holds(start)) {
        return 0;
    }
    let closed = visit.windows.iter().map(|w| w.close);
    let last = closed.filter(|&close| close < start).max();
    last.map_or(0, |close| start - close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_join_when_they_touch() {
        let visit = Visit {
            windows: vec![Window::new(5, 9), Window::new(0, 4), Window::new(20, 30)],
            ..Visit::default()
        };
        let tidy = tidy_windows(&visit);
        assert_eq!(tidy, [Window::new(0, 9), Window::new(20, 30)]);
        assert_eq!(next_start(&tidy, 12), Some(20));
        assert_eq!(next_start(&tidy, 31), None);
        assert_eq!(last_start(&tidy, 12), Some(9));
        assert_eq!(last_start(&tidy, -1), None);
    }

    #[test]
    fn a_break_waits_for_its_window() {
        let lunch = [Break {
            window: Window::new(10, 12),
            duration: 3,
        }];
        let mut early = ready(4);
        take_breaks(&mut early, &lunch);
        assert_eq!(early[1], 13);
        let mut late = ready(13);
        take_breaks(&mut late, &lunch);
        assert_eq!(late[1], TOO_LATE);
        // One must be done by 14, so lunch starts at 11 at the latest.
        let mut back = [NEVER; 16];
        back[1] = 14;
        before_breaks(&mut back, &lunch);
        assert_eq!(back[0], 11);
    }
}
