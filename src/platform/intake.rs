//! Reading a file that a person opened or dropped, a slice at a time.
//!
//! Invariant: between two slices the browser can paint and take input, whatever the file's size;
//! the hash is over the bytes as they came. What is text, and what is said when it is not, is
//! decided in [`crate::text::intake`] and [`crate::formats::plain`].

use js_sys::Uint8Array;
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, TextDecodeOptions, TextDecoder};

use crate::formats::plain::{Decoded, IncomingText, assumed_line, damaged_line, from_file, mostly_utf8};
use crate::model::hex;
use crate::text::intake::{IntakeError, PROGRESS_FROM, Sniffed, advice, assumed_encoding, check_size, sniff};

/// Bytes that are read, hashed and decoded at once: a few milliseconds of work.
const SLICE: u64 = 512 * 1024;

/// How far the reading of a large file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

/// Reads a file as text. `languages` are those that the reader prefers, the first one first: where the
/// encoding has to be guessed, they help. `progress` hears of it for files from 1 MB on.
///
/// # Errors
/// An [`IntakeError`] that says what is wrong with the file and what to do.
pub async fn read_file(
    file: &File,
    languages: &[String],
    mut progress: impl FnMut(Progress),
) -> Result<IncomingText, IntakeError> {
    let name = file.name();
    let total = file.size() as u64;
    check_size(total, Some(&name))?;
    let mut report = |done: u64| {
        if total >= PROGRESS_FROM {
            progress(Progress { done, total });
        }
    };

    let first = slice(file, 0, total.min(SLICE)).await?.to_vec();
    let decoded = match sniff(&first) {
        Sniffed::Binary(kind) => return Err(IntakeError::Binary { name: Some(name), advice: advice(kind) }),
        Sniffed::Utf16Le => with_decoder(file, "utf-16le", &mut report).await?,
        Sniffed::Utf16Be => with_decoder(file, "utf-16be", &mut report).await?,
        Sniffed::Utf8 | Sniffed::Unmarked => as_utf8(file, languages, &mut report).await?,
    };
    from_file(decoded)
}

/// UTF-8 needs no decoder: the bytes are the text. Where they are not, another encoding is assumed.
async fn as_utf8(file: &File, languages: &[String], report: &mut impl FnMut(u64)) -> Result<Decoded, IntakeError> {
    let total = file.size() as u64;
    let mut hash = Sha256::new();
    let mut bytes = Vec::with_capacity(usize::try_from(total).unwrap_or(0));
    let mut at = 0;
    while at < total {
        let end = (at + SLICE).min(total);
        let piece = slice(file, at, end).await?.to_vec();
        hash.update(&piece);
        bytes.extend_from_slice(&piece);
        at = end;
        report(at);
    }
    let decoded = Decoded {
        name: file.name(),
        original_sha256: hex(&hash.finalize()),
        encoding: "utf-8".to_owned(),
        ..Decoded::default()
    };
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, ..decoded }),
        Err(error) => error.into_bytes(),
    };
    if let Some((text, places)) = mostly_utf8(&bytes) {
        let changes = vec![format!("{places} damaged places replaced")];
        return Ok(Decoded { text, changes, assumed: Some(damaged_line(places)), ..decoded });
    }
    let encoding = assumed_encoding(&bytes, languages);
    drop(bytes);
    let mut decoded = with_decoder(file, encoding, report).await?;
    decoded.assumed = Some(assumed_line(encoding));
    Ok(decoded)
}

/// Decodes by the browser's own decoder, which takes off a byte-order mark.
async fn with_decoder(file: &File, encoding: &str, report: &mut impl FnMut(u64)) -> Result<Decoded, IntakeError> {
    let total = file.size() as u64;
    let unreadable = |error: JsValue| unreadable(file, &error);
    let decoder = TextDecoder::new_with_label(encoding).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let mut text = String::new();
    let mut at = 0;
    while at < total {
        let end = (at + SLICE).min(total);
        let piece = slice(file, at, end).await?;
        hash.update(piece.to_vec());
        let options = TextDecodeOptions::new();
        options.set_stream(end < total);
        text.push_str(&decoder.decode_with_buffer_source_and_options(&piece, &options).map_err(unreadable)?);
        at = end;
        report(at);
    }
    let changes = if encoding.starts_with("utf-16") { vec!["byte-order mark removed".to_owned()] } else { Vec::new() };
    Ok(Decoded {
        text,
        name: file.name(),
        original_sha256: hex(&hash.finalize()),
        encoding: encoding.to_owned(),
        changes,
        assumed: None,
    })
}

async fn slice(file: &File, start: u64, end: u64) -> Result<Uint8Array, IntakeError> {
    let unreadable = |error: JsValue| unreadable(file, &error);
    let blob = file.slice_with_f64_and_f64(start as f64, end as f64).map_err(unreadable)?;
    let piece = Uint8Array::new(&JsFuture::from(blob.array_buffer()).await.map_err(unreadable)?);
    if u64::from(piece.length()) == end - start {
        Ok(piece)
    } else {
        Err(IntakeError::Unreadable { name: Some(file.name()), reason: "it ended too early".to_owned() })
    }
}

fn unreadable(file: &File, error: &JsValue) -> IntakeError {
    let reason = error.dyn_ref::<web_sys::DomException>().map(web_sys::DomException::name);
    let reason = reason.or_else(|| Some(error.dyn_ref::<js_sys::Error>()?.message().into()));
    IntakeError::Unreadable { name: Some(file.name()), reason: reason.unwrap_or_else(|| "no reason given".to_owned()) }
}
