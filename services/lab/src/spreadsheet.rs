//! Files that people fill in: read on a thread of their own, refused with what to mend, and given out empty.

use requests::{Invalid, fault::Faults};
use sheets::{Table, Template};

use crate::error::Error;

pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is wrong with the file as a whole is a fault of `content`.
pub async fn read(content: Vec<u8>, template: Template) -> Result<Table, Error> {
    let read = tokio::task::spawn_blocking(move || sheets::read(&content, &template)).await;
    read.map_err(|_| Error::corrupt("a file that was read"))?.map_err(|error| {
        let sentence = error.sentence();
        refused(sentence.vi.into_owned(), sentence.en.into_owned())
    })
}

pub fn refused(vi: String, en: String) -> Error {
    let mut faults = Faults::default();
    faults.add("content", vi, en);
    Invalid(faults.0).into()
}

/// The file to fill in.
pub fn empty(template: &Template) -> Result<Vec<u8>, Error> {
    sheets::write_template(template).map_err(|_| Error::corrupt("the template of a file"))
}
