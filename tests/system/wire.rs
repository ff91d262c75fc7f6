//! The wire between one browser and the system, which a test cuts and mends.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

use system::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    /// The next question arrives, its answer is lost, and then nothing comes through.
    LosesAnAnswer,
    Cut,
}

/// Ends when it is dropped.
pub struct Wire {
    pub url: String,
    state: watch::Sender<State>,
    _listening: JoinSet<()>,
}

impl Wire {
    pub async fn to(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let server = world.url.trim_start_matches("http://").to_owned();
        let (state, _) = watch::channel(State::Whole);
        let mut listening = JoinSet::new();
        listening.spawn(accept(listener, server, state.clone()));
        Self { url, state, _listening: listening }
    }

    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub fn lose_an_answer(&self) {
        self.state.send_replace(State::LosesAnAnswer);
    }

    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

async fn accept(listener: TcpListener, server: String, state: watch::Sender<State>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        connections.spawn(carry(client, server.clone(), state.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn carry(client: TcpStream, server: String, state: watch::Sender<State>) {
    if *state.borrow() == State::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let mut watched = state.subscribe();
    let ((mut from_client, to_client), (from_server, mut to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        () = answers(from_server, to_client, &state) => {}
        _ = watched.wait_for(|state| *state == State::Cut) => {}
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: &watch::Sender<State>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let loses = *state.borrow() == State::LosesAnAnswer;
        if loses {
            state.send_replace(State::Cut);
            return;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
