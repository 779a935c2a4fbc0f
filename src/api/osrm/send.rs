//! Answers on their way: whole, or piece by piece while the next piece is worked out.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::Frame;
use tokio::sync::mpsc;

use crate::osrm::TableText;

/// Pieces that wait for a slow reader; the work waits with them.
const WAITING: usize = 4;
/// A reader that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that is still being written, and where to write it.
pub fn pipe() -> (Pipe, Body) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Pipe(sender), Body::new(Pieces(receiver)))
}

/// Where pieces go.
pub struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl Pipe {
    /// Works out and sends all pieces, on a thread that may block, until the reader leaves.
    pub fn send(&self, table: TableText) {
        let runtime = tokio::runtime::Handle::current();
        for piece in table {
            let sending = tokio::time::timeout(PATIENCE, self.0.send(Ok(piece.into())));
            if !matches!(runtime.block_on(sending), Ok(Ok(()))) {
                return;
            }
        }
    }

    /// Breaks the answer off, so that nobody takes a part for the whole.
    pub fn fail(&self) {
        // Nobody may be listening any more.
        let _ = self
            .0
            .try_send(Err(io::Error::other("the table could not be finished")));
    }
}

/// The other end.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.0.poll_recv(context);
        next.map(|next| next.map(|piece| piece.map(Frame::data)))
    }
}
