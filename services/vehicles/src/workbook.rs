//! The statistics as a workbook: one sheet for each table, who exported what and when on top of each, dates and numbers as such.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use contract::vehicles::v1::{Decision, Direction};
use runtime::Language;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use vietnam::{areas, province::Profile, time};

use crate::{error::Error, store::statistics::Statistics, tally::Days};

/// What stands above each table.
#[derive(Debug)]
pub struct Heading {
    pub by: String,
    pub areas: String,
    pub days: Days,
    pub as_of: DateTime<Utc>,
}

/// A text in both languages.
type Words = (&'static str, &'static str);

const fn in_language(words: Words, language: Language) -> &'static str {
    match language {
        Language::Vi => words.0,
        Language::En => words.1,
    }
}

pub fn write(profile: &Profile, heading: &Heading, counted: &Statistics, language: Language) -> Result<Vec<u8>, Error> {
    let book = Book { profile, heading, counted, language, styles: Styles::new() };
    book.write().map_err(|_| Error::corrupt("the workbook cannot be written"))
}

struct Book<'a> {
    profile: &'a Profile,
    heading: &'a Heading,
    counted: &'a Statistics,
    language: Language,
    styles: Styles,
}

struct Styles {
    title: Format,
    label: Format,
    header: Format,
    date: Format,
    moment: Format,
    number: Format,
}

impl Styles {
    fn new() -> Self {
        Self {
            title: Format::new().set_bold().set_font_size(14),
            label: Format::new().set_bold(),
            header: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin),
            date: Format::new().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Left),
            moment: Format::new().set_num_format("dd/mm/yyyy hh:mm").set_align(FormatAlign::Left),
            number: Format::new().set_num_format("#,##0"),
        }
    }
}

const CROSSINGS: &[(Words, f64)] = &[
    (("Ngày", "Day"), 12.0),
    (("Mã chốt", "Post code"), 10.0),
    (("Chốt", "Post"), 26.0),
    (("Chiều", "Direction"), 10.0),
    (("Quyết định", "Decision"), 22.0),
    (("Số xe", "Vehicles"), 10.0),
    (("Số người", "People"), 10.0),
];

const DESTINATIONS: &[(Words, f64)] = &[
    (("Mã", "Code"), 10.0),
    (("Nơi đến", "Destination"), 34.0),
    (("Số xe", "Vehicles"), 10.0),
    (("Số người", "People"), 10.0),
    (("Phải xác nhận", "To be confirmed"), 12.0),
    (("Đã xác nhận", "Confirmed"), 12.0),
    (("Xác nhận muộn", "Confirmed late"), 12.0),
    (("Quá hạn, chưa đến", "Overdue, missing"), 12.0),
    (("Sai khai báo", "Not as declared"), 12.0),
    (("Trễ trung vị (phút)", "Median delay (minutes)"), 14.0),
];

