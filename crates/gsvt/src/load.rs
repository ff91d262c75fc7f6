//! Readers of the public pages, each from a loopback address of his own: as fast as they are answered over connections that stay open, or one question.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

/// After so many answers a reader comes again from another address: what one address may ask for is limited.
const ANSWERS: u32 = 250;

/// Answers per second to `GET path`, each of which must be a 200.
pub async fn answers_per_second(server: SocketAddr, path: &str, readers: usize, time: Duration) -> Result<f64> {
    let answered = Arc::new(AtomicU64::new(0));
    let addresses = Arc::new(AtomicU32::new(0));
    let request = Arc::new(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\n\r\n"));
    let begun = Instant::now();
    let mut reading = JoinSet::new();
    for _ in 0..readers {
        let (answered, addresses, request) = (answered.clone(), addresses.clone(), request.clone());
        reading.spawn(async move {
            let mut buffer = Vec::with_capacity(64 * 1024);
            while begun.elapsed() < time {
                let mut connection = connect(server, addresses.fetch_add(1, Ordering::Relaxed)).await?;
                for _ in 0..ANSWERS {
                    connection.write_all(request.as_bytes()).await?;
                    body(answer(&mut connection, &mut buffer).await?)?;
                    answered.fetch_add(1, Ordering::Relaxed);
                    if begun.elapsed() >= time {
                        break;
                    }
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = reading.join_next().await {
        ended??;
    }
    Ok(answered.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

/// The body of one answer.
pub async fn get(server: SocketAddr, path: &str) -> Result<Vec<u8>> {
    let mut connection = connect(server, 0).await?;
    connection.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\n\r\n").as_bytes()).await?;
    let mut buffer = Vec::new();
    let head = body(answer(&mut connection, &mut buffer).await?)?;
    Ok(buffer.split_off(head))
}

/// The status of one answer to reader `number`.
pub async fn status(server: SocketAddr, path: &str, number: u32) -> Result<u16> {
    let mut connection = connect(server, number).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await?;
    Ok(answer(&mut connection, &mut Vec::new()).await?.status)
}

/// One answer, read whole.
struct Answer {
    status: u16,
    /// Where its body begins.
    body: usize,
}

/// Where the body of a 200 begins.
fn body(answer: Answer) -> Result<usize> {
    ensure!(answer.status == 200, "answered {}", answer.status);
    Ok(answer.body)
}

/// From 127.96.0.0/11, where nobody of a simulated day lives.
async fn connect(server: SocketAddr, number: u32) -> Result<TcpStream> {
    let own = Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 96, 0, 1)) + number % (1 << 21));
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(own), 0))?;
    let connection = socket.connect(server).await?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

async fn answer(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Answer> {
    buffer.clear();
    let head = loop {
        if connection.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = std::str::from_utf8(&buffer[..head]).context("an answer without a readable head")?.to_ascii_lowercase();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).context("an answer without a status")?;
    let length: usize =
        text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).context("an answer without a length")?;
    while buffer.len() < head + length {
        if connection.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
    }
    Ok(Answer { status, body: head })
}
