//! How much one address may ask of the public pages. A carrier's NAT puts thousands of phones behind one address, so reads are generous and
//! only what costs a service call is counted closely. Signed-in officers are never counted.
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{DefaultKeyedRateLimiter, Quota};

/// What a request costs us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Bytes from memory.
    Read,
    /// A question to a service: a search that nobody asked before.
    Ask,
    /// Something to be stored, or a password to be checked.
    Write,
}

const fn per_second(rate: u32, burst: u32) -> Quota {
    let (Some(rate), Some(burst)) = (NonZeroU32::new(rate), NonZeroU32::new(burst)) else { panic!("a quota is not zero") };
    Quota::per_second(rate).allow_burst(burst)
}

const READS: Quota = per_second(60, 300);
const QUESTIONS: Quota = per_second(10, 100);
const WRITES: Quota = per_second(2, 60);

/// Counters by address; IPv6 by its /64, which is one subscriber.
pub struct Limits {
    reads: DefaultKeyedRateLimiter<IpAddr>,
    questions: DefaultKeyedRateLimiter<IpAddr>,
    writes: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        let [reads, questions, writes] = [READS, QUESTIONS, WRITES].map(DefaultKeyedRateLimiter::keyed);
        Self { reads, questions, writes }
    }
}

impl Limits {
    /// Counts one request; false when the address has used up its share.
    pub fn allows(&self, cost: Cost, address: IpAddr) -> bool {
        let limiter = match cost {
            Cost::Read => &self.reads,
            Cost::Ask => &self.questions,
            Cost::Write => &self.writes,
        };
        limiter.check_key(&subscriber(address)).is_ok()
    }

    /// Forgets addresses that have been quiet.
    pub fn forget_quiet(&self) {
        for limiter in [&self.reads, &self.questions, &self.writes] {
            limiter.retain_recent();
        }
    }
}

fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_requests_a_minute_from_one_address_are_too_many() {
        let limits = Limits::default();
        let address: IpAddr = "113.160.1.2".parse().unwrap();
        let passed = (0..10_000).filter(|_| limits.allows(Cost::Read, address)).count();
        assert!((300..1_000).contains(&passed), "{passed}");
        assert!(limits.allows(Cost::Read, "113.160.1.3".parse().unwrap()));
    }

    #[test]
    fn an_ipv6_subscriber_is_counted_once() {
        let one = subscriber("2001:ee0:1:2:aaaa::1".parse().unwrap());
        assert_eq!(one, subscriber("2001:ee0:1:2:bbbb::9".parse().unwrap()));
        assert_eq!(subscriber("::ffff:113.160.1.2".parse().unwrap()), "113.160.1.2".parse::<IpAddr>().unwrap());
    }
}
