//! The rules of domain.md B5, one test each, and what holds whatever happens in whichever order.

use chrono::Duration;
use contract::lab::v1::FitStatus;
use proptest::prelude::*;

use super::*;

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_634_540_400, 0).unwrap() + Duration::hours(hours)
}

fn policies() -> Vec<Policy> {
    crate::seed::read("gia-lai-2021").unwrap().unwrap().policies
}

fn tube(number: u8) -> TubeId {
    TubeId::from_uuid(uuid::Uuid::from_u128(u128::from(number)))
}

fn subject(number: u8) -> SubjectId {
    SubjectId::from_uuid(uuid::Uuid::from_u128(u128::from(number)))
}

fn sample(number: u8, kind: TubeKind, hours: i64) -> Sample {
    Sample { tube: tube(number), kind, state: TubeState::Received, swabbed_at: at(hours), findings: Vec::new(), decision: None }
}

fn finding(number: u8, outcome: TestOutcome, hours: i64) -> Finding {
    let result = ResultId::from_uuid(uuid::Uuid::from_u128(u128::from(number)));
    Finding { result, pool: None, method: TestMethod::RtPcr, outcome, tested_at: at(hours), approved_at: at(hours + 1) }
}

fn found(sample: Sample, outcome: TestOutcome) -> Sample {
    let hours = (sample.swabbed_at - at(0)).num_hours() + 8;
    let number = sample.tube.as_uuid().as_u128() as u8;
    Sample { state: TubeState::Resulted, findings: vec![finding(number, outcome, hours)], ..sample }
}

fn single(number: u8, hours: i64, outcome: TestOutcome) -> Sample {
    found(sample(number, TubeKind::Single, hours), outcome)
}

fn pool(number: u8, outcome: TestOutcome) -> Sample {
    found(sample(number, TubeKind::FieldPool, 0), outcome)
}

fn person(number: u8, samples: &[Sample]) -> Person {
    Person { subject: subject(number), samples: samples.to_vec() }
}

fn derived(people: &[Person]) -> Derived {
    derive(people, &policies(), at(30))
}

fn of(derived: &Derived, number: u8) -> &Meaning {
    &derived.people[&subject(number)]
}

fn standing(derived: &Derived, number: u8) -> PersonOutcome {
    fitness::standing(&of(derived, number).samples)
}

#[test]
fn all_people_of_a_negative_pool_are_negative_and_fit_for_seventy_two_hours() {
    let negative = pool(1, TestOutcome::Negative);
    let derived = derived(&[person(1, std::slice::from_ref(&negative)), person(2, &[negative])]);
    for number in 1..=2 {
        let meaning = of(&derived, number);
        assert_eq!((fitness::standing(&meaning.samples), meaning.reswab), (PersonOutcome::Negative, None));
        assert_eq!(meaning.fitness, Fitness { status: FitStatus::Fit, until: Some(at(8 + 72)) });
    }
}

#[test]
fn nobody_is_positive_from_a_pool_and_everybody_is_swabbed_again() {
    for (outcome, cause) in [(TestOutcome::Positive, Cause::PoolPositive), (TestOutcome::Indeterminate, Cause::PoolIndeterminate)] {
        let derived = derived(&[person(1, &[pool(1, outcome)])]);
        let meaning = of(&derived, 1);
        assert_eq!(fitness::standing(&meaning.samples), PersonOutcome::SuspectPending);
        assert_eq!(meaning.reswab, Some(Reswab { tube: tube(1), cause, since: Some(at(9)) }));
        assert_eq!(meaning.fitness.status, FitStatus::Unknown);
    }
}

#[test]
fn only_a_single_result_leads_out_of_a_suspicion() {
    let (positive, other) = (pool(1, TestOutcome::Positive), person(2, &[pool(1, TestOutcome::Positive)]));
    let again = found(sample(3, TubeKind::FieldPool, 20), TestOutcome::Negative);
    let still = derived(&[person(1, &[positive.clone(), again]), other.clone()]);
    assert_eq!(standing(&still, 1), PersonOutcome::SuspectPending);
    let earlier = single(3, -5, TestOutcome::Negative);
    let before = derived(&[person(1, &[positive.clone(), earlier]), other.clone()]);
    assert_eq!(standing(&before, 1), PersonOutcome::SuspectPending);
    for (outcome, says, fit) in [
        (TestOutcome::Negative, PersonOutcome::Negative, FitStatus::Fit),
        (TestOutcome::Positive, PersonOutcome::Positive, FitStatus::NotFit),
        (TestOutcome::Indeterminate, PersonOutcome::SuspectPending, FitStatus::Unknown),
        (TestOutcome::Invalid, PersonOutcome::SuspectPending, FitStatus::Unknown),
    ] {
        let after = derived(&[person(1, &[positive.clone(), single(3, 20, outcome)]), other.clone()]);
        let meaning = of(&after, 1);
        assert_eq!((fitness::standing(&meaning.samples), meaning.fitness.status), (says, fit), "{outcome:?}");
        assert_eq!(meaning.reswab.is_some(), says == PersonOutcome::SuspectPending);
        assert_eq!(standing(&after, 2), PersonOutcome::SuspectPending);
    }
}

