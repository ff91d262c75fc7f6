//! A wire between two parts that can be made slow, deaf or dead.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Each piece comes so much later.
    Delay(Duration),
    /// Bytes a second.
    Rate(u32),
    /// Questions arrive, answers do not.
    HalfOpen,
    /// Nothing arrives, and nothing says so.
    BlackHole,
    /// The next question arrives, its answer is lost, and then it is [`Self::Reset`].
    LosesAnAnswer,
    /// Connections are reset, new ones at once.
    Reset,
    /// Messages arrive, but nothing in them says any more which message has to be before them, or that they are the same as another.
    Unfenced,
}

/// What NATS would refuse a message by that does not follow, or was stored before.
const FENCES: [&[u8]; 2] = [b"Nats-Expected-Last-Sequence", b"Nats-Msg-Id"];

/// Listens in place of `server`; ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    trouble: watch::Sender<Trouble>,
    _listening: JoinSet<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Questions,
    Answers,
}

impl Proxy {
    pub async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (trouble, _) = watch::channel(Trouble::None);
        let mut listening = JoinSet::new();
        listening.spawn(accept(listener, server, trouble.clone()));
        Self { address, trouble, _listening: listening }
    }

    /// As a browser reaches it: of `localhost` it believes that nobody listens in.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    pub fn set(&self, trouble: Trouble) {
        self.trouble.send_replace(trouble);
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, trouble: watch::Sender<Trouble>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        connections.spawn(connect(client, server, trouble.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// One connection; when one side ends, so does the other.
async fn connect(client: TcpStream, server: SocketAddr, trouble: watch::Sender<Trouble>) {
    let ended = async {
        if *trouble.borrow() == Trouble::Reset {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let server = TcpStream::connect(server).await?;
        server.set_nodelay(true)?;
        client.set_nodelay(true)?;
        Ok::<_, io::Error>(server)
    };
    let Ok(server) = ended.await else {
        let _ = client.set_zero_linger();
        return;
    };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        ended = carry(from_client, to_server, Direction::Questions, trouble.clone()) => drop(ended),
        ended = carry(from_server, to_client, Direction::Answers, trouble) => drop(ended),
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, direction: Direction, trouble: watch::Sender<Trouble>) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    let mut watched = trouble.subscribe();
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read?,
            () = reset(trouble.subscribe()) => 0,
        };
        if direction == Direction::Answers {
            trouble.send_if_modified(lose);
        }
        if read == 0 || !passes(direction, read, &mut watched).await {
            // What is half on its way dies with the connection, as behind a reset.
            let _ = to.as_ref().set_zero_linger();
            return Ok(());
        }
        if *trouble.borrow() == Trouble::Unfenced {
            unfence(&mut buffer[..read]);
        }
        to.write_all(&buffer[..read]).await?;
    }
}

/// Gives the headers names that nobody knows, of the same length.
fn unfence(bytes: &mut [u8]) {
    for fence in FENCES {
        while let Some(at) = bytes.windows(fence.len()).position(|part| part == fence) {
            bytes[at] = b'X';
        }
    }
}

/// Whether an answer was the one to lose.
fn lose(trouble: &mut Trouble) -> bool {
    let loses = *trouble == Trouble::LosesAnAnswer;
    if loses {
        *trouble = Trouble::Reset;
    }
    loses
}

async fn reset(mut trouble: watch::Receiver<Trouble>) {
    if trouble.wait_for(|trouble| *trouble == Trouble::Reset).await.is_err() {
        std::future::pending().await
    }
}

/// Waits as the trouble says; false: the connection is over.
async fn passes(direction: Direction, bytes: usize, trouble: &mut watch::Receiver<Trouble>) -> bool {
    loop {
        let now = *trouble.borrow_and_update();
        match now {
            Trouble::None | Trouble::LosesAnAnswer | Trouble::Unfenced => return true,
            Trouble::Reset => return false,
            Trouble::HalfOpen if direction == Direction::Questions => return true,
            Trouble::Delay(time) => {
                tokio::time::sleep(time).await;
                return true;
            }
            Trouble::Rate(rate) => {
                tokio::time::sleep(Duration::from_secs_f64(bytes as f64 / f64::from(rate))).await;
                return true;
            }
            Trouble::HalfOpen | Trouble::BlackHole => {
                if trouble.changed().await.is_err() {
                    return false;
                }
            }
        }
    }
}