impl Book<'_> {
    fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        self.crossings(workbook.add_worksheet())?;
        self.destinations(workbook.add_worksheet())?;
        workbook.save_to_buffer()
    }

    fn word(&self, words: Words) -> &'static str {
        in_language(words, self.language)
    }

    fn crossings(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.word(("Qua chốt", "Crossings")))?;
        let first = self.top(sheet, ("Xe và người qua chốt", "Vehicles and people at the posts"), CROSSINGS)?;
        for (row, count) in (first..).zip(&self.counted.crossings) {
            let post = self.profile.post(&count.post).map(|post| match self.language {
                Language::Vi => &*post.name_vi,
                Language::En => &*post.name_en,
            });
            sheet.write_datetime_with_format(row, 0, date(count.day)?, &self.styles.date)?;
            sheet.write_string(row, 1, &count.post)?;
            sheet.write_string(row, 2, post.unwrap_or(&count.post))?;
            sheet.write_string(row, 3, self.word(direction(count.direction)))?;
            sheet.write_string(row, 4, self.word(decision(count.decision)))?;
            sheet.write_number_with_format(row, 5, count.vehicles, &self.styles.number)?;
            sheet.write_number_with_format(row, 6, count.people, &self.styles.number)?;
        }
        Ok(())
    }

    fn destinations(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.word(("Nơi đến", "Destinations")))?;
        let title = ("Xe và người theo nơi đến, xác nhận đến", "Vehicles and people by destination, arrivals confirmed");
        let first = self.top(sheet, title, DESTINATIONS)?;
        for (row, count) in (first..).zip(&self.counted.destinations) {
            sheet.write_string(row, 0, count.area.code())?;
            sheet.write_string(row, 1, areas::get(count.area).map(|area| area.full_name()).unwrap_or_default())?;
            let numbers = [
                count.vehicles,
                count.people,
                count.expected,
                count.confirmed,
                count.late,
                count.missing,
                count.mismatched,
                count.median_delay_minutes,
            ];
            for (column, number) in (2..).zip(numbers) {
                sheet.write_number_with_format(row, column, number, &self.styles.number)?;
            }
        }
        Ok(())
    }

    /// Title, who and what, and the header, which stays in sight. Returns the first row of the table.
    fn top(&self, sheet: &mut Worksheet, title: Words, columns: &[(Words, f64)]) -> Result<u32, XlsxError> {
        let heading = self.heading;
        sheet.write_string_with_format(0, 0, self.word(title), &self.styles.title)?;
        let label = |sheet: &mut Worksheet, row, words| {
            sheet.write_string_with_format(row, 0, in_language(words, self.language), &self.styles.label).map(drop)
        };
        label(sheet, 1, ("Từ ngày", "From"))?;
        sheet.write_datetime_with_format(1, 2, date(heading.days.from)?, &self.styles.date)?;
        label(sheet, 2, ("Trước ngày", "Before"))?;
        sheet.write_datetime_with_format(2, 2, date(heading.days.until)?, &self.styles.date)?;
        label(sheet, 3, ("Giờ chốt số liệu", "Cut-off hour"))?;
        sheet.write_number(3, 2, heading.days.cutoff_hour)?;
        label(sheet, 4, ("Địa bàn", "Area"))?;
        sheet.write_string(4, 2, &heading.areas)?;
        label(sheet, 5, ("Vi phạm mới", "Violations opened"))?;
        sheet.write_number(5, 2, self.counted.violations_opened)?;
        label(sheet, 6, ("Người xuất", "Exported by"))?;
        sheet.write_string(6, 2, &heading.by)?;
        label(sheet, 7, ("Số liệu lúc", "As of"))?;
        sheet.write_datetime_with_format(7, 2, moment(heading.as_of)?, &self.styles.moment)?;
        for (column, (words, width)) in (0..).zip(columns) {
            sheet.write_string_with_format(TABLE, column, self.word(*words), &self.styles.header)?;
            sheet.set_column_width(column, *width)?;
        }
        sheet.set_freeze_panes(TABLE + 1, 0)?;
        Ok(TABLE + 1)
    }
}

/// The row of the header.
const TABLE: u32 = 9;

fn date(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or_default(), part(day.month()), part(day.day()))
}

fn moment(at: DateTime<Utc>) -> Result<ExcelDateTime, XlsxError> {
    let local = time::local(at);
    date(local.date_naive())?.and_hms(u16::try_from(local.hour()).unwrap_or_default(), part(local.minute()), 0)
}

fn part(number: u32) -> u8 {
    u8::try_from(number).unwrap_or_default()
}

const fn direction(direction: Direction) -> Words {
    match direction {
        Direction::In => ("Vào", "In"),
        Direction::Out => ("Ra", "Out"),
        Direction::Unspecified => ("", ""),
    }
}

const fn decision(decision: Decision) -> Words {
    match decision {
        Decision::Transit => ("Cho vào, quá cảnh", "Admit, transit"),
        Decision::Destination => ("Cho vào, đến địa bàn", "Admit to a place"),
        Decision::TurnBack => ("Quay đầu", "Turn back"),
        Decision::Refuse => ("Không cho vào", "Refuse entry"),
        Decision::Refer => ("Chuyển y tế", "Refer to the medic"),
        Decision::Unspecified => ("", ""),
    }
}
