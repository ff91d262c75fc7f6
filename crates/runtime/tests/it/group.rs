//! Group commit: those that wait are done together, and each gets the answer to his own command.

use std::{pin::pin, sync::Arc};

use futures::future::{BoxFuture, FutureExt, join_all};
use runtime::{DatabaseError, Group};
use tokio::sync::Semaphore;

/// A desk where work waits until the door is open. A command is answered with the commands that were done with it.
struct Desk {
    group: Group<&'static str, u32, Vec<u32>>,
    door: Arc<Semaphore>,
}

impl Desk {
    fn of(largest: usize) -> Self {
        Self { group: Group::of(largest), door: Arc::new(Semaphore::new(0)) }
    }

    /// The command is on its way: it is at work where a turn is free, and waits otherwise.
    fn send(&self, key: &'static str, command: u32) -> BoxFuture<'_, Result<Vec<u32>, DatabaseError>> {
        let work = |commands: Vec<u32>| {
            let door = self.door.clone();
            async move {
                let _open = door.acquire().await;
                assert!(!commands.contains(&13), "this one is not done");
                commands.iter().map(|_| commands.clone()).collect()
            }
        };
        let mut sent = self.group.run(key, command, work).boxed();
        assert!((&mut sent).now_or_never().is_none());
        sent
    }

    /// Both turns are taken.
    fn busy(&self) -> [BoxFuture<'_, Result<Vec<u32>, DatabaseError>>; 2] {
        [self.send("first", 1), self.send("second", 2)]
    }

    fn open(&self) {
        self.door.add_permits(1);
    }
}

fn answers(all: Vec<Result<Vec<u32>, DatabaseError>>) -> Vec<Vec<u32>> {
    all.into_iter().map(|answer| answer.expect("answered")).collect()
}

#[tokio::test]
async fn what_waits_is_done_together() {
    let desk = Desk::of(16);
    let mut all = Vec::from(desk.busy());
    all.extend([desk.send("third", 3), desk.send("fourth", 4), desk.send("fifth", 5)]);
    desk.open();
    assert_eq!(answers(join_all(all).await), [vec![1], vec![2], vec![3, 4, 5], vec![3, 4, 5], vec![3, 4, 5]]);
}

#[tokio::test]
async fn a_group_is_no_larger_than_it_may_be_and_has_each_key_once() {
    let desk = Desk::of(2);
    let mut all = Vec::from(desk.busy());
    all.extend([desk.send("third", 3), desk.send("third", 4), desk.send("fourth", 5), desk.send("fifth", 6)]);
    desk.open();
    let groups = answers(join_all(all).await);
    assert_eq!(groups[2..], [vec![3, 5], vec![4, 6], vec![3, 5], vec![4, 6]]);
}

#[tokio::test]
async fn who_is_gone_before_his_turn_has_done_nothing() {
    let desk = Desk::of(16);
    let mut all = Vec::from(desk.busy());
    drop(desk.send("third", 3));
    all.push(desk.send("fourth", 4));
    desk.open();
    assert_eq!(answers(join_all(all).await)[2], [4]);
}

#[tokio::test]
async fn who_is_gone_while_it_is_done_stops_nobody() {
    let desk = Desk::of(16);
    let [first, second] = desk.busy();
    drop((first, second));
    let mut third = pin!(desk.send("third", 3));
    assert!((&mut third).now_or_never().is_none());
    desk.open();
    assert_eq!(third.await.expect("answered"), [3]);
}

#[tokio::test]
async fn a_group_that_falls_leaves_its_outcome_open_and_the_next_one_goes_on() {
    let desk = Desk::of(16);
    let [first, second] = desk.busy();
    let (third, fourth) = (desk.send("third", 13), desk.send("fourth", 4));
    desk.open();
    let (third, fourth) = futures::join!(third, fourth);
    assert!(matches!((third, fourth), (Err(DatabaseError::Unknown(_)), Err(DatabaseError::Unknown(_)))));
    assert_eq!((first.await.expect("answered"), second.await.expect("answered")), (vec![1], vec![2]));
    assert_eq!(desk.send("fifth", 5).await.expect("answered"), [5]);
}
