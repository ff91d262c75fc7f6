//! What befalls the system, in an order and for times that a seed decides.

use std::{net::SocketAddr, time::Duration};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use serde_json::json;
use system::{proxy::Trouble, truck::Truck};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    disk::SmallDisk,
    site::{Site, TARGETS, WIRES, wrong_clock_library},
};

const TROUBLES: [Trouble; 5] =
    [Trouble::Delay(Duration::from_millis(60)), Trouble::Rate(64 * 1024), Trouble::HalfOpen, Trouble::BlackHole, Trouble::Reset];
/// Clients who hang up in the middle of a command, at a time.
const HANGING_UP: usize = 16;
/// Milliseconds that a fault lasts, and that the system is left alone after it.
const LASTS: std::ops::Range<u64> = 400..2_500;
const REST: std::ops::Range<u64> = 300..1_200;
/// Longer than any lease, timeout or connection check of the relay's.
const LONG: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// `kill -9`, started again after a while.
    Kill(Part),
    /// SIGSTOP, then SIGCONT.
    Freeze(Part),
    Wire(&'static str, Trouble),
    /// NATS is away for longer than anybody's patience; nobody who writes may notice.
    NatsAway,
    /// Vehicles believes that it is another day; what it is told under the right clock it refuses.
    WrongClock(i8),
    /// Nothing more can be written, for a time.
    DiskFull(Part),
    /// Gone in the middle of its work, with everything that was not flushed.
    PowerCut(Part),
    /// Vehicles says what nobody can read.
    Poison,
    /// A second process of vehicles works beside the first, which freezes and comes back.
    Twin,
    HangUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Target(&'static str),
    Postgres,
    Nats,
}

/// An endless row of faults: of each round the kills, freezes and the like once, between as many troubles of wires.
pub struct Schedule {
    random: StdRng,
    round: Vec<Fault>,
    /// What this machine can do beside.
    possible: Vec<Fault>,
}

impl Schedule {
    pub fn new(seed: u64, site: &Site) -> Self {
        let mut possible = Vec::new();
        if wrong_clock_library().is_some() {
            possible.extend([Fault::WrongClock(1), Fault::WrongClock(-1)]);
        }
        if site.disks().is_some() {
            possible.extend([Part::Postgres, Part::Nats].into_iter().flat_map(|part| [Fault::DiskFull(part), Fault::PowerCut(part)]));
        }
        Self { random: StdRng::seed_from_u64(seed), round: Vec::new(), possible }
    }

    pub fn next(&mut self) -> Fault {
        if self.round.is_empty() {
            let parts = TARGETS.map(Part::Target).into_iter().chain([Part::Postgres, Part::Nats]);
            let mut round: Vec<Fault> = parts.flat_map(|part| [Fault::Kill(part), Fault::Freeze(part)]).collect();
            round.extend([Fault::NatsAway, Fault::Twin, Fault::HangUp, Fault::Poison]);
            round.extend(self.possible.iter());
            let mut wires: Vec<Fault> = WIRES.iter().flat_map(|(.., wire)| TROUBLES.map(|trouble| Fault::Wire(wire, trouble))).collect();
            wires.shuffle(&mut self.random);
            round.extend(wires.into_iter().take(12));
            round.shuffle(&mut self.random);
            self.round = round;
        }
        self.round.pop().expect("a round is not empty")
    }

    /// Lets it happen, heals it, and leaves the system alone for a moment.
    pub async fn strike(&mut self, site: &mut Site, fault: Fault) {
        let time = Duration::from_millis(self.random.random_range(LASTS));
        match fault {
            Fault::Kill(Part::Target(target)) => {
                site.kill_target(target);
                site.calm(time).await;
                site.start_target(target);
            }
            Fault::Kill(Part::Postgres) => site.kill_postgres(time).await,
            Fault::Kill(Part::Nats) => site.kill_nats(time).await,
            Fault::Freeze(part) => {
                pause(site, part);
                site.calm(time).await;
                resume(site, part);
            }
            Fault::Wire(wire, trouble) => {
                site.trouble(wire, trouble);
                site.calm(time).await;
                site.trouble(wire, Trouble::None);
            }
            Fault::NatsAway => site.kill_nats(LONG).await,
            Fault::WrongClock(days) => site.wrong_clock("vehicles", days, time).await,
            Fault::DiskFull(part) => fill(site, part, time).await,
            Fault::PowerCut(Part::Nats) => site.cut_power_of_nats(time).await,
            Fault::PowerCut(_) => site.cut_power_of_postgres(time).await,
            Fault::Poison => site.poison().await,
            Fault::Twin => twin(site).await,
            Fault::HangUp => self.hang_up(site).await,
        }
        site.answers().await;
        site.calm(Duration::from_millis(self.random.random_range(REST))).await;
    }

    /// Each sends a part of a declaration, or all of it, and resets.
    async fn hang_up(&mut self, site: &Site) {
        for _ in 0..HANGING_UP {
            let truck = Truck::crossing("98C-000.01");
            let body = json!({"tripId": truck.trip, "declaration": truck.declaration()}).to_string();
            let head = "POST /v1/trips HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length";
            let request = format!("{head}: {}\r\n\r\n{body}", body.len()).into_bytes();
            let sent = self.random.random_range(1..=request.len());
            let waits = Duration::from_millis(self.random.random_range(0..20));
            // A gateway that is just starting again refuses: then nobody hung up on it.
            let _ = send_and_reset(site.gateway(), &request[..sent], waits).await;
        }
    }
}

async fn send_and_reset(gateway: SocketAddr, request: &[u8], waits: Duration) -> std::io::Result<()> {
    let mut client = TcpStream::connect(gateway).await?;
    client.write_all(request).await?;
    tokio::time::sleep(waits).await;
    client.set_zero_linger()
}

/// A server that could not write does not always go on by itself: it is started again when there is room, as an operator does.
async fn fill(site: &mut Site, part: Part, time: Duration) {
    let of_part = |(postgres, nats): &'_ (SmallDisk, SmallDisk), act: fn(&SmallDisk)| act(if part == Part::Nats { nats } else { postgres });
    site.disks().into_iter().for_each(|disks| of_part(disks, SmallDisk::fill));
    site.calm(time).await;
    site.disks().into_iter().for_each(|disks| of_part(disks, SmallDisk::free));
    match part {
        Part::Nats => site.kill_nats(Duration::ZERO).await,
        Part::Postgres | Part::Target(_) => site.kill_postgres(Duration::ZERO).await,
    }
}

async fn twin(site: &Site) {
    let second = site.process("vehicles", &[("VEHICLES_GRPC", "127.0.0.1:0")]);
    site.calm(Duration::from_secs(1)).await;
    site.target("vehicles").pause();
    site.calm(LONG).await;
    site.target("vehicles").resume();
    site.calm(Duration::from_secs(1)).await;
    tokio::task::block_in_place(|| second.kill());
}

fn pause(site: &Site, part: Part) {
    match part {
        Part::Target(target) => site.target(target).pause(),
        Part::Postgres => site.postgres().pause(),
        Part::Nats => site.nats().pause(),
    }
}

fn resume(site: &Site, part: Part) {
    match part {
        Part::Target(target) => site.target(target).resume(),
        Part::Postgres => site.postgres().resume(),
        Part::Nats => site.nats().resume(),
    }
}