#[test]
fn a_swab_on_its_way_ends_the_task_and_a_lost_one_begins_it_again() {
    let positive = pool(1, TestOutcome::Positive);
    let on_its_way = derived(&[person(1, &[positive.clone(), sample(2, TubeKind::Single, 10)])]);
    assert_eq!(of(&on_its_way, 1).reswab, None);
    assert_eq!(standing(&on_its_way, 1), PersonOutcome::SuspectPending);
    let lost = Sample { state: TubeState::Lost, ..sample(2, TubeKind::Single, 10) };
    let again = derived(&[person(1, &[positive, lost])]);
    assert_eq!(of(&again, 1).reswab.unwrap().cause, Cause::PoolPositive);
}

#[test]
fn a_sample_that_said_nothing_takes_no_answer_back() {
    let negative = single(1, 0, TestOutcome::Negative);
    let silent = [
        (single(2, 10, TestOutcome::Invalid), Cause::Invalid),
        (Sample { state: TubeState::Rejected, ..sample(2, TubeKind::Single, 10) }, Cause::Rejected),
        (Sample { state: TubeState::Lost, ..sample(2, TubeKind::FieldPool, 10) }, Cause::Lost),
        (Sample { state: TubeState::Void, ..sample(2, TubeKind::FieldPool, 10) }, Cause::Void),
    ];
    for (sample, cause) in silent {
        let alone = derived(&[person(1, std::slice::from_ref(&sample))]);
        assert_eq!((standing(&alone, 1), of(&alone, 1).reswab.unwrap().cause), (PersonOutcome::Resample, cause));
        let both = derived(&[person(1, &[negative.clone(), sample.clone()])]);
        assert_eq!((standing(&both, 1), of(&both, 1).fitness.status), (PersonOutcome::Negative, FitStatus::Fit));
        let later = derived(&[person(1, &[sample, self::sample(3, TubeKind::FieldPool, 20)])]);
        assert_eq!(of(&later, 1).reswab, None);
    }
}

#[test]
fn an_antigen_positive_needs_rt_pcr_until_the_day_from_which_it_makes_a_case() {
    let antigen = |day: &str, outcome| {
        let tested_at: DateTime<Utc> = day.parse().unwrap();
        let mut sample = single(1, 0, outcome);
        sample.swabbed_at = tested_at - Duration::minutes(30);
        sample.findings[0] = Finding { method: TestMethod::AgRapid, tested_at, ..sample.findings[0] };
        sample
    };
    let before = derived(&[person(1, &[antigen("2021-12-27T16:59:59Z", TestOutcome::Positive)])]);
    assert_eq!(of(&before, 1).reswab.unwrap().cause, Cause::AntigenPositive);
    assert_eq!(standing(&before, 1), PersonOutcome::SuspectPending);
    let after = derived(&[person(1, &[antigen("2021-12-27T17:00:00Z", TestOutcome::Positive)])]);
    assert_eq!(standing(&after, 1), PersonOutcome::Positive);
    let mut weak = antigen("2021-10-19T01:00:00Z", TestOutcome::Negative);
    weak.tube = tube(2);
    let suspect = antigen("2021-10-18T08:00:00Z", TestOutcome::Positive);
    assert_eq!(standing(&derived(&[person(1, &[suspect.clone(), weak])]), 1), PersonOutcome::SuspectPending);
    let strong = single(2, 20, TestOutcome::Negative);
    assert_eq!(standing(&derived(&[person(1, &[suspect, strong])]), 1), PersonOutcome::Negative);
}

/// The kept single tube of somebody in a laboratory pool.
fn kept(number: u8, outcome: TestOutcome, own: Option<TestOutcome>) -> Sample {
    let mut sample = single(number, 0, outcome);
    sample.findings[0].pool = Some(tube(1));
    sample.state = TubeState::Received;
    if let Some(own) = own {
        sample.findings.push(finding(number + 100, own, 16));
        sample.state = TubeState::Resulted;
    }
    sample
}

