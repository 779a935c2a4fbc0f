//! Answers that are still being written while they are read: [`pipe`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http_body::Frame;
use tokio::sync::mpsc;

/// Pieces that wait for a slow reader; the work waits with them.
const WAITING: usize = 4;
/// A reader that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where to write, and the body that is read.
pub fn pipe() -> (Pipe, Pieces) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let pieces = Pieces {
        first: None,
        receiver,
    };
    (Pipe(sender), pieces)
}

/// Where the pieces go. Its calls wait, so they belong on a thread that may block. When it is dropped, the body ends.
pub struct Pipe(mpsc::Sender<io::Result<Bytes>>);

/// The reader has left.
pub struct Gone;

impl Pipe {
    /// Sends a piece as soon as there is room.
    ///
    /// # Errors
    /// When nobody reads any more: the rest of the work has no use.
    pub fn send(&self, piece: impl Into<Bytes>) -> Result<(), Gone> {
        self.put(Ok(piece.into()))
    }

    /// Breaks the body off, so that nobody takes a part for the whole.
    pub fn fail(&self, why: String) {
        // Nobody may be reading any more.
        let _ = self.put(Err(io::Error::other(why)));
    }

    fn put(&self, piece: io::Result<Bytes>) -> Result<(), Gone> {
        let sending = tokio::time::timeout(PATIENCE, self.0.send(piece));
        match tokio::runtime::Handle::current().block_on(sending) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }
}

/// The other end, a body.
pub struct Pieces {
    first: Option<Bytes>,
    receiver: mpsc::Receiver<io::Result<Bytes>>,
}

impl Pieces {
    /// Waits for the first piece. `false` when the work ended or failed before it.
    pub async fn begin(&mut self) -> bool {
        self.first = self.receiver.recv().await.and_then(Result::ok);
        self.first.is_some()
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let next = self.receiver.poll_recv(context);
        next.map(|next| next.map(|piece| piece.map(Frame::data)))
    }
}
