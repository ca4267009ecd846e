//! The tables of keys in docs/accessibility.md are what the command table says, in its words and its order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::Write;

use gloss::app::command::{Group, Reach, Row, TABLE};

const PAGE: &str = "docs/accessibility.md";
const BEGIN: &str = "<!-- keys: generated from src/app/command.rs, held by tests/keys.rs -->\n";
const END: &str = "<!-- keys: end -->\n";

/// Where a row's keys act, in the words that stand above the tables.
fn place(reach: Reach) -> &'static str {
    match reach {
        Reach::Article => "text",
        Reach::Annotating => "text, list",
        Reach::OutsideFields => "outside fields",
        Reach::Everywhere => "everywhere",
        Reach::Offer => "while something is offered",
    }
}

fn keys(row: &Row) -> String {
    // A bar would end the cell.
    let keys: Vec<String> = row.keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
    if keys.is_empty() { "none".to_owned() } else { keys.join(" or ") }
}

/// What stands between [`BEGIN`] and [`END`].
fn tables(rows: &[Row]) -> String {
    let mut block = String::new();
    for group in Group::ALL {
        writeln!(block, "\n### {}\n\n| key | what it does | where |\n| --- | --- | --- |", group.words()).unwrap();
        for row in rows.iter().filter(|row| row.group == group) {
            writeln!(block, "| {} | {} | {} |", keys(row), row.words, place(row.reach)).unwrap();
        }
    }
    block.push('\n');
    block
}

/// What differs between a page and a table of commands; `None` where nothing does.
fn difference(page: &str, rows: &[Row]) -> Option<String> {
    let Some((_, rest)) = page.split_once(BEGIN) else { return Some(format!("no line {BEGIN}")) };
    let Some((found, _)) = rest.split_once(END) else { return Some(format!("no line {END}")) };
    let wanted = tables(rows);
    (found != wanted).then(|| {
        let first = wanted.lines().zip(found.lines()).find(|(wanted, found)| wanted != found);
        let (wanted_line, found_line) = first.unwrap_or(("more lines, or fewer", ""));
        format!("first difference: {found_line:?} should be {wanted_line:?}. The whole block:\n{BEGIN}{wanted}{END}")
    })
}

#[test]
fn the_docs_list_the_keys_of_the_command_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = std::fs::read_to_string(path).unwrap();
    if let Some(difference) = difference(&page, TABLE) {
        panic!("{PAGE}: {difference}");
    }
}

#[test]
fn a_changed_row_is_seen() {
    let page = format!("before\n{BEGIN}{}{END}after\n", tables(TABLE));
    let check = |change: &dyn Fn(&mut Vec<Row>), expected: &str| {
        let mut rows = TABLE.to_vec();
        change(&mut rows);
        let found = difference(&page, &rows).unwrap_or_default();
        assert!(found.contains(expected), "{expected:?} is not in {found:?}");
    };
    assert_eq!(difference(&page, TABLE), None);
    check(&|rows| rows[0].keys = &["Q", "9"], "`Q` or `9`");
    check(&|rows| rows[0].keys = &[], "| none |");
    check(&|rows| rows[0].words = "Other words", "Other words");
    check(&|rows| rows[0].reach = Reach::Everywhere, "| everywhere |");
    check(&|rows| rows[0].group = Group::App, "first difference");
    check(&|rows| rows.swap(0, 1), "first difference");
    check(&|rows| rows.truncate(1), "first difference");
    assert!(difference("no block", TABLE).is_some());
}
