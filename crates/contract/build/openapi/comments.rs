//! What the protos say about their own things.
use std::collections::HashMap;

use prost_reflect::{
    DescriptorPool, EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor, ServiceDescriptor,
};

/// Leading comments by file and path.
pub struct Comments(HashMap<(String, Vec<i32>), String>);

/// The path of `syntax` in a file, where the comment of the whole file stands.
const SYNTAX: [i32; 1] = [12];

impl Comments {
    pub fn of(pool: &DescriptorPool) -> Comments {
        let mut found = HashMap::new();
        for file in pool.files() {
            let Some(info) = &file.file_descriptor_proto().source_code_info else { continue };
            for location in &info.location {
                let text = location.leading_comments().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
                if !text.is_empty() {
                    found.insert((file.name().to_owned(), location.path.clone()), text);
                }
            }
        }
        Comments(found)
    }

    fn at(&self, file: &FileDescriptor, path: &[i32]) -> String {
        self.0.get(&(file.name().to_owned(), path.to_vec())).cloned().unwrap_or_default()
    }

    pub fn of_file(&self, file: &FileDescriptor) -> String {
        self.at(file, &SYNTAX)
    }

    pub fn of_service(&self, service: &ServiceDescriptor) -> String {
        self.at(&service.parent_file(), service.path())
    }

    pub fn of_method(&self, method: &MethodDescriptor) -> String {
        self.at(&method.parent_service().parent_file(), method.path())
    }

    pub fn of_message(&self, message: &MessageDescriptor) -> String {
        self.at(&message.parent_file(), message.path())
    }

    pub fn of_field(&self, field: &FieldDescriptor) -> String {
        self.at(&field.parent_message().parent_file(), field.path())
    }

    pub fn of_enum(&self, kind: &EnumDescriptor) -> String {
        let about = self.at(&kind.parent_file(), kind.path());
        let values = kind.values().filter_map(|value| {
            let text = self.at(&kind.parent_file(), value.path());
            (!text.is_empty()).then(|| format!("`{}`: {text}", value.name()))
        });
        std::iter::once(about).filter(|text| !text.is_empty()).chain(values).collect::<Vec<_>>().join(" ")
    }
}
