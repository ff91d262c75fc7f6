//! ListPosts: the province's posts, in the language asked for.

use contract::vehicles::v1::{ListPostsRequest, ListPostsResponse, Post};
use runtime::{Caller, Language};
use vietnam::province::{self, PostKind};

use crate::{error::Error, request, service::Vehicles, view};

pub async fn handle(service: &Vehicles, caller: &Caller, request: ListPostsRequest) -> Result<ListPostsResponse, Error> {
    request::check(&request)?;
    Ok(ListPostsResponse { posts: service.profile.posts.iter().map(|post| message(post, caller.language)).collect() })
}

fn message(post: &province::Post, language: Language) -> Post {
    let (name, border_with) = match language {
        Language::Vi => (&post.name_vi, &post.border_vi),
        Language::En => (&post.name_en, &post.border_en),
    };
    let kind = match post.kind {
        PostKind::Provincial => "PROVINCIAL",
        PostKind::BorderGate => "BORDER_GATE",
    };
    Post {
        post_id: post.id.clone(),
        name: name.clone(),
        road: post.road.clone(),
        border_with: border_with.clone(),
        area: view::area(post.area),
        kind: kind.to_owned(),
    }
}
