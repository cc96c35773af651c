//! A reader over the fetched parts of a file.

use std::cell::Cell;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

use super::error::ProbeError;

/// The parts of a file that were fetched so far.
#[derive(Clone, Default)]
pub(super) struct Pieces {
    /// The size of the file, if known.
    pub(super) total: Option<u64>,
    pieces: Vec<(u64, Vec<u8>)>,
}

impl Pieces {
    /// Records the size that a response stated.
    ///
    /// # Errors
    ///
    /// An earlier response stated another size.
    pub(super) fn set_total(&mut self, total: Option<u64>) -> Result<(), ProbeError> {
        match (self.total, total) {
            (Some(known), Some(total)) if known != total => Err(ProbeError::UnexpectedResponse),
            _ => {
                self.total = self.total.or(total);
                Ok(())
            }
        }
    }

    /// Whether a fetched part ends exactly at `position`. Always `true` for 0.
    pub(super) fn end_at(&self, position: u64) -> bool {
        let ends = |(start, bytes): &(u64, Vec<u8>)| start + bytes.len() as u64 == position;
        position == 0 || self.pieces.iter().any(ends)
    }

    /// The longest fetched part that starts at the beginning of the file.
    pub(super) fn beginning(&self) -> &[u8] {
        let first = self.pieces.iter().filter(|(start, _)| *start == 0);
        first
            .map(|(_, bytes)| bytes.as_slice())
            .max_by_key(|bytes| bytes.len())
            .unwrap_or_default()
    }

    pub(super) fn add(&mut self, start: u64, bytes: Vec<u8>) {
        self.pieces.push((start, bytes));
    }

    fn at(&self, position: u64) -> Option<&[u8]> {
        self.pieces.iter().find_map(|(start, bytes)| {
            let skip = usize::try_from(position.checked_sub(*start)?).ok()?;
            bytes.get(skip..).filter(|rest| !rest.is_empty())
        })
    }
}

/// Reads the fetched parts. Fails at the first missing byte and records its position.
pub(super) struct Sparse<'a> {
    pieces: &'a Pieces,
    position: u64,
    missing: Cell<Option<u64>>,
}

impl<'a> Sparse<'a> {
    pub(super) fn new(pieces: &'a Pieces) -> Self {
        Self {
            pieces,
            position: 0,
            missing: Cell::new(None),
        }
    }

    /// The first position at which a read failed because the byte was not fetched.
    pub(super) fn missing(&self) -> Option<u64> {
        self.missing.get()
    }
}

impl BufRead for Sparse<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self
            .pieces
            .total
            .is_some_and(|total| self.position >= total)
        {
            return Ok(&[]);
        }
        self.pieces.at(self.position).ok_or_else(|| {
            // Keeps the first position, because a decoder may ignore this error and continue.
            self.missing.set(self.missing.get().or(Some(self.position)));
            ErrorKind::WouldBlock.into()
        })
    }

    fn consume(&mut self, amount: usize) {
        self.position = self.position.saturating_add(amount as u64);
    }
}

impl Read for Sparse<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Sparse<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self
                .pieces
                .total
                .and_then(|total| total.checked_add_signed(offset)),
        };
        self.position = position.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
