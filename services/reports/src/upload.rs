//! What comes of a file that somebody sends: looked at, made clean, its three parts stored sealed. Nothing is acknowledged before all of it is there, and
//! the same photo sent again goes on where it broke off.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use files::{Kind, Pictures};
use ids::{AccountId, PhotoId, ReportId};
use requests::IdReused;
use runtime::{Caller, Transaction};
use seal::DataKey;

use crate::{
    album::{self, ORIGINAL, PHOTO, THUMBNAIL},
    error::Error,
    photo, sealed,
    service::Reports,
    store::{self, photos::PhotoRow},
    ticket,
};

/// For what a photo is sent: a submission, a report that its reporter follows, or one that somebody handles.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    pub index: [u8; 32],
    pub report: Option<ReportId>,
    /// The handler who adds it; none where the reporter does.
    pub handler: Option<AccountId>,
    /// How many it may have.
    pub most: usize,
}

impl Owner {
    pub fn submission(index: [u8; 32]) -> Self {
        Self { index, report: None, handler: None, most: photo::MOST_WITH_SUBMISSION }
    }

    pub fn report(service: &Reports, report: ReportId) -> Result<Self, Error> {
        let index = service.keyring.index("reports.photos_of_report", &report.to_string())?;
        Ok(Self { index, report: Some(report), handler: None, most: photo::MOST_OF_REPORT })
    }

    pub fn case(service: &Reports, report: ReportId, handler: AccountId) -> Result<Self, Error> {
        let index = service.keyring.index("reports.photos_of_case", &format!("{report}:{handler}"))?;
        Ok(Self { index, report: Some(report), handler: Some(handler), most: photo::MOST_OF_HANDLERS })
    }
}

/// A file that was looked at and not decoded yet.
pub struct Upload {
    id: PhotoId,
    owner: Owner,
    content: Bytes,
    kind: Kind,
    digest: [u8; 32],
    content_index: [u8; 32],
    now: DateTime<Utc>,
}

/// A photo of which all parts are stored, and nothing said yet.
pub struct Stored {
    pub row: PhotoRow,
    pub thumbnail: Vec<u8>,
}

impl Upload {
    pub fn read(service: &Reports, id: PhotoId, owner: Owner, content: Vec<u8>) -> Result<Self, Error> {
        let kind = files::kind(&content)?;
        let digest = files::digest(&content);
        let content_index = service.keyring.index("reports.photo_content", &requests::hex(&digest))?;
        Ok(Self { id, owner, content: content.into(), kind, digest, content_index, now: service.now() })
    }

    /// This very photo where it came before; an error where its id stands for another, or where there is no room for one more.
    pub async fn known(&self, service: &Reports, caller: &Caller, conn: &mut Transaction) -> Result<Option<PhotoRow>, Error> {
        if let Some(row) = store::photos::get(conn, self.id).await? {
            let same = row.owner_index.as_deref() == Some(&self.owner.index[..]) && row.content_index == self.content_index;
            return if same { Ok(Some(row)) } else { Err(IdReused.into()) };
        }
        let client = ticket::client_key(&service.keyring, caller)?;
        let Owner { index, report, handler, .. } = &self.owner;
        let counts = store::photos::count(conn, index, (*report, handler.is_some()), &client, self.now - photo::WINDOW).await?;
        let there = usize::try_from(counts.of_owner).unwrap_or(usize::MAX);
        photo::make_room(there, self.owner.most, counts.from_client, counts.waiting)?;
        Ok(None)
    }

    /// Makes the pictures and stores everything.
    pub async fn store(self, service: &Reports, caller: &Caller) -> Result<Stored, Error> {
        let pictures = service.darkroom.develop(self.content.clone()).await?;
        let claimed = match self.claim(service, caller, &pictures).await {
            // The same photo came twice at once: the second finds the row of the first.
            Err(error) if error.is_on(&["photos_pkey", "data_keys_pkey"]) => self.claim(service, caller, &pictures).await,
            other => other,
        };
        let (row, key) = claimed?;
        service.files.put(&key, album::file(self.id, ORIGINAL), &self.content).await?;
        service.files.put(&key, album::file(self.id, PHOTO), &pictures.photo.jpeg).await?;
        service.files.put(&key, album::file(self.id, THUMBNAIL), &pictures.thumbnail.jpeg).await?;
        Ok(Stored { row, thumbnail: pictures.thumbnail.jpeg })
    }

    /// Its row and its key, made where they are not there.
    async fn claim(&self, service: &Reports, caller: &Caller, pictures: &Pictures) -> Result<(PhotoRow, DataKey), Error> {
        let mut transaction = service.begin().await?;
        if let Some(row) = self.known(service, caller, &mut transaction).await? {
            let key = album::key(&mut transaction, service, &row).await?;
            return Ok((row, key));
        }
        let key = seal::create_key(&mut transaction, &service.keyring, self.id.as_uuid()).await?;
        let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let row = PhotoRow {
            id: self.id,
            owner_index: Some(self.owner.index.to_vec()),
            content_index: self.content_index.to_vec(),
            kind: self.kind,
            width: side(pictures.photo.width),
            height: side(pictures.photo.height),
            added_at: self.now,
            stored: false,
            report: None,
            sealed_digest: key.seal(sealed::photo_digest(self.id), &self.digest)?,
            sealed_key: None,
            added_by: self.owner.handler,
        };
        store::photos::insert(&mut transaction, &row, self.now + photo::WAITS).await?;
        let client = ticket::client_key(&service.keyring, caller)?;
        store::photos::count_sent(&mut transaction, &client, self.now).await?;
        transaction.commit().await?;
        Ok((row, key))
    }
}
