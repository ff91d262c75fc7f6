//! What is logged on the thread of a test, on which its service works too.

use std::{cell::RefCell, io, sync::Once};

use tracing::{Level, subscriber::set_global_default};
use tracing_subscriber::{Layer, filter::dynamic_filter_fn, fmt, layer::SubscriberExt, registry};

thread_local! {
    static KEPT: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Listens to the whole process before anything of it speaks. A subscriber of one thread would not do: who logs is asked once whether anybody
/// listens, and whichever thread comes first answers for all.
pub fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let wanted = dynamic_filter_fn(|_, _| KEPT.with_borrow(Option::is_some)).with_max_level_hint(Level::DEBUG);
        let written = fmt::layer().with_ansi(false).with_writer(|| Log).with_filter(wanted);
        set_global_default(registry().with(written)).expect("the only one");
    });
}

/// Keeps what is logged on this thread from here on.
pub fn keep() {
    KEPT.set(Some(Vec::new()));
}

pub fn kept() -> String {
    KEPT.with_borrow(|kept| String::from_utf8_lossy(kept.as_deref().expect("kept")).into_owned())
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        KEPT.with_borrow_mut(|kept| kept.as_mut().expect("kept").extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
