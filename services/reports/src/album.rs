//! The photos of a submission and of a report: their keys, what their readers get, how they come to a report and how they go.

use chrono::{DateTime, Duration, Utc};
use contract::reports::v1 as pb;
use files::{File, FilesError};
use ids::{PhotoId, ReportId};
use requests::Failure;
use runtime::Transaction;
use seal::DataKey;
use sqlx::PgConnection;

use crate::{
    error::Error,
    fault::{Fault, Faults},
    photo, sealed,
    service::Reports,
    store::{self, photos::PhotoRow},
    upload::Stored,
};

/// The parts of a photo: as it came, as its readers see it, and small.
pub const ORIGINAL: &str = "original";
pub const PHOTO: &str = "photo";
pub const THUMBNAIL: &str = "thumbnail";

/// How long time leaves one alone that it could not delete.
const TRY_AGAIN: Duration = Duration::hours(1);

pub const fn file(photo: PhotoId, part: &'static str) -> File {
    File { table: "photos", row: photo.as_uuid(), part }
}

/// A photo with its key, to be read once the transaction is over.
pub struct Opened {
    pub row: PhotoRow,
    pub key: DataKey,
}

/// Its own until a report has it, from then on sealed with the report's.
pub async fn key(conn: &mut PgConnection, service: &Reports, row: &PhotoRow) -> Result<DataKey, Error> {
    let (Some(report), Some(sealed)) = (row.report, &row.sealed_key) else {
        return Ok(seal::open_key(conn, &service.keyring, row.id.as_uuid()).await?);
    };
    let of_report = seal::open_key(conn, &service.keyring, report.as_uuid()).await?;
    Ok(of_report.entrusted(row.id.as_uuid(), sealed::photo_key(row.id), sealed)?)
}

/// Those that wait for their submission.
pub async fn open_waiting(conn: &mut PgConnection, service: &Reports, index: &[u8], now: DateTime<Utc>) -> Result<Vec<Opened>, Error> {
    let mut opened = Vec::new();
    for row in store::photos::waiting(conn, index, now).await? {
        opened.push(Opened { key: key(conn, service, &row).await?, row });
    }
    Ok(opened)
}

/// Those of a report, opened with its key.
pub async fn open(conn: &mut PgConnection, service: &Reports, report: ReportId) -> Result<Vec<Opened>, Error> {
    let of_report = seal::open_key(conn, &service.keyring, report.as_uuid()).await?;
    let opened = |row: PhotoRow| {
        let sealed = row.sealed_key.as_deref().ok_or(Error::corrupt("a photo of a report without its key"))?;
        Ok(Opened { key: of_report.entrusted(row.id.as_uuid(), sealed::photo_key(row.id), sealed)?, row })
    };
    store::photos::of_report(conn, report).await?.into_iter().map(opened).collect()
}

/// A report that was erased has none: what else is left of it is still there to be read.
pub fn none_of_erased(error: Error) -> Result<Vec<Opened>, Error> {
    match error {
        Error::Failure(Failure::Seal(seal::SealError::Erased(_))) => Ok(Vec::new()),
        error => Err(error),
    }
}

/// One of a report.
pub async fn open_one(conn: &mut PgConnection, service: &Reports, report: ReportId, photo: PhotoId) -> Result<(usize, Opened), Error> {
    let all = open(conn, service, report).await?;
    all.into_iter().enumerate().find(|(_, opened)| opened.row.id == photo).ok_or(Error::not_found())
}

fn view(row: &PhotoRow, thumbnail: Vec<u8>) -> pb::Photo {
    pb::Photo {
        photo_id: row.id.to_string(),
        added_at: Some(row.added_at.into()),
        width: row.width,
        height: row.height,
        thumbnail,
        by_handler: row.added_by.is_some(),
    }
}

pub fn view_stored(stored: Stored) -> pb::Photo {
    view(&stored.row, stored.thumbnail)
}

/// What its sender and its readers see of each; one whose file is gone is shown empty, the others are there.
pub async fn views(service: &Reports, opened: &[Opened]) -> Result<Vec<pb::Photo>, Error> {
    let mut views = Vec::new();
    for one in opened {
        let thumbnail = match service.files.get(&one.key, file(one.row.id, THUMBNAIL)).await {
            Err(FilesError::Missing) => {
                tracing::error!(photo = %one.row.id, "the file of a photo is missing");
                Vec::new()
            }
            read => read?.to_vec(),
        };
        views.push(view(&one.row, thumbnail));
    }
    Ok(views)
}

