//! Plates that look or type alike: what an officer is offered when his text finds nothing.

/// Text with look-alikes made equal (O and Q as 0, I and L as 1, B as 8, Đ as D) and separators off; an index over it finds most misreadings.
pub fn fold(text: &str) -> String {
    text.chars().filter(|letter| super::is_plate_letter(*letter)).flat_map(char::to_uppercase).map(look).collect()
}

fn look(letter: char) -> char {
    match letter {
        'O' | 'Q' => '0',
        'I' | 'L' => '1',
        'B' => '8',
        'Đ' | 'Ð' => 'D',
        other => other,
    }
}

/// Whether two plates differ by at most two slips (a sign wrong, missing, too many, or two neighbours swapped), look-alikes not counted;
/// texts of five signs or fewer by one.
pub fn is_near(one: &str, two: &str) -> bool {
    slips(one, two).is_some()
}

/// By how many slips two near plates differ, look-alikes not counted; `None` for plates that are not near.
pub fn slips(one: &str, two: &str) -> Option<usize> {
    let (one, two): (Vec<char>, Vec<char>) = (fold(one).chars().collect(), fold(two).chars().collect());
    let allowed = if one.len().min(two.len()) <= 5 { 1 } else { 2 };
    if one.len().abs_diff(two.len()) > allowed {
        return None;
    }
    Some(distance(&one, &two)).filter(|slips| *slips <= allowed)
}

/// Edits with swaps of neighbours (optimal string alignment), three rows at a time.
fn distance(one: &[char], two: &[char]) -> usize {
    let mut before = vec![0; two.len() + 1];
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for row in 1..=one.len() {
        let mut current = vec![row; two.len() + 1];
        for column in 1..=two.len() {
            let replaced = above[column - 1] + usize::from(one[row - 1] != two[column - 1]);
            let mut least = replaced.min(above[column] + 1).min(current[column - 1] + 1);
            if row > 1 && column > 1 && one[row - 1] == two[column - 2] && one[row - 2] == two[column - 1] {
                least = least.min(before[column - 2] + 1);
            }
            current[column] = least;
        }
        before = std::mem::replace(&mut above, current);
    }
    above[two.len()]
}
