//! The widest registers of the machine at hand.
//!
//! Loops over rows of weights are written plainly, so that the compiler can turn them into vectors, and compiled several
//! times: for any processor, and for those with wide registers, among which the program chooses when it runs.

/// A loop to be compiled for several widths. Implementations of [`Wide::run`] and all that they call in their loops have
/// to be `#[inline(always)]`, or they would not be compiled for the width; closures are not.
pub(super) trait Wide {
    /// What comes of it.
    type Out;
    /// Does it.
    fn run(self) -> Self::Out;
}

/// Runs a loop in the widest registers that there are.
pub(super) fn widest<W: Wide>(work: W) -> W::Out {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq")
        {
            #[expect(unsafe_code, reason = "the processor was asked for these instructions")]
            // SAFETY: the features are there.
            return unsafe { on_avx512(work) };
        }
        if is_x86_feature_detected!("avx2") {
            #[expect(unsafe_code, reason = "the processor was asked for these instructions")]
            // SAFETY: the feature is there.
            return unsafe { on_avx2(work) };
        }
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx2")]
fn on_avx512<W: Wide>(work: W) -> W::Out {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn on_avx2<W: Wide>(work: W) -> W::Out {
    work.run()
}