/// What is wrong with the photos that a submission names.
pub async fn check(conn: &mut PgConnection, index: &[u8], named: &[String], now: DateTime<Utc>) -> Result<Vec<Fault>, Error> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let there: Vec<String> = store::photos::waiting(conn, index, now).await?.iter().map(|row| row.id.to_string()).collect();
    let mut faults = Faults::default();
    for (at, photo) in named.iter().enumerate() {
        if !there.contains(&photo.to_lowercase()) || named[..at].contains(photo) {
            gone(&mut faults, at);
        }
    }
    Ok(faults.0)
}

fn gone(faults: &mut Faults, at: usize) {
    let path = format!("photo_ids[{at}]");
    faults.add(&path, "Ảnh không còn trên hệ thống. Chọn lại ảnh", "The photo is no longer there. Choose it again");
}

/// Gives the named photos, which were checked, to the report that has just been stored.
pub async fn attach_all(
    conn: &mut Transaction,
    service: &Reports,
    named: &[String],
    report: ReportId,
    of_report: &DataKey,
) -> Result<(), Error> {
    for (at, name) in named.iter().enumerate() {
        let photo = PhotoId::parse(name).map_err(|_| Error::corrupt("a photo's id that was checked"))?;
        if !attach(conn, service, photo, report, of_report).await? {
            let mut faults = Faults::default();
            gone(&mut faults, at);
            return Err(Error::invalid(faults.0));
        }
    }
    Ok(())
}

/// Gives a photo to a report: its key is the report's from now on. False: it does not wait any more.
pub async fn attach(
    conn: &mut Transaction,
    service: &Reports,
    photo: PhotoId,
    report: ReportId,
    of_report: &DataKey,
) -> Result<bool, Error> {
    let own = match seal::open_key(conn, &service.keyring, photo.as_uuid()).await {
        Err(seal::SealError::Erased(_) | seal::SealError::NoKey(_)) => return Ok(false),
        opened => opened?,
    };
    let sealed = own.entrust(of_report, sealed::photo_key(photo))?;
    let now = service.now();
    let attached = store::photos::attach(conn, photo, report, &sealed, now, now + photo::LOOK_AGAIN).await?;
    if attached {
        seal::erase(conn, photo.as_uuid()).await?;
    }
    Ok(attached)
}

/// Deletes what time has come for: photos for which no report came or that were taken back, and those whose report was erased.
pub async fn pass_time(service: &Reports, now: DateTime<Utc>) -> Result<(), Error> {
    loop {
        let mut transaction = service.begin().await?;
        let due = store::photos::due(&mut transaction, now).await?;
        transaction.commit().await?;
        if due.is_empty() {
            return Ok(());
        }
        for (photo, report) in due {
            look_at(service, photo, report, now).await?;
        }
    }
}

async fn look_at(service: &Reports, photo: PhotoId, report: Option<ReportId>, now: DateTime<Utc>) -> Result<(), Error> {
    let mut transaction = service.begin().await?;
    let stays = match report {
        Some(report) => seal::erased(&mut transaction, &[report.as_uuid()]).await?.is_empty(),
        None => false,
    };
    if stays {
        store::photos::look_again(&mut transaction, photo, now + photo::LOOK_AGAIN).await?;
        return Ok(transaction.commit().await?);
    }
    // First the bytes, then what knows of them: whoever dies in between begins again.
    transaction.commit().await?;
    let deleted = delete_files(service, photo).await;
    let mut transaction = service.begin().await?;
    match deleted {
        Ok(()) => {
            store::photos::delete(&mut transaction, photo).await?;
            seal::erase(&mut transaction, photo.as_uuid()).await?;
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, %photo, "the files of a photo could not be deleted");
            store::photos::look_again(&mut transaction, photo, now + TRY_AGAIN).await?;
        }
    }
    Ok(transaction.commit().await?)
}

pub async fn delete_files(service: &Reports, photo: PhotoId) -> Result<(), FilesError> {
    for part in [ORIGINAL, PHOTO, THUMBNAIL] {
        service.files.delete(file(photo, part)).await?;
    }
    Ok(())
}
