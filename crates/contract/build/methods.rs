//! Writes `methods.rs`: the permissions and the table of methods, from the options of the protos.
use std::{
    collections::BTreeSet,
    fmt::{Result as Written, Write as _},
};

use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};

use crate::{Error, bindings};

/// What `(gsvt.common.v1.access)` says of one method.
pub struct Access {
    pub permission: String,
    pub audience: i32,
    pub records: i32,
}

pub fn source(pool: &DescriptorPool) -> Result<String, Error> {
    let mut methods = Vec::new();
    for service in pool.services().filter(|service| service.package_name().starts_with("gsvt.")) {
        for method in service.methods() {
            let access = access(pool, &method)?;
            methods.push((method, access));
        }
    }
    methods.sort_by_key(|(method, _)| (method.parent_service().full_name().to_owned(), method.name().to_owned()));

    let permissions: BTreeSet<_> = methods.iter().map(|(_, access)| access.permission.as_str()).filter(|name| !name.is_empty()).collect();
    let mut out = String::new();
    write_permissions(&mut out, &permissions)?;
    writeln!(out, "/// Every method of every service, by path.\npub static METHODS: &[Method] = &[")?;
    for (method, access) in &methods {
        write_method(&mut out, pool, method, access)?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

pub fn access(pool: &DescriptorPool, method: &MethodDescriptor) -> Result<Access, Error> {
    let name = method.full_name();
    let option =
        option(pool, &method.options(), "gsvt.common.v1.access").ok_or_else(|| format!("{name} has no (gsvt.common.v1.access)"))?;
    let access =
        Access { permission: text(&option, "permission"), audience: number(&option, "audience"), records: number(&option, "records") };
    if access.permission.is_empty() == (access.audience == 0) {
        return Err(format!("{name} must name either a permission or an audience").into());
    }
    if access.records == 0 {
        return Err(format!("{name} must say which records its answer discloses").into());
    }
    Ok(access)
}

fn write_permissions(out: &mut String, permissions: &BTreeSet<&str>) -> Written {
    writeln!(
        out,
        "/// One thing that a role may allow.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum Permission {{"
    )?;
    for name in permissions {
        writeln!(out, "    /// `{name}`\n    {},", variant(name))?;
    }
    writeln!(out, "}}\n\nimpl Permission {{\n    /// Every permission, by name.\n    pub const ALL: &[Permission] = &[")?;
    for name in permissions {
        writeln!(out, "        Permission::{},", variant(name))?;
    }
    writeln!(
        out,
        "    ];\n\n    /// The name in the protos, such as `vehicles.trips.decide`.\n    pub const fn as_str(self) -> &'static str {{\n        match self {{"
    )?;
    for name in permissions {
        writeln!(out, "            Permission::{} => \"{name}\",", variant(name))?;
    }
    writeln!(out, "        }}\n    }}\n}}\n")
}

/// `vehicles.trips.decide` becomes `VehiclesTripsDecide`.
fn variant(permission: &str) -> String {
    permission.split(['.', '-', '_']).map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

fn write_method(out: &mut String, pool: &DescriptorPool, method: &MethodDescriptor, access: &Access) -> Result<(), Error> {
    let service = method.parent_service();
    let package = service.package_name();
    let room = package.split('.').nth(1).unwrap_or(package);
    let audience = match access.audience {
        1 => "Public",
        2 => "SignedIn",
        3 => "Gateway",
        _ => "Holder",
    };
    let permission =
        if access.permission.is_empty() { "None".to_owned() } else { format!("Some(Permission::{})", variant(&access.permission)) };
    let records = if access.records == 2 { "PersonData" } else { "None" };
    writeln!(
        out,
        "    Method {{ name: {name:?}, path: \"/{service}/{name}\", service: {room:?}, action: \"{room}.{name}\", audience: Audience::{audience}, \
         permission: {permission}, records: Records::{records}, streaming: {streaming}, {http} }},",
        name = method.name(),
        service = service.full_name(),
        streaming = method.is_server_streaming(),
        http = bindings::source(pool, method)?,
    )?;
    Ok(())
}

/// A custom option by its full name, when it is set.
pub fn option(pool: &DescriptorPool, options: &DynamicMessage, name: &str) -> Option<DynamicMessage> {
    let extension = pool.get_extension_by_name(name)?;
    options.has_extension(&extension).then(|| options.get_extension(&extension).as_message().cloned()).flatten()
}

pub fn text(message: &DynamicMessage, field: &str) -> String {
    message.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

pub fn number(message: &DynamicMessage, field: &str) -> i32 {
    message.get_field_by_name(field).and_then(|value| value.as_enum_number()).unwrap_or_default()
}
