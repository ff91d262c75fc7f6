//! A document of Open311, written once and answered as XML or JSON.
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// The form that the end of the address asks for. The standard requires XML, so XML is what an address without one gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
}

impl Format {
    pub fn of_path(path: &str) -> Self {
        if path.ends_with(".json") { Self::Json } else { Self::Xml }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// A value of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// `null`, or an element with nothing in it.
    Empty,
    Text(String),
    Number(i64),
    Flag(bool),
    Fields(Vec<(&'static str, Node)>),
    /// An array; in XML each has the element's name.
    List(&'static str, Vec<Node>),
}

impl Node {
    /// Nothing where the text is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn write(&self, name: &str, xml: &mut String) {
        match self {
            Self::Empty => xml.push_str(&format!("<{name}/>")),
            Self::Text(text) => xml.push_str(&format!("<{name}>{}</{name}>", escaped(text))),
            Self::Number(number) => xml.push_str(&format!("<{name}>{number}</{name}>")),
            Self::Flag(flag) => xml.push_str(&format!("<{name}>{flag}</{name}>")),
            Self::Fields(fields) => within(name, xml, |xml| fields.iter().for_each(|(field, node)| node.write(field, xml))),
            Self::List(item, nodes) => within(name, xml, |xml| nodes.iter().for_each(|node| node.write(item, xml))),
        }
    }
}

fn within(name: &str, xml: &mut String, write: impl FnOnce(&mut String)) {
    xml.push_str(&format!("<{name}>"));
    write(xml);
    xml.push_str(&format!("</{name}>"));
}

/// What XML cannot hold at all is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\r' => safe.push_str("&#13;"),
            '\t' | '\n' => safe.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => (),
            _ => safe.push(letter),
        }
    }
    safe
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Fields(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, node) in fields {
                    map.serialize_entry(name, node)?;
                }
                map.end()
            }
            Self::List(_, nodes) => serializer.collect_seq(nodes),
        }
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub status: StatusCode,
    /// The outermost element of XML; JSON has none.
    pub root: &'static str,
    pub node: Node,
}

impl Document {
    pub fn ok(root: &'static str, node: Node) -> Self {
        Self { status: StatusCode::OK, root, node }
    }

    pub fn respond(&self, format: Format) -> Response {
        let body = match format {
            Format::Xml => {
                let mut xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned();
                self.node.write(self.root, &mut xml);
                xml
            }
            // A tree of texts, numbers and truths is always JSON.
            Format::Json => serde_json::to_string(&self.node).unwrap_or_default(),
        };
        let mut response = (self.status, body).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_becomes_an_element() {
        let node = Node::Fields(vec![
            ("a", Node::text("</a><b x=\"1\">&'\u{0}\u{1}\u{fffe}\r\n")),
            ("none", Node::text("")),
            ("rows", Node::List("row", vec![Node::Number(1), Node::Flag(true)])),
        ]);
        let mut xml = String::new();
        node.write("root", &mut xml);
        let text = "&lt;/a&gt;&lt;b x=&quot;1&quot;&gt;&amp;&apos;&#13;\n";
        assert_eq!(xml, format!("<root><a>{text}</a><none/><rows><row>1</row><row>true</row></rows></root>"));
        let json = serde_json::to_string(&node).unwrap();
        assert!(json.ends_with("\"none\":null,\"rows\":[1,true]}"), "{json}");
    }
}
