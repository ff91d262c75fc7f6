//! JSON pointers (RFC 6901): of the place where reading stopped, and of a field path.

/// One segment, escaped.
pub fn segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// `declaration.people[2].full_name` becomes `/declaration/people/2/fullName`.
pub fn of_field_path(path: &str) -> String {
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).map(|part| format!("/{}", camel(part))).collect()
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut raise = false;
    for letter in name.chars() {
        if letter == '_' {
            raise = true;
        } else {
            out.push(if raise { letter.to_ascii_uppercase() } else { letter });
            raise = false;
        }
    }
    out
}

/// The last key or value that begins before the line and column (from 1, in bytes) where serde_json stopped.
///
/// serde_json knows the place but not its name; finding it afterwards leaves the good case as fast as it was.
pub fn at(json: &[u8], line: usize, column: usize) -> String {
    let start: usize = json.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let mut walk = Walk { json, end: (start + column).min(json.len()), at: 0, levels: Vec::new(), last: String::new() };
    walk.run();
    walk.last
}

enum Level {
    Object { key: String, value_next: bool },
    Array { index: usize },
}

struct Walk<'a> {
    json: &'a [u8],
    end: usize,
    at: usize,
    levels: Vec<Level>,
    last: String,
}

impl Walk<'_> {
    fn run(&mut self) {
        while self.at < self.end {
            let byte = self.json[self.at];
            match byte {
                b'{' | b'[' => {
                    self.mark();
                    let object = Level::Object { key: String::new(), value_next: false };
                    self.levels.push(if byte == b'{' { object } else { Level::Array { index: 0 } });
                }
                b'}' | b']' => drop(self.levels.pop()),
                b':' => self.expect_value(true),
                b',' => self.expect_next(),
                b'"' => {
                    self.string();
                    continue;
                }
                byte if byte.is_ascii_whitespace() => {}
                _ => self.mark(),
            }
            self.at += 1;
        }
    }

    fn expect_value(&mut self, value: bool) {
        if let Some(Level::Object { value_next, .. }) = self.levels.last_mut() {
            *value_next = value;
        }
    }

    fn expect_next(&mut self) {
        match self.levels.last_mut() {
            Some(Level::Object { value_next, .. }) => *value_next = false,
            Some(Level::Array { index }) => *index += 1,
            None => {}
        }
    }

    /// Reads a string to its end, as a key where one belongs.
    fn string(&mut self) {
        let from = self.at;
        self.at += 1;
        while self.at < self.json.len() && self.json[self.at] != b'"' {
            self.at += if self.json[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.json.len());
        if let Some(Level::Object { key, value_next: false }) = self.levels.last_mut() {
            *key = serde_json::from_slice(&self.json[from..self.at]).unwrap_or_default();
        }
        self.mark();
    }

    fn mark(&mut self) {
        self.last = self
            .levels
            .iter()
            .map(|level| match level {
                Level::Object { key, .. } => format!("/{}", segment(key)),
                Level::Array { index } => format!("/{index}"),
            })
            .collect();
    }
}
