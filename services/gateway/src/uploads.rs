//! A form with files: `multipart/form-data` read part by part, so that one file at a time is in memory, and a few forms at once. A form without files reads
//! the same way.
use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use ids::RequestId;
use multer::{Constraints, Field, Multipart, SizeLimit};
use runtime::grpc::Scope;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{error::PageError, forms::Typed, site::Site};

/// How long a form with files may take: it comes from a phone on a bad link.
const TIME: Duration = Duration::from_secs(180);
/// Forms with files that are read at once.
pub const PLACES: usize = 32;
/// Those of officers, who have places of their own, so that citizens never take theirs.
pub const STAFF_PLACES: usize = 8;
/// Of a photo; the service says so too.
const FILE_BYTES: usize = 5 * 1024 * 1024;
/// Of everything that is not a file.
const TEXT_BYTES: usize = 256 * 1024;
/// What is too large is read to its end, so that the rest of the form is heard; beyond this nobody listens.
const FORM_BYTES: u64 = 64 * 1024 * 1024;

/// Works on a form with files, in the time that such a form has: the page's own would be over before the first file is here.
pub async fn in_time(id: RequestId, work: impl Future<Output = Result<Response, PageError>>) -> Result<Response, PageError> {
    let work = tokio::time::timeout(TIME, Scope::new(id, TIME).run(work));
    work.await.unwrap_or(Err(PageError::Unavailable))
}

/// A form as it comes in.
pub struct Upload {
    /// What was typed, as far as it has come.
    pub typed: Typed,
    parts: Option<Parts>,
}

struct Parts {
    form: Multipart<'static>,
    /// What may still be typed.
    text_left: usize,
    _place: OwnedSemaphorePermit,
}

/// A file of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    Whole(Bytes),
    TooLarge,
}

impl Upload {
    /// A form that is read in one of `places`, with so many bytes of text in it at most.
    pub async fn begin(request: Request, site: &Arc<Site>, places: &Arc<Semaphore>, text_bytes: usize) -> Result<Self, Response> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !content_type.starts_with("multipart/form-data") {
            return Ok(Self { typed: Typed::from_request(request, site).await?, parts: None });
        }
        let boundary = multer::parse_boundary(content_type).map_err(|_| StatusCode::BAD_REQUEST.into_response())?;
        let place = Arc::clone(places).try_acquire_owned().map_err(|_| PageError::TooMany.into_response())?;
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(FORM_BYTES));
        let form = Multipart::with_constraints(request.into_body().into_data_stream(), boundary, limits);
        Ok(Self { typed: Typed::default(), parts: Some(Parts { form, text_left: text_bytes, _place: place }) })
    }

    /// The next file, with everything typed before it; none at the end, when everything typed is there.
    pub async fn next_file(&mut self) -> Result<Option<File>, PageError> {
        let Some(parts) = &mut self.parts else { return Ok(None) };
        while let Some(field) = parts.form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                // A box in which nothing was chosen is sent as a file without a name.
                let chosen = field.file_name().is_some_and(|name| !name.is_empty());
                match file(field).await? {
                    File::Whole(bytes) if bytes.is_empty() && !chosen => continue,
                    file => return Ok(Some(file)),
                }
            }
            let text = text(field, &mut parts.text_left).await?;
            self.typed.add(name, text);
        }
        self.parts = None;
        Ok(None)
    }
}

async fn file(mut field: Field<'static>) -> Result<File, PageError> {
    let mut bytes = Vec::new();
    let mut too_large = false;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        too_large |= bytes.len() + chunk.len() > FILE_BYTES;
        if too_large {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(if too_large { File::TooLarge } else { File::Whole(bytes.into()) })
}

async fn text(mut field: Field<'static>, left: &mut usize) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        *left = left.checked_sub(chunk.len()).ok_or(PageError::TooLarge)?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| PageError::Unreadable)
}

fn broken(error: multer::Error) -> PageError {
    match error {
        multer::Error::StreamSizeExceeded { .. } => PageError::TooLarge,
        _ => PageError::Unreadable,
    }
}

impl FromRequest<Arc<Site>> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        Self::begin(request, site, &site.uploads, TEXT_BYTES).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(body: Vec<u8>) -> Result<(Typed, Vec<File>), PageError> {
        let stream = futures::stream::iter(
            body.chunks(1000).map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk))).collect::<Vec<_>>(),
        );
        let place = Arc::new(tokio::sync::Semaphore::new(1)).try_acquire_owned().unwrap();
        let parts = Parts { form: Multipart::new(stream, "x"), text_left: TEXT_BYTES, _place: place };
        let mut upload = Upload { typed: Typed::default(), parts: Some(parts) };
        let mut files = Vec::new();
        while let Some(file) = upload.next_file().await? {
            files.push(file);
        }
        Ok((upload.typed, files))
    }

    fn part(head: &str, body: &[u8]) -> Vec<u8> {
        [b"--x\r\nContent-Disposition: form-data; ".as_slice(), head.as_bytes(), b"\r\n\r\n", body, b"\r\n"].concat()
    }

    #[tokio::test]
    async fn files_come_one_by_one_among_what_was_typed() {
        let body = [
            part("name=\"id\"", "số 1".as_bytes()),
            part("name=\"photo\"; filename=\"a.jpg\"", b"AAA"),
            part("name=\"photo\"; filename=\"\"", b""),
            part("name=\"photo\"; filename=\"b.jpg\"", &vec![7; FILE_BYTES + 1]),
            part("name=\"do\"", b"next"),
            b"--x--\r\n".to_vec(),
        ];
        let (typed, files) = read(body.concat()).await.unwrap();
        assert_eq!((typed.get("id"), typed.get("do")), ("số 1", "next"));
        assert_eq!(files, [File::Whole(Bytes::from_static(b"AAA")), File::TooLarge]);
    }

    #[tokio::test]
    async fn a_form_that_broke_off_or_never_ends_is_refused() {
        let broken = [part("name=\"id\"", b"1"), part("name=\"photo\"; filename=\"a.jpg\"", b"AAA")].concat();
        assert!(read(broken[..broken.len() - 4].to_vec()).await.is_err());
        let long = [part("name=\"text\"", &vec![b'a'; TEXT_BYTES + 1]), b"--x--\r\n".to_vec()].concat();
        assert_eq!(read(long).await.unwrap_err(), PageError::TooLarge);
    }
}