#[test]
fn the_single_tubes_of_a_positive_laboratory_pool_are_run_before_anybody_is_swabbed() {
    let positive = TestOutcome::Positive;
    let waiting = derived(&[person(1, &[kept(1, positive, None)]), person(2, &[kept(2, positive, None)])]);
    for number in 1..=2 {
        let meaning = of(&waiting, number);
        assert_eq!((fitness::standing(&meaning.samples), meaning.reswab), (PersonOutcome::SuspectPending, None));
        assert_eq!(meaning.samples[0].rerun_since, Some(at(9)));
    }
    let lost = Sample { state: TubeState::Rejected, ..kept(1, positive, None) };
    assert_eq!(of(&derived(&[person(1, &[lost])]), 1).reswab.unwrap().cause, Cause::PoolPositive);
    let run = derived(&[
        person(1, &[kept(1, positive, Some(positive))]),
        person(2, &[kept(2, positive, Some(TestOutcome::Negative))]),
        person(3, &[kept(3, positive, Some(TestOutcome::Invalid))]),
    ]);
    assert_eq!(standing(&run, 1), PersonOutcome::Positive);
    assert_eq!(standing(&run, 2), PersonOutcome::Negative);
    assert_eq!((standing(&run, 3), of(&run, 3).reswab.unwrap().tube), (PersonOutcome::SuspectPending, tube(3)));
    let failed = derived(&[person(1, &[kept(1, TestOutcome::Invalid, None)])]);
    assert_eq!((standing(&failed, 1), of(&failed, 1).reswab), (PersonOutcome::Waiting, None));
}

#[test]
fn a_positive_pool_of_negative_people_is_an_alarm_and_they_stay_pending_until_it_is_decided() {
    let laboratory = |decision| {
        let own = |number| Sample { decision, ..kept(number, TestOutcome::Positive, Some(TestOutcome::Negative)) };
        vec![person(1, &[own(1)]), person(2, &[own(2)])]
    };
    let field = |decision| {
        let pool = Sample { decision, ..pool(1, TestOutcome::Positive) };
        vec![person(1, &[pool.clone(), single(2, 12, TestOutcome::Negative)]), person(2, &[pool, single(3, 12, TestOutcome::Negative)])]
    };
    let decided = |singles_stand| Some(Decision { singles_stand, at: at(25) });
    for people in [&laboratory as &dyn Fn(Option<Decision>) -> Vec<Person>, &field] {
        let alarm = derived(&people(None));
        assert_eq!(alarm.discordant, BTreeSet::from([tube(1)]));
        let stand = derived(&people(decided(true)));
        let against = derived(&people(decided(false)));
        assert!(stand.discordant.is_empty() && against.discordant.is_empty());
        for number in 1..=2 {
            assert_eq!((standing(&alarm, number), of(&alarm, number).reswab), (PersonOutcome::SuspectPending, None));
            assert_eq!(standing(&stand, number), PersonOutcome::Negative);
            assert_eq!(standing(&against, number), PersonOutcome::SuspectPending);
            assert_eq!(of(&against, number).reswab.unwrap().cause, Cause::PoolPositive);
        }
        let mut again = people(decided(false));
        again[0].samples.push(single(9, 26, TestOutcome::Negative));
        let again = derive(&again, &policies(), at(40));
        assert_eq!((standing(&again, 1), standing(&again, 2)), (PersonOutcome::Negative, PersonOutcome::SuspectPending));
    }
}

#[test]
fn a_case_is_not_fit_for_fourteen_days_and_then_as_his_last_answer_says() {
    let people = [person(1, &[single(1, 0, TestOutcome::Positive), single(2, 24 * 13, TestOutcome::Negative)])];
    let on = |hours| derive(&people, &policies(), at(hours)).people[&subject(1)].clone();
    assert_eq!(on(24 * 14 - 1).fitness, Fitness { status: FitStatus::NotFit, until: Some(at(24 * 14)) });
    assert_eq!(on(24 * 14).fitness, Fitness { status: FitStatus::Fit, until: Some(at(24 * 13 + 8 + 72)) });
    assert_eq!(on(24 * 17).fitness.status, FitStatus::Unknown);
}

/// Something that becomes known.
#[derive(Debug, Clone)]
enum Known {
    State(u8, TubeState),
    Found(u8, Finding),
    Decided(u8, Decision),
}

/// Four people: two in a field pool, two in a laboratory pool, each with singles of his own.
fn world() -> Vec<Person> {
    let field = sample(1, TubeKind::FieldPool, 0);
    let singles = |number: u8| [sample(number, TubeKind::Single, 10), sample(number + 1, TubeKind::Single, 20)];
    let of = |number: u8, first: Sample| person(number, &[&[first][..], &singles(number * 10)].concat());
    vec![of(1, field.clone()), of(2, field), of(3, sample(3, TubeKind::Single, 0)), of(4, sample(4, TubeKind::Single, 0))]
}

/// The number of the pool that a tube is, or may be in.
fn pool_of(sample: TubeId) -> Option<u8> {
    if sample == tube(1) { Some(1) } else { (sample == tube(3) || sample == tube(4)).then_some(3) }
}

