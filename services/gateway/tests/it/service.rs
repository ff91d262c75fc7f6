//! A gRPC server that remembers what it was asked and answers bytes: the wire's other end, with no service of ours behind it.
use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use prost::Message;
use tonic::Status;

type Answer = Result<Vec<Vec<u8>>, Status>;

/// What it answers by path, and the last message that each path got.
#[derive(Clone, Default)]
pub struct Service {
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<HashMap<String, (Bytes, HeaderMap)>>>,
}

fn path(name: &str) -> &'static str {
    contract::METHODS.iter().find(|method| method.name == name).unwrap().path
}

impl Service {
    pub async fn start(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let listener = listener.into_std().unwrap();
            runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap() });
        });
        address
    }

    pub fn answers(&self, name: &str, messages: Vec<impl Message>) {
        let messages = messages.iter().map(Message::encode_to_vec).collect();
        self.answers.lock().unwrap().insert(path(name).to_owned(), Ok(messages));
    }

    pub fn refuses(&self, name: &str, status: Status) {
        self.answers.lock().unwrap().insert(path(name).to_owned(), Err(status));
    }

    /// The last message that the method got.
    pub fn asked<M: Message + Default>(&self, name: &str) -> Option<M> {
        self.asked.lock().unwrap().get(path(name)).map(|(bytes, _)| M::decode(&bytes[5..]).unwrap())
    }

    pub fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn answer(State(service): State<Service>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let path = parts.uri.path().to_owned();
    let answer = service.answers.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Err(Status::unimplemented("no answer")));
    service.asked.lock().unwrap().insert(path, (body, parts.headers));
    let messages = match answer {
        Ok(messages) => messages,
        Err(status) => return status.into_http(),
    };
    let frames = messages.into_iter().map(|message| {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        Ok::<_, Infallible>(Frame::data(Bytes::from([&[0][..], &length, &message].concat())))
    });
    let trailers = HeaderMap::from_iter([(http::HeaderName::from_static("grpc-status"), HeaderValue::from_static("0"))]);
    let body = StreamBody::new(futures::stream::iter(frames.chain([Ok(Frame::trailers(trailers))])));
    Response::builder().header("content-type", "application/grpc").body(Body::new(body)).unwrap()
}
