//! `/open311/v2/services`: what can be reported today, and what is asked about it.
use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use contract::reports::v1::{Category, Question, QuestionKind};
use http::StatusCode;

use super::{
    Asked,
    document::{Document, Node},
    failure::Failure,
    stem,
};
use crate::{
    site::Site,
    text::Words,
    view::reports::{Categories, said},
};

/// `GET /open311/v2/services.xml`
pub async fn list(State(site): State<Arc<Site>>, asked: Asked) -> Response {
    asked.answer(services(&site, &asked).await)
}

/// `GET /open311/v2/services/LOAD_UNLOAD.xml`
pub async fn definition(State(site): State<Arc<Site>>, Path(file): Path<String>, asked: Asked) -> Response {
    asked.answer(questions(&site, &asked, &file).await)
}

/// What can be reported today.
pub async fn categories(site: &Site, asked: &Asked) -> Result<Categories, Failure> {
    asked.count(site)?;
    Categories::of_today(site, &asked.caller).await.map_err(|error| Failure::of_page(site, &error))
}

async fn services(site: &Site, asked: &Asked) -> Result<Document, Failure> {
    let words = site.words(asked.lang);
    let categories = categories(site, asked).await?;
    let services = categories.0.iter().map(|category| service(&words, category)).collect();
    Ok(Document::ok("services", Node::List("service", services)))
}

/// Every service has a definition: when it was seen is always asked.
fn service(words: &Words, category: &Category) -> Node {
    let group = if category.about_vehicle { "open311-group-vehicle" } else { "open311-group-place" };
    Node::Fields(vec![
        ("service_code", Node::text(category.category_id.as_str())),
        ("service_name", Node::text(said(words.lang(), &category.name_vi, &category.name_en))),
        ("description", Node::text(said(words.lang(), &category.hint_vi, &category.hint_en))),
        ("metadata", Node::Flag(true)),
        ("type", Node::text("realtime")),
        ("keywords", Node::text(words.t("open311-keywords"))),
        ("group", Node::text(words.t(group))),
    ])
}

async fn questions(site: &Site, asked: &Asked, file: &str) -> Result<Document, Failure> {
    let words = site.words(asked.lang);
    let categories = categories(site, asked).await?;
    let category = stem(file).and_then(|code| categories.find(code));
    let category = category.ok_or_else(|| Failure::new(site, StatusCode::NOT_FOUND, "open311-no-service"))?;
    let plate = category.about_vehicle.then(|| Attribute::plate(&words));
    let asked = category.questions.iter().map(|question| Attribute::of(&words, question));
    let attributes = asked.chain(plate).chain([Attribute::seen_at(&words)]);
    let attributes = (1..).zip(attributes).map(|(order, attribute)| attribute.node(order)).collect();
    let definition = Node::Fields(vec![
        ("service_code", Node::text(category.category_id.as_str())),
        ("attributes", Node::List("attribute", attributes)),
    ]);
    Ok(Document::ok("service_definition", definition))
}

/// A question as the standard writes it.
struct Attribute {
    code: String,
    datatype: &'static str,
    required: bool,
    hint: String,
    description: String,
    /// Keys and names to choose from.
    values: Vec<(String, String)>,
}

impl Attribute {
    fn of(words: &Words, question: &Question) -> Self {
        let (datatype, values) = match question.kind() {
            QuestionKind::YesNo => {
                let values = [("yes", words.t("open311-yes")), ("no", words.t("open311-no"))];
                ("singlevaluelist", values.map(|(key, name)| (key.to_owned(), name)).into())
            }
            QuestionKind::Choice => {
                let values = question.choices.iter();
                let named = values.map(|choice| (choice.choice_id.clone(), said(words.lang(), &choice.name_vi, &choice.name_en)));
                ("singlevaluelist", named.collect())
            }
            QuestionKind::Number => ("number", Vec::new()),
            QuestionKind::Text | QuestionKind::Unspecified => ("string", Vec::new()),
        };
        Self {
            code: question.question_id.clone(),
            datatype,
            required: question.required,
            hint: String::new(),
            description: said(words.lang(), &question.text_vi, &question.text_en),
            values,
        }
    }

    fn plate(words: &Words) -> Self {
        Self::fixed("plate", "string", words.t("open311-plate"), words.t("open311-plate-hint"))
    }

    fn seen_at(words: &Words) -> Self {
        Self::fixed("seen_at", "datetime", words.t("open311-seen-at"), words.t("open311-seen-at-hint"))
    }

    fn fixed(code: &str, datatype: &'static str, description: String, hint: String) -> Self {
        Self { code: code.to_owned(), datatype, required: false, hint, description, values: Vec::new() }
    }

    fn node(self, order: i64) -> Node {
        let value = |(key, name): (String, String)| Node::Fields(vec![("key", Node::text(key)), ("name", Node::text(name))]);
        Node::Fields(vec![
            ("variable", Node::Flag(true)),
            ("code", Node::text(self.code)),
            ("datatype", Node::text(self.datatype)),
            ("required", Node::Flag(self.required)),
            ("datatype_description", Node::text(self.hint)),
            ("order", Node::Number(order)),
            ("description", Node::text(self.description)),
            ("values", Node::List("value", self.values.into_iter().map(value).collect())),
        ])
    }
}
