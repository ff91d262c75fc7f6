//! The HTTP gateway: public pages, officers' pages, and the transcoded API.
pub mod answers;
pub mod assets;
pub mod client_address;
pub mod clients;
pub mod error;
pub mod face;
pub mod forms;
pub mod limits;
pub mod list_cache;
pub mod live;
pub mod pages;
pub mod router;
pub mod security;
pub mod site;
pub mod text;
pub mod view;
pub mod visitor;
