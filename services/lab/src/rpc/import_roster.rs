//! ImportRoster: a list of people as they have it. The right rows are registered; a dry run says what would be.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    lab::v1::{self as pb, ImportRosterRequest, ImportRosterResponse, RosterFault},
};
use ids::{CampaignId, RosterId, SubjectId};
use requests::fault::Fault;
use runtime::{Caller, Language, Transaction};
use sha2::{Digest as _, Sha256};
use sheets::{CellError, Row, Table, Value, Words};
use vietnam::{AreaKey, time};

use crate::{
    access,
    error::Error,
    registration, request, roster,
    service::Lab,
    spreadsheet,
    store::rosters::{self, New},
    subject::{self, Indexes, Subject},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabCampaignsManage;
const ACTION: &str = "lab.ImportRoster";
const MOST_FAULTS: usize = 200;
/// A list is taken whole or not at all, in one transaction.
const MOST_ROWS: usize = 5_000;

pub async fn handle(service: &Lab, caller: &Caller, request: ImportRosterRequest) -> Result<ImportRosterResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let campaign = request::id(CampaignId::parse(&request.campaign_id), "campaign_id")?;
    let id = request::id(RosterId::parse(&request.import_id), "import_id")?;
    let file_index = service.keyring.index("lab.rosters.file", &requests::hex(&Sha256::digest(&request.content)))?;
    let table = read(request.content).await?;
    let now = service.now();
    let mut transaction = service.begin().await?;
    let area = rosters::campaign_area(&mut transaction, campaign, &access::eyes(caller, PERMISSION)).await?;
    let known = rosters::of_file(&mut transaction, campaign, &file_index).await?;
    let taken = take(service, &mut transaction, &table, now).await?;
    let mut answer = answer(&table, &taken, caller.language)?;
    if let Some(same) = known {
        answer.same_as_import_id = same.to_string();
    } else if !request.dry_run {
        let account = caller.account()?.account_id;
        let new = New { id, campaign, file_index: &file_index, rows: answer.rows, wrong_rows: answer.wrong_rows, account };
        let people = taken.new.iter().map(|(subject, indexes)| (subject, indexes.clone())).collect();
        registration::store(service, &mut transaction, people, now).await?;
        rosters::insert(&mut transaction, &new, now).await?;
        rosters::insert_members(&mut transaction, id, &taken.members).await?;
    }
    record(caller, &mut transaction, id, area, &answer, now).await?;
    transaction.commit().await?;
    Ok(answer)
}

async fn record(
    caller: &Caller,
    transaction: &mut Transaction,
    id: RosterId,
    area: AreaKey,
    answer: &ImportRosterResponse,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let act = Act::write(ACTION, id.as_uuid(), area);
    let detail = serde_json::json!({ "rows": answer.rows, "new": answer.new_people, "wrong": answer.wrong_rows });
    trail::record(transaction, caller, PERMISSION, act.with(detail), now).await
}

async fn read(content: Vec<u8>) -> Result<Table, Error> {
    let table = spreadsheet::read(content, roster::template()).await?;
    if table.rows.len() > MOST_ROWS {
        return Err(spreadsheet::refused(
            format!("Chia danh sách thành nhiều tệp, mỗi tệp không quá {MOST_ROWS} người"),
            format!("Split the list into files of at most {MOST_ROWS} people"),
        ));
    }
    Ok(table)
}

/// What the rows came to.
struct Taken {
    members: Vec<(SubjectId, bool)>,
    new: Vec<(Subject, Indexes)>,
    /// By row: what is wrong beside its cells.
    refused: HashMap<u32, Vec<Fault>>,
    /// Rows of people who were known before, also from a row above.
    known: HashSet<u32>,
}

