//! Dense ids of the road graph. They index our arrays and change with every build; OSM ids do not.

use serde::{Deserialize, Serialize};

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            bytemuck::Pod, bytemuck::Zeroable,
        )]
        #[repr(transparent)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an array index.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the thing at an array index.
            #[must_use]
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("the builder refuses more than 2^32 rows"))
            }
        }
    };
}

dense_id!(
    /// A junction, dead end, barrier or other place where roads are cut into edges.
    NodeId
);
dense_id!(
    /// A directed road edge between two nodes. What a map draws and a route lists.
    EdgeId
);
dense_id!(
    /// A search state: being on a directed edge. The first arcs are the edges themselves under the same number;
    /// further arcs stand for an edge *reached in a certain way*, which is how restrictions over via ways are kept.
    ArcId
);
