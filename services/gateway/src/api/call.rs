//! Calls of methods by their bytes: the codec that does nothing.
use axum::body::Bytes;
use bytes::{Buf as _, BufMut as _};
use contract::Method;
use http::uri::PathAndQuery;
use runtime::grpc::Client;
use tonic::{
    Request, Status, Streaming,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// A workbook of a quarter has some megabytes.
const ANSWER_BYTES: usize = 32 * 1024 * 1024;

pub async fn unary(client: Client, method: &Method, message: Bytes) -> Result<Bytes, Status> {
    let mut grpc = ready(client).await?;
    Ok(grpc.unary(Request::new(message), PathAndQuery::from_static(method.path), Raw).await?.into_inner())
}

pub async fn stream(client: Client, method: &Method, message: Bytes) -> Result<Streaming<Bytes>, Status> {
    let mut grpc = ready(client).await?;
    Ok(grpc.server_streaming(Request::new(message), PathAndQuery::from_static(method.path), Raw).await?.into_inner())
}

async fn ready(client: Client) -> Result<Grpc<Client>, Status> {
    let mut grpc = Grpc::new(client).max_decoding_message_size(ANSWER_BYTES);
    match grpc.ready().await {
        Ok(()) => Ok(grpc),
        Err(never) => match never {},
    }
}

#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