fn learn(people: &mut [Person], known: &Known) {
    for sample in people.iter_mut().flat_map(|person| &mut person.samples) {
        match known {
            Known::State(number, state) if sample.tube == tube(*number) => sample.state = *state,
            Known::Found(number, finding) if sample.tube == tube(*number) => sample.findings.push(*finding),
            Known::Decided(number, decision) if pool_of(sample.tube) == Some(*number) => sample.decision = Some(*decision),
            Known::State(..) | Known::Found(..) | Known::Decided(..) => {}
        }
    }
}

fn outcome() -> impl Strategy<Value = TestOutcome> {
    prop_oneof![
        3 => Just(TestOutcome::Negative),
        3 => Just(TestOutcome::Positive),
        1 => Just(TestOutcome::Indeterminate),
        1 => Just(TestOutcome::Invalid),
    ]
}

/// What may become known of one tube by itself.
fn of_tube(number: u8) -> BoxedStrategy<Vec<Known>> {
    let state = prop_oneof![Just(TubeState::Lost), Just(TubeState::Rejected), Just(TubeState::Resulted)];
    let method = prop_oneof![3 => Just(TestMethod::RtPcr), 1 => Just(TestMethod::AgRapid)];
    let known = (proptest::option::of(state), proptest::option::of((outcome(), method)));
    let known = known.prop_map(move |(state, found)| {
        let hours = if number > 9 { i64::from(number % 10) * 10 + 15 } else { 9 };
        let found = found.map(|(outcome, method)| Known::Found(number, Finding { method, ..finding(number, outcome, hours) }));
        state.map(|state| Known::State(number, state)).into_iter().chain(found).collect()
    });
    known.boxed()
}

fn of_laboratory_pool() -> BoxedStrategy<Vec<Known>> {
    let found = |number, outcome| Known::Found(number, Finding { pool: Some(tube(3)), ..finding(99, outcome, 8) });
    let known = proptest::option::of(outcome())
        .prop_map(move |outcome| outcome.map(|outcome| vec![found(3, outcome), found(4, outcome)]).unwrap_or_default());
    known.boxed()
}

fn of_decision(number: u8) -> BoxedStrategy<Vec<Known>> {
    let known = proptest::option::of((any::<bool>(), 5_i64..40)).prop_map(move |decided| {
        decided.map(|(singles_stand, hours)| Known::Decided(number, Decision { singles_stand, at: at(hours) })).into_iter().collect()
    });
    known.boxed()
}

/// What may become known of the world: each thing at most once.
fn story() -> BoxedStrategy<Vec<Known>> {
    let own = [1_u8, 3, 4, 10, 11, 20, 21, 30, 31, 40, 41].map(of_tube);
    let all: Vec<BoxedStrategy<Vec<Known>>> = own.into_iter().chain([of_laboratory_pool(), of_decision(1), of_decision(3)]).collect();
    all.prop_map(|known| known.concat()).boxed()
}

proptest! {
    #[test]
    fn the_order_in_which_things_become_known_changes_nothing(
        (one, other) in story().prop_flat_map(|story| (Just(story.clone()), Just(story).prop_shuffle())),
        now in 0_i64..400,
    ) {
        let told = |story: &[Known], turned: bool| {
            let mut people = world();
            if turned {
                people.reverse();
                people.iter_mut().for_each(|person| person.samples.reverse());
            }
            story.iter().for_each(|known| learn(&mut people, known));
            derive(&people, &policies(), at(now))
        };
        prop_assert_eq!(told(&one, false), told(&other, true));
    }

    #[test]
    fn nobody_is_positive_without_a_positive_single_result(story in story(), now in 0_i64..400) {
        let mut people = world();
        story.iter().for_each(|known| learn(&mut people, known));
        let derived = derive(&people, &policies(), at(now));
        for person in &people {
            let meaning = &derived.people[&person.subject];
            let single = |sample: &Sample| {
                let own = |finding: &Finding| finding.pool.is_none() && finding.outcome == TestOutcome::Positive;
                sample.kind == TubeKind::Single && sample.findings.iter().any(own)
            };
            let some = fitness::standing(&meaning.samples) == PersonOutcome::Positive || meaning.samples.iter().any(|sample| sample.outcome == PersonOutcome::Positive);
            prop_assert!(!some || person.samples.iter().any(single));
            prop_assert!(meaning.fitness.status != FitStatus::NotFit || some);
            // Nobody under an open suspicion may travel.
            let open = |sample: &SampleMeaning| sample.outcome == PersonOutcome::SuspectPending && sample.answered_by.is_none();
            prop_assert!(meaning.fitness.status != FitStatus::Fit || !meaning.samples.iter().any(open));
        }
    }
}
