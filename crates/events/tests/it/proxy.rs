//! A wire between a client and NATS that a test can hold in either direction.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Flow {
    held: bool,
    waiting: bool,
}

/// One direction: whether it flows, and whether something is waiting to.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<Flow>, Condvar)>);

pub struct Proxy {
    pub url: String,
    pub requests: Gate,
    pub replies: Gate,
}

impl Proxy {
    /// In front of the server at `url`.
    pub fn before(url: &str) -> Self {
        let server = url.rsplit(['@', '/']).next().expect("an address").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let proxy = Self { url: url.replace(&server, &address), requests: Gate::default(), replies: Gate::default() };
        let (requests, replies) = (proxy.requests.clone(), proxy.replies.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                pipe(&client, &server, requests.clone());
                pipe(&server, &client, replies.clone());
            }
        });
        proxy
    }
}

impl Gate {
    pub fn hold(&self) {
        self.0.0.lock().expect("the gate").held = true;
    }

    pub fn release(&self) {
        self.0.0.lock().expect("the gate").held = false;
        self.0.1.notify_all();
    }

    /// Whether bytes are being held.
    pub fn is_waiting(&self) -> bool {
        self.0.0.lock().expect("the gate").waiting
    }

    fn pass(&self) {
        let mut flow = self.0.0.lock().expect("the gate");
        while flow.held {
            flow.waiting = true;
            flow = self.0.1.wait(flow).expect("the gate");
        }
        flow.waiting = false;
    }
}

fn pipe(from: &TcpStream, to: &TcpStream, gate: Gate) {
    let (mut from, mut to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            gate.pass();
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