async fn take(service: &Lab, transaction: &mut Transaction, table: &Table, now: DateTime<Utc>) -> Result<Taken, Error> {
    let mut taken = Taken { members: Vec::new(), new: Vec::new(), refused: HashMap::new(), known: HashSet::new() };
    let mut read = Vec::new();
    for row in table.rows.iter().filter(|row| table.errors_of(row).is_empty()) {
        match subject::parse(&roster::subject(table, row, now), &service.profile, now) {
            Ok(subject) => read.push((row.number, subject.indexes(&service.keyring)?, subject)),
            Err(faults) => drop(taken.refused.insert(row.number, faults)),
        }
    }
    let registered = rosters::known(transaction, &read.iter().map(|(_, indexes, _)| indexes).collect::<Vec<_>>()).await?;
    let mut above = HashMap::new();
    for (place, (number, indexes, subject)) in read.into_iter().enumerate() {
        let names =
            [(1, &indexes.qid), (2, &indexes.id), (3, &indexes.matching)].map(|(kind, index)| index.clone().map(|index| (kind, index)));
        let known = registered.get(&place).or_else(|| names.iter().flatten().find_map(|name| above.get(name))).copied();
        let member = known.unwrap_or(subject.id);
        above.extend(names.into_iter().flatten().map(|name| (name, member)));
        taken.members.push((member, known.is_none()));
        if known.is_some() {
            taken.known.insert(number);
        } else {
            taken.new.push((subject, indexes));
        }
    }
    Ok(taken)
}

fn answer(table: &Table, taken: &Taken, language: Language) -> Result<ImportRosterResponse, Error> {
    let mut faults: Vec<RosterFault> = table.errors.iter().map(|error| wrong_cell(error, language)).collect();
    for row in &table.rows {
        faults.extend(taken.refused.get(&row.number).into_iter().flatten().map(|fault| refused_cell(table, row, fault, language)));
    }
    faults.sort_by_key(|fault| fault.row);
    let wrong = table.rows.iter().filter(|row| !table.errors_of(row).is_empty() || taken.refused.contains_key(&row.number)).count();
    let result = sheets::write_result(table, |row| {
        if let Some(refused) = taken.refused.get(&row.number) {
            return refused.first().map(|fault| fault.description_vi.clone());
        }
        Some(if taken.known.contains(&row.number) { "Đã có trong hệ thống" } else { "Đã nhận" }.to_owned())
            .filter(|_| table.errors_of(row).is_empty())
    });
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    faults.truncate(MOST_FAULTS);
    Ok(pb::ImportRosterResponse {
        rows: count(table.rows.len()),
        new_people: count(taken.members.iter().filter(|(_, registered)| *registered).count()),
        known_people: count(taken.known.len()),
        wrong_rows: count(wrong),
        faults,
        result: result.map_err(|_| Error::corrupt("the result of a list"))?,
        same_as_import_id: String::new(),
    })
}

fn wrong_cell(error: &CellError, language: Language) -> RosterFault {
    let spoken = |words: &Words| match language {
        Language::Vi => words.vi.to_string(),
        Language::En => words.en.to_string(),
    };
    let asks = if language == Language::Vi { "Cần" } else { "It needs" };
    RosterFault {
        row: i32::try_from(error.row).unwrap_or(i32::MAX),
        column: spoken(&error.title),
        value: error.value.clone(),
        sentence: spoken(&error.sentence()),
        rule: format!("{asks} {}", spoken(&error.rule)),
    }
}

fn refused_cell(table: &Table, row: &Row, fault: &Fault, language: Language) -> RosterFault {
    let (key, vi, en) = column_of(&fault.field_path);
    let number = row.number;
    let (column, rule) = match language {
        Language::Vi => (vi, &fault.description_vi),
        Language::En => (en, &fault.description_en),
    };
    let sentence = match language {
        Language::Vi => format!("Dòng {number}, cột {column}: {rule}."),
        Language::En => format!("Row {number}, column {column}: {rule}."),
    };
    let value = match table.get(row, key) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Date(day)) => time::format_date(*day),
        Some(Value::Year(year)) => year.to_string(),
        Some(Value::Decimal(_) | Value::Integer(_)) | None => String::new(),
    };
    RosterFault { row: i32::try_from(number).unwrap_or(i32::MAX), column: column.to_owned(), value, sentence, rule: rule.clone() }
}

/// The column of a refused field: its key, and its title in both languages.
fn column_of(field: &str) -> (&'static str, &'static str, &'static str) {
    match field {
        "subject.full_name" => ("name", "Họ và tên", "Full name"),
        "subject.birth" => ("birth", "Ngày sinh", "Birth"),
        "subject.id_number" => ("id", "CCCD/CMND", "Identity number"),
        "subject.phone" => ("phone", "Điện thoại", "Phone"),
        _ => ("", "", ""),
    }
}
