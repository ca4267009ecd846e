//! The queue of journal records that wait to be written, one queue for each document.
//!
//! Invariant: a document's records reach the disk in order and without gaps. A transaction begins
//! only when the one before it is complete, so no step can be written after one that failed; what
//! came in meanwhile shares the next transaction. What could not be written stays in the queue and
//! goes out with the next attempt, unless it never can.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::app::storage_error::StorageError;

/// What becomes of a record: the number up to which all is on disk, or why it is not.
pub type Outcome = Result<u64, StorageError>;

/// The place where one caller waits for its outcome.
#[derive(Clone, Default)]
pub struct Ticket(Rc<RefCell<(Option<Outcome>, Option<Waker>)>>);

impl Ticket {
    fn settle(&self, outcome: Outcome) {
        let mut slot = self.0.borrow_mut();
        slot.0 = Some(outcome);
        let waker = slot.1.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits for the outcome.
    pub async fn outcome(self) -> Outcome {
        poll_fn(|context| {
            let mut slot = self.0.borrow_mut();
            match slot.0.take() {
                Some(outcome) => Poll::Ready(outcome),
                None => {
                    slot.1 = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// One record with the header that belongs to it, as text.
#[derive(Clone)]
pub struct Waiting {
    /// Its number.
    pub seq: u64,
    /// The journal record.
    pub record: String,
    /// The header after it.
    pub header: String,
    ticket: Option<Ticket>,
}

/// The records of one document that are not known to be on disk.
pub struct Queue {
    /// The epoch under which the document was read, or last written from here. Only while that is what is
    /// stored may this tab write.
    pub seen: Option<f64>,
    /// The epoch that begins with the first write from here.
    pub own: f64,
    waiting: VecDeque<Waiting>,
    /// How many of `waiting` are in the transaction that runs now; 0 for none.
    running: usize,
    /// The number of the last record that this queue has written; none before the first.
    last: Option<u64>,
    /// Why nothing more can be written until the document is loaded anew.
    broken: Option<StorageError>,
}

impl Queue {
    /// An empty queue for a document that was read under an epoch, or is new.
    pub fn new(seen: Option<f64>) -> Self {
        Self { seen, own: js_sys::Math::random(), waiting: VecDeque::new(), running: 0, last: None, broken: None }
    }

    /// Takes a record in. It has to be the next in order.
    pub fn push(&mut self, seq: u64, record: String, header: String) -> Result<Ticket, StorageError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let before = self.waiting.back().map(|waiting| waiting.seq).or(self.last);
        if let Some(expected) = before.map(|before| before + 1).filter(|expected| *expected != seq) {
            return Err(StorageError::Order { expected, got: seq });
        }
        let ticket = Ticket::default();
        self.waiting.push_back(Waiting { seq, record, header, ticket: Some(ticket.clone()) });
        Ok(ticket)
    }

    /// A ticket for the last record that waits, so that it is tried again; none where all is done.
    pub fn again(&mut self) -> Option<Ticket> {
        Some(self.waiting.back_mut()?.ticket.get_or_insert_default().clone())
    }

    /// What the next transaction shall write: all that waits; nothing while one runs.
    pub fn take_batch(&mut self) -> Vec<Waiting> {
        if self.running > 0 {
            return Vec::new();
        }
        self.running = self.waiting.len();
        self.waiting.iter().cloned().collect()
    }

    /// The running transaction has ended. Whether another one should begin.
    pub fn settle(&mut self, outcome: Result<(), StorageError>) -> bool {
        let running = std::mem::take(&mut self.running).min(self.waiting.len());
        match outcome {
            Ok(()) => {
                self.seen = Some(self.own);
                for waiting in self.waiting.drain(..running) {
                    self.last = Some(waiting.seq);
                    if let Some(ticket) = waiting.ticket {
                        ticket.settle(Ok(waiting.seq));
                    }
                }
                !self.waiting.is_empty()
            }
            Err(error) if error.may_pass() => {
                for ticket in self.waiting.iter_mut().take(running).filter_map(|waiting| waiting.ticket.take()) {
                    ticket.settle(Err(error.clone()));
                }
                // Only what came in meanwhile deserves an attempt of its own.
                self.waiting.iter().any(|waiting| waiting.ticket.is_some())
            }
            Err(error) => {
                for waiting in self.waiting.drain(..) {
                    if let Some(ticket) = waiting.ticket {
                        ticket.settle(Err(error.clone()));
                    }
                }
                self.broken = Some(error);
                false
            }
        }
    }

    /// Whether all that came in is on disk, or given up for ever.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}
