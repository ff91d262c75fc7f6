//! No text breaks the verifier, and no changed certificate passes for another.

use certificates::{Outcome, TrustList, Verifier};
use proptest::prelude::*;
use serde_json::Value;

use crate::vectors::{all, clock, signer};

const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn outcome(vector: &Value, trust: &TrustList, text: &str) -> Outcome {
    Verifier { trust, revoked: &[] }.verify(text, clock(vector))
}

#[test]
fn every_vector_with_each_of_its_characters_changed_is_refused_or_says_the_same() {
    for vector in all().iter().step_by(3) {
        let trust = TrustList::new(vec![signer(vector)]);
        let genuine = vector["prefix"].as_str().unwrap();
        let said = outcome(vector, &trust, genuine);
        for place in 0..genuine.len() {
            let mut bytes = genuine.as_bytes().to_vec();
            bytes[place] = ALPHABET[(place * 7 + usize::from(bytes[place])) % ALPHABET.len()];
            let changed = outcome(vector, &trust, &String::from_utf8(bytes).unwrap());
            assert!(matches!(changed, Outcome::Refused(_)) || changed == said, "{} at {place}", vector["name"]);
        }
        for length in 0..genuine.len() {
            let cut = outcome(vector, &trust, &genuine[..length]);
            assert!(matches!(cut, Outcome::Refused(_)) || cut == said, "{} cut to {length}", vector["name"]);
        }
    }
}

/// Below the compression, so that the changes reach the parsers of CBOR and COSE.
fn inflated(vector: &Value) -> Vec<u8> {
    use std::io::Read as _;
    let bytes = base45::decode(vector["prefix"].as_str().unwrap().trim_start_matches("HC1:")).unwrap();
    let mut inflated = Vec::new();
    flate2::read::ZlibDecoder::new(bytes.as_slice()).read_to_end(&mut inflated).unwrap();
    inflated
}

#[test]
fn every_byte_of_the_messages_changed_is_refused_or_says_the_same() {
    for vector in all().iter().step_by(4) {
        let trust = TrustList::new(vec![signer(vector)]);
        let said = outcome(vector, &trust, vector["prefix"].as_str().unwrap());
        let message = inflated(vector);
        for place in 0..message.len() {
            for flip in [1, 0x20, 0x80, 0xff] {
                let mut changed = message.clone();
                changed[place] ^= flip;
                let text = format!("HC1:{}", base45::encode(&changed));
                let changed = outcome(vector, &trust, &text);
                assert!(matches!(changed, Outcome::Refused(_)) || changed == said, "{} at {place}", vector["name"]);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let vector = &all()[2];
        prop_assert!(matches!(outcome(vector, &TrustList::default(), &text), Outcome::Refused(_)));
    }

    #[test]
    fn no_base45_panics(text in "HC1:[0-9A-Z $%*+./:-]{0,300}") {
        let vector = &all()[2];
        prop_assert!(matches!(outcome(vector, &TrustList::new(vec![signer(vector)]), &text), Outcome::Refused(_)));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let vector = &all()[2];
        let text = format!("HC1:{}", base45::encode(&bytes));
        prop_assert!(matches!(outcome(vector, &TrustList::new(vec![signer(vector)]), &text), Outcome::Refused(_)));
    }
}
